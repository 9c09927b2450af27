"""Commands for the stays of a home. Minut may send messages to the guests."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, tzinfo
import logging

from homeassistant.util import dt as dt_util

from ..errors import invalid
from ..minut.client import MinutClient
from ..minut.exceptions import MinutError
from ..minut.guests import Guest, StayField, default_time, guest_body
from ..minut.parsing import Json
from ..minut.rate_limit import Priority
from ..polling.stays import StayPoller

_LOGGER = logging.getLogger(__name__)

type Values = Mapping[StayField, str | datetime | None]
"""Parts of a stay, with times in UTC."""


class StayCommands:
    """Commands for the stays of an account.

    All take the guests of the home as `async_read` returned them, so that nothing is written to a
    home whose stays are not understood. Hold the `lock` of the home from the read to the command.
    """

    def __init__(self, client: MinutClient, stays: StayPoller) -> None:
        self._client = client
        self._stays = stays
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def lock(self, home_id: str) -> asyncio.Lock:
        """Return the lock under which the stays of a home are read and changed."""
        return self._locks[home_id]

    async def async_read(self, home_id: str) -> tuple[Guest, ...]:
        """Read the stays of a home. Raises MinutError."""
        return await self._stays.async_read(home_id, priority=Priority.COMMAND)

    async def async_create(
        self, home_id: str, values: Values, extra: Mapping[str, Json], guests: Sequence[Guest]
    ) -> str | None:
        """Create a stay; `extra` has further fields, by Minut's own names.

        Return its id, or None if Minut does not return it. Raises MinutError, and
        ServiceValidationError if the stay ends before it begins.
        """
        check_order(values.get(StayField.CHECK_IN), values.get(StayField.CHECK_OUT))
        with self._changing(home_id):
            created = await self._client.create_guest(
                home_id, {**guest_body(values, guests), **extra}
            )
        ids = {guest.id for guest in await self._read_back(home_id)}
        return created.id if created.id in ids else None

    async def async_update(self, home_id: str, guest: Guest, changes: Mapping[str, Json]) -> None:
        """Change fields of a stay, by Minut's own names. Raises MinutError."""
        with self._changing(home_id):
            await self._client.update_guest(home_id, guest, changes)
        await self._read_back(home_id)

    async def async_delete(self, home_id: str, stay_id: str) -> None:
        """Delete a stay. Raises MinutError."""
        with self._changing(home_id):
            await self._client.delete_guest(home_id, stay_id)
        self._stays.async_remove(home_id, stay_id)
        await self._read_back(home_id)

    def localize(self, home_id: str, given: Mapping[StayField, str | date | None]) -> Values:
        """Return parts of a stay with times in UTC. Dates and naive times are local to the home.

        Read the stays before: the time zone is known from then on.
        """
        zone = self._stays.zone(home_id)
        return {
            part: _moment(value, part, zone) if isinstance(value, date) else value
            for part, value in given.items()
        }

    async def _read_back(self, home_id: str) -> tuple[Guest, ...]:
        """Show the result of a change. If only this read fails, the change succeeded."""
        try:
            return await self.async_read(home_id)
        except MinutError as error:
            _LOGGER.debug("Cannot read the stays of a home after a change: %s", error)
            self._stays.async_read_soon(home_id)
            return ()

    @contextmanager
    def _changing(self, home_id: str) -> Iterator[None]:
        """Schedule a read after an error: Minut may still have made the change."""
        try:
            yield
        except MinutError:
            self._stays.async_read_soon(home_id)
            raise


def _moment(value: date, part: StayField, zone: tzinfo) -> datetime:
    if not isinstance(value, datetime):
        return default_time(value, part, zone)
    return dt_util.as_utc(value if value.tzinfo else value.replace(tzinfo=zone))


def check_order(check_in: str | datetime | None, check_out: str | datetime | None) -> None:
    """Raise ServiceValidationError if a stay ends before it begins."""
    match check_in, check_out:
        case datetime(), datetime() if check_out <= check_in:
            raise invalid("stay_ends_too_early")
