"""Triggers by a state of a home or Point, as the account knows it: whatever entities are enabled.

A trigger fires when its state begins. A state that is unknown, or already present when the account
is set up or when the automation starts, does not count.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, override

from homeassistant.const import CONF_FOR
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.trigger import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_EACH,
    BEHAVIOR_FIRST,
    TriggerConfig,
)
from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..coordinator import SIGNAL_STATE, PointCoordinator
from ..data import accounts
from ..minut.event_types import Disturbance, Momentary
from ..state.device import DeviceState
from ..state.home import AlarmStatus, HomeState
from ..state.noise import LEVEL_NAMES, LEVELS
from .base import BEHAVIOR, DURATION, PointTrigger

ATTR_LAST_ENDED: Final = "last_ended"
ATTR_LEVEL: Final = "level"


@dataclass(frozen=True, kw_only=True)
class HomeCriterion:
    """Whether a home is in a state, None if unknown. The options are those of the trigger."""

    holds: Callable[[HomeState, Mapping[str, Any]], bool | None]
    variables: Callable[[HomeState], dict[str, Any]] = lambda _home: {}


@dataclass(frozen=True, kw_only=True)
class PointCriterion:
    """Whether a Point is in a state at a time."""

    holds: Callable[[DeviceState, datetime], bool]


class StateTrigger(PointTrigger):
    """Fires when a state begins: of each, the first or all of the target."""

    _criterion: ClassVar[HomeCriterion | PointCriterion]

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        self._behavior: str = self._options[ATTR_BEHAVIOR]
        self._known: dict[PointCoordinator, dict[str, bool]] = {}
        """Whether the homes or Points of each loaded account are in the state."""
        self._ended: dict[str, datetime] = {}
        """When the state last ended in each home or Point, while the trigger is attached."""
        self._timers: dict[str, CALLBACK_TYPE] = {}

    @callback
    @override
    def _async_subscribe(self) -> CALLBACK_TYPE:
        for account in accounts(self._hass):
            self._async_update(account.coordinator, frozenset())
        disconnect = async_dispatcher_connect(self._hass, SIGNAL_STATE, self._async_update)

        @callback
        def unsubscribe() -> None:
            disconnect()
            for key in tuple(self._timers):
                self._cancel(key)

        return unsubscribe

    def _places(self, coordinator: PointCoordinator) -> Collection[str]:
        """Return the ids of the homes, or of the Points, of an account."""
        state = coordinator.data
        return state.homes if isinstance(self._criterion, HomeCriterion) else state.devices

    def _holds(self, coordinator: PointCoordinator, key: str) -> bool | None:
        match self._criterion:
            case HomeCriterion(holds=holds):
                return holds(coordinator.data.homes[key], self._options)
            case PointCriterion(holds=holds):
                return holds(coordinator.data.devices[key], dt_util.utcnow())

    @callback
    def _async_update(self, coordinator: PointCoordinator, keys: Collection[str]) -> None:
        """Compare what changed with the known states. Forget them when the account is closing.

        The cost of a change does not depend on the size of the account. Only the behaviors "first"
        and "all" count the target, when a state begins.
        """
        if coordinator.is_closing:
            for key in self._known.pop(coordinator, {}):
                self._cancel(key)
            self._cancel_outdated()
            return
        places = self._places(coordinator)
        if coordinator not in self._known:
            self._known[coordinator], keys = {}, places
        for key in sorted(keys):
            if key in places:
                self._update(coordinator, key)

    @callback
    def _update(self, coordinator: PointCoordinator, key: str) -> None:
        holds, known = self._holds(coordinator, key), self._known[coordinator]
        if not holds:
            self._cancel(key)
        if holds is None:
            return
        before, known[key] = known.get(key), holds
        if before and not holds:
            self._ended[key] = dt_util.utcnow()
        self._cancel_outdated()
        if before is False and holds and self._has(coordinator, key):
            self._begin(coordinator, key)

    @callback
    def _begin(self, coordinator: PointCoordinator, key: str) -> None:
        if not self._is_wanted():
            return
        duration = self._options.get(CONF_FOR)
        if not duration:
            self._trigger(coordinator, key)
            return
        timer = key if self._behavior == BEHAVIOR_EACH else self._behavior

        @callback
        def trigger(_now: datetime) -> None:
            del self._timers[timer]
            if coordinator in self._known and key in self._places(coordinator):
                self._trigger(coordinator, key)

        self._cancel(timer)
        self._timers[timer] = async_call_later(self._hass, duration, trigger)

    def _is_wanted(self) -> bool:
        """Return whether to trigger for what has just begun: always, for the first, or the last."""
        if self._behavior == BEHAVIOR_EACH:
            return True
        matching, total = self._count()
        return matching == (1 if self._behavior == BEHAVIOR_FIRST else total)

    @callback
    def _trigger(self, coordinator: PointCoordinator, key: str) -> None:
        variables: dict[str, Any] = {ATTR_LAST_ENDED: self._ended.get(key)}
        if isinstance(self._criterion, HomeCriterion):
            variables |= self._criterion.variables(coordinator.data.homes[key])
        if CONF_FOR in self._options_schema:
            variables[CONF_FOR] = self._options.get(CONF_FOR)
        self._fire(coordinator, key, **variables)

    def _count(self) -> tuple[int, int]:
        """Return how many of the target are in the state, and of how many that is known."""
        values = [
            holds
            for coordinator, known in self._known.items()
            for key, holds in known.items()
            if key in self._places(coordinator) and self._has(coordinator, key)
        ]
        return sum(values), len(values)

    @callback
    def _cancel_outdated(self) -> None:
        """Cancel the timer of "first" when no state is left, and of "all" when not all are."""
        if self._behavior not in self._timers:
            return
        matching, total = self._count()
        if matching == 0 or (self._behavior == BEHAVIOR_ALL and matching != total):
            self._cancel(self._behavior)

    @callback
    def _cancel(self, timer: str) -> None:
        if cancel := self._timers.pop(timer, None):
            cancel()


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


class SmokeAlarmHeard(StateTrigger):
    """A Point hears a smoke or CO alarm."""

    _options_schema: ClassVar[VolDictType] = BEHAVIOR
    _criterion = PointCriterion(
        holds=lambda point, now: point.momentary.is_on(Momentary.ALARM, now)
    )
    _description = "smoke or CO alarm"


class GlassBroke(StateTrigger):
    """A Point hears glass break."""

    _options_schema: ClassVar[VolDictType] = BEHAVIOR
    _criterion = PointCriterion(
        holds=lambda point, now: point.momentary.is_on(Momentary.GLASS, now)
    )
    _description = "breaking glass"


class Removed(StateTrigger):
    """A Point was taken off its mount."""

    _options_schema: ClassVar[VolDictType] = {**BEHAVIOR, **DURATION}
    _criterion = PointCriterion(holds=lambda point, _now: point.is_removed)
    _description = "removal"


class WentOffline(StateTrigger):
    """Minut no longer hears from a Point."""

    _options_schema: ClassVar[VolDictType] = {**BEHAVIOR, **DURATION}
    _criterion = PointCriterion(holds=lambda point, _now: not point.online)
    _description = "loss of contact"


class CameOnline(StateTrigger):
    """Minut hears from a Point again."""

    _options_schema: ClassVar[VolDictType] = {**BEHAVIOR, **DURATION}
    _criterion = PointCriterion(holds=lambda point, _now: point.online)
    _description = "return of contact"
