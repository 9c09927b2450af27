"""The coordinator of an account: when to poll, and whom to notify of a change."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
from homeassistant.util.signal_type import SignalType

from .const import CONF_EXCLUDED_HOMES, DOMAIN
from .errors import update_failed
from .listeners import ANYTHING, DELIVERIES, ONSETS, Aspects, KeyedCoordinator
from .minut.client import MinutClient
from .minut.exceptions import MinutError, MinutUnauthorizedError, MinutUnreachableError
from .minut.models import Event
from .polling.poller import Part, Poller
from .polling.problems import async_report_failure, async_report_success
from .polling.refresh import Refresher
from .registry.devices import Devices
from .registry.entity_ids import EntityIds
from .registry.entity_limit import EntityLimit
from .state.account import AccountState
from .state.change import Change
from .state.counts import COUNTED, Count, count_all
from .state.presence_rules import PresenceEvent
from .state.push import PushStatus
from .state.stays import StayEvent
from .storage import AccountStore

_LOGGER = logging.getLogger(__name__)

TOLERATED_FAILURES = 2
"""Maximum number of failed polls in a row before the entities become unavailable."""
COUNT_COOLDOWN = 1
"""Minimum seconds between two counts of an account that changes."""


def event_signal(entry_id: str, key: str) -> SignalType[Change]:
    """Return the dispatcher signal for current events of a home or Point."""
    return SignalType(f"{DOMAIN}_event_{entry_id}_{key}")


SIGNAL_EVENT: SignalType[PointCoordinator, Change] = SignalType(f"{DOMAIN}_any_event")
"""Dispatcher signal for the current events of all accounts."""
SIGNAL_STATE: SignalType[PointCoordinator, frozenset[str]] = SignalType(f"{DOMAIN}_any_state")
"""Dispatcher signal for changes of any account: the ids of the homes and Points that changed.

Also sent, without ids, when an account is closing.

Triggers listen to both signals. Unlike states, they do not depend on which entities are enabled.
"""


class PointCoordinator(KeyedCoordinator):
    """One account.

    Listeners with a `Context` are called when what it names changes, and all listeners when the
    cloud is lost or found.
    """

    def __init__[T](self, hass: HomeAssistant, entry: ConfigEntry[T], client: MinutClient) -> None:
        super().__init__(hass, _LOGGER, entry=entry, name="Minut")
        self.client = client
        self.data = AccountState(excluded_homes=entry.options.get(CONF_EXCLUDED_HOMES, ()))
        self.counts: Mapping[Count, int] = {}
        self._count_soon = Debouncer(
            hass, _LOGGER, cooldown=COUNT_COOLDOWN, immediate=True, function=self._count
        )
        self.push = PushStatus()
        self.devices = Devices(hass, entry.entry_id, account_id=self.account_id)
        self.entity_ids = EntityIds(hass, entry, self.devices)
        self.entity_limit = EntityLimit(hass, entry, is_closing=lambda: self.is_closing)
        self.store = AccountStore(hass, entry, is_closing=lambda: self.is_closing)
        self.refresher = Refresher(self)
        self.events_are_fetched = False
        """Whether events that were not delivered are fetched with the polls."""
        self.next_poll_at: datetime | None = None
        """When the next poll is scheduled; None if none is."""
        self._poller = Poller(self)
        self._schedule = self._poller.schedule
        self._has_polled = False
        self.polled_at = dt_util.utcnow()
        """Time of the last successful poll."""
        self._was_available = True
        self._push_before = (False, False)
        entry.async_on_unload(self._count_soon.async_shutdown)
        entry.async_on_unload(self._close)

    @property
    def forbidden(self) -> set[Part]:
        """Return what Minut does not allow to be read."""
        return self._poller.forbidden

    @callback
    def _close(self) -> None:
        self.is_closing = True
        async_dispatcher_send(self.hass, SIGNAL_STATE, self, frozenset())

    # Polling

    @override
    async def _async_setup(self) -> None:
        await self.store.async_load()
        self.store.async_add(self.data)
        self.store.async_add(self.data.logs, "logs")
        self.store.async_add(self.push, "push")

    @override
    async def _async_update_data(self) -> AccountState:
        asked_at = dt_util.utcnow()
        try:
            await self._poller.async_poll()
        except MinutError as error:
            if not self.is_closing:
                if self._has_polled:
                    self._add_new()  # a new home, where only Points cannot be polled
                self._handle_failure(error)
        else:
            self.polled_at = asked_at
            if not self.is_closing:
                self._handle_success()
        return self.data

    @override
    async def async_request_refresh(self) -> None:
        """Poll everything for the user, at most once a minute.

        While polls fail, the retry is brought forward, but not into a pause that Minut asked for.
        """
        now = dt_util.utcnow()
        if self._schedule.failures:
            self._bring_forward(self._schedule.retry_soon(now))
        else:
            self._schedule.hasten(now)
            await super().async_request_refresh()

    @callback
    def _bring_forward(self, wait: timedelta | None) -> None:
        """Poll after this time, if any, instead of at the scheduled one."""
        if wait is not None:
            self.update_interval = wait
            self._schedule_refresh()

    @override
    @callback
    def _schedule_refresh(self) -> None:
        super()._schedule_refresh()
        wait = self.update_interval if self._unsub_refresh else None
        self.next_poll_at = dt_util.utcnow() + wait if wait else None

    @callback
    def _handle_success(self) -> None:
        now = dt_util.utcnow()
        self._has_polled = True
        self.update_interval = self._schedule.after_success(now)
        async_report_success(self.hass, self.config_entry, self.data, self.client, self.forbidden)
        self._add_new()
        self.devices.remove_absent(self.data, now)
        if self.data.forget(self.devices.is_gone):
            self.store.save_soon()
        self.refresher.plan()

    @callback
    def _add_new(self) -> None:
        """Register new homes and Points, and add their entities."""
        self.devices.update(self.data)
        self.entity_limit.update(self.data)
        self._notify_new()
        if self.data.is_caught_up:  # a home that is new now cannot have missed events
            self.async_notify(self.data.confirm(dt_util.utcnow()))

    def _handle_failure(self, error: MinutError) -> None:
        """Keep the data after the first failures. Raise when there are more, or at the start."""
        if isinstance(error, MinutUnauthorizedError):
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key="unauthorized"
            ) from error
        pause = error.retry_after if isinstance(error, MinutUnreachableError) else None
        self.update_interval = self._schedule.after_failure(dt_util.utcnow(), pause)
        if self._has_polled and self._schedule.failures <= TOLERATED_FAILURES:
            return
        async_report_failure(self.hass, self.config_entry, error)
        # For a failed setup Home Assistant has its own delays, unless Minut asked for a pause.
        retry_after = self.update_interval.total_seconds() if self._has_polled else pause
        raise update_failed(self.hass, error, retry_after=retry_after) from error

    # Listeners

    @override
    @callback
    def async_update_listeners(self) -> None:
        changed = self._poller.pop_changed()
        if self._was_available == self.last_update_success:
            self.async_notify(changed)
        else:
            self.counts = count_all(self.data)
            self._was_available = self.last_update_success
            super().async_update_listeners()
            async_dispatcher_send(self.hass, SIGNAL_STATE, self, frozenset(changed))

    @callback
    def async_notify(self, keys: Iterable[str], aspects: Aspects = ANYTHING) -> None:
        """Notify the entities of these homes and Points; count within a second what changed."""
        if not (keys := frozenset(keys)):
            return
        self.keyed_listeners.call(keys, aspects)
        async_dispatcher_send(self.hass, SIGNAL_STATE, self, keys)
        if self.data.onsets:
            self.keyed_listeners.call([ONSETS])
        if aspects is None or not aspects.isdisjoint(COUNTED) or keys & self.data.homes.keys():
            self._count_soon.async_schedule_call()

    @callback
    def _count(self) -> None:
        """Count the account and notify the sensors of the counts that changed."""
        before, self.counts = self.counts, count_all(self.data)
        self.keyed_listeners.call(
            count for count in Count if self.counts.get(count) != before.get(count)
        )

    # Push

    @property
    def knows_events(self) -> bool:
        """Return whether events arrive at all: at once, or fetched with the polls."""
        return self.push.works or self.events_are_fetched

    @callback
    def async_push_changed(self) -> None:
        """Notify the listeners of the account, or all if the availability of events changed."""
        push = (self.push.works, self.knows_events)
        if push == self._push_before:
            self.async_notify([self.account_id])
        else:
            self._push_before = push
            super().async_update_listeners()
        self.store.save_soon()

    @callback
    def async_delivered(self) -> None:
        """Notify the listeners of each delivery."""
        self.keyed_listeners.call([DELIVERIES])
        self.store.save_soon()

    # Events

    @callback
    def async_apply(self, event: Event) -> Change | None:
        """Apply a delivered event. Return its effect, or None if it was delivered before."""
        now = dt_util.utcnow()
        if self.data.events.is_known(event):
            return None
        self.async_notify(self.data.interrupt(event, now))
        change = self.data.apply(event, now)
        # While the cloud is lost, an event may make a state available without changing it.
        is_lost = not self.last_update_success
        if is_lost:
            self.async_notify(change.keys | self.data.concerned(change))
        else:
            self.async_notify(change.keys, change.aspects)
        self._follow_up(change)
        has_unknown_id = self.data.has_unknown_id(event)
        self._bring_forward(self._schedule.after_event(now, has_unknown_id=has_unknown_id))
        if change.is_current:
            self._send_event(change)
        return change

    @callback
    def async_send_home_event(
        self, home_id: str, kind: StayEvent | PresenceEvent, at: datetime
    ) -> None:
        """Send an event that is concluded here to the event entity of its home, and to triggers."""
        event = Event(id=None, type=kind, created_at=at, home_id=home_id)
        if self.data.events.is_news(event, dt_util.utcnow()):
            self._send_event(Change(event=event, at=at, is_current=True, home_id=home_id))

    @callback
    def async_apply_missed(self, events: Iterable[Event]) -> None:
        """Apply events that were fetched: they change lasting states and trigger nothing.

        Events without a time are ignored: their order is unknown.
        """
        changes = self.data.apply_missed(events, dt_util.utcnow())
        for change in changes:
            self._follow_up(change)
        self.async_notify(key for change in changes for key in change.keys)

    @callback
    def async_caught_up(self, complete_until: datetime, *, without: frozenset[str]) -> None:
        """Mark the event history as complete up to this time, except for some homes."""
        self.data.events.complete_until = complete_until
        self.async_notify(self.data.confirm(dt_util.utcnow(), without=without))
        self.store.save_soon()
        self.refresher.plan()

    @callback
    def _follow_up(self, change: Change) -> None:
        """Do what an event requires besides the notification."""
        if change.reveals:
            self._notify_new()
        self.refresher.plan_after(change)
        self.store.save_soon()

    @callback
    def _send_event(self, change: Change) -> None:
        """Send a current event to the event entities of its home and its Point, and to triggers."""
        for key in filter(None, (change.device_id, change.home_id)):
            async_dispatcher_send(self.hass, event_signal(self.config_entry.entry_id, key), change)
        async_dispatcher_send(self.hass, SIGNAL_EVENT, self, change)
