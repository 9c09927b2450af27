"""Base class of the entities of stays, and the removal of those that the user has turned off."""

from collections.abc import Mapping
from typing import override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..coordinator import PointCoordinator
from ..data import PointConfigEntry, data_of
from ..entity import PointHomeEntity
from ..registry.unique_ids import split_unique_id
from ..state.home import HomeState
from ..state.stays import HomeStays, StaySource

ANY_SOURCE = frozenset({StaySource.MINUT, StaySource.CALENDAR})
STAY_SOURCES = {
    "stays": frozenset({StaySource.MINUT}),
    **dict.fromkeys(("occupied", "check_in", "check_out"), ANY_SOURCE),
}
"""By key of an entity, the sources of stays with which a home has it."""


class PointStayEntity(PointHomeEntity):
    """An entity of a home's stays; unavailable until they have been read."""

    @property
    @override
    def available(self) -> bool:
        return super().available and self._stays.is_known

    @staticmethod
    @override
    def states(coordinator: PointCoordinator) -> Mapping[str, HomeState]:
        """Return the homes whose stays are read from anywhere."""
        source = data_of(coordinator).stays.source
        homes = coordinator.data.homes
        return {key: homes[key] for key in homes if source(key) is not StaySource.NONE}

    @property
    @override
    def _is_present(self) -> bool:
        return self._key in self.coordinator.data.homes

    @override
    async def async_update(self) -> None:
        """Also read the stays: the user has asked for an update."""
        await super().async_update()
        self._runtime_data.stays.async_read_on_request(self._key)

    @property
    def _stays(self) -> HomeStays:
        return self._runtime_data.stays.of(self._key)


@callback
def async_remove_stay_entities(hass: HomeAssistant, entry: PointConfigEntry) -> None:
    """Remove the entities of stays of homes for which the user has turned them off."""
    registry = er.async_get(hass)
    stays = entry.runtime_data.stays
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        owner, key = split_unique_id(entity)
        is_off = key in STAY_SOURCES and stays.source(owner) not in STAY_SOURCES[key]
        if is_off or (key == "status" and not entry.runtime_data.presence.tracks(owner)):
            registry.async_remove(entity.entity_id)
