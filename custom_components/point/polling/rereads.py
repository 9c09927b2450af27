"""Reads one home or one Point again, soon but not too often."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..minut.exceptions import MinutError

_LOGGER = logging.getLogger(__name__)

RETRIES = tuple(timedelta(seconds=seconds) for seconds in (15, 60, 240))
"""After so long a read that failed is tried again; then the next poll has to tell."""
BUSY = timedelta(seconds=5)


class Rereads:
    """Coalesces the wishes to read the same thing again: at most one read in `every`."""

    def __init__[T](
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[T],
        read: Callable[[str], Awaitable[None]],
        *,
        every: timedelta,
    ) -> None:
        self._hass = hass
        self._spawn = entry.async_create_background_task
        self._read = read
        self._every = every
        self._read_at: dict[str, datetime] = {}
        self._due: dict[str, tuple[datetime, CALLBACK_TYPE]] = {}
        self._running: set[str] = set()
        self._failures: dict[str, int] = {}
        self._is_closed = False
        entry.async_on_unload(self._close)

    @callback
    def request(self, key: str, at: datetime) -> None:
        """Read this home or Point at that time; an earlier wish stands."""
        if self._is_closed:
            return
        last = self._read_at.get(key)
        if last and last <= dt_util.utcnow():  # else the clock has been put back
            at = max(at, last + self._every)
        if key in self._due:
            due, cancel = self._due[key]
            if due <= at:
                return
            cancel()

        @callback
        def start(_now: datetime) -> None:
            del self._due[key]
            if key in self._running:  # its answer may be older than the wish
                self.request(key, dt_util.utcnow() + BUSY)
                return
            self._read_at[key] = dt_util.utcnow()
            self._spawn(self._hass, self._attempt(key), name="Minut reread", eager_start=True)

        self._due[key] = at, async_track_point_in_utc_time(self._hass, start, at)

    async def _attempt(self, key: str) -> None:
        self._running.add(key)
        try:
            await self._read(key)
        except MinutError as error:
            _LOGGER.debug("Reading again failed: %s", error)
            self._try_again(key)
        else:
            self._failures.pop(key, None)
        finally:
            self._running.discard(key)

    @callback
    def _try_again(self, key: str) -> None:
        failures = self._failures.pop(key, 0)
        if failures < len(RETRIES):
            self._failures[key] = failures + 1
            self.request(key, dt_util.utcnow() + RETRIES[failures])

    @callback
    def _close(self) -> None:
        self._is_closed = True
        for _, cancel in self._due.values():
            cancel()
        self._due.clear()
