"""Conditions for automations, by home, Point, area, floor, label or entity."""

from abc import abstractmethod
from typing import ClassVar, Final, Unpack, cast, override

from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_ANY,
    Condition,
    ConditionCheckParams,
    ConditionConfig,
)
from homeassistant.helpers.typing import ConfigType, VolDictType
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .data import PointData, accounts
from .registry.targets import TargetFilter, has_selection
from .state.noise import LEVEL_NAMES

ATTR_LEVEL: Final = "level"


class HomeCondition(Condition):
    """A condition that any or all homes of the target must meet.

    Homes for which the answer is unknown are ignored. Without any other home, it is not met.
    """

    _options_schema: ClassVar[VolDictType] = {}

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        behavior = vol.In([BEHAVIOR_ALL, BEHAVIOR_ANY])
        options = {vol.Required(ATTR_BEHAVIOR, default=BEHAVIOR_ANY): behavior}
        schema = vol.Schema(
            {
                vol.Required(CONF_TARGET): vol.All(cv.TARGET_FIELDS, has_selection),
                vol.Required(CONF_OPTIONS, default=dict): {**options, **cls._options_schema},
            }
        )
        return cast("ConfigType", schema(config))

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        super().__init__(hass, config)
        self._options = config.options or {}
        self._filter = TargetFilter(hass, config.target or {})

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        answers = [
            answer
            for account in accounts(self._hass)
            for home_id in account.coordinator.data.homes
            if self._filter.has_home(account.coordinator.devices, account.coordinator.data, home_id)
            if (answer := self._is_met(account, home_id)) is not None
        ]
        if self._options[ATTR_BEHAVIOR] == BEHAVIOR_ALL:
            return bool(answers) and all(answers)
        return any(answers)

    @abstractmethod
    def _is_met(self, account: PointData, home_id: str) -> bool | None:
        """Return whether a home meets the condition, None if unknown."""


class IsNoisy(HomeCondition):
    """There is a noise disturbance that has reached a notice, or a higher one."""

    _options_schema: ClassVar[VolDictType] = {
        vol.Required(ATTR_LEVEL, default="first"): vol.In(list(LEVEL_NAMES))
    }

    @override
    def _is_met(self, account: PointData, home_id: str) -> bool | None:
        return account.coordinator.data.homes[home_id].disturbance.reaches(
            self._options[ATTR_LEVEL]
        )


class IsOccupied(HomeCondition):
    """A guest is in the home."""

    @override
    def _is_met(self, account: PointData, home_id: str) -> bool | None:
        return account.presence.is_occupied(home_id, dt_util.utcnow())


class IsVacant(HomeCondition):
    """Nobody is in the home."""

    @override
    def _is_met(self, account: PointData, home_id: str) -> bool | None:
        return account.presence.is_vacant(home_id, dt_util.utcnow())


CONDITIONS: Final[dict[str, type[Condition]]] = {
    "is_noisy": IsNoisy,
    "is_occupied": IsOccupied,
    "is_vacant": IsVacant,
}


async def async_get_conditions(_hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions of the integration."""
    return CONDITIONS
