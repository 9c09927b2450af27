"""Homes that several linked accounts share: only one account shows each of them."""

from collections.abc import Set as AbstractSet
import logging

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util.hass_dict import HassKey

from ..const import CONF_EXCLUDED_HOMES, DOMAIN

_LOGGER = logging.getLogger(__name__)

_SHOWN_BY: HassKey[dict[str, str]] = HassKey(f"{DOMAIN}_homes_shown_by")
"""By home, the entry that shows it, until that entry is unloaded together with its entities."""
_LEFT_BY: HassKey[dict[str, str]] = HassKey(f"{DOMAIN}_homes_left_by")
"""By home, another entry that has it, too."""


class SharedHomes:
    """Decides which of its homes an account shows: those that no other account shows."""

    def __init__[T](self, hass: HomeAssistant, entry: ConfigEntry[T]) -> None:
        self._hass = hass
        self._entry_id = entry.entry_id
        self._excluded = frozenset(entry.options.get(CONF_EXCLUDED_HOMES, ()))
        self._shown_by = hass.data.setdefault(_SHOWN_BY, {})
        self._left_by = hass.data.setdefault(_LEFT_BY, {})
        self._left: AbstractSet[str] = frozenset()
        entry.async_on_unload(self._release)

    @callback
    def claim(self, listed: AbstractSet[str], *, is_complete: bool) -> AbstractSet[str]:
        """Claim the listed homes that no other account shows. Return the ids of the others."""
        if is_complete:
            self._hand_over(self._own() - listed)
        listed = listed - self._excluded
        for home_id in listed - self._shown_by.keys():
            if not self._is_awaited(home_id):
                self._shown_by[home_id] = self._entry_id
        left = {key for key in listed | self._left if self._shown_by.get(key) != self._entry_id}
        if left - self._left:
            _LOGGER.info(
                "Another linked account shows %d of the homes of this account, which ignores them",
                len(left),
            )
        self._left = left
        self._left_by |= dict.fromkeys(left, self._entry_id)
        return left

    def _hand_over(self, gone: AbstractSet[str]) -> None:
        """Reload this account if another one waits for a home: our entities block it."""
        if any(self._left_by.get(home_id, self._entry_id) != self._entry_id for home_id in gone):
            self._hass.config_entries.async_schedule_reload(self._entry_id)

    def _own(self) -> set[str]:
        return {key for key, entry in self._shown_by.items() if entry == self._entry_id}

    def _is_awaited(self, home_id: str) -> bool:
        """Return whether the home's panel belongs to another account that is not loaded yet."""
        entities = er.async_get(self._hass)
        panel = Platform.ALARM_CONTROL_PANEL, DOMAIN, f"{DOMAIN}.{home_id}"
        entity = entities.async_get(entities.async_get_entity_id(*panel) or "")
        if entity is None or entity.config_entry_id in {None, self._entry_id}:
            return False
        owner = self._hass.config_entries.async_get_entry(entity.config_entry_id)
        return bool(
            owner and owner.disabled_by is None and owner.state is not ConfigEntryState.LOADED
        )

    @callback
    def _release(self) -> None:
        for home_id in self._own():
            del self._shown_by[home_id]
        for home_id in [key for key, entry in self._left_by.items() if entry == self._entry_id]:
            del self._left_by[home_id]
