"""The file of what an account's events have said: it survives a restart."""

from collections.abc import Callable
import logging

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .minut.json_values import Json

_LOGGER = logging.getLogger(__name__)

VERSION = 1
SAVED_AFTER = 10
"""Seconds within which something new is written."""


class Memory:
    """One account's file."""

    def __init__(
        self, hass: HomeAssistant, entry_id: str, dump: Callable[[], dict[str, Json]]
    ) -> None:
        self._store = _store(hass, entry_id)
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

    @callback
    def save_soon(self) -> None:
        """Write within some seconds; steady events do not put it off."""
        if not self._is_due and not self._is_closed:
            self._is_due = True
            self._store.async_delay_save(self._dump_due, SAVED_AFTER)

    async def async_close(self) -> None:
        """Write for the last time."""
        self._is_closed = True
        await self._store.async_save(self._dump())

    @callback
    def _dump_due(self) -> dict[str, Json]:
        self._is_due = False
        return self._dump()


async def async_forget(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the file of an account that is removed."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Json]]:
    return Store(hass, VERSION, f"{DOMAIN}.{entry_id}", private=True)
