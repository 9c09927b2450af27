"""Alarm control panels: the alarm of each home."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, override

from homeassistant.components.alarm_control_panel import (
    AlarmControlPanelEntity,
    AlarmControlPanelEntityFeature,
    AlarmControlPanelState,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import PointCoordinator
from .data import PointConfigEntry
from .entity import PointEntityDescription, PointHomeEntity, add_for_each
from .errors import translated_errors
from .registry.entity_limit import Tier
from .state.home import AlarmStatus, HomeState

PARALLEL_UPDATES = 0  # no home waits for another; the rate limit is enough

ALARM = PointEntityDescription[HomeState](
    key="alarm", tier=Tier.ESSENTIAL, known_fn=lambda home: home.alarm_status is not None
)

ALARM_STATES: Final[Mapping[str, AlarmControlPanelState]] = MappingProxyType(
    {
        AlarmStatus.OFF: AlarmControlPanelState.DISARMED,
        AlarmStatus.ARMING: AlarmControlPanelState.ARMING,
        AlarmStatus.ON: AlarmControlPanelState.ARMED_AWAY,
        AlarmStatus.PENDING: AlarmControlPanelState.PENDING,
        AlarmStatus.TRIGGERED: AlarmControlPanelState.TRIGGERED,
    }
)

NEXT_STATES: Final[Mapping[str | None, AlarmControlPanelState]] = MappingProxyType(
    {
        AlarmStatus.ARMING: AlarmControlPanelState.ARMED_AWAY,
        AlarmStatus.PENDING: AlarmControlPanelState.TRIGGERED,
    }
)
"""State after the exit or entry delay, if nobody disarms. The attribute is that of `manual`."""

UNCONFIRMED_STATES: Final[Mapping[tuple[bool | None, str | None], AlarmControlPanelState]] = (
    MappingProxyType(
        {
            (True, AlarmStatus.OFF): AlarmControlPanelState.ARMING,
            (False, AlarmStatus.ON): AlarmControlPanelState.DISARMING,
            (False, AlarmStatus.ARMING): AlarmControlPanelState.DISARMING,
        }
    )
)
"""States while Minut has not confirmed a command. A pending or triggered alarm stays visible."""


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the panel of each home; it is disabled until the home has an alarm."""
    add_for_each(entry.runtime_data.coordinator, async_add_entities, HomeAlarm, [ALARM])


class HomeAlarm(PointHomeEntity, AlarmControlPanelEntity):
    """The alarm of a home: armed away or disarmed, without a code."""

    _attr_code_arm_required = False
    _attr_supported_features = AlarmControlPanelEntityFeature.ARM_AWAY

    def __init__(
        self,
        coordinator: PointCoordinator,
        key: str,
        description: PointEntityDescription[HomeState],
    ) -> None:
        super().__init__(coordinator, key, description)
        self._attr_unique_id = f"{DOMAIN}.{key}"  # as in core's `point`

    @property
    @override
    def alarm_state(self) -> AlarmControlPanelState | None:
        status = self._home.alarm_status
        unconfirmed = UNCONFIRMED_STATES.get((self._home.requested, status))
        return unconfirmed or ALARM_STATES.get(status or "")

    @property
    @override
    def _is_pushed(self) -> bool:
        return self._home.is_triggered_by_event

    @property
    @override
    def changed_by(self) -> str | None:
        return self._home.changed_by

    @property
    @override
    def extra_state_attributes(self) -> dict[str, str | datetime] | None:
        """Return what follows the running exit or entry delay, and when."""
        home = self._home
        if home.grace_period_ends is None:
            return None
        next_state = NEXT_STATES[home.alarm_status]
        return {"next_state": next_state, "grace_period_ends": home.grace_period_ends}

    @override
    async def async_alarm_arm_away(self, code: str | None = None) -> None:
        await self._set(armed=True)

    @override
    async def async_alarm_disarm(self, code: str | None = None) -> None:
        await self._set(armed=False)

    async def _set(self, *, armed: bool) -> None:
        with translated_errors(self.hass, self.coordinator.config_entry, "alarm"):
            await self._runtime_data.commands.home.async_set_alarm(self._key, armed=armed)
