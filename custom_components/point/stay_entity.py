"""What the entities that show the stays of a home have in common."""

from typing import Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .data import PointConfigEntry
from .entity import PointHomeEntity
from .state.stays import HomeStays

KEYS: Final = frozenset({"stays", "occupied", "check_in", "check_out"})


class PointStayEntity(PointHomeEntity):
    """An entity of a home's stays; unavailable until they have been read."""

    @property
    @override
    def available(self) -> bool:
        return super().available and self._stays.is_known

    @override
    async def async_update(self) -> None:
        """Read the stays as well: somebody wants to know."""
        await super().async_update()
        self._runtime_data.stays.async_read_on_request(self._key)

    @property
    def _stays(self) -> HomeStays:
        return self._runtime_data.stays.of(self._key)


@callback
def async_remove_stay_entities(hass: HomeAssistant, entry: PointConfigEntry) -> None:
    """Remove the entities of stays, which the user does not want any more."""
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if entity.unique_id.rpartition("-")[2] in KEYS:
            registry.async_remove(entity.entity_id)
