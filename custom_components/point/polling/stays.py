"""Reads the stays of an account's homes, where the user wants that, and tells when they turn."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from itertools import count
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..const import CONF_GUEST_NAMES, CONF_STAYS, OPTIONS
from ..minut.client import MinutClient
from ..minut.exceptions import MinutError, MinutUnauthorizedError, MinutUnreachableError
from ..minut.guests import Guest, read_stays
from ..minut.parsing import Json, mapping
from ..minut.rate_limit import Priority
from ..state.home import HomeState
from ..state.stays import HomeStays, StayEvent
from .rereads import Rereads

_LOGGER = logging.getLogger(__name__)

FEW_HOMES = 40
READ_FEW = timedelta(hours=1)
READ_MANY = timedelta(hours=6)
RETRY = timedelta(minutes=15)
CONFIRM = timedelta(minutes=5)
"""After so long an empty answer is asked for again."""
ON_REQUEST = timedelta(minutes=1)
SOON = timedelta(seconds=15)
"""So long after a change of which is not known what became of it."""


class StayPoller:
    """The stays of an account, home by home.

    `tell` is called with the ids of homes whose stays changed or turned, `happen` once for each
    stay that has just begun or ended, `save` when something has to survive a restart.
    """

    def __init__[T](
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[T],
        client: MinutClient,
        *,
        homes: Callable[[], Mapping[str, HomeState]],
        tell: Callable[[Iterable[str]], None],
        happen: Callable[[str, StayEvent, datetime], None],
        save: Callable[[], None],
    ) -> None:
        self._hass = hass
        self._client = client
        self._homes = homes
        self._tell = tell
        self._happen = happen
        self._save = save
        self._stays: defaultdict[str, HomeStays] = defaultdict(HomeStays)
        self._zones: dict[str, tzinfo] = {}
        self._expected: set[str] = set()
        self._logged: set[str] = set()
        self._failures: defaultdict[str, int] = defaultdict(int)
        self._reads = Rereads(hass, entry, self._read, every=timedelta(0))
        self._requested_at: dict[str, datetime] = {}
        self._numbers = count(1)
        self._newest: defaultdict[str, int] = defaultdict(int)
        self._is_closed = False
        self._turned_at = dt_util.utcnow()
        self._turn: CALLBACK_TYPE | None = None
        wanted = {**OPTIONS, **entry.options}
        self.is_on: bool = wanted[CONF_STAYS]
        self.shows_names: bool = wanted[CONF_GUEST_NAMES]
        self.locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        entry.async_on_unload(self._close)

    def of(self, home_id: str) -> HomeStays:
        """Return the stays of a home."""
        return self._stays[home_id]

    def zone(self, home_id: str) -> tzinfo:
        """Return the time zone of a home; Home Assistant's own where Minut tells none."""
        return self._zones.get(home_id) or dt_util.get_default_time_zone()

    # Reading

    @callback
    def async_expect_homes(self) -> None:
        """Read the stays of each home that is new, now and then from now on."""
        for home_id in self._homes().keys() - self._expected:
            self._expected.add(home_id)
            self._reads.request(home_id, dt_util.utcnow())

    async def _read(self, home_id: str) -> None:
        """Read a home's stays when it is time; what fails leaves them as they are."""
        if home_id not in self._homes():
            self._expected.discard(home_id)
            return
        wait = READ_FEW if len(self._expected) <= FEW_HOMES else READ_MANY
        try:
            await self.async_read(home_id)
        except (MinutUnreachableError, MinutUnauthorizedError) as error:
            _LOGGER.debug("Stays of a home cannot be read now: %s", error)
            wait = min(wait, RETRY * (1 << min(self._failures[home_id], 10)))
            self._failures[home_id] += 1
        except MinutError as error:
            self._log(error)
        else:
            self._failures.pop(home_id, None)
        if self._stays[home_id].is_unconfirmed:
            wait = CONFIRM
        self._reads.request(home_id, dt_util.utcnow() + wait)

    @callback
    def _log(self, error: MinutError) -> None:
        """Say once of each trouble that does not pass by itself."""
        is_news = str(error) not in self._logged
        self._logged.add(str(error))
        _LOGGER.log(
            logging.WARNING if is_news else logging.DEBUG,
            "Stays of a home cannot be read: %s",
            error,
        )

    async def async_read(
        self, home_id: str, *, priority: Priority = Priority.HISTORY
    ) -> tuple[Guest, ...]:
        """Read a home's stays now, and return them as Minut tells them too. Raises MinutError.

        Of two answers that overtake each other the one that was asked for last counts.
        """
        number = next(self._numbers)
        guests = await self._client.guests(home_id, priority=priority)
        await self._find_zone(home_id)
        stays = read_stays(guests, self.zone(home_id))
        if number > self._newest[home_id] and not self._is_closed:
            self._newest[home_id] = number
            if self._stays[home_id].merge(stays):
                self._tell([home_id])
                self._save()
            self._follow_clock()
        return guests

    @callback
    def async_read_soon(self, home_id: str) -> None:
        """Read a home's stays soon: something may have changed."""
        self._reads.request(home_id, dt_util.utcnow() + SOON)

    @callback
    def async_read_on_request(self, home_id: str) -> None:
        """Read a home's stays, as somebody wants to know; once in a minute is enough."""
        now, last = dt_util.utcnow(), self._requested_at.get(home_id)
        if last is None or not timedelta(0) <= now - last < ON_REQUEST:
            self._requested_at[home_id] = now
            self._reads.request(home_id, now)

    @callback
    def async_forget(self, home_id: str, stay_id: str) -> None:
        """Forget a stay that was deleted at Minut; answers that are on their way are older."""
        self._newest[home_id] = next(self._numbers)
        self._stays[home_id].remove(stay_id)
        self._tell([home_id])

    async def _find_zone(self, home_id: str) -> None:
        home = self._homes().get(home_id)
        name = home.polled.timezone if home else None
        if name and (zone := await dt_util.async_get_time_zone(name)):
            self._zones[home_id] = zone

    # The clock

    @callback
    def _follow_clock(self, _now: datetime | None = None) -> None:
        """Tell what has begun or ended, and wait for the next time that something does.

        States come first: what an event starts may look at them.
        """
        now = dt_util.utcnow()
        since, self._turned_at = self._turned_at, now
        self._tell([key for key, stays in self._stays.items() if stays.has_changed(since, now)])
        for home_id in self._homes().keys() & self._stays.keys():
            for at, kind in self._stays[home_id].new_events(now):
                self._happen(home_id, kind, at)
                self._save()
        self._cancel_turn()
        turns = (stays.next_change(now) for stays in self._stays.values())
        if (turn := min(filter(None, turns), default=None)) is not None:
            self._turn = async_track_point_in_utc_time(self._hass, self._follow_clock, turn)

    @callback
    def _close(self) -> None:
        self._is_closed = True
        self._cancel_turn()

    @callback
    def _cancel_turn(self) -> None:
        if self._turn:
            self._turn()
            self._turn = None

    # What survives a restart

    def dump(self) -> dict[str, Json]:
        """Return what a later run has to know of each home; nothing of it is personal."""
        return {home_id: stays.dump() for home_id, stays in self._stays.items()}

    def load(self, stored: Json) -> None:
        """Take what an earlier run knew."""
        if self.is_on:
            for home_id, saved in mapping(stored).items():
                self._stays[home_id].load(mapping(saved))
