"""The stored state of an account: what has to survive a restart, in one file per entry."""

from collections.abc import Callable
import logging
from typing import Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .minut.parsing import Json, mapping

_LOGGER = logging.getLogger(__name__)

VERSION = 1
SAVE_DELAY = 15 * 60
"""Maximum delay in seconds before a change is written. An SD card wears out with each write, so
the delay is that of Home Assistant's own restored states.
"""


class StoredState(Protocol):
    """A part of the account that survives a restart."""

    def dump(self) -> dict[str, Json]:
        """Return what to store."""

    def load(self, stored: Json) -> None:
        """Restore what an earlier run stored."""


class AccountStore:
    """The file of one account.

    Its keys are those of the first release, whatever the code is called today: renaming a key
    would lose what is stored under it.
    """

    def __init__[T](
        self, hass: HomeAssistant, entry: ConfigEntry[T], *, is_closing: Callable[[], bool]
    ) -> None:
        self._hass = hass
        self._on_unload = entry.async_on_unload
        self._store = _store(hass, entry.entry_id)
        self._is_closing = is_closing
        self._loaded: dict[str, Json] = {}
        self._parts: list[tuple[str | None, StoredState]] = []
        self._is_due = False

    async def async_load(self) -> None:
        """Read the file. One that cannot be read is ignored and replaced at the next save."""
        try:
            self._loaded = dict(mapping(await self._store.async_load()))
        except Exception:  # noqa: BLE001 # Home Assistant does not check the shape of its files
            _LOGGER.warning("Cannot read the stored state of an account; starting without it")

    @callback
    def async_add(self, part: StoredState, key: str | None = None) -> None:
        """Restore a part from the file and store it from now on; without a key at the top level."""
        part.load(self._loaded if key is None else self._loaded.get(key))
        self._parts.append((key, part))

    @callback
    def async_start(self) -> None:
        """Also save when Home Assistant stops: what polls change is not saved before."""
        stop = self._hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._on_stop)
        self._on_unload(stop)

    @callback
    def save_soon(self) -> None:
        """Save at the stop, or after a delay that further changes do not prolong."""
        if not self._is_due and not self._is_closing():
            self._is_due = True
            self._store.async_delay_save(self._content_due, SAVE_DELAY)

    async def async_close(self) -> None:
        """Save for the last time, as the entry is closing."""
        await self._store.async_save(self._content())

    @callback
    def _on_stop(self, _event: Event) -> None:
        """Schedule a save, which Home Assistant does at the very end of its shutdown."""
        self.save_soon()

    @callback
    def _content_due(self) -> dict[str, Json]:
        self._is_due = False
        return self._content()

    @callback
    def _content(self) -> dict[str, Json]:
        content: dict[str, Json] = {}
        for key, part in self._parts:
            content |= part.dump() if key is None else {key: part.dump()}
        return content


async def async_remove_store(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the file of an account that is removed."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Json]]:
    return Store(hass, VERSION, f"{DOMAIN}.{entry_id}", private=True)
