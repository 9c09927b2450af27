"""Triggers by a state of a home or Point, as the account knows it: whatever entities are enabled.

A trigger fires when its state begins. A state that is unknown, or already present when the account
is set up or when the automation starts, does not count. A state that has to last may do so while
the account is reloaded.
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
from homeassistant.util import dt as dt_util

from ..coordinator import SIGNAL_STATE, PointCoordinator
from ..data import accounts
from ..state.device import DeviceState
from ..state.home import HomeState
from .base import PointTrigger

ATTR_LAST_ENDED: Final = "last_ended"


@dataclass(frozen=True, kw_only=True)
class HomeCriterion:
    """Whether a home is in a state, None if unknown. The options are those of the trigger."""

    holds: Callable[[HomeState, Mapping[str, Any]], bool | None]
    variables: Callable[[HomeState], dict[str, Any]] = lambda _home: {}


@dataclass(frozen=True, kw_only=True)
class PointCriterion:
    """Whether a Point is in a state at a time."""

    holds: Callable[[DeviceState, datetime], bool]


@dataclass(frozen=True, kw_only=True)
class _Timer:
    """Waits for a state to last."""

    key: str
    due: datetime
    cancel: CALLBACK_TYPE


class StateTrigger(PointTrigger):
    """Fires when a state begins: of each, the first or all of the target."""

    _criterion: ClassVar[HomeCriterion | PointCriterion]

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        self._behavior: str = self._options[ATTR_BEHAVIOR]
        self._known: dict[PointCoordinator, dict[str, bool]] = {}
        """Whether the homes or Points of each loaded account are in the state."""
        self._known_before: dict[str, bool] = {}
        """The same of accounts that are not loaded, by home or Point."""
        self._ended: dict[str, datetime] = {}
        """When the state last ended in each home or Point, while the trigger is attached."""
        self._timers: dict[str, _Timer] = {}
        self._paused: dict[str, _Timer] = {}
        """The timers of accounts that are not loaded."""

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
        """Compare what changed with the known states. Wait while the account is not loaded.

        The cost of a change does not depend on the size of the account. Only the behaviors "first"
        and "all" count the target, when a state begins.
        """
        if coordinator.is_closing:
            self._pause(self._known.pop(coordinator, {}))
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
        if before is None:
            self._resume(coordinator, key, holds=holds)
        elif before and not holds:
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
        self._cancel(self._timer(key))
        self._start(coordinator, key, dt_util.utcnow() + duration)

    def _timer(self, key: str) -> str:
        """Return the name of the timer for a home or Point."""
        return key if self._behavior == BEHAVIOR_EACH else self._behavior

    @callback
    def _start(self, coordinator: PointCoordinator, key: str, due: datetime) -> None:
        timer = self._timer(key)

        @callback
        def trigger(_now: datetime) -> None:
            del self._timers[timer]
            if key in self._places(coordinator):
                self._trigger(coordinator, key)

        cancel = async_call_later(self._hass, due - dt_util.utcnow(), trigger)
        self._timers[timer] = _Timer(key=key, due=due, cancel=cancel)

    @callback
    def _pause(self, known: Mapping[str, bool]) -> None:
        """Keep the states and the timers of an account until it is loaded again."""
        self._known_before |= known
        for timer, running in tuple(self._timers.items()):
            if running.key in known:
                self._cancel(timer)
                self._paused[timer] = running
        self._cancel_outdated()

    @callback
    def _resume(self, coordinator: PointCoordinator, key: str, *, holds: bool) -> None:
        """Go on where the account was closed, if the state still holds."""
        if self._known_before.pop(key, False) and not holds:
            self._ended.pop(key, None)  # at an unknown time
        timer = self._timer(key)
        if (paused := self._paused.get(timer)) and paused.key == key:
            del self._paused[timer]
            if holds and timer not in self._timers:
                self._start(coordinator, key, paused.due)

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
        if running := self._timers.pop(timer, None):
            running.cancel()
