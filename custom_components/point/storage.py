"""The file of what an account's events have said: it survives a restart."""

from collections.abc import Callable
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .minut.parsing import Json

_LOGGER = logging.getLogger(__name__)

VERSION = 1
SAVED_AFTER = 10
"""Seconds within which something new is written."""


IS_COMPLETE = "is_complete"
"""Whether nothing has been told since: not after a crash."""


class AccountStore:
    """One account's file."""

    def __init__[T](
        self, hass: HomeAssistant, entry: ConfigEntry[T], dump: Callable[[], dict[str, Json]]
    ) -> None:
        self._hass = hass
        self._on_unload = entry.async_on_unload
        self._store = _store(hass, entry.entry_id)
        self._dump = dump
        self._is_due = False
        self._is_closed = False

    async def async_load(self) -> Json:
        """Return what an earlier run knew; None at first.

        A file that is none of ours costs what it would have told, and is written anew.
        """
        try:
            return await self._store.async_load()
        except Exception:  # noqa: BLE001 # Home Assistant takes the shape of its files for granted
            _LOGGER.warning("The stored state of an account cannot be read, and is made anew")
            return None

    async def async_open(self) -> None:
        """Write down that from now on more may be known than the file says."""
        stop = self._hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._on_stop)
        self._on_unload(stop)
        await self._store.async_save(self._content())

    @callback
    def save_soon(self) -> None:
        """Write within some seconds; steady events do not put it off."""
        if not self._is_due and not self._is_closed:
            self._is_due = True
            self._store.async_delay_save(self._content_due, SAVED_AFTER)

    async def async_close(self) -> None:
        """Write for the last time."""
        self._is_closed = True
        await self._store.async_save(self._content())

    @callback
    def _on_stop(self, _event: Event) -> None:
        """Write once more when all else is over, for which Home Assistant waits."""
        self.save_soon()

    @callback
    def _content_due(self) -> dict[str, Json]:
        self._is_due = False
        return self._content()

    @callback
    def _content(self) -> dict[str, Json]:
        # What is to be saved while Home Assistant stops is asked for at the very end.
        return {**self._dump(), IS_COMPLETE: self._is_closed or self._hass.is_stopping}


async def async_forget(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the file of an account that is removed."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Json]]:
    return Store(hass, VERSION, f"{DOMAIN}.{entry_id}", private=True)
