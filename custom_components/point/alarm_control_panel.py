"""The alarm of a home."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, override

from homeassistant.components.alarm_control_panel import (
    DOMAIN as PLATFORM,
    AlarmControlPanelEntity,
    AlarmControlPanelEntityFeature,
    AlarmControlPanelState,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import PointCoordinator
from .data import PointConfigEntry
from .entity import PointEntityDescription, PointHomeEntity, add_for_each_home
from .errors import translated_errors
from .registry.entity_budget import PANEL
from .state.home import AlarmStatus

PARALLEL_UPDATES = 1

ALARM = PointEntityDescription(key="alarm")

ALARM_STATES: Final[Mapping[str, AlarmControlPanelState]] = MappingProxyType(
    {
        AlarmStatus.OFF: AlarmControlPanelState.DISARMED,
        AlarmStatus.ARMING: AlarmControlPanelState.ARMING,
        AlarmStatus.ON: AlarmControlPanelState.ARMED_AWAY,
        AlarmStatus.PENDING: AlarmControlPanelState.PENDING,
        AlarmStatus.TRIGGERED: AlarmControlPanelState.TRIGGERED,
    }
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a panel for each home; switch those on that have gained an alarm."""
    coordinator = entry.runtime_data.coordinator
    add_for_each_home(coordinator, async_add_entities, HomeAlarm, [ALARM])
    coordinator.async_on_new(lambda: _enable_gained(hass, coordinator))


def unique_id(home_id: str) -> str:
    """Return the panel's unique id: core's."""
    return f"{DOMAIN}.{home_id}"


@callback
def _enable_gained(hass: HomeAssistant, coordinator: PointCoordinator) -> None:
    """Enable the panels that were disabled because the home had no alarm; it has one now.

    Those that had no room wait until there is some.
    """
    if not coordinator.entity_plan.enables(PANEL):
        return
    registry = er.async_get(hass)
    for home_id, home in coordinator.data.homes.items():
        if home.alarm_status is None:
            continue
        entity_id = registry.async_get_entity_id(PLATFORM, DOMAIN, unique_id(home_id))
        entry = registry.async_get(entity_id) if entity_id else None
        if entry and entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION:
            registry.async_update_entity(entry.entity_id, disabled_by=None)


class HomeAlarm(PointHomeEntity, AlarmControlPanelEntity):
    """The alarm of a home: armed away or disarmed, without a code."""

    _attr_code_arm_required = False
    _attr_name = None
    _attr_supported_features = AlarmControlPanelEntityFeature.ARM_AWAY

    def __init__(
        self, coordinator: PointCoordinator, key: str, description: PointEntityDescription
    ) -> None:
        super().__init__(coordinator, key, description)
        self._attr_unique_id = unique_id(key)
        self._attr_entity_registry_enabled_default = self._home.alarm_status is not None

    @property
    @override
    def alarm_state(self) -> AlarmControlPanelState | None:
        return ALARM_STATES.get(self._home.alarm_status or "")

    @property
    @override
    def changed_by(self) -> str | None:
        return self._home.changed_by

    @override
    async def async_alarm_arm_away(self, code: str | None = None) -> None:
        await self._set(armed=True)

    @override
    async def async_alarm_disarm(self, code: str | None = None) -> None:
        await self._set(armed=False)

    async def _set(self, *, armed: bool) -> None:
        with translated_errors(self.hass, self.coordinator.config_entry, "alarm"):
            await self._runtime_data.commands.home.async_set_alarm(self._key, armed=armed)
