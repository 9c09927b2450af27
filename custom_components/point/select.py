"""Select entity: a set of noise limits for all Points of a home."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import PointConfigEntry
from .entity import PointEntityDescription, PointHomeEntity, add_for_each
from .errors import invalid
from .state.home import HomeState
from .state.noise_presets import CUSTOM, PRESETS, common_preset

PARALLEL_UPDATES = 0  # no home waits for another; the rate limit is enough


@dataclass(frozen=True, kw_only=True)
class NoisePresetDescription(PointEntityDescription[HomeState], SelectEntityDescription):
    """A set of noise limits."""


NOISE_PRESET = NoisePresetDescription(
    key="noise_preset",
    entity_category=EntityCategory.CONFIG,
    options=[*PRESETS, CUSTOM],
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the presets of each home."""
    coordinator = entry.runtime_data.coordinator
    add_for_each(coordinator, async_add_entities, NoisePreset, [NOISE_PRESET])


class NoisePreset(PointHomeEntity, SelectEntity):
    """The noise limits of all Points of a home, if they are one of the presets."""

    entity_description: NoisePresetDescription

    @property
    @override
    def current_option(self) -> str | None:
        """Return the preset that all Points have, None without any Point."""
        devices = self.coordinator.data.devices_in(self._key)
        return common_preset(device.polled.thresholds for device in devices)

    @override
    async def async_select_option(self, option: str) -> None:
        """Set the limits of all Points. Those that can be set are set if others fail."""
        if option == CUSTOM:
            raise invalid("custom_preset")
        failure: HomeAssistantError | None = None
        for device in tuple(self.coordinator.data.devices_in(self._key)):
            try:
                await self._async_set_thresholds(device.polled.id, PRESETS[option])
            except HomeAssistantError as error:
                failure = failure or error
        if failure:
            raise failure
