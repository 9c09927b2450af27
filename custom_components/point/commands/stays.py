"""Reads and changes the stays of a home on a person's word. Minut may write to the guests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, tzinfo
import logging

from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..coordinator import PointCoordinator
from ..errors import explained, invalid
from ..minut.exceptions import MinutUnexpectedAnswerError
from ..minut.guests import Guest, StayField, default_time, guest_body
from ..minut.parsing import Json
from ..minut.rate_limit import Priority

_LOGGER = logging.getLogger(__name__)


async def async_create(
    coordinator: PointCoordinator,
    home_id: str,
    given: Mapping[StayField, str | date | None],
    extra: Mapping[str, Json],
) -> str | None:
    """Create a stay of what is given, with further fields by Minut's own names.

    Returns its id, where Minut tells that. Raises ServiceValidationError where it makes no sense,
    HomeAssistantError where Minut does not do it.
    """
    async with coordinator.stays.locks[home_id]:
        known = await async_read(coordinator, home_id)
        values = as_meant(coordinator, home_id, given)
        check_order(values.get(StayField.CHECK_IN), values.get(StayField.CHECK_OUT))
        with changing(coordinator, home_id):
            created = await coordinator.client.create_guest(
                home_id, {**guest_body(values, known), **extra}
            )
        ids = {guest.id for guest in await async_read_again(coordinator, home_id)}
    return created.id if created.id in ids else None


async def async_read(coordinator: PointCoordinator, home_id: str) -> tuple[Guest, ...]:
    """Read the home's stays; nothing is written where they are not understood."""
    with explained(coordinator, "stays"):
        try:
            return await coordinator.stays.async_read(home_id, priority=Priority.COMMAND)
        except MinutUnexpectedAnswerError as error:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="stays_not_understood"
            ) from error


async def async_read_again(coordinator: PointCoordinator, home_id: str) -> tuple[Guest, ...]:
    """Show what a change has done; where only that fails, the change was made all the same."""
    try:
        return await async_read(coordinator, home_id)
    except HomeAssistantError as error:
        _LOGGER.debug("Stays could not be read after a change: %s", error)
        coordinator.stays.async_read_soon(home_id)
        return ()


@contextmanager
def changing(coordinator: PointCoordinator, home_id: str) -> Iterator[None]:
    """Explain what goes wrong with a change, and look soon what became of it."""
    try:
        with explained(coordinator, "stay"):
            yield
    except HomeAssistantError:
        coordinator.stays.async_read_soon(home_id)
        raise


def as_meant(
    coordinator: PointCoordinator, home_id: str, given: Mapping[StayField, str | date | None]
) -> dict[StayField, str | datetime | None]:
    """Return parts of a stay in UTC; what lacks a time or a zone is local to the home.

    The stays have to be read before: with them comes the zone.
    """
    zone = coordinator.stays.zone(home_id)
    return {
        part: _moment(value, part, zone) if isinstance(value, date) else value
        for part, value in given.items()
    }


def _moment(value: date, part: StayField, zone: tzinfo) -> datetime:
    if not isinstance(value, datetime):
        return default_time(value, part, zone)
    return dt_util.as_utc(value if value.tzinfo else value.replace(tzinfo=zone))


def check_order(check_in: str | datetime | None, check_out: str | datetime | None) -> None:
    """Refuse a stay that ends before it begins."""
    match check_in, check_out:
        case datetime(), datetime() if check_out <= check_in:
            raise invalid("stay_ends_too_early")
