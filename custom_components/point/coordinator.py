"""When to ask the cloud; owner of the AccountState; tells only the entities concerned."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from . import schedule
from .account import AccountState, Change, event_time
from .const import DOMAIN
from .devices import Devices
from .disturbance import LONGEST
from .home_state import AlarmStatus
from .memory import Memory
from .minut.budget import Priority
from .minut.client import MinutClient
from .minut.errors import (
    MinutError,
    MinutForbiddenError,
    MinutUnauthorizedError,
    MinutUnreachableError,
)
from .minut.json_values import Json, mapping
from .minut.models import Event
from .progress import Progress
from .rereads import Rereads

_LOGGER = logging.getLogger(__name__)

TOLERATED_FAILURES = 2
"""So many polls in a row may fail before the entities become unavailable."""
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
FURTHEST = timedelta(hours=1)
"""No poll is ever planned for later."""
SOON = timedelta(seconds=5)
"""What is due so soon goes along with a poll."""

HOME_READ_EVERY = timedelta(seconds=2)
DEVICE_READ_EVERY = timedelta(minutes=5)
DEVICE_READ_AFTER = timedelta(seconds=15)

MAX_UNKNOWN = 10
"""So many words that are not known here are logged."""

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
        self.data = AccountState()
        self.devices = Devices(hass, entry.entry_id)
        self._push_works = False
        self._is_ready = False
        self._failures = 0
        self._devices_due = self._homes_due = dt_util.utc_from_timestamp(0)
        self._changed: set[str] = set()
        self._was_available = True
        self._listeners_of: dict[str, list[CALLBACK_TYPE]] = {}
        self._on_new: list[CALLBACK_TYPE] = []
        self._home_rereads = Rereads(hass, entry, self._read_home, every=HOME_READ_EVERY)
        self._device_rereads = Rereads(hass, entry, self._read_device, every=DEVICE_READ_EVERY)
        self._unknown_alarms: set[str] = set()
        self._noise_checks = Rereads(hass, entry, self._check_noise, every=timedelta(0))
        self.history = Progress()
        self.memory = Memory(hass, entry.entry_id, self._dump)
        self._event_listeners: dict[str, list[EventListener]] = {}
        self._expiry: tuple[datetime, CALLBACK_TYPE] | None = None
        entry.async_on_unload(self._cancel_expiry)

    # What survives a restart

    @override
    async def _async_setup(self) -> None:
        stored = await self.memory.async_load()
        self.data.load(stored)
        self.history.load(mapping(stored).get("history"))

    def _dump(self) -> dict[str, Json]:
        return {**self.data.dump(), "history": self.history.dump()}

    # Polling

    @override
    async def _async_update_data(self) -> AccountState:
        try:
            await self._poll()
        except MinutUnauthorizedError as error:
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key="unauthorized"
            ) from error
        except MinutError as error:
            self._absorb(error)
        else:
            self._accept_poll()
        return self.data

    async def _poll(self) -> None:
        """Ask for the homes and the devices, whichever are due."""
        state = self.data
        if self._is_due(self._homes_due):
            asked_at = dt_util.utcnow()
            self._changed |= state.merge_homes(await self.client.homes(), asked_at)
            self._homes_due = schedule.homes_due(state, asked_at)
        if self._is_due(self._devices_due):
            asked_at = dt_util.utcnow()
            self._changed |= state.merge_devices(await self.client.devices(), asked_at)
            self._devices_due = schedule.devices_due(state, asked_at)

    def _is_due(self, due: datetime) -> bool:
        """Tell whether it is time; what is far ahead is of a clock that has been put back."""
        return not SOON < due - dt_util.utcnow() <= FURTHEST

    @callback
    def _accept_poll(self) -> None:
        now = dt_util.utcnow()
        self._failures = 0
        self._is_ready = True
        self.update_interval = max(min(self._devices_due, self._homes_due) - now, SOON)
        self.devices.update(self.data, now)
        self._announce()
        self._expect_expiry()
        if self.data.is_caught_up:  # of a home that appears now nothing was missed
            self._changed |= self.data.confirm(now)
        for home_id in self.data.homes:
            self._watch_alarm(home_id)
            self._expect_noise_check(home_id)

    def _absorb(self, error: MinutError) -> None:
        """Go on with what is known after the first failures; raise when they go on, or at first."""
        self._failures += 1
        asked = error.retry_after if isinstance(error, MinutUnreachableError) else None
        retry = min(FIRST_RETRY * 2 ** min(self._failures - 1, 10), LONGEST_RETRY)
        self.update_interval = max(retry, timedelta(seconds=asked or 0))
        if self._is_ready and self._failures <= TOLERATED_FAILURES:
            return
        is_forbidden = isinstance(error, MinutForbiddenError)
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
        listeners = self._listeners_of.setdefault(context, [])
        listeners.append(update_callback)

        @callback
        def remove_listener() -> None:
            listeners.remove(update_callback)
            remove()

        return remove_listener

    @override
    @callback
    def async_update_listeners(self) -> None:
        changed, self._changed = self._changed, set()
        if self._was_available == self.last_update_success:
            self._tell(changed)
        else:
            self._was_available = self.last_update_success
            super().async_update_listeners()

    @callback
    def async_on_new(self, announce: CALLBACK_TYPE) -> None:
        """Call `announce` now and after each poll: there may be homes or Points to add."""
        self._on_new.append(announce)
        self.config_entry.async_on_unload(lambda: self._on_new.remove(announce))
        announce()

    @callback
    def _announce(self) -> None:
        for announce in self._on_new:
            announce()

    @callback
    def _tell(self, keys: Iterable[str]) -> None:
        for key in keys:
            for listener in tuple(self._listeners_of.get(key, ())):
                try:
                    listener()
                except Exception:  # one entity's trouble never harms another
                    _LOGGER.exception("An entity could not be updated")

    # Push

    @property
    def push_works(self) -> bool:
        """Tell whether events arrive; where not, nothing is known of what only they tell."""
        return self._push_works

    @push_works.setter
    def push_works(self, works: bool) -> None:
        if works != self._push_works:
            self._push_works = works
            super().async_update_listeners()

    @callback
    def async_add_event_listener(self, key: str, listener: EventListener) -> CALLBACK_TYPE:
        """Call `listener` once for each accepted event of a home or Point that just happened."""
        listeners = self._event_listeners.setdefault(key, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    @callback
    def async_apply(self, event: Event) -> Change | None:
        """Take a pushed event; return what it did, or None where it came before."""
        now = dt_util.utcnow()
        if self.data.is_known(event):
            return None
        self._tell(self.data.interrupt(event, now))
        change = self.data.apply(event, now)
        self._tell(change.keys)
        self._follow_up(change, now)
        if change.is_current:
            for key in {change.device_id, change.home_id} - {None}:
                for listener in tuple(self._event_listeners.get(key or "", ())):
                    listener(change)
        return change

    @callback
    def async_apply_missed(self, events: Iterable[Event]) -> None:
        """Take events that were fetched: the state after all of them shows, and starts nothing."""
        now = dt_util.utcnow()
        keys: set[str] = set()
        for event in sorted(events, key=lambda event: event_time(event, now)):
            change = self.data.apply(event, now, is_delivered=False)
            keys |= change.keys
            self._follow_up(change, now)
        self._tell(keys)

    @callback
    def _follow_up(self, change: Change, now: datetime) -> None:
        """Do what an event calls for, beside telling of it."""
        if change.reveals:
            self._announce()
        self._expect_expiry()
        self.memory.save_soon()
        if change.home_id:
            self._expect_noise_check(change.home_id)
            self._watch_alarm(change.home_id)
        if change.home_to_read:
            self._home_rereads.request(change.home_to_read, now)
        if change.device_to_read:
            self._device_rereads.request(change.device_to_read, now + DEVICE_READ_AFTER)

    # Noise

    @callback
    def async_confirm(self) -> None:
        """Trust what is known: what was missed has been fetched."""
        self._tell(self.data.confirm(dt_util.utcnow()))
        for home_id in self.data.homes:
            self._expect_noise_check(home_id)

    @callback
    def _expect_noise_check(self, home_id: str) -> None:
        if due := self.data.homes[home_id].disturbance.next_check:
            self._noise_checks.request(home_id, due)

    async def _check_noise(self, home_id: str) -> None:
        """Ask for a home's events when long nothing was heard of its disturbance."""
        now = dt_util.utcnow()
        home = self.data.homes.get(home_id)
        due = home.disturbance.next_check if home else None
        if due is None:
            return
        if due <= now:
            try:
                events = await self.client.home_events(home_id, start_at=now - LONGEST)
            except MinutError as error:
                _LOGGER.debug("Events of a home could not be read: %s", error)
                events = ()
            self._tell(self.data.settle_noise(home_id, events, now))
            self.memory.save_soon()
        if home_id in self.data.homes:
            self._expect_noise_check(home_id)

    # Commands

    async def async_set_alarm(self, home_id: str, *, armed: bool) -> None:
        """Arm or disarm a home and read what became of it. Raises MinutError.

        Where only the reading fails, the wish is fulfilled all the same: it is read again soon.
        """
        try:
            await self.client.set_alarm(home_id, armed=armed)
        except MinutUnauthorizedError:
            self.config_entry.async_start_reauth(self.hass)
            raise
        try:
            await self._read_home(home_id, Priority.COMMAND)
        except MinutError as error:
            _LOGGER.debug("The switched home could not be read: %s", error)
        home = self.data.homes.get(home_id)
        if home is None or (home.home.alarm_status == AlarmStatus.OFF) is armed:
            self._home_rereads.request(home_id, dt_util.utcnow() + HOME_READ_EVERY)

    # Reading one thing again

    async def _read_home(self, home_id: str, priority: Priority = Priority.STATE) -> None:
        asked_at = dt_util.utcnow()
        home = await self.client.home(home_id, priority=priority)
        if home_id in self.data.homes and not self._shutdown_requested:
            self._tell(self.data.merge_home(home, asked_at))
            self._watch_alarm(home_id)

    async def _read_device(self, device_id: str) -> None:
        asked_at = dt_util.utcnow()
        device = await self.client.device(device_id)
        if device_id in self.data.devices and not self._shutdown_requested:
            self._tell(self.data.merge_device(device, asked_at))

    @callback
    def _watch_alarm(self, home_id: str) -> None:
        """Look at a home again when its grace period ends; tell once of a word we do not know."""
        home = self.data.homes[home_id]
        if look_at := home.next_look_at:
            self._home_rereads.request(home_id, look_at)
        status = home.home.alarm_status
        is_news = len(self._unknown_alarms) < MAX_UNKNOWN and status not in self._unknown_alarms
        if status and status not in AlarmStatus and is_news:
            self._unknown_alarms.add(status)
            _LOGGER.warning("Minut reports an alarm status that is not known here: %.40r", status)

    # What ends by itself

    @callback
    def _expect_expiry(self) -> None:
        """Keep one timer: for the earliest end."""
        expiry = self.data.next_expiry
        if self._expiry and self._expiry[0] == expiry:
            return
        self._cancel_expiry()
        if expiry:
            cancel = async_track_point_in_utc_time(self.hass, self._on_expiry, expiry)
            self._expiry = expiry, cancel

    @callback
    def _on_expiry(self, _now: datetime) -> None:
        self._expiry = None
        self._tell(self.data.end_expired(dt_util.utcnow()))
        self._expect_expiry()

    @callback
    def _cancel_expiry(self) -> None:
        if self._expiry:
            self._expiry[1]()
            self._expiry = None
