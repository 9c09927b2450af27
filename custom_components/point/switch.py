"""Quiet hours of a Point, and noise monitoring of a home."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PointCoordinator
from .data import PointConfigEntry
from .entity import PointEntityDescription, PointHomeEntity, add_for_each_device, add_for_each_home
from .errors import translated_errors
from .minut.thresholds import Setting
from .threshold_entity import PointThresholdEntity

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class PointSwitchDescription(PointEntityDescription, SwitchEntityDescription):
    """Something that Minut holds as on or off."""


QUIET_HOURS = PointSwitchDescription(key=Setting.QUIET_HOURS)
NOISE_MONITORING = PointSwitchDescription(key="noise_monitoring")


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switch of each Point and that of each home."""
    coordinator = entry.runtime_data.coordinator
    add_for_each_device(coordinator, async_add_entities, QuietHours, [QUIET_HOURS])
    add_for_each_home(coordinator, async_add_entities, NoiseMonitoring, [NOISE_MONITORING])


class QuietHours(PointThresholdEntity, SwitchEntity):
    """Whether a Point has a limit of its own for the sound level during the quiet hours."""

    entity_description: PointSwitchDescription

    @property
    @override
    def is_on(self) -> bool | None:
        return self._value if isinstance(self._value, bool) else None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._async_write(value=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._async_write(value=False)


class NoiseMonitoring(PointHomeEntity, SwitchEntity):
    """Whether Minut gives notice of noise in a home; enabled where Minut tells that."""

    entity_description: PointSwitchDescription

    def __init__(
        self, coordinator: PointCoordinator, key: str, description: PointSwitchDescription
    ) -> None:
        super().__init__(coordinator, key, description)
        if self.is_on is None:
            self._attr_entity_registry_enabled_default = False

    @property
    @override
    def is_on(self) -> bool | None:
        return self._home.polled.noise_monitoring

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._set(active=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._set(active=False)

    async def _set(self, *, active: bool) -> None:
        with translated_errors(self.hass, self.coordinator.config_entry, "change"):
            commands = self._runtime_data.commands.home
            await commands.async_set_noise_monitoring(self._key, active=active)
