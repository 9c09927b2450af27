"""What polls show first although an event should have announced it."""

from typing import Any

import pytest

from custom_components.point.state.account import AccountState
from custom_components.point.state.onsets import TOLERANCE

from ..helpers.account import HEARD, account, after, device, happen, home


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration: nothing here needs a Home Assistant."""


POLL = 900
"""Seconds between two polls."""
TRIGGERED = "alarm_grace_period_expired"
BEGINNINGS: dict[str, tuple[dict[str, Any], str]] = {
    "heat": ({"ongoing_events": frozenset({"temperature_high"})}, "temperature_high"),
    "damp": ({"ongoing_events": frozenset({"humidity_high"})}, "humidity_high"),
    "noise": ({"ongoing_events": frozenset({"avg_sound_high"})}, "avg_sound_high"),
    "no contact": ({"offline": True}, "device_offline"),
    "alarm": (
        {"ongoing_events": frozenset({"alarm_grace_period_expired"})},
        "alarm_grace_period_expired",
    ),
}
"""What a poll of a Point shows, and the event that announces it."""
STATUSES = {"off_grace_period": "pir_motion", "critical_event": TRIGGERED}


def polled(state: AccountState, seconds: float, **shown: Any) -> None:
    state.merge_devices([device(**shown), device("p2")], after(seconds))


@pytest.mark.parametrize("name", BEGINNINGS)
def test_what_no_event_announced_is_noticed_once(name: str) -> None:
    fields, _ = BEGINNINGS[name]
    state = account()
    polled(state, POLL, **fields)
    assert state.pop_unannounced()
    polled(state, 2 * POLL, **fields)
    assert not state.onsets
    assert not state.pop_unannounced()


@pytest.mark.parametrize("seconds", [60, POLL - 1, POLL + 30], ids=str)
@pytest.mark.parametrize("name", BEGINNINGS)
def test_what_an_event_announced_before_or_a_bit_later_is_usual(name: str, seconds: float) -> None:
    fields, event_type = BEGINNINGS[name]
    state = account()
    if seconds < POLL:
        happen(state, event_type, after(seconds))
    polled(state, POLL, **fields)
    if seconds > POLL:
        happen(state, event_type, after(seconds))
    assert not state.pop_unannounced()


def test_an_answer_that_lags_behind_the_event_is_usual() -> None:
    state = account()
    happen(state, "temperature_high", HEARD - TOLERANCE)
    polled(state, 100)
    polled(state, POLL, ongoing_events=frozenset({"temperature_high"}))
    assert not state.pop_unannounced()


def test_noise_may_be_announced_by_a_notice_of_the_home() -> None:
    state = account()
    happen(state, "disturbance_first_notice", after(POLL - 60), home_id="h1")
    polled(state, POLL, ongoing_events=frozenset({"avg_sound_high"}))
    assert not state.pop_unannounced()


def test_an_older_event_announced_something_else() -> None:
    state = account()
    happen(state, "temperature_high", HEARD - 2 * TOLERANCE)
    polled(state, POLL, ongoing_events=frozenset({"temperature_high"}))
    assert state.pop_unannounced()


@pytest.mark.parametrize("status", STATUSES)
def test_an_alarm_that_no_event_announced_is_noticed(status: str) -> None:
    state = account()
    state.merge_homes([home(alarm_status=status), home("h2")], after(POLL))
    assert state.pop_unannounced()


@pytest.mark.parametrize("status", STATUSES)
def test_an_alarm_that_an_event_announced_is_usual(status: str) -> None:
    state = account()
    happen(state, STATUSES[status], after(POLL - 5))
    state.merge_homes([home(alarm_status=status), home("h2")], after(POLL))
    assert not state.pop_unannounced()


@pytest.mark.parametrize("status", ["off", "on", "on_grace_period", "party", None])
def test_what_no_event_is_known_for_is_never_noticed(status: str | None) -> None:
    """Arming and disarming: by a person at Minut, or by Home Assistant itself."""
    state = account()
    for number, shown in enumerate(("on", status, "off")):
        state.merge_home(home(alarm_status=shown), after(POLL * (number + 1)))
    polled(
        state,
        POLL,
        ongoing_events=frozenset({"levitation_detected"}),
    )
    assert not state.onsets


def test_what_has_begun_before_the_first_poll_and_what_ends_are_usual() -> None:
    state = AccountState()
    state.merge_homes([home(alarm_status="critical_event")], after(0))
    state.merge_devices(
        [device(ongoing_events=frozenset({"temperature_high"}), offline=True)], after(0)
    )
    state.merge_homes([home(alarm_status="on")], after(POLL))
    state.merge_devices([device()], after(POLL))
    assert not state.onsets


def test_what_is_gone_meanwhile_proves_nothing() -> None:
    state = account()
    polled(state, POLL, offline=True)
    state.merge_devices([device("p2")], after(2 * POLL))
    assert not state.pop_unannounced()
