"""Whom an event concerns, and what has to be asked of the cloud because of it."""

from collections.abc import Callable
from typing import Any

import pytest

from custom_components.point.minut.event_types import EVENT_TYPES, Momentary
from custom_components.point.minut.models import Event
from custom_components.point.state.account import AccountState

from ..helpers.account import (
    DEVICES,
    HOMES,
    NOON,
    account,
    after,
    differences,
    event,
    happen,
    home,
    shown,
)


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration: nothing here needs a Home Assistant."""


VALUE = 42.0
NOISE: dict[str, object] = {"h1 noise": True, "p1 noise": True, "p2 noise": True}
QUIET: dict[str, object] = dict.fromkeys(NOISE, False)

# What an event of p1 or h1 changes where nothing was the matter …
BEGINS: dict[str, dict[str, object]] = {
    "alarm_heard": {"p1 alarm": True},
    "glassbreak": {"p1 glass": True},
    "pir_motion": {"p1 motion": True},
    "short_button_press": {"p1 button_press": True},
    "smoking_detection_smoking_detected": {"p1 smoking": True},
    "tamper": {"p1 tamper_old": True},
    "tamper_removed": {"p1 tamper": True},
    "avg_sound_high": {"p1 sound_level": VALUE, "p1 sound": True},
    "sound_level_high_quiet_hours": {"p1 sound_level": VALUE, "p1 sound": True},
    "sound_level_high_despite_warning": {"p1 sound_level": VALUE, "p1 sound": True},
    "temperature_high": {"p1 heat": True, "p1 temperature_level": VALUE},
    "temperature_low": {"p1 cold": True, "p1 temperature_level": VALUE},
    "humidity_high": {"p1 humid": True, "p1 humidity_level": VALUE},
    "humidity_low": {"p1 dry": True, "p1 humidity_level": VALUE},
    "device_offline": {"p1 online": False},
    "battery_low": {"p1 battery_low": True},
    "battery_empty": {"p1 battery_low": True},
    "smoke_detected": {"p1 alarm": True},
    "alarm_grace_period_expired": {"h1 alarm_status": "critical_event"},
    "disturbance_first_notice": NOISE,
    "disturbance_second_notice": NOISE,
    "disturbance_third_notice": NOISE,
    "noise_detected": NOISE,
}
# … and where everything was.
ENDS: dict[str, dict[str, object]] = {
    "tamper_mounted": {"p1 tamper": False},
    "temperature_dropped_normal": {
        "p1 heat": False,
        "p1 temperature_level": VALUE,
        "p1 online": True,
    },
    "temperature_risen_normal": {
        "p1 cold": False,
        "p1 temperature_level": VALUE,
        "p1 online": True,
    },
    "humidity_dropped_normal": {"p1 humid": False, "p1 humidity_level": VALUE, "p1 online": True},
    "humidity_risen_normal": {"p1 dry": False, "p1 humidity_level": VALUE, "p1 online": True},
    "sound_level_dropped_normal": {"p1 sound_level": VALUE, "p1 online": True},
    "device_online": {"p1 online": True},
    "battery_charging_complete": {"p1 battery_low": False},
    "alarm_silenced": {"h1 alarm_status": "on", "p1 alarm": False, "p2 alarm": False},
    "disturbance_snoozed": QUIET,
    "disturbance_dismissed": QUIET,
    "disturbance_ended": QUIET,
    "noise_quieted": QUIET,
}
OF_HOME = {
    *("alarm_grace_period_expired", "alarm_silenced", "noise_detected", "noise_quieted"),
    *(name for name in EVENT_TYPES if name.startswith("disturbance_")),
}


def alarmed() -> AccountState:
    """Return the account with everything on in both homes."""
    state = account()
    for event_type in BEGINS:
        if event_type in OF_HOME:
            for home_id in state.homes:
                happen(state, event_type, after(-2), home_id=home_id)
        else:
            for device_id in state.devices:
                happen(state, event_type, after(-2), device_id=device_id)
    for device_id in state.devices:
        happen(state, "device_offline", after(-1), device_id=device_id)
    return state


def of_its_scope(event_type: str) -> Event:
    where: dict[str, Any] = {"home_id": "h1"} | (
        {} if event_type in OF_HOME else {"device_id": "p1"}
    )
    return event(event_type, value=VALUE, **where)


# Each type of event


def test_every_type_of_event_is_looked_at_here() -> None:
    assert BEGINS.keys() | ENDS.keys() == EVENT_TYPES.keys()


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_an_event_changes_what_it_is_about_and_nothing_else(event_type: str) -> None:
    """Predecessor's defects 1, 2, 8 and 16: any event moved the panel of any home."""
    state = account() if event_type in BEGINS else alarmed()
    before = shown(state, NOON)
    change = state.apply(of_its_scope(event_type), NOON)
    expected = (BEGINS | ENDS)[event_type]
    assert differences(before, shown(state, NOON)) == expected
    assert change.keys == {what.split()[0] for what in expected}


@pytest.mark.parametrize("event_type", [*EVENT_TYPES, "unheard_of", ""])
@pytest.mark.parametrize("start", [account, alarmed])
@pytest.mark.parametrize(
    "where",
    [
        {"device_id": "stranger", "home_id": "stranger"},
        {"device_id": "stranger"},
        {"home_id": "stranger"},
        {"device_id": None, "home_id": None},
    ],
    ids=str,
)
def test_an_event_of_a_stranger_changes_nothing(
    event_type: str, start: Callable[[], AccountState], where: dict[str, Any]
) -> None:
    """Predecessor's defects 3 and 51."""
    state = start()
    before = shown(state, NOON)
    change = state.apply(event(event_type, value=VALUE, **where), NOON)
    assert shown(state, NOON) == before
    assert (change.keys, change.device_id, change.home_id) == (frozenset(), None, None)
    assert (change.home_to_read, change.device_to_read) == (None, None)


@pytest.mark.parametrize("event_type", [name for name in EVENT_TYPES if name not in OF_HOME])
@pytest.mark.parametrize("start", [account, alarmed])
def test_an_event_of_an_unknown_point_does_not_touch_the_others_of_its_home(
    event_type: str, start: Callable[[], AccountState]
) -> None:
    state = start()
    before = shown(state, NOON)
    change = state.apply(event(event_type, value=VALUE, device_id="new", home_id="h1"), NOON)
    assert shown(state, NOON) == before
    assert (change.keys, change.device_id, change.home_id) == (frozenset(), None, "h1")


@pytest.mark.parametrize("event_type", ["unheard_of", ""])
@pytest.mark.parametrize("start", [account, alarmed])
def test_a_type_that_is_not_known_changes_nothing_but_is_passed_on(
    event_type: str, start: Callable[[], AccountState]
) -> None:
    """Predecessor's defects 21 and 58."""
    state = start()
    before = shown(state, NOON)
    happened = event(event_type, device_id="p1", home_id="h1")
    change = state.apply(happened, NOON)
    assert shown(state, NOON) == before
    assert change.keys == frozenset()
    assert (change.event, change.device_id, change.home_id) == (happened, "p1", "h1")


@pytest.mark.parametrize("where", [{"home_id": "h1"}, {"device_id": "p2", "home_id": "h1"}])
def test_silencing_ends_the_alarm_that_any_point_of_the_home_heard(where: dict[str, Any]) -> None:
    """Predecessor's defect 16."""
    state = alarmed()
    assert happen(state, "alarm_silenced", **where).keys == {"h1", "p1", "p2"}
    now = shown(state, NOON)
    assert [now[f"{key} alarm"] for key in DEVICES] == [False, False, True, True]


def test_an_alarm_that_was_heard_after_silencing_goes_on() -> None:
    state = account()
    happen(state, "alarm_heard", after(2))
    happen(state, "alarm_silenced", after(1), home_id="h1")
    assert shown(state, after(3))["p1 alarm"]


def test_an_event_finds_its_home_through_its_point() -> None:
    state = account()
    change = happen(state, "alarm_grace_period_expired", device_id="p3")
    assert change.home_id == "h2"
    assert change.keys == {"h2"}


# What is news


@pytest.mark.parametrize(
    ("at", "is_news"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)]
)
def test_only_what_is_recent_is_news(at: float, *, is_news: bool) -> None:
    state = account()
    change = state.apply(event("short_button_press", after(at)), NOON)
    assert change.is_current is is_news
    assert state.devices["p1"].momentary.is_on(Momentary.BUTTON_PRESS, NOON) is is_news


# What to ask because of it


@pytest.mark.parametrize(
    ("event_type", "home_to_read"),
    [
        ("unheard_of", "h1"),
        ("alarm_grace_period_expired", "h1"),
        ("alarm_silenced", "h1"),
        ("disturbance_first_notice", None),
        ("temperature_high", None),
        ("short_button_press", None),
    ],
)
@pytest.mark.parametrize("where", [{"home_id": "h1"}, {"device_id": "p1"}], ids=str)
def test_a_home_is_read_again_when_its_alarm_may_have_changed(
    event_type: str, home_to_read: str | None, where: dict[str, Any]
) -> None:
    assert happen(account(), event_type, **where).home_to_read == home_to_read


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_a_point_is_read_again_when_its_value_is_missing(event_type: str) -> None:
    has_value = EVENT_TYPES[event_type].reading is not None
    assert happen(account(), event_type).device_to_read == ("p1" if has_value else None)
    assert happen(account(), event_type, value=VALUE).device_to_read is None


# What no list contained yet


@pytest.mark.parametrize(
    ("named", "is_unknown"),
    [
        ({"home_id": "new"}, True),
        ({"device_id": "new"}, True),
        ({"home_id": "h1", "device_id": "new"}, True),
        ({"home_id": "h1", "device_id": "p1"}, False),
        ({}, False),
    ],
    ids=str,
)
def test_an_unknown_home_or_point_is_noticed(named: dict[str, Any], *, is_unknown: bool) -> None:
    assert account().has_unknown_id(event("pir_motion", **named)) is is_unknown


def test_an_event_of_an_unknown_home_counts_once_and_is_fetched_when_the_home_is_known() -> None:
    told = event("disturbance_first_notice", home_id="new home", id="e1")
    state = account()
    assert not state.apply(told, NOON).keys
    assert state.events.is_known(told)
    assert not state.events.is_applied(told)
    assert [change.keys for change in state.apply_missed([told], after(minutes=1))] == [frozenset()]
    assert not state.events.is_applied(told)
    state.merge_homes([*map(home, HOMES), home("new home")], after(minutes=2))
    assert [*state.apply_missed([told], after(minutes=3))]
    assert state.homes["new home"].disturbance.noise
    assert state.events.is_applied(told)
    assert not state.apply_missed([told], after(minutes=4))


def test_an_event_of_an_unknown_home_is_fetched_after_a_restart() -> None:
    told = event("disturbance_first_notice", home_id="new home", id="e1")
    state = account()
    state.apply(told, NOON)
    saved, state = state.dump(), account()
    state.load(saved)
    assert not state.events.is_applied(told)
