"""What an account remembers, what ends by itself, and what comes and goes."""

from datetime import timedelta

import pytest

from custom_components.point.state.account import AccountState
from custom_components.point.state.events import MAX_AGE, MAX_REMEMBERED, MIN_REMEMBERED

from ..helpers.account import DEVICES, NOON, account, after, device, event, happen, home, shown


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration: nothing here needs a Home Assistant."""


# Twice the same


def test_an_event_that_came_before_is_known() -> None:
    """Predecessor's defect 57."""
    state = account()
    assert not state.events.is_known(event("pir_motion", id="e1"))
    happen(state, "pir_motion", id="e1")
    assert state.events.is_known(event("pir_motion", id="e1"))
    assert not state.events.is_known(event("pir_motion", id="e2"))


def test_an_event_without_an_id_is_known_by_the_digest_of_its_body() -> None:
    state = account()
    happen(state, "pir_motion", digest="d1")
    assert state.events.is_known(event("pir_motion", digest="d1"))
    assert not state.events.is_known(event("pir_motion", digest="d2"))


def test_an_event_with_neither_is_never_known() -> None:
    state = account()
    happen(state, "pir_motion")
    assert not state.events.is_known(event("pir_motion"))


def remembered(state: AccountState, count: int) -> int:
    """Return how many of the events e0, e1 … are known, of which the newest are."""
    known = [state.events.is_known(event("unheard_of", id=f"e{each}")) for each in range(count)]
    assert known == sorted(known)
    return sum(known)


def test_an_event_is_known_as_long_as_it_could_trigger_again() -> None:
    """However many others come meanwhile."""
    state = account()
    for number in range(MIN_REMEMBERED + 500):
        happen(state, "unheard_of", id=f"e{number}")
    assert remembered(state, MIN_REMEMBERED + 500) == MIN_REMEMBERED + 500
    restarted = AccountState()
    restarted.load(state.dump())
    assert remembered(restarted, MIN_REMEMBERED + 500) == MIN_REMEMBERED + 500


def test_of_older_events_the_last_thousand_are_known() -> None:
    state = account()
    for number in range(MIN_REMEMBERED + 500):
        happen(state, "unheard_of", id=f"e{number}")
    last = MIN_REMEMBERED + 500
    state.apply(event("unheard_of", id=f"e{last}"), NOON + MAX_AGE + timedelta(seconds=1))
    assert remembered(state, last + 1) == MIN_REMEMBERED == 1000


def test_an_event_without_a_time_is_known_however_late_it_comes_again() -> None:
    state = account()
    happen(state, "unheard_of", None, digest="d1")
    for number in range(MIN_REMEMBERED + 1):
        state.apply(event("unheard_of", after(hours=9), id=f"e{number}"), after(hours=9))
    assert state.events.is_known(event("unheard_of", None, digest="d1"))


def test_an_event_without_a_time_is_known_for_a_day() -> None:
    """However many others without a time come meanwhile, and across a restart."""
    state = account()
    for number in range(MIN_REMEMBERED + 500):
        state.apply(event("unheard_of", None, id=f"e{number}"), NOON)
    restarted = AccountState()
    restarted.load(state.dump())
    state.apply(event("unheard_of", None, id="last"), after(hours=23))
    for known in (state, restarted):
        assert remembered(known, MIN_REMEMBERED + 500) == MIN_REMEMBERED + 500
    state.apply(event("unheard_of", None, id="later"), after(hours=25))
    assert remembered(state, MIN_REMEMBERED + 500) == MIN_REMEMBERED - 2


def test_events_without_a_time_that_an_earlier_version_stored_are_known() -> None:
    state = AccountState()
    state.load({"seen": {"e1": None, "e2": [None], "e3": ["odd"]}})
    assert all(state.events.is_known(event("pir_motion", id=key)) for key in ("e1", "e2", "e3"))


def test_the_memory_is_bounded() -> None:
    state = account()
    for number in range(MAX_REMEMBERED + 1):
        happen(state, "unheard_of", id=f"e{number}")
    assert remembered(state, MAX_REMEMBERED + 1) == MAX_REMEMBERED


def test_ids_that_an_earlier_version_stored_are_known() -> None:
    state = AccountState()
    state.load({"seen": ["e1", 7, None], "fetched": ["e2"]})
    assert state.events.is_known(event("pir_motion", id="e1"))
    assert state.events.is_applied(event("pir_motion", id="e2"))


# What ends by itself


def test_the_next_to_end_is_known() -> None:
    state = account()
    assert state.next_expiry is None
    assert state.end_expired(after(hours=9)) == set()
    happen(state, "pir_motion", device_id="p1")
    assert state.next_expiry == after(60)
    happen(state, "short_button_press", device_id="p3")
    assert state.next_expiry == after(5)
    assert state.end_expired(after(4.9)) == set()
    assert state.end_expired(after(5)) == {"p3"}
    assert state.next_expiry == after(60)
    assert state.end_expired(after(60)) == {"p1"}
    assert state.next_expiry is None


def test_two_states_of_one_point_end_one_after_the_other() -> None:
    state = account()
    happen(state, "pir_motion")
    happen(state, "short_button_press")
    assert state.end_expired(after(5)) == {"p1"}
    assert shown(state, after(5))["p1 motion"]
    assert state.next_expiry == after(60)
    assert state.end_expired(after(60)) == {"p1"}


def test_what_was_prolonged_does_not_end_at_its_first_time() -> None:
    state = account()
    happen(state, "pir_motion", after(0))
    happen(state, "pir_motion", after(45))
    assert state.end_expired(after(60)) == set()
    assert state.next_expiry == after(105)
    assert state.end_expired(after(105)) == {"p1"}


def test_motion_that_never_ends_leaves_nothing_behind() -> None:
    state = account()
    for number in range(500):
        now = after(45 * number)
        state.end_expired(now)
        happen(state, "pir_motion", now)
    assert len(state._expiries) < 10


# What comes and goes


def test_an_account_may_be_empty() -> None:
    """Predecessor's defects 29 and 79."""
    state = account()
    assert state.merge_devices([], NOON) == set(DEVICES)
    assert state.merge_homes([], NOON) == {"h1", "h2"}
    assert (state.homes, state.devices, state.next_expiry) == ({}, {}, None)


def test_what_is_new_is_told() -> None:
    """Predecessor's defect 26."""
    state = account()
    homes = [*(known.polled for known in state.homes.values()), home("h3")]
    devices = [*(known.polled for known in state.devices.values()), device("p5", home_id="h3")]
    assert state.merge_homes(homes, NOON) == {"h3"}
    assert state.merge_devices(devices, NOON) == {"p5"}
    assert happen(state, "noise_detected", home_id="h3").keys == {"h3", "p5"}


def test_a_point_that_went_is_forgotten_with_what_it_had_begun() -> None:
    """Predecessor's defects 27 and 28."""
    state = account()
    happen(state, "pir_motion")
    assert state.merge_devices([device(key) for key in DEVICES if key != "p1"], NOON) == {"p1"}
    assert happen(state, "pir_motion", after(1)).keys == frozenset()
    assert happen(state, "noise_detected", home_id="h1").keys == {"h1", "p2"}
    assert state.end_expired(after(minutes=5)) == set()
    assert state.merge_devices([device(key) for key in DEVICES], after(minutes=6)) == {"p1"}
    assert not shown(state, after(minutes=6))["p1 motion"]
    assert shown(state, after(minutes=6))["p1 noise"]


def test_what_an_incomplete_list_lacks_stays() -> None:
    """It may be between two pages; no entity may become unavailable for that."""
    state = account()
    assert state.merge_homes([home("h2", name="New")], NOON, is_complete=False) == {"h2"}
    assert state.merge_devices([], NOON, is_complete=False) == set()
    assert set(state.homes) == {"h1", "h2"}
    assert set(state.devices) == set(DEVICES)
    assert not state.has_all_homes
    assert not state.has_all_devices
    assert state.merge_homes([home("h2", name="New")], after(1)) == {"h1", "p1", "p2"}
    assert state.has_all_homes


def test_answers_count_after_the_clock_was_put_back() -> None:
    """Else an account would stand still for as long as the clock had been ahead."""
    state = account()
    yesterday = after(hours=-24)
    assert state.merge_home(home(alarm_status="off"), yesterday) == {"h1"}
    assert state.merge_device(device(name="Hall"), yesterday) == {"p1"}


def test_the_points_of_a_home_that_went_are_told() -> None:
    """They showed its noise."""
    state = account()
    happen(state, "noise_detected", home_id="h1")
    assert state.merge_homes([home("h2")], NOON) == {"h1", "p1", "p2"}
    now = shown(state, NOON)
    assert not now["p1 noise"]
    assert state.merge_homes([home("h1"), home("h2")], after(60)) >= {"h1"}
    assert happen(state, "noise_detected", after(90), home_id="h1").keys == {"h1", "p1", "p2"}


def test_the_points_of_a_home_that_came_are_told() -> None:
    """They show its noise."""
    state = account()
    happen(state, "disturbance_first_notice", home_id="h1")
    state.merge_homes([home("h2")], after(minutes=1))
    changed = state.merge_homes([home("h1"), home("h2")], after(minutes=16))
    assert changed == {"h1", "p1", "p2"}


def test_a_point_may_move_to_another_home() -> None:
    """Predecessor's defect 35."""
    state = account()
    moved = [device(key, home_id="h2" if key == "p1" else DEVICES[key]) for key in DEVICES]
    assert state.merge_devices(moved, NOON) == {"p1"}
    assert happen(state, "noise_detected", home_id="h2").keys == {"h2", "p1", "p3", "p4"}


def test_a_point_may_come_before_its_home() -> None:
    state = AccountState()
    state.merge_devices([device("p1")], NOON)
    assert happen(state, "alarm_grace_period_expired").home_id is None
    state.merge_homes([home("h1")], NOON + timedelta(seconds=1))
    assert happen(state, "alarm_grace_period_expired").home_id == "h1"


def test_a_point_read_alone_that_moved_is_shown_with_its_new_home() -> None:
    state = account()
    happen(state, "noise_detected", home_id="h2")
    assert state.merge_device(device("p1", home_id="h2"), after(9)) == {"p1"}
    assert shown(state, after(9))["p1 noise"]
