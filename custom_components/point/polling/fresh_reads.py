"""Reads one home or one Point anew, where something has happened to it."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..minut.client import MinutClient
from ..minut.models import Device
from ..minut.rate_limit import Priority
from ..state.account import AccountState
from ..state.home import AlarmStatus
from .rereads import Rereads

_LOGGER = logging.getLogger(__name__)

HOME_READ_EVERY = timedelta(seconds=2)
DEVICE_READ_EVERY = timedelta(minutes=5)
DEVICE_READ_AFTER = timedelta(seconds=15)

MAX_UNKNOWN = 10
"""So many words that are not known here are logged."""


class FreshReads:
    """The homes and Points of an account, one by one; `tell` learns which keys changed."""

    def __init__[T](
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[T],
        client: MinutClient,
        state: AccountState,
        tell: Callable[[Iterable[str]], None],
    ) -> None:
        self._client = client
        self._state = state
        self._tell = tell
        self._homes = Rereads(hass, entry, self.read_home, every=HOME_READ_EVERY)
        self._devices = Rereads(hass, entry, self._read_device, every=DEVICE_READ_EVERY)
        self._unknown_alarms: set[str] = set()
        self._is_closed = False
        entry.async_on_unload(self._close)

    @callback
    def read_home_soon(self, home_id: str, *, after: timedelta = timedelta(0)) -> None:
        """Read a home so long from now, or as soon after that as it may be."""
        self._homes.request(home_id, dt_util.utcnow() + after)

    @callback
    def read_device_later(self, device_id: str) -> None:
        """Read a Point when Minut has had the time to note what happened."""
        self._devices.request(device_id, dt_util.utcnow() + DEVICE_READ_AFTER)

    async def read_home(self, home_id: str, priority: Priority = Priority.STATE) -> None:
        """Read a home now. Raises MinutError."""
        asked_at = dt_util.utcnow()
        home = await self._client.home(home_id, priority=priority)
        if home_id in self._state.homes and not self._is_closed:
            self._tell(self._state.merge_home(home, asked_at))
            self.watch_alarm(home_id)

    async def _read_device(self, device_id: str) -> None:
        asked_at = dt_util.utcnow()
        self.take_device(await self._client.device(device_id), asked_at)

    @callback
    def take_device(self, device: Device, asked_at: datetime) -> None:
        """Take a Point as it was read; one that is gone meanwhile stays gone."""
        if device.id in self._state.devices and not self._is_closed:
            self._tell(self._state.merge_device(device, asked_at))

    @callback
    def watch_alarm(self, home_id: str) -> None:
        """Look at a home again when its grace period ends; tell once of a word we do not know."""
        home = self._state.homes[home_id]
        if look_at := home.next_look_at:
            self._homes.request(home_id, look_at)
        status = home.polled.alarm_status
        is_news = len(self._unknown_alarms) < MAX_UNKNOWN and status not in self._unknown_alarms
        if status and status not in AlarmStatus and is_news:
            self._unknown_alarms.add(status)
            _LOGGER.warning("Minut reports an alarm status that is not known here: %.40r", status)

    @callback
    def _close(self) -> None:
        self._is_closed = True
