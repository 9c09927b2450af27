"""Worlds can fail: a short plan detects each way of breaking the integration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from homeassistant.components.alarm_control_panel import AlarmControlPanelState
import pytest

import custom_components.point as integration
from custom_components.point import alarm_control_panel, binary_sensor, coordinator
from custom_components.point.commands.home import HomeCommands
from custom_components.point.minut.event_types import DURATIONS, Momentary
from custom_components.point.registry import devices
from custom_components.point.registry.devices import Devices
from custom_components.point.state import events, momentary
from custom_components.point.state.account import AccountState
from custom_components.point.state.device import DeviceState
from custom_components.point.state.events import EventLog
from custom_components.point.state.home import AlarmStatus
from custom_components.point.storage import AccountStore
from custom_components.point.webhook.missed_events import MissedEvents

from .conftest import Live
from .plans import Plan, Step

type Break = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A way of breaking the integration, and a plan that shows it."""

    breaks: Break
    steps: tuple[Step, ...]
    homes: int = 1
    points: int = 1


def setting(where: object, name: str, value: object) -> Break:
    """Return a function that replaces an attribute."""
    return lambda patch: patch.setattr(where, name, value)


def changed[K, V](mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    return {**mapping, key: value}


def first_home(state: AccountState, *_: object) -> object:
    return next(iter(state.homes.values()))


def polled(_state: DeviceState, _condition: object, *, polled: bool, as_of: object) -> bool:
    return polled


async def nothing(*_: object, **__: object) -> None:
    """Do nothing."""


def only_once(patch: pytest.MonkeyPatch) -> None:
    """Update the device registry after the first poll only."""
    update = Devices.update

    def update_once(self: Devices, *told: Any) -> None:
        if self._updated_at is None:
            update(self, *told)

    patch.setattr(Devices, "update", update_once)


MUTANTS = {
    "motion ends too early": Mutant(
        breaks=setting(
            momentary,
            "DURATIONS",
            changed(DURATIONS, Momentary.MOTION, timedelta(seconds=30)),
        ),
        steps=(("motion", 0), ("wait", 30)),
    ),
    "an alarm is taken for that of the first home": Mutant(
        breaks=setting(AccountState, "_home_of", first_home),
        homes=2,
        steps=(("arm", 1), ("wait", 61), ("motion", 1), ("wait", 61)),
    ),
    "a poll undoes a newer event": Mutant(
        breaks=setting(DeviceState, "_newest", polled),
        steps=(("event during a poll", 0, "temperature_low"),),
    ),
    "what is delivered twice counts twice": Mutant(
        breaks=setting(EventLog, "is_known", lambda _state, _event: False),
        steps=(("twice",), ("press", 0)),
    ),
    "it stays available for too long": Mutant(
        breaks=setting(coordinator, "TOLERATED_FAILURES", 5),
        steps=(("fail", "*"), ("wait", 8000)),
    ),
    "it becomes unavailable too early": Mutant(
        breaks=setting(coordinator, "TOLERATED_FAILURES", 0),
        steps=(("fail", "/devices*"), ("wait", 3700)),
    ),
    "an old event triggers": Mutant(
        breaks=setting(events, "MAX_AGE", timedelta(hours=1)),
        steps=(("bare event", 0, "short_button_press", 310),),
    ),
    "an offline Point looks online": Mutant(
        breaks=setting(DeviceState, "online", property(bool)), steps=(("offline", 0),)
    ),
    "renames do not follow": Mutant(breaks=only_once, steps=(("rename point", 0), ("wait", 8000))),
    "what is absent is removed too early": Mutant(
        breaks=setting(devices, "REMOVED_AFTER", timedelta(hours=1)),
        points=2,
        steps=(("remove point", 0), ("wait", 8000)),
    ),
    "a hook is left behind": Mutant(
        breaks=setting(integration, "async_remove_webhook", nothing), steps=()
    ),
    "missed events are not fetched": Mutant(
        breaks=setting(MissedEvents, "async_start", lambda _self: None),
        steps=(("lose",), ("first notice", 0)),
    ),
    "a restart forgets": Mutant(
        breaks=setting(AccountStore, "async_close", nothing),
        steps=(("press", 0), ("restart", 0), ("deliver again", 0)),
    ),
    "arming looks armed": Mutant(
        breaks=setting(
            alarm_control_panel,
            "ALARM_STATES",
            changed(
                alarm_control_panel.ALARM_STATES,
                AlarmStatus.ARMING,
                AlarmControlPanelState.ARMED_AWAY,
            ),
        ),
        steps=(("arm by panel", 0),),
    ),
    "a command is done as soon as Minut has accepted it": Mutant(
        breaks=setting(HomeCommands, "_async_confirm", nothing),
        steps=(("lie",), ("arm by panel", 0)),
    ),
    "noise is hidden while the cloud is lost": Mutant(
        breaks=setting(binary_sensor.HomeNoise, "_is_pushed", False),  # noqa: FBT003 # a value
        steps=(("fail", "*"), ("wait", 8000), ("first notice", 0)),
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_it_is_found(live: Live, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    mutant = MUTANTS[name]
    plan = Plan(homes=mutant.homes, points=mutant.points, steps=mutant.steps)
    live(plan)
    with monkeypatch.context() as patch:
        mutant.breaks(patch)
        with pytest.raises(AssertionError):
            live(plan)
