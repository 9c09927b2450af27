"""What is known of a Point: newest information by event time wins, whichever way it came."""

from datetime import datetime

import pytest

from custom_components.point.minut.event_types import Lasting
from custom_components.point.minut.models import Device, Event, Reading
from custom_components.point.state.device import DeviceState

from ..helpers.account import (
    HEARD,
    NOON,
    Poll,
    account,
    after,
    device,
    differences,
    event,
    happen,
    in_any_order,
    shown,
)


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration: nothing here needs a Home Assistant."""


# Opening event type → (condition, closing event type)
PAIRS = {
    "temperature_high": (Lasting.HEAT, "temperature_dropped_normal"),
    "temperature_low": (Lasting.COLD, "temperature_risen_normal"),
    "humidity_high": (Lasting.HUMID, "humidity_dropped_normal"),
    "humidity_low": (Lasting.DRY, "humidity_risen_normal"),
}


# What lasts


@pytest.mark.parametrize("opening", PAIRS)
def test_a_condition_lasts_from_one_event_to_the_other(opening: str) -> None:
    condition, closing = PAIRS[opening]
    state = account()
    assert happen(state, opening, NOON).keys == {"p1"}
    assert state.devices["p1"].is_lasting(condition)
    assert happen(state, closing, after(hours=3)).keys == {"p1"}
    assert not state.devices["p1"].is_lasting(condition)


@pytest.mark.parametrize("opening", [*PAIRS, "battery_low", "device_offline"])
def test_what_begins_again_after_an_answer_that_called_it_over_is_a_change(opening: str) -> None:
    """The event of its end was lost, and the Point's own answer told it."""
    state = account()
    happen(state, opening, NOON)
    charged = device(last_heard_from_at=after(hours=1), battery_percent=80)
    state.merge_devices([charged], after(hours=1, minutes=1))
    assert happen(state, opening, after(hours=2)).keys == {"p1"}


def told(opening: str, heard: datetime | None, asked_at: datetime, *, ongoing: bool) -> Poll:
    names = frozenset({opening} if ongoing else ())
    return Poll(asked_at=asked_at, device=device(ongoing_events=names, last_heard_from_at=heard))


@pytest.mark.parametrize("opening", PAIRS)
@pytest.mark.parametrize(
    ("heard", "holds"),
    [
        pytest.param(HEARD, "the event", id="heard before"),
        pytest.param(NOON, "the event", id="heard at the same time"),
        pytest.param(after(1), "the poll", id="heard after"),
        pytest.param(None, "the event", id="heard no one knows when"),
    ],
)
@pytest.mark.parametrize("ongoing", [True, False])
def test_the_newer_of_poll_and_event_counts_in_any_order(
    opening: str, heard: datetime | None, holds: str, *, ongoing: bool
) -> None:
    """Predecessor's defect 13: a poll an hour old undid what an event had told."""
    condition, closing = PAIRS[opening]
    happened = event(closing if ongoing else opening)
    found = in_any_order(
        [told(opening, heard, after(5), ongoing=ongoing), happened],
        lambda state: state.devices["p1"].is_lasting(condition),
    )
    assert found is (ongoing if holds == "the poll" else not ongoing)


@pytest.mark.parametrize("opening", PAIRS)
def test_events_may_overtake_each_other(opening: str) -> None:
    """Predecessor's defect 57."""
    condition, closing = PAIRS[opening]
    for last in (opening, closing):
        other = closing if last is opening else opening
        steps = [event(last), event(other, after(10)), event(last, after(20))]
        found = in_any_order(steps, lambda state: state.devices["p1"].is_lasting(condition))
        assert found is (last is opening)


@pytest.mark.parametrize("ahead", [10, 60, 300, 301])
def test_an_event_from_the_future_is_of_now(ahead: float) -> None:
    """Else a clock that is ahead would keep out all that is told until then."""
    state = account()
    state.apply(event("temperature_high", after(ahead)), NOON)
    state.merge_device(device(last_heard_from_at=after(10)), after(20))
    assert not state.devices["p1"].is_lasting(Lasting.HEAT)


def test_two_polls_and_an_event_between_them() -> None:
    steps: list[Poll | Event] = [
        told("temperature_high", HEARD, after(5), ongoing=False),
        event("temperature_high", after(10)),
        told("temperature_high", after(60), after(70), ongoing=False),
    ]
    assert in_any_order(steps, lambda s: s.devices["p1"].is_lasting(Lasting.HEAT)) is False


def test_what_happened_while_a_poll_was_in_flight_outlives_its_answer() -> None:
    state = account()
    asked_at = after(-1)
    happen(state, "temperature_high", NOON)
    state.merge_devices([device()], asked_at)
    assert state.devices["p1"].is_lasting(Lasting.HEAT)


def test_an_answer_that_a_newer_one_overtook_is_dropped() -> None:
    state = account()
    newer = device(name="new", ongoing_events=frozenset({"humidity_low"}))
    assert state.merge_device(newer, after(2)) == {"p1"}
    assert state.merge_device(device(name="old"), after(1)) == set()
    assert state.devices["p1"].polled is newer


def test_the_same_answer_again_changes_nothing() -> None:
    """Predecessor's defect 33: each entity wrote its state each minute."""
    state = account()
    assert state.merge_devices([device(device_id) for device_id in state.devices], NOON) == set()


# Readings


@pytest.mark.parametrize(
    ("polled_at", "heard", "value"),
    [
        (after(-1), after(9), 31.5),
        (after(1), after(-9), 20.0),
        (None, after(1), 20.0),
        (None, after(-1), 31.5),
        (None, None, 20.0),
    ],
    ids=["event later", "poll later", "poll heard later", "poll heard before", "no times"],
)
def test_the_newer_value_counts_in_any_order(
    polled_at: datetime | None, heard: datetime | None, value: float
) -> None:
    poll = device(last_heard_from_at=heard, readings={"temperature": Reading(20.0, polled_at)})
    steps: list[Poll | Event] = [
        Poll(asked_at=after(5), device=poll),
        event("temperature_high", value=31.5),
    ]
    assert in_any_order(steps, lambda state: state.devices["p1"].reading("temperature")) == value


def test_a_reading_without_any_time_is_as_of_its_request() -> None:
    """A pushed value must not outlive newer polls."""
    state = account()
    poll = device(last_heard_from_at=None, readings={"temperature": Reading(20.0)})
    state.merge_device(poll, after(-5))
    happen(state, "temperature_high", value=31.5)
    assert state.devices["p1"].reading("temperature") == 31.5
    assert state.merge_device(poll, after(5)) == {"p1"}
    assert state.devices["p1"].reading("temperature") == 20.0


def test_of_two_values_of_events_the_newer_counts() -> None:
    steps = [
        event("temperature_high", value=31.5),
        event("temperature_dropped_normal", after(9), value=24.0),
    ]
    assert in_any_order(steps, lambda state: state.devices["p1"].reading("temperature")) == 24.0


def test_a_value_that_only_events_told_is_shown() -> None:
    state = account()
    state.merge_device(device(readings={}), NOON)
    assert state.devices["p1"].reading("sound") is None
    happen(state, "avg_sound_high", after(1), value=78.0)
    assert state.devices["p1"].reading("sound") == 78.0


@pytest.mark.parametrize(
    ("readings", "light"),
    [({}, None), ({"part_als": Reading(0.0)}, False), ({"part_als": Reading(3.5)}, True)],
)
def test_light_is_known_where_the_device_measures_it(
    readings: dict[str, Reading], *, light: bool | None
) -> None:
    """Predecessor's defect 19."""
    assert DeviceState(device(readings=readings), NOON).light is light


# Connection


@pytest.mark.parametrize(
    ("offline", "event_type", "at", "online"),
    [
        (False, "device_offline", after(6), False),
        (False, "device_offline", after(4), True),
        (True, "device_online", after(6), True),
        (True, "device_online", after(4), False),
        (True, "pir_motion", after(6), True),
        (True, "temperature_low", after(6), True),
        (True, "pir_motion", after(4), False),
        (True, "battery_low", after(6), False),
    ],
)
def test_offline_is_off_by_the_newer_of_poll_and_event(
    *, offline: bool, event_type: str, at: datetime, online: bool
) -> None:
    """Predecessor's defects 9, 10 and 23."""
    steps: list[Poll | Event] = [
        Poll(asked_at=after(5), device=device(offline=offline)),
        event(event_type, at),
    ]
    assert in_any_order(steps, lambda state: state.devices["p1"].online) is online


def test_a_poll_that_finds_a_device_back_is_a_change() -> None:
    state = account()
    happen(state, "device_offline", NOON)
    before = shown(state, NOON)
    assert state.merge_device(device(), after(1)) == {"p1"}
    assert differences(before, shown(state, NOON)) == {"p1 online": True}


# Battery

LOW, EMPTY, CHARGED = "battery_low", "battery_empty", "battery_charging_complete"


@pytest.mark.parametrize(
    ("percent", "happened", "heard", "low"),
    [
        pytest.param(None, None, NOON, None, id="nothing is known"),
        pytest.param(10, None, NOON, True, id="level low"),
        pytest.param(11, None, NOON, False, id="level not low"),
        pytest.param(None, LOW, NOON, True, id="warned without a level"),
        pytest.param(None, CHARGED, NOON, False, id="charged without a level"),
        pytest.param(80, LOW, HEARD, True, id="warned after the level"),
        pytest.param(80, EMPTY, HEARD, True, id="empty after the level"),
        pytest.param(80, LOW, None, True, id="warned, level of no known time"),
        pytest.param(5, CHARGED, HEARD, False, id="charged after the level"),
        pytest.param(24, LOW, after(9), True, id="level after the warning, not charged"),
        pytest.param(25, LOW, after(9), False, id="level after the warning, charged"),
        pytest.param(24, CHARGED, after(9), False, id="level after charging"),
        pytest.param(10, CHARGED, after(9), True, id="low again after charging"),
    ],
)
def test_the_battery_is_low_by_warning_or_level(
    percent: float | None, happened: str | None, heard: datetime | None, *, low: bool | None
) -> None:
    """Predecessor's defect 17."""
    poll = device(battery_percent=percent, last_heard_from_at=heard)
    steps: list[Poll | Event] = [Poll(asked_at=after(5), device=poll)]
    if happened:
        steps.append(event(happened))
    assert in_any_order(steps, lambda state: state.devices["p1"].battery_low) is low


# Overdue heartbeats

DUE = after(minutes=-10)


@pytest.mark.parametrize(
    ("polls", "missed"),
    [
        ([device(next_heartbeat_at=DUE)] * 2, 2),
        ([device(next_heartbeat_at=DUE)] * 5, 5),
        ([device(next_heartbeat_at=after(minutes=99))] * 2, 0),
        ([device(next_heartbeat_at=None)] * 2, 0),
        ([device(next_heartbeat_at=DUE)] * 3 + [device(last_heard_from_at=NOON)], 0),
    ],
    ids=["overdue", "long overdue", "not due", "never due", "heard again"],
)
def test_counts_the_polls_that_found_a_heartbeat_overdue(polls: list[Device], missed: int) -> None:
    state = account()
    for number, poll in enumerate(polls):
        state.merge_devices([poll], after(minutes=5 * number))
    assert state.devices["p1"].missed == missed


def test_to_read_one_device_again_does_not_count_as_a_poll() -> None:
    """An event makes a Point be read; that it slept on meanwhile is no heartbeat missed."""
    state = account()
    overdue = device(next_heartbeat_at=DUE)
    state.merge_devices([overdue], after(minutes=1))
    for number in range(2, 5):
        state.merge_device(overdue, after(minutes=number))
    assert state.devices["p1"].missed == 1
    state.merge_device(device(last_heard_from_at=NOON), after(minutes=6))
    assert state.devices["p1"].missed == 0
