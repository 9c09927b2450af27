"""The alarm of a home."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, override

from homeassistant.components.alarm_control_panel import (
    AlarmControlPanelEntity,
    AlarmControlPanelEntityFeature,
    AlarmControlPanelState,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import PointConfigEntry, PointCoordinator
from .entity import PointHomeEntity, add_for_each_home
from .home_state import AlarmStatus
from .minut.errors import (
    MinutError,
    MinutForbiddenError,
    MinutUnauthorizedError,
    MinutUnreachableError,
)

PARALLEL_UPDATES = 1

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
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a panel for each home."""
    add_for_each_home(entry.runtime_data, async_add_entities, HomeAlarm)


class HomeAlarm(PointHomeEntity, AlarmControlPanelEntity):
    """The alarm of a home: armed away or disarmed, without a code."""

    _attr_code_arm_required = False
    _attr_name = None
    _attr_supported_features = AlarmControlPanelEntityFeature.ARM_AWAY
    _attr_translation_key = "alarm"

    def __init__(self, coordinator: PointCoordinator, home_id: str) -> None:
        super().__init__(coordinator, home_id)
        self._attr_entity_registry_enabled_default = self._home.alarm_status is not None

    @property
    @override
    def alarm_state(self) -> AlarmControlPanelState | None:
        return ALARM_STATES.get(self._home.alarm_status or "")

    @override
    async def async_alarm_arm_away(self, code: str | None = None) -> None:
        await self._set(armed=True)

    @override
    async def async_alarm_disarm(self, code: str | None = None) -> None:
        await self._set(armed=False)

    async def _set(self, *, armed: bool) -> None:
        try:
            await self.coordinator.async_set_alarm(self._home_id, armed=armed)
        except MinutError as error:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key=_reason(error),
                translation_placeholders={"reason": str(error)},
            ) from error


def _reason(error: MinutError) -> str:
    match error:
        case MinutUnreachableError():
            return "alarm_unreachable"
        case MinutForbiddenError():
            return "alarm_forbidden"
        case MinutUnauthorizedError():
            return "unauthorized"
        case _:
            return "alarm_refused"
