"""Fetch the events that were not delivered, and apply them to the state.

They trigger nothing, except those whose delivery was lost while Home Assistant started.

They are fetched at the start, when push comes back, and with the polls while push does not work.
While it works, they are fetched from time to time, and soon after a poll has shown what no event
has announced: single deliveries get lost, and if all do, this is how it is noticed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
import logging

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..coordinator import TOLERATED_FAILURES, PointCoordinator
from ..listeners import ONSETS, Context
from ..minut.event_types import EVENT_TYPES, HOME_EVENT_NAMES
from ..minut.exceptions import MinutError
from ..minut.models import Event
from ..state.push import PushState
from .event_lists import OVERLAP, EventLists, Fetched
from .handler import WebhookHandler
from .process import process_started_at
from .stored import StoredHook

_LOGGER = logging.getLogger(__name__)

MAX_AGE = timedelta(hours=24)
RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))

INTERVAL_WITHOUT_PUSH = timedelta(minutes=14)
"""Minimum time between two fetches. They follow the polls, which run every 15 minutes."""
INTERVAL_WITH_PUSH = timedelta(hours=6)
INTERVAL_PER_HOME = timedelta(hours=1)
"""As `INTERVAL_WITHOUT_PUSH`, if each of many homes has to be asked."""
DELIVERY_TIMEOUT = timedelta(minutes=10)
"""Age of an event after which its delivery counts as lost."""

ONSET_DELAY = timedelta(minutes=1)
"""Time for the delivery of an event after a poll has shown what it announces."""
ONSET_INTERVAL = timedelta(minutes=15)
"""Minimum time between a fetch and one because of what a poll has shown."""


class MissedEvents:
    """Fetches the events of one account that were not delivered. Retries until it succeeds."""

    def __init__(self, coordinator: PointCoordinator, webhook: WebhookHandler) -> None:
        self._hass = coordinator.hass
        self._entry = coordinator.config_entry
        self._coordinator = coordinator
        self._push = coordinator.push
        self._webhook = webhook
        self._lost_since: datetime | None = None
        self._lost_until: datetime | None = None
        """Period in which Home Assistant may have dropped deliveries: its start, until ours."""
        self._started_at = dt_util.utc_from_timestamp(0)
        """When the last fetch started."""
        self._listening_since: datetime | None = None
        """Registration of the webhook after which events have been fetched."""
        self._is_running = False
        self._is_requested = False
        """Whether to fetch again after the one that is running."""
        self._lists = EventLists(coordinator)
        self._failures = 0
        self._cancel_retry: CALLBACK_TYPE | None = None
        self._cancel_check: CALLBACK_TYPE | None = None
        self._is_doubted = False
        """Whether to check the webhook after the fetch: a poll showed what no event announced."""

    @callback
    def async_start(self) -> None:
        """Fetch now, and whenever there may be more."""
        if StoredHook.read(self._entry).id:  # Minut may have been delivering all the time
            self._lost_until = dt_util.utcnow()
        self._entry.async_on_unload(self._stop)
        self._coordinator.async_on_push_change(self._on_push_change)
        self._fetch()
        self._coordinator.async_on_new(self._on_poll)
        onsets = self._coordinator.async_add_listener(self._on_onset, Context(ONSETS))
        self._entry.async_on_unload(onsets)

    @callback
    def _on_push_change(self) -> None:
        """Fetch what happened before the webhook was registered."""
        since = self._push.listening_since
        if since is None or since == self._listening_since or since <= self._started_at:
            return
        self._listening_since = since  # once: it may be in the future if the clock was set back
        self._fetch()

    @callback
    def _on_poll(self) -> None:
        if abs(dt_util.utcnow() - self._started_at) >= self._interval():
            self._fetch()

    @callback
    def _on_onset(self) -> None:
        """Check later whether events have announced what a poll has shown.

        Without push, events are fetched with the polls anyway.
        """
        if not self._push.works:
            self._coordinator.data.onsets.clear()
        elif self._cancel_check is None:
            since_fetch = abs(dt_util.utcnow() - self._started_at)
            delay = max(ONSET_DELAY, ONSET_INTERVAL - since_fetch)
            self._cancel_check = async_call_later(self._hass, delay, self._check_onsets)

    @callback
    def _check_onsets(self, _now: datetime) -> None:
        self._cancel_check = None
        if self._coordinator.data.pop_unannounced():
            self._is_doubted = True
            self._fetch()

    def _interval(self) -> timedelta:
        if self._push.works and self._push.last_delivery_at:  # something has ever arrived
            return INTERVAL_WITH_PUSH
        return INTERVAL_WITHOUT_PUSH if self._lists.is_cheap else INTERVAL_PER_HOME

    @callback
    def _fetch(self, _now: datetime | None = None) -> None:
        """Fetch in the background, once more after the fetch that is running."""
        self._stop_retry()
        if self._is_running:
            self._is_requested = True
            return
        self._started_at = dt_util.utcnow()
        self._is_running = True
        self._is_requested = False
        self._entry.async_create_background_task(self._hass, self._async_run(), "Minut events")

    async def _async_run(self) -> None:
        try:
            await self._async_check_push((await self._async_catch_up()).of_account)
        finally:
            self._is_running = False
        if self._is_requested:
            self._fetch()

    async def _async_catch_up(self) -> Fetched:
        """Fetch and apply the missed events. Return them.

        If that fails, disturbances stay unknown until a retry succeeds.
        """
        fetched = Fetched()
        started_at = self._started_at
        if self._lost_until is not None and self._lost_since is None:
            self._lost_since = await self._hass.async_add_executor_job(process_started_at)
        try:
            await self._lists.async_fetch(self._since(), fetched)
        except MinutError as error:
            _LOGGER.debug("Couldn't fetch missed events: %s", error)
            self._apply(fetched)
            if self._failures >= TOLERATED_FAILURES:
                self._coordinator.events_are_fetched = False
            self._schedule_retry()
            return fetched
        self._failures = 0
        self._apply(fetched)
        if fetched.complete_until is None:
            self._coordinator.events_are_fetched = True
            self._coordinator.async_caught_up(started_at, without=fetched.unknown_homes)
        else:  # more than fits into one fetch
            self._coordinator.data.events.complete_until = fetched.complete_until
            self._is_requested = True
        return fetched

    @callback
    def _apply(self, fetched: Fetched) -> None:
        """Apply what was fetched; what was lost at the start triggers, as if it was delivered."""
        late = dict.fromkeys(event for event in fetched.of_account if self._is_lost(event))
        self._coordinator.async_apply_missed(event for event in fetched.events if event not in late)
        for event in sorted(late, key=lambda event: event.created_at or self._started_at):
            self._webhook.async_deliver_late(event)

    def _is_lost(self, event: Event) -> bool:
        """Return whether the delivery of an event was probably dropped while we started.

        Only the account's list has the types that are delivered.
        """
        if event.id is None or event.created_at is None:
            return False
        if self._lost_since is None or self._lost_until is None:
            return False
        events = self._coordinator.data.events
        return (
            self._lost_since <= event.created_at <= self._lost_until
            and event.type not in HOME_EVENT_NAMES.values()
            and events.is_news(event, dt_util.utcnow())
            and not events.is_applied(event)
        )

    @callback
    def _schedule_retry(self) -> None:
        if self._failures < len(RETRY_DELAYS):
            delay = RETRY_DELAYS[self._failures]
            self._cancel_retry = async_call_later(self._hass, delay, self._fetch)
            self._failures += 1

    def _since(self) -> datetime:
        """Return the start of the period to fetch."""
        now = dt_util.utcnow()
        earliest = now - MAX_AGE
        until = self._coordinator.data.events.complete_until
        if until is None or until > now:  # in the future: the clock has been set back
            return earliest
        return max(until - OVERLAP, earliest)

    async def _async_check_push(self, found: Iterable[Event]) -> None:
        """Examine push if events do not arrive."""
        is_silent = self._push.fault is PushState.SILENT
        is_doubted, self._is_doubted = self._is_doubted, False
        if self._push.is_registered and (is_silent or self._are_lost(found)):
            await self._webhook.async_examine(with_sample=True)
        elif self._push.is_registered and is_doubted and not self._failures:
            await self._webhook.async_examine(with_sample=False)
        self._coordinator.async_push_changed()

    def _are_lost(self, found: Iterable[Event]) -> bool:
        """Return whether something has happened, and nothing has been delivered since.

        Only the account's own list can show this: it has the event types that are delivered.
        """
        latest = dt_util.utcnow() - DELIVERY_TIMEOUT
        is_known = self._coordinator.data.events.is_known
        return any(
            event.created_at <= latest and self._push.should_have_heard(event.created_at)
            for event in found
            if event.created_at and _is_delivered_type(event) and not is_known(event)
        )

    @callback
    def _stop(self) -> None:
        self._stop_retry()
        if self._cancel_check:
            self._cancel_check()
            self._cancel_check = None

    @callback
    def _stop_retry(self) -> None:
        if self._cancel_retry:
            self._cancel_retry()
            self._cancel_retry = None


def _is_delivered_type(event: Event) -> bool:
    """Return whether an event has a type that is delivered. Home events have other ones."""
    kind = EVENT_TYPES.get(event.type)
    return kind is not None and kind.noise is None
