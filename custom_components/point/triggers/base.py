"""Base class of the triggers: target and variables."""

from abc import abstractmethod
from typing import Any, ClassVar, Final, cast, override

from homeassistant.const import ATTR_DEVICE_ID, CONF_FOR, CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_EACH,
    BEHAVIOR_FIRST,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
)
from homeassistant.helpers.typing import ConfigType, VolDictType
import voluptuous as vol

from ..coordinator import SIGNAL_EVENT, PointCoordinator
from ..registry.targets import TargetFilter, has_selection
from ..state.change import Change

ATTR_HOME: Final = "home"
ATTR_HOME_DEVICE_ID: Final = "home_device_id"
ATTR_POINT: Final = "point"

BEHAVIOR: VolDictType = {
    vol.Required(ATTR_BEHAVIOR, default=BEHAVIOR_EACH): vol.In(
        [BEHAVIOR_ALL, BEHAVIOR_EACH, BEHAVIOR_FIRST]
    )
}
DURATION: VolDictType = {vol.Optional(CONF_FOR): cv.positive_time_period}


class PointTrigger(Trigger):
    """A trigger with a target. Subclasses subscribe in `_async_subscribe`."""

    _description: ClassVar[str]
    _options_schema: ClassVar[VolDictType] = {}

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        schema = vol.Schema(
            {
                vol.Required(CONF_TARGET): vol.All(cv.TARGET_FIELDS, has_selection),
                vol.Required(CONF_OPTIONS, default=dict): cls._options_schema,
            }
        )
        return cast("ConfigType", schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        self._options = config.options or {}
        self._filter = TargetFilter(hass, config.target or {})
        self._run: TriggerActionRunner | None = None

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: object = None
    ) -> CALLBACK_TYPE:
        self._run = run_action
        return self._async_subscribe()

    @callback
    @abstractmethod
    def _async_subscribe(self) -> CALLBACK_TYPE:
        """Subscribe to changes. Return a function that unsubscribes."""

    def _has(self, coordinator: PointCoordinator, key: str) -> bool:
        """Return whether a home or a Point belongs to the target."""
        devices, state = coordinator.devices, coordinator.data
        if key in state.homes:
            return self._filter.has_home(devices, state, key)
        return self._filter.has_point(devices, state, key)

    @callback
    def _fire(self, coordinator: PointCoordinator, key: str, **variables: Any) -> None:
        """Run the actions for a home or a Point."""
        place = _place(coordinator, key)
        name = place[ATTR_POINT] or place[ATTR_HOME]
        if self._run:
            self._run({**place, **variables}, f"{self._description} in {name}")


class EventTrigger(PointTrigger):
    """A trigger by current events of the accounts."""

    @callback
    @override
    def _async_subscribe(self) -> CALLBACK_TYPE:
        return async_dispatcher_connect(self._hass, SIGNAL_EVENT, self._async_handle)

    @callback
    @abstractmethod
    def _async_handle(self, coordinator: PointCoordinator, change: Change) -> None:
        """Handle a current event."""


def _place(coordinator: PointCoordinator, key: str) -> dict[str, str | None]:
    """Return the variables that say where something happened: device ids and names."""
    devices, state = coordinator.devices, coordinator.data
    device = state.devices.get(key)
    home_id = device.polled.home_id if device else key
    return {
        ATTR_DEVICE_ID: devices.ha_id(key),
        ATTR_POINT: devices.name(key) if device else None,
        ATTR_HOME_DEVICE_ID: devices.ha_id(home_id),
        ATTR_HOME: devices.name(home_id),
    }
