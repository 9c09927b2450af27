"""Events that were not delivered: fetched, they set states and start nothing.

At the start, when push comes back, with the polls while it does not work, and now and then while it
does: a delivery may be lost, and where all of them are, that is how it shows.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..coordinator import TOLERATED_FAILURES, PointCoordinator
from ..minut.event_types import EVENT_TYPES
from ..minut.exceptions import MinutError, MinutForbiddenError, MinutRejectedError
from ..minut.models import Event

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
UNKNOWN = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE}
"""Where Minut answers so, it need not be asked again."""
ON_ITS_WAY = timedelta(minutes=10)
"""An event so young may still be delivered."""


class MissedEvents:
    """Fetches what was not delivered, until that succeeds."""

    def __init__[T](
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[T],
        coordinator: PointCoordinator,
        *,
        async_ping: Callable[[], Awaitable[Awaitable[bool]]],
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._coordinator = coordinator
        self._async_ping = async_ping
        self._begun_at = dt_util.utc_from_timestamp(0)
        self._is_running = False
        self._is_wanted_again = False
        self._has_account_events = True
        self._failures = 0
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> None:
        """Fetch what was missed, now and whenever there may be more."""
        self._entry.async_on_unload(self._close)
        self._coordinator.async_on_push_change(self._on_push_change)
        self._fetch_now()
        self._coordinator.async_on_new(self._after_poll)

    @callback
    def _on_push_change(self) -> None:
        """Fetch what happened before there was a hook."""
        since = self._coordinator.push.listening_since
        if since is not None and since > self._begun_at:
            self._fetch_now()

    @callback
    def _after_poll(self) -> None:
        if abs(dt_util.utcnow() - self._begun_at) >= self._every():
            self._fetch_now()

    def _every(self) -> timedelta:
        if self._coordinator.push_works:
            return WITH_PUSH
        is_cheap = self._has_account_events or len(self._coordinator.data.homes) <= FEW_HOMES
        return WITHOUT_PUSH if is_cheap else HOME_BY_HOME

    @callback
    def _fetch_now(self, _now: datetime | None = None) -> None:
        """Fetch in the background; where it fails, disturbances stay unknown meanwhile."""
        self._close()
        if self._is_running:
            self._is_wanted_again = True
            return
        self._begun_at = dt_util.utcnow()
        self._is_running = True
        self._is_wanted_again = False
        self._entry.async_create_background_task(self._hass, self._run(), name="Minut catch-up")

    async def _run(self) -> None:
        try:
            await self._judge_push(await self._catch_up())
        finally:
            self._is_running = False
        if self._is_wanted_again:
            self._fetch_now()

    async def _catch_up(self) -> Iterable[Event]:
        """Fetch and apply what there is; return it."""
        found: dict[Event, None] = {}
        begun_at = self._begun_at
        since = self._since()
        try:
            complete_until = await self._fetch(found, since)
        except MinutError as error:
            _LOGGER.debug("Missed events could not be fetched: %s", error)
            self._coordinator.async_apply_missed(found)
            if self._failures >= TOLERATED_FAILURES:
                self._coordinator.events_are_fetched = False
            self._try_again()
        else:
            self._failures = 0
            self._coordinator.async_apply_missed(found)
            if complete_until is None:
                self._coordinator.events_are_fetched = True
                self._coordinator.async_caught_up(begun_at)
            else:  # there is more than fits into one go
                self._coordinator.data.events.complete_until = complete_until
                self._is_wanted_again = True
        return found

    @callback
    def _try_again(self) -> None:
        if self._failures < len(RETRIES):
            self._cancel = async_call_later(self._hass, RETRIES[self._failures], self._fetch_now)
            self._failures += 1

    def _since(self) -> datetime:
        now = dt_util.utcnow()
        earliest = now - LONGEST_ABSENCE
        until = self._coordinator.data.events.complete_until
        if until is None or until > now:  # what is of the future: the clock has been put back
            return earliest
        return max(until - OVERLAP, earliest)

    async def _judge_push(self, found: Iterable[Event]) -> None:
        """Find push silent where nothing arrives any more: no sample either.

        The proof notes whether the sample does.
        """
        push = self._coordinator.push
        if push.is_registered and (push.is_silent or self._is_missed(found)):
            try:
                await self._async_ping()
            except MinutError as error:
                _LOGGER.debug("Minut sent no sample event: %s", error)
                push.is_silent = True
        self._coordinator.async_push_changed()

    def _is_missed(self, found: Iterable[Event]) -> bool:
        """Tell whether something has happened and nothing has been delivered since.

        Only the account's own list tells that, in the words of deliveries.
        """
        now, push = dt_util.utcnow(), self._coordinator.push
        is_known = self._coordinator.data.events.is_known
        return self._has_account_events and any(
            event.created_at <= now - ON_ITS_WAY and push.should_have_heard(event.created_at)
            for event in found
            if event.created_at and event.type in EVENT_TYPES and not is_known(event)
        )

    async def _fetch(self, found: dict[Event, None], since: datetime) -> datetime | None:
        """Collect what happened since then, from all the account or home by home.

        Returns the time up to which that is all, where it is not up to now. Raises MinutError.
        """
        if self._has_account_events:
            try:
                return await self._fetch_of_account(found, since)
            except MinutForbiddenError:
                pass  # perhaps for now
            except MinutRejectedError as error:
                self._has_account_events = error.status not in UNKNOWN
        for home_id in tuple(self._coordinator.data.homes):
            try:
                events = await self._coordinator.client.home_events(home_id, start_at=since)
            except (MinutRejectedError, MinutForbiddenError) as error:
                _LOGGER.debug("The events of a home are not for us: %s", error)
            else:
                found |= dict.fromkeys(events.items)
        return None

    async def _fetch_of_account(self, found: dict[Event, None], since: datetime) -> datetime | None:
        offset = 0
        for _ in range(MAX_PAGES):
            page = await self._coordinator.client.events(start_at=since, offset=offset)
            is_news = not found.keys() >= set(page.items)
            found |= dict.fromkeys(page.items)
            if page.next_offset is None or not is_news:
                return None
            offset = page.next_offset
        times = [event.created_at for event in found if event.created_at]
        is_progress = times and times == sorted(times) and times[-1] - OVERLAP > since
        return times[-1] if is_progress else None

    @callback
    def _close(self) -> None:
        if self._cancel:
            self._cancel()
            self._cancel = None
