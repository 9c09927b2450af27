"""Reads of single homes and Points: after events, and when a known state expires.

A read follows an event that does not carry its value, the end of an alarm's grace period, and an
hour of silence about a noise disturbance. Momentary states end without a read.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
import logging

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..minut.exceptions import MinutError, is_gone
from ..minut.models import Device, Event, Home
from ..minut.rate_limit import Priority
from ..state.change import Change
from ..state.home import AlarmStatus
from ..state.noise import MAX_DURATION
from .account import Account
from .home_reader import HomeReader

_LOGGER = logging.getLogger(__name__)

RETRY_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (15, 60, 240))
"""Delays before a failed read is repeated. After the last one, the next poll has to suffice."""
BUSY_DELAY = timedelta(seconds=5)
"""Delay before a read that was requested while the same read was running."""

HOME_READ_INTERVAL = timedelta(seconds=2)
"""Minimum time between two reads of a home."""
DEVICE_READ_INTERVAL = timedelta(minutes=5)
"""Minimum time between two reads of a Point."""
DEVICE_READ_DELAY = timedelta(seconds=15)
"""Delay after which Minut should have the value that belongs to an event."""

MAX_LOGGED_STATUSES = 10
"""Maximum number of unknown alarm statuses that are logged, each once."""


class ReadScheduler:
    """Schedules reads by key. Requests for the same key are merged into one read."""

    def __init__(
        self, account: Account, read: Callable[[str], Awaitable[None]], *, interval: timedelta
    ) -> None:
        """Call `read` with a key, at most once per `interval` for the same key."""
        self._account = account
        self._read = read
        self._interval = interval
        self._read_at: dict[str, datetime] = {}
        self._due: dict[str, tuple[datetime, CALLBACK_TYPE]] = {}
        self._running: set[str] = set()
        self._failures: dict[str, int] = {}
        account.config_entry.async_on_unload(self._cancel)

    @callback
    def request(self, key: str, at: datetime) -> None:
        """Schedule a read, unless an earlier one is scheduled already."""
        if self._account.is_closing:
            return
        last = self._read_at.get(key)
        if last and last <= dt_util.utcnow():  # otherwise the clock was set back
            at = max(at, last + self._interval)
        if key in self._due:
            due, cancel = self._due[key]
            if due <= at:
                return
            cancel()

        @callback
        def start(_now: datetime) -> None:
            del self._due[key]
            if key in self._running:  # its answer may be older than the request
                self.request(key, dt_util.utcnow() + BUSY_DELAY)
                return
            self._read_at[key] = dt_util.utcnow()
            self._account.config_entry.async_create_background_task(
                self._account.hass, self._attempt(key), name="Minut refresh", eager_start=True
            )

        self._due[key] = at, async_track_point_in_utc_time(self._account.hass, start, at)

    async def _attempt(self, key: str) -> None:
        self._running.add(key)
        try:
            await self._read(key)
        except MinutError as error:
            _LOGGER.debug("Refreshing a single home or Point failed: %s", error)
            self._retry(key)
        else:
            self._failures.pop(key, None)
        finally:
            self._running.discard(key)

    @callback
    def _retry(self, key: str) -> None:
        failures = self._failures.pop(key, 0)
        if failures < len(RETRY_DELAYS):
            self._failures[key] = failures + 1
            self.request(key, dt_util.utcnow() + RETRY_DELAYS[failures])

    @callback
    def _cancel(self) -> None:
        for _, cancel in self._due.values():
            cancel()
        self._due.clear()


class Refresher:
    """Keeps single homes and Points of an account current between two polls."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._state = account.data
        self.command_reader = HomeReader(account, self._merge_home, Priority.COMMAND)
        """Reads homes after commands."""
        reader = HomeReader(account, self._merge_home, Priority.STATE)
        self._homes = ReadScheduler(account, reader.async_read, interval=HOME_READ_INTERVAL)
        self._devices = ReadScheduler(account, self._read_device, interval=DEVICE_READ_INTERVAL)
        self._noise_checks = ReadScheduler(account, self._check_noise, interval=timedelta(0))
        self._logged_statuses: set[str] = set()
        self._expiry: tuple[datetime, CALLBACK_TYPE] | None = None
        account.config_entry.async_on_unload(self._cancel_expiry)

    @callback
    def plan(self) -> None:
        """Schedule what any home or Point needs, after a poll."""
        self._schedule_expiry()
        for home_id in self._state.homes:
            self._watch_home(home_id)

    @callback
    def plan_after(self, change: Change) -> None:
        """Schedule what is needed after an event."""
        self._schedule_expiry()
        if change.home_id:
            self._watch_home(change.home_id)
        if change.home_to_read:
            self.read_home_soon(change.home_to_read)
        if change.device_to_read:
            self.read_device_later(change.device_to_read)

    @callback
    def _watch_home(self, home_id: str) -> None:
        self._schedule_noise_check(home_id)
        self._watch_alarm(home_id)

    # Homes

    @callback
    def read_home_soon(self, home_id: str, *, delay: timedelta = timedelta(0)) -> None:
        """Schedule a read of a home after a delay, or as soon after it as the interval allows."""
        self._homes.request(home_id, dt_util.utcnow() + delay)

    @callback
    def _merge_home(self, home: Home, asked_at: datetime) -> None:
        """Update a home from a single read, unless it was removed meanwhile."""
        if home.id in self._state.homes and not self._account.is_closing:
            self._account.async_notify(self._state.merge_home(home, asked_at))
            self._watch_alarm(home.id)

    @callback
    def _watch_alarm(self, home_id: str) -> None:
        """Schedule a read for the end of a grace period. Log an unknown alarm status once."""
        home = self._state.homes[home_id]
        if read_at := home.next_read_at:
            self._homes.request(home_id, read_at)
        status = home.polled.alarm_status
        if not status or status in AlarmStatus or status in self._logged_statuses:
            return
        if len(self._logged_statuses) < MAX_LOGGED_STATUSES:
            self._logged_statuses.add(status)
            _LOGGER.warning("Minut reports an unknown alarm status: %.40r", status)

    # Points

    @callback
    def read_device_later(self, device_id: str) -> None:
        """Schedule a read of a Point for when Minut should have stored what happened."""
        self._devices.request(device_id, dt_util.utcnow() + DEVICE_READ_DELAY)

    async def _read_device(self, device_id: str) -> None:
        asked_at = dt_util.utcnow()
        self.merge_device(await self._account.client.device(device_id), asked_at)

    @callback
    def merge_device(self, device: Device, asked_at: datetime) -> None:
        """Update a Point from a single read, unless it was removed meanwhile."""
        if device.id in self._state.devices and not self._account.is_closing:
            self._account.async_notify(self._state.merge_device(device, asked_at))

    # Noise

    @callback
    def _schedule_noise_check(self, home_id: str) -> None:
        if due := self._state.homes[home_id].disturbance.next_check:
            self._noise_checks.request(home_id, due)

    async def _check_noise(self, home_id: str) -> None:
        """Check a disturbance against the home's events: the message of its end may be lost."""
        now = dt_util.utcnow()
        home = self._state.homes.get(home_id)
        due = home.disturbance.next_check if home else None
        if due is None:
            return
        if due <= now:
            events: Iterable[Event] | None
            since = now - MAX_DURATION
            try:
                events = (await self._account.client.home_events(home_id, start_at=since)).items
            except MinutError as error:
                _LOGGER.debug("Cannot read the events of a home: %s", error)
                events = () if is_gone(error) else None
            self._account.async_notify(self._state.settle_noise(home_id, events, now))
            self._account.store.save_soon()
        if home_id in self._state.homes:
            self._schedule_noise_check(home_id)

    # Momentary states

    @callback
    def _schedule_expiry(self) -> None:
        """Keep one timer, for the momentary state that ends first."""
        expiry = self._state.next_expiry
        if self._expiry and self._expiry[0] == expiry:
            return
        self._cancel_expiry()
        if expiry:
            cancel = async_track_point_in_utc_time(self._account.hass, self._on_expiry, expiry)
            self._expiry = expiry, cancel

    @callback
    def _on_expiry(self, _now: datetime) -> None:
        self._expiry = None
        self._account.async_notify(self._state.end_expired(dt_util.utcnow()))
        self._schedule_expiry()

    @callback
    def _cancel_expiry(self) -> None:
        if self._expiry:
            self._expiry[1]()
            self._expiry = None
