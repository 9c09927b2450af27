"""Triggers by the state of a home: noise and the entry delay."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from homeassistant.helpers.typing import VolDictType
import voluptuous as vol

from ..minut.event_types import Disturbance
from ..state.home import AlarmStatus, HomeState
from ..state.noise import LEVEL_NAMES, LEVELS
from .base import BEHAVIOR, DURATION
from .state import HomeCriterion, StateTrigger

ATTR_LEVEL: Final = "level"


def _reaches(home: HomeState, options: Mapping[str, Any]) -> bool | None:
    return home.disturbance.reaches(options[ATTR_LEVEL])


def _is_quiet(home: HomeState, _options: Mapping[str, Any]) -> bool | None:
    stage = home.disturbance.stage
    return None if stage is None else stage is Disturbance.NONE


def _level(home: HomeState) -> dict[str, Any]:
    level = LEVELS[home.disturbance.stage or Disturbance.NONE]
    return {ATTR_LEVEL: next((name for name, each in LEVEL_NAMES.items() if each == level), None)}


def _runs_entry_delay(home: HomeState, _options: Mapping[str, Any]) -> bool | None:
    status = home.alarm_status
    return None if status is None else status == AlarmStatus.PENDING


class NoiseNoticeReached(StateTrigger):
    """Noise in a home has reached a notice, or a higher one."""

    _options_schema: ClassVar[VolDictType] = {
        vol.Required(ATTR_LEVEL, default="first"): vol.In(list(LEVEL_NAMES)),
        **BEHAVIOR,
        **DURATION,
    }
    _criterion = HomeCriterion(holds=_reaches, variables=_level)
    _description = "noise notice"


class NoiseEnded(StateTrigger):
    """The noise disturbance of a home has ended."""

    _options_schema: ClassVar[VolDictType] = {**BEHAVIOR, **DURATION}
    _criterion = HomeCriterion(holds=_is_quiet)
    _description = "end of noise"


class EntryDelayStarted(StateTrigger):
    """Somebody has entered an armed home."""

    _options_schema: ClassVar[VolDictType] = BEHAVIOR
    _criterion = HomeCriterion(holds=_runs_entry_delay)
    _description = "entry delay"
