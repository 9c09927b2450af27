"""What a Point notices and nobody ends lasts for a moment."""

from datetime import datetime, timedelta

import pytest

from custom_components.point.minut.event_types import Momentary
from custom_components.point.minut.models import Event
from custom_components.point.state.device import DeviceState

from ..helpers.account import NOON, account, after, device, event, happen, in_any_order, shown


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration: nothing here needs a Home Assistant."""


INSTANT = timedelta(milliseconds=1)

# Event type → (momentary state, seconds)
MOMENTARY = {
    "short_button_press": ("button_press", 5),
    "avg_sound_high": ("sound", 5),
    "tamper_removed": ("tamper", 5),
    "tamper": ("tamper_old", 5),
    "pir_motion": ("motion", 60),
    "glassbreak": ("glass", 60),
    "smoking_detection_smoking_detected": ("smoking", 600),
    "alarm_heard": ("alarm", 300),
}
BRIEF = [event_type for event_type, (_, seconds) in MOMENTARY.items() if seconds == 5]
LONG = [event_type for event_type, (_, seconds) in MOMENTARY.items() if seconds > 5]


def is_on(point: DeviceState, event_type: str, now: datetime) -> bool:
    return point.momentary.is_on(Momentary(MOMENTARY[event_type][0]), now)


@pytest.mark.parametrize("event_type", MOMENTARY)
def test_a_momentary_state_ends_by_itself(event_type: str) -> None:
    """Predecessor's defect 14."""
    state = account()
    happen(state, event_type)
    end = after(MOMENTARY[event_type][1])
    assert is_on(state.devices["p1"], event_type, NOON)
    assert is_on(state.devices["p1"], event_type, end - INSTANT)
    assert not is_on(state.devices["p1"], event_type, end)


@pytest.mark.parametrize("late", [0, 3, 30, 299, 300])
@pytest.mark.parametrize("event_type", MOMENTARY)
def test_it_is_seen_for_five_seconds_however_late_it_comes(event_type: str, late: int) -> None:
    """Points wake slowly."""
    state = account()
    state.apply(event(event_type), after(late))
    end = max(after(MOMENTARY[event_type][1]), after(late + 5))
    assert is_on(state.devices["p1"], event_type, end - INSTANT)
    assert not is_on(state.devices["p1"], event_type, end)


@pytest.mark.parametrize("event_type", MOMENTARY)
@pytest.mark.parametrize("received", [after(301), after(-301)], ids=["old", "from the future"])
def test_what_is_over_or_yet_to_come_switches_nothing_on(
    event_type: str, received: datetime
) -> None:
    state = account()
    state.apply(event(event_type), received)
    for now in (received, NOON, after(1)):
        assert not is_on(state.devices["p1"], event_type, now)


@pytest.mark.parametrize("event_type", MOMENTARY)
def test_a_clock_that_is_a_little_ahead_is_fine(event_type: str) -> None:
    state = account()
    state.apply(event(event_type), after(-300))
    assert is_on(state.devices["p1"], event_type, after(-300))
    assert not is_on(state.devices["p1"], event_type, after(MOMENTARY[event_type][1]))


@pytest.mark.parametrize("event_type", MOMENTARY)
def test_an_event_without_a_time_is_of_now(event_type: str) -> None:
    state = account()
    state.apply(event(event_type, None), NOON)
    assert is_on(state.devices["p1"], event_type, NOON)
    assert not is_on(state.devices["p1"], event_type, after(MOMENTARY[event_type][1]))


@pytest.mark.parametrize("event_type", MOMENTARY)
def test_a_poll_does_not_touch_it(event_type: str) -> None:
    """Predecessor's defect 12."""
    state = account()
    happen(state, event_type)
    told = device(last_heard_from_at=after(2), ongoing_events=frozenset())
    state.merge_devices([told], after(3))
    assert is_on(state.devices["p1"], event_type, after(4))


@pytest.mark.parametrize("event_type", MOMENTARY)
def test_nor_does_a_poll_switch_it_on(event_type: str) -> None:
    told = device(ongoing_events=frozenset(MOMENTARY), last_heard_from_at=NOON)
    state = account()
    state.merge_device(told, after(1))
    assert not is_on(state.devices["p1"], event_type, after(2))


@pytest.mark.parametrize("event_type", MOMENTARY)
def test_another_one_prolongs_it(event_type: str) -> None:
    state = account()
    seconds = MOMENTARY[event_type][1]
    happen(state, event_type)
    happen(state, event_type, after(seconds - 1))
    assert is_on(state.devices["p1"], event_type, after(2 * seconds - 1) - INSTANT)
    assert not is_on(state.devices["p1"], event_type, after(2 * seconds - 1))


@pytest.mark.parametrize("event_type", MOMENTARY)
def test_an_older_one_that_comes_later_changes_nothing(event_type: str) -> None:
    state = account()
    happen(state, event_type, after(3))
    before = shown(state, after(4))
    assert state.interrupt(event(event_type), after(4)) == frozenset()
    assert state.apply(event(event_type), after(4)).keys == frozenset()
    assert shown(state, after(4)) == before
    assert not is_on(state.devices["p1"], event_type, after(3 + MOMENTARY[event_type][1]))


@pytest.mark.parametrize("event_type", BRIEF)
def test_a_brief_state_is_seen_to_restart(event_type: str) -> None:
    """Pressing the button twice has to start an automation twice."""
    state = account()
    happen(state, event_type)
    again = event(event_type, after(2))
    assert state.interrupt(again, after(2)) == {"p1"}
    assert not is_on(state.devices["p1"], event_type, after(2))
    assert state.apply(again, after(2)).keys == {"p1"}
    assert is_on(state.devices["p1"], event_type, after(7) - INSTANT)


@pytest.mark.parametrize("event_type", LONG)
def test_a_longer_state_goes_on(event_type: str) -> None:
    state = account()
    happen(state, event_type)
    assert state.interrupt(event(event_type, after(2)), after(2)) == frozenset()
    assert is_on(state.devices["p1"], event_type, after(2))


@pytest.mark.parametrize(
    "interrupting",
    [
        event("short_button_press", after(-400)),
        event("short_button_press", after(400)),
        event("short_button_press", after(1), device_id="p2"),
        event("short_button_press", after(1), device_id="stranger"),
        event("short_button_press", after(1), home_id="h1"),
        event("pir_motion", after(1)),
        event("temperature_high", after(1)),
        event("unheard_of", after(1)),
    ],
    ids=lambda interrupting: f"{interrupting.type} {interrupting.device_id}",
)
def test_only_what_is_about_to_restart_is_interrupted(interrupting: Event) -> None:
    state = account()
    happen(state, "short_button_press")
    assert state.interrupt(interrupting, after(1)) == frozenset()
    assert is_on(state.devices["p1"], "short_button_press", after(1))


def test_nothing_is_interrupted_that_is_off() -> None:
    assert account().interrupt(event("short_button_press"), NOON) == frozenset()


@pytest.mark.parametrize(
    ("removed", "mounted", "on"), [(0, 1, False), (1, 0, True), (0, 0, None), (0, -9, True)]
)
def test_mounting_ends_what_removing_began_before(
    removed: int, mounted: int, *, on: bool | None
) -> None:
    steps = [event("tamper_removed", after(removed)), event("tamper_mounted", after(mounted))]
    if on is None:  # at the same time the later to come wins
        state = account()
        for step in steps:
            state.apply(step, after(1))
        assert not is_on(state.devices["p1"], "tamper_removed", after(1))
        return
    found = in_any_order(
        steps, lambda state: is_on(state.devices["p1"], "tamper_removed", after(seconds=62))
    )
    assert found is on
