"""Events that were not delivered: fetched, they set states and start nothing.

At the start, when push comes back, with the polls while it does not work, and now and then while it
does: a delivery may be lost, and where all of them are, that is how it shows.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
import logging

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .account import event_time
from .coordinator import PointConfigEntry
from .minut.errors import MinutError, MinutRefusedError
from .minut.models import Event

_LOGGER = logging.getLogger(__name__)

LONGEST_ABSENCE = timedelta(hours=24)
OVERLAP = timedelta(hours=1)
"""So much earlier it begins each time: Points may tell of motion an hour late (API notes 10)."""
MAX_PAGES = 200
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))

WITHOUT_PUSH = timedelta(minutes=14)
"""Fetched with the polls, and these come about every quarter of an hour."""
WITH_PUSH = timedelta(hours=6)
FEW_HOMES = 10
HOME_BY_HOME = timedelta(hours=1)
"""Without push, in larger accounts for which Minut has no list of all events."""
ON_ITS_WAY = timedelta(minutes=10)
"""An event so young may still be delivered."""


class CatchUp:
    """Fetches what was not delivered, until that succeeds."""

    def __init__(self, hass: HomeAssistant, entry: PointConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._coordinator = entry.runtime_data
        self._begun_at = dt_util.utc_from_timestamp(0)
        self._is_running = False
        self._push_worked = False
        self._has_account_events = True
        self._failures = 0
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> None:
        """Fetch what was missed, now and whenever there may be more."""
        self._entry.async_on_unload(self._close)
        self._push_worked = self._coordinator.push_works
        self._coordinator.async_on_push_change(self._on_push_change)
        self._fetch_soon()
        self._coordinator.async_on_new(self._after_poll)

    @callback
    def _on_push_change(self) -> None:
        works = self._coordinator.push_works
        if works and not self._push_worked and self._age() > ON_ITS_WAY:
            self._fetch_soon()
        self._push_worked = works

    @callback
    def _after_poll(self) -> None:
        if self._age() >= self._every():
            self._fetch_soon()

    def _every(self) -> timedelta:
        if self._coordinator.push_works:
            return WITH_PUSH
        is_cheap = self._has_account_events or len(self._coordinator.data.homes) <= FEW_HOMES
        return WITHOUT_PUSH if is_cheap else HOME_BY_HOME

    def _age(self) -> timedelta:
        return abs(dt_util.utcnow() - self._begun_at)

    @callback
    def _fetch_soon(self, _now: datetime | None = None) -> None:
        """Fetch in the background; where it fails, disturbances stay unknown meanwhile."""
        self._close()
        if self._is_running:
            return
        self._begun_at = dt_util.utcnow()
        self._is_running = True
        self._entry.async_create_background_task(self._hass, self._run(), name="Minut catch-up")

    async def _run(self) -> None:
        found: dict[Event, None] = {}
        begun_at = self._begun_at
        try:
            await self._fetch(found)
        except MinutError as error:
            _LOGGER.debug("Missed events could not be fetched: %s", error)
            is_complete = False
        else:
            is_complete = True
        finally:
            self._is_running = False
        is_known = self._coordinator.data.is_known
        missed = [event for event in found if not is_known(event)]
        self._coordinator.async_apply_missed(missed)
        self._coordinator.events_are_fetched = is_complete
        if is_complete:
            self._failures = 0
            self._coordinator.async_caught_up(begun_at)
        elif self._failures < len(RETRIES):
            self._cancel = async_call_later(self._hass, RETRIES[self._failures], self._fetch_soon)
            self._failures += 1
        self._judge_push(missed)

    @callback
    def _judge_push(self, missed: list[Event]) -> None:
        """Find push silent where something has happened and nothing has been delivered since."""
        now = dt_util.utcnow()
        push = self._coordinator.push
        due = [event_time(event, now) for event in missed if event.created_at]
        if any(at <= now - ON_ITS_WAY and push.is_silent_since(at) for at in due):
            push.is_failing = True
        self._coordinator.async_push_changed()

    async def _fetch(self, found: dict[Event, None]) -> None:
        """Collect what happened since all was known. Raises MinutError where that stays open."""
        earliest = dt_util.utcnow() - LONGEST_ABSENCE
        since = max((self._coordinator.data.complete_until or earliest) - OVERLAP, earliest)
        if self._has_account_events:
            try:
                await self._fetch_of_account(found, since)
            except MinutRefusedError as error:
                if error.status != HTTPStatus.NOT_FOUND:
                    raise
                self._has_account_events = False
            else:
                return
        for home_id in tuple(self._coordinator.data.homes):
            events = await self._coordinator.client.home_events(home_id, start_at=since)
            found |= dict.fromkeys(events)

    async def _fetch_of_account(self, found: dict[Event, None], since: datetime) -> None:
        offset = 0
        for _ in range(MAX_PAGES):
            page = await self._coordinator.client.events(start_at=since, offset=offset)
            if found.keys() >= set(page):
                return
            found |= dict.fromkeys(page)
            offset += len(page)
        raise MinutError("there are more events than can be fetched")

    @callback
    def _close(self) -> None:
        if self._cancel:
            self._cancel()
            self._cancel = None
