"""When to ask the cloud; owner of the AccountState; tells only the entities concerned."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .audience import Audience
from .commands.home import HomeCommands
from .commands.thresholds import ThresholdCommands
from .const import CONF_EXCLUDED_HOMES, DOMAIN
from .issues import Issue, async_clear_issues, async_raise_issue
from .minut.client import MinutClient
from .minut.exceptions import (
    MinutError,
    MinutForbiddenError,
    MinutUnauthorizedError,
    MinutUnreachableError,
)
from .minut.models import Event
from .minut.parsing import Json, mapping
from .polling.poller import Poller
from .polling.refresh import FollowUps
from .polling.stays import StayPoller
from .registry.devices import Devices
from .registry.entity_ids import EntityIds
from .registry.entity_limit import EntityLimit
from .state.account import AccountState, Change
from .state.counts import Count, count_all
from .state.events import event_time
from .state.import_progress import ImportProgress
from .state.push import PushStatus
from .state.stays import StayEvent
from .storage import IS_COMPLETE, AccountStore

_LOGGER = logging.getLogger(__name__)

RECOUNT_COOLDOWN = 1
"""Minimum seconds between two counts of an account that changes."""

TOLERATED_FAILURES = 2
"""So many polls in a row may fail before the entities become unavailable."""

type AskForProof = Callable[[], Awaitable[Awaitable[bool]]]
"""Has Minut send a sample event; what comes of it tells whether it arrived."""
type EventListener = Callable[[Change], None]
type PointConfigEntry = ConfigEntry[PointCoordinator]


class PointCoordinator(DataUpdateCoordinator[AccountState]):
    """One account.

    Listeners pass their key as context: a home's or a Point's id. They are called when what is
    known of that key changes, and all of them when the cloud is lost or found.
    """

    config_entry: PointConfigEntry

    def __init__(self, hass: HomeAssistant, entry: PointConfigEntry, client: MinutClient) -> None:
        super().__init__(hass, _LOGGER, config_entry=entry, name="Minut")
        self.client = client
        self.data = AccountState(excluded_homes=entry.options.get(CONF_EXCLUDED_HOMES, ()))
        self.counts: Mapping[Count, int] = {}
        self._recount = Debouncer(
            hass, _LOGGER, cooldown=RECOUNT_COOLDOWN, immediate=True, function=self._count
        )
        entry.async_on_unload(self._recount.async_shutdown)
        self.devices = Devices(hass, entry.entry_id, account_id=self.account_id)
        self.entity_ids = EntityIds(hass, entry, self.devices)
        self.entity_limit = EntityLimit(hass, entry)
        self.push = PushStatus()
        self.events_are_fetched = False
        self.async_ask_for_proof: AskForProof | None = None
        self._heard = (False, False)
        self._on_push_change: list[CALLBACK_TYPE] = []
        self._is_ready = False
        self.is_closed = False
        """Whether the entities are going or gone: nothing is taken, and none is added."""
        self._polls = Poller(hass, entry, client, self.data)
        self._timetable = self._polls.timetable
        self._was_available = True
        self._entities = Audience[()]()
        self._on_new: list[CALLBACK_TYPE] = []
        self.history = ImportProgress()
        self.memory = AccountStore(hass, entry, self._dump)
        self._follow_ups = FollowUps(
            hass,
            entry,
            client,
            self.data,
            tell=self._tell,
            save=self.memory.save_soon,
        )
        reads = self._follow_ups.reads
        self.switches = HomeCommands(client, self.data, reads)
        self.thresholds = ThresholdCommands(
            client, take=reads.take_device, read_later=reads.read_device_later
        )
        self.stays = StayPoller(
            hass,
            entry,
            client,
            homes=lambda: self.data.homes,
            tell=self._tell,
            happen=self._tell_of_stay,
            save=self.memory.save_soon,
        )
        self._event_entities = Audience[Change]()

    # What survives a restart

    @override
    async def _async_setup(self) -> None:
        stored = await self.memory.async_load()
        self.data.load(stored)
        if mapping(stored).get(IS_COMPLETE) is False:
            self.data.received.doubt_before(dt_util.utcnow())
        self.push.load(mapping(stored).get("push"))
        self.stays.load(mapping(stored).get("stays"))
        self.history.load(mapping(stored).get("history"))

    def _dump(self) -> dict[str, Json]:
        return {
            **self.data.dump(),
            "push": self.push.dump(),
            "stays": self.stays.dump(),
            "history": self.history.dump(),
        }

    # Polling

    @override
    async def _async_update_data(self) -> AccountState:
        try:
            await self._polls.async_poll()
        except MinutError as error:
            if not self.is_closed:
                self._absorb(error)
        else:
            if not self.is_closed:
                self._accept_poll()
        return self.data

    @override
    async def async_request_refresh(self) -> None:
        """Ask for everything, as somebody wants to know; once in a minute is enough.

        While polls fail, the next one comes earlier; pauses that were asked for are kept.
        """
        now = dt_util.utcnow()
        if self._timetable.failures:
            self._bring_forward(self._timetable.retry_soon(now))
        else:
            self._timetable.hasten(now)
            await super().async_request_refresh()

    @callback
    def _accept_poll(self) -> None:
        now = dt_util.utcnow()
        self._is_ready = True
        self.update_interval = self._timetable.after_success(now)
        async_clear_issues(self.hass, self.config_entry, Issue.NO_API_ACCESS)
        self.devices.update(self.data, now)
        self.entity_limit.update(self.data)
        self._announce()
        if self.data.is_caught_up:  # of a home that appears now nothing was missed
            self._polls.changed |= self.data.confirm(now)
        self._follow_ups.plan()

    def _absorb(self, error: MinutError) -> None:
        """Go on with what is known after the first failures; raise when they go on, or at first."""
        if isinstance(error, MinutUnauthorizedError):
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key="unauthorized"
            ) from error
        asked = error.retry_after if isinstance(error, MinutUnreachableError) else None
        self.update_interval = self._timetable.after_failure(dt_util.utcnow(), asked)
        if self._is_ready and self._timetable.failures <= TOLERATED_FAILURES:
            return
        is_forbidden = isinstance(error, MinutForbiddenError)
        if is_forbidden:
            async_raise_issue(self.hass, self.config_entry, Issue.NO_API_ACCESS)
        raise UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="no_api_access" if is_forbidden else "cloud_unreachable",
            translation_placeholders={"reason": str(error)},
            # Home Assistant's own retry of a set-up is asked for patience only by the cloud.
            retry_after=self.update_interval.total_seconds() if self._is_ready else asked,
        ) from error

    # Who is told

    @override
    @callback
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: object = None
    ) -> CALLBACK_TYPE:
        remove = super().async_add_listener(update_callback, context)
        if not isinstance(context, str):
            return remove
        forget = self._entities.add(context, update_callback)

        @callback
        def remove_listener() -> None:
            forget()
            remove()

        return remove_listener

    @override
    @callback
    def async_update_listeners(self) -> None:
        changed, self._polls.changed = self._polls.changed, set()
        if self._was_available == self.last_update_success:
            self._tell(changed)
        else:
            self.counts = count_all(self.data)
            self._was_available = self.last_update_success
            super().async_update_listeners()

    @callback
    def _tell(self, keys: Iterable[str]) -> None:
        """Tell the entities of these homes and Points, and count again."""
        if keys := tuple(keys):
            self._entities.tell(keys)
            self._recount.async_schedule_call()

    @callback
    def _count(self) -> None:
        """Count the account; update the sensors of the counts that changed."""
        before, self.counts = self.counts, count_all(self.data)
        changed = [count for count in Count if self.counts.get(count) != before.get(count)]
        self._entities.tell(changed)

    @callback
    def async_on_new(self, announce: CALLBACK_TYPE) -> None:
        """Call `announce` now and after each poll: there may be homes or Points to add."""
        self._on_new.append(announce)
        self.config_entry.async_on_unload(lambda: self._on_new.remove(announce))
        announce()

    @callback
    def _announce(self) -> None:
        if not self.is_closed:
            for announce in self._on_new:
                announce()

    # Push

    @property
    def account_id(self) -> str:
        """Return the key of the account itself: its id at Minut."""
        return self.config_entry.unique_id or self.config_entry.entry_id

    @property
    def push_works(self) -> bool:
        """Tell whether events arrive at once; where not, momentary states are not known."""
        return self.push.works

    @property
    def knows_events(self) -> bool:
        """Tell whether events arrive at all: at once, or fetched with the polls."""
        return self.push.works or self.events_are_fetched

    @callback
    def async_on_push_change(self, listener: CALLBACK_TYPE) -> None:
        """Call `listener` whenever more is known of the way from Minut."""
        self._on_push_change.append(listener)
        self.config_entry.async_on_unload(lambda: self._on_push_change.remove(listener))

    @callback
    def async_push_changed(self) -> None:
        """Tell whom it concerns what is known now of the way from Minut."""
        heard = (self.push_works, self.knows_events)
        if heard == self._heard:
            self._entities.tell([self.account_id])
        else:
            self._heard = heard
            super().async_update_listeners()
        self.memory.save_soon()
        for listener in tuple(self._on_push_change):
            listener()

    @callback
    def async_add_event_listener(self, key: str, listener: EventListener) -> CALLBACK_TYPE:
        """Call `listener` once for each accepted event of a home or Point that just happened."""
        return self._event_entities.add(key, listener)

    @callback
    def async_apply(self, event: Event) -> Change | None:
        """Take a pushed event; return what it did, or None where it came before."""
        now = dt_util.utcnow()
        if self.data.received.is_known(event):
            return None
        self._tell(self.data.interrupt(event, now))
        change = self.data.apply(event, now)
        self._tell(change.keys)
        self._follow_up(change)
        self._bring_forward(self._timetable.after_event(self.data.unknown_ids(event), now))
        if change.is_current:
            self._tell_of_event(change)
        return change

    @callback
    def _bring_forward(self, wait: timedelta | None) -> None:
        """Poll so long from now, if that is sooner than planned."""
        if wait is not None:
            self.update_interval = wait
            self._schedule_refresh()

    @callback
    def _tell_of_event(self, change: Change) -> None:
        concerned = {key for key in (change.device_id, change.home_id) if key}
        self._event_entities.tell(concerned, change)

    @callback
    def _tell_of_stay(self, home_id: str, kind: StayEvent, at: datetime) -> None:
        """Let a home's event entity show what our clock tells, and no delivery of Minut."""
        event = Event(id=None, type=kind, created_at=at, home_id=home_id)
        if self.data.received.is_news(event, dt_util.utcnow()):
            self._tell_of_event(Change(event=event, at=at, is_current=True, home_id=home_id))

    @callback
    def async_apply_missed(self, events: Iterable[Event]) -> None:
        """Take events that were fetched: the state after all of them shows, and starts nothing.

        Of those without a time nobody knows what came after them.
        """
        now, is_applied = dt_util.utcnow(), self.data.received.is_applied
        news = [event for event in events if event.created_at and not is_applied(event)]
        keys: set[str] = set()
        for event in sorted(news, key=lambda event: event_time(event, now)):
            change = self.data.apply(event, now, is_delivered=False)
            keys |= change.keys
            self._follow_up(change)
        self._tell(keys)

    @callback
    def async_caught_up(self, complete_until: datetime) -> None:
        """Trust what is known: all events up to then have been applied."""
        self.data.received.complete_until = complete_until
        self._tell(self.data.confirm(dt_util.utcnow()))
        self.memory.save_soon()
        self._follow_ups.plan()

    @callback
    def _follow_up(self, change: Change) -> None:
        """Do what an event calls for, beside telling of it."""
        if change.reveals:
            self._announce()
        self._follow_ups.plan_after(change)
        self.memory.save_soon()
