"""Reads one home or one Point again, soon but not too often."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from .minut.errors import MinutError

_LOGGER = logging.getLogger(__name__)


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
        entry.async_on_unload(self._cancel)

    @callback
    def request(self, key: str, at: datetime) -> None:
        """Read this home or Point at that time; an earlier wish stands."""
        if last := self._read_at.get(key):
            at = max(at, last + self._every)
        if key in self._due:
            due, cancel = self._due[key]
            if due <= at:
                return
            cancel()

        @callback
        def start(_now: datetime) -> None:
            del self._due[key]
            self._read_at[key] = dt_util.utcnow()
            self._spawn(self._hass, self._attempt(key), name="Minut reread", eager_start=True)

        self._due[key] = at, async_track_point_in_utc_time(self._hass, start, at)

    async def _attempt(self, key: str) -> None:
        try:
            await self._read(key)
        except MinutError as error:  # the next poll tells the same
            _LOGGER.debug("Reading again failed: %s", error)

    @callback
    def _cancel(self) -> None:
        for _, cancel in self._due.values():
            cancel()
        self._due.clear()
