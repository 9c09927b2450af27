"""When the cloud is asked: after heartbeats, and not too often."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from custom_components.point.polling import schedule
from custom_components.point.state.account import AccountState

from ..helpers.account import NOON, after, device, event, home


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration: nothing here needs a Home Assistant."""


def state_of(*heartbeats: datetime | None, homes: int = 1) -> AccountState:
    """Return an account whose Points, heard just now, send their next heartbeats then."""
    state = AccountState()
    state.merge_homes([home(f"h{number}") for number in range(homes)], NOON)
    state.merge_devices(
        [
            device(f"d{number}", next_heartbeat_at=at, last_heard_from_at=NOON)
            for number, at in enumerate(heartbeats)
        ],
        NOON,
    )
    return state


@pytest.mark.parametrize(
    ("heartbeats", "due"),
    [
        pytest.param([after(minutes=20)], after(minutes=21), id="a minute after it"),
        pytest.param([after(minutes=20), after(minutes=9)], after(minutes=10), id="the earliest"),
        pytest.param([after(minutes=2)], after(minutes=5), id="not within five minutes"),
        pytest.param([after(minutes=-2)], after(minutes=5), id="overdue"),
        pytest.param([after(minutes=4)], after(minutes=5), id="five minutes, to the second"),
        pytest.param([after(hours=7)], after(hours=1), id="at least once an hour"),
        pytest.param([None], after(hours=1), id="no heartbeat is told"),
        pytest.param([None, after(minutes=20)], after(minutes=21), id="one is told"),
        pytest.param([], after(minutes=15), id="no devices: the first one may come"),
        pytest.param([after(minutes=2)] * 10, after(minutes=5), id="few devices"),
        pytest.param([after(minutes=2)] * 11, after(minutes=15), id="many devices"),
        pytest.param([after(minutes=40)] * 11, after(minutes=41), id="many devices at once"),
    ],
)
def test_devices_are_asked_after_a_heartbeat(
    heartbeats: Iterable[datetime | None], due: datetime
) -> None:
    """Predecessor's defect 34: 2,880 requests a day."""
    assert schedule.devices_due(state_of(*heartbeats), NOON) == due


@pytest.mark.parametrize(("homes", "pause"), [(0, 15), (1, 15), (40, 15), (41, 60), (500, 60)])
def test_homes_are_asked_by_their_number(homes: int, pause: int) -> None:
    assert schedule.homes_due(state_of(homes=homes), NOON) == after(minutes=pause)


def test_an_overdue_heartbeat_speeds_up_two_polls_until_it_is_heard_again() -> None:
    state = state_of(after(minutes=10))
    polls = []
    now = NOON
    for _ in range(5):
        now = schedule.devices_due(state, now)
        state.merge_devices(
            [device("d0", next_heartbeat_at=after(minutes=10), last_heard_from_at=NOON)], now
        )
        polls.append((now - NOON) / timedelta(minutes=1))
    assert polls == [11, 16, 76, 136, 196]
    back = device("d0", next_heartbeat_at=now + timedelta(minutes=30), last_heard_from_at=now)
    state.merge_devices([back], now)
    assert schedule.devices_due(state, now) == now + timedelta(minutes=31)


def test_a_silent_device_does_not_hide_the_others() -> None:
    told = [
        device("d0", next_heartbeat_at=after(minutes=-90)),
        device("d1", next_heartbeat_at=after(minutes=30)),
    ]
    state = state_of()
    for _ in range(3):
        state.merge_devices(told, NOON)
    assert schedule.devices_due(state, NOON) == after(minutes=31)


def test_a_device_that_is_offline_is_not_waited_for() -> None:
    state = state_of(after(minutes=20), after(minutes=30))
    state.merge_device(device("d0", next_heartbeat_at=after(minutes=20), offline=True), NOON)
    assert schedule.devices_due(state, NOON) == after(minutes=31)
    state.apply(event("device_offline", after(1), device_id="d1"), after(1))
    assert schedule.devices_due(state, NOON) == after(hours=1)
    state.apply(event("device_online", after(2), device_id="d0"), after(2))
    assert schedule.devices_due(state, NOON) == after(minutes=21)


def test_a_device_that_a_short_list_lacks_is_not_waited_for_in_vain() -> None:
    """It may have left for good, and the cloud may count wrongly for ever."""
    state = state_of(after(minutes=20))
    for _ in range(2):
        state.merge_devices([], NOON, is_complete=False)
    assert schedule.devices_due(state, NOON) == after(hours=1)


# The timetable


def planned(*, homes: int = 1, heartbeat: datetime | None = None) -> schedule.PollSchedule:
    """Return the timetable after a poll at noon."""
    timetable = schedule.PollSchedule()
    state = state_of(heartbeat, homes=homes)
    timetable.note_homes(state, NOON)
    timetable.note_devices(state, NOON)
    return timetable


def wants(timetable: schedule.PollSchedule, now: datetime) -> str:
    homes = "homes " if timetable.wants_homes(now) else ""
    return homes + ("devices" if timetable.wants_devices(now) else "")


def test_at_first_everything_is_asked_for() -> None:
    assert wants(schedule.PollSchedule(), NOON) == "homes devices"


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (after(minutes=1), ""),
        (after(minutes=14), ""),
        pytest.param(after(minutes=14, seconds=56), "homes ", id="what is due soon goes along"),
        (after(minutes=15), "homes "),
        (after(minutes=21), "homes devices"),
        pytest.param(after(hours=30), "homes devices", id="the machine slept"),
        pytest.param(after(hours=-24), "homes devices", id="the clock was put back a day"),
        pytest.param(after(minutes=-10), "homes devices", id="the clock was put back a little"),
    ],
)
def test_a_poll_asks_for_what_is_due(now: datetime, wanted: str) -> None:
    assert wants(planned(heartbeat=after(minutes=20)), now) == wanted


def test_the_next_poll_is_at_what_is_due_first() -> None:
    timetable = planned(heartbeat=after(minutes=20))
    assert timetable.after_success(NOON) == timedelta(minutes=15)
    timetable.note_homes(state_of(), after(minutes=15))
    assert timetable.after_success(after(minutes=15)) == timedelta(minutes=6)
    assert timetable.after_success(after(minutes=40)) == schedule.SOON


def test_failures_are_tried_again_at_growing_intervals() -> None:
    timetable = planned()
    minutes = [timetable.after_failure(NOON, None) / timedelta(minutes=1) for _ in range(9)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    timetable.after_success(NOON)
    assert timetable.failures == 0
    assert timetable.after_failure(NOON, None) == timedelta(minutes=1)


def test_the_cloud_may_ask_for_more_patience_but_not_for_less() -> None:
    timetable = planned()
    asked_for = timedelta(minutes=10)  # and no earlier, though Home Assistant rounds timers down
    assert timetable.after_failure(NOON, 600) == asked_for + timedelta(seconds=1)
    assert timetable.after_failure(NOON, 1) == timedelta(minutes=2)


def look(timetable: schedule.PollSchedule, state: AccountState, after_due: timedelta) -> datetime:
    """Poll a silent Point this time after it was due. Return when it was due."""
    due = state.devices["d0"].polled.next_heartbeat_at
    assert due
    silent = state.devices["d0"].polled
    state.merge_devices([silent], due + after_due)
    timetable.note_devices(state, due + after_due)
    return due


def hear(timetable: schedule.PollSchedule, state: AccountState, at: datetime) -> datetime:
    """Look at a Point right after it was heard; return when it is looked at again."""
    heard = device("d0", last_heard_from_at=at, next_heartbeat_at=at + timedelta(hours=1))
    state.merge_devices([heard], at)
    timetable.note_devices(state, at)
    timetable.note_homes(state, at)
    return at + timedelta(hours=1)


def waits(timetable: schedule.PollSchedule, due: datetime) -> float:
    """Return how many seconds after a heartbeat is due it is looked for."""
    seconds = range(-10, 400)
    return next(s for s in seconds if timetable.wants_devices(due + timedelta(seconds=s))) + 5


def test_a_look_that_came_too_early_makes_the_next_ones_wait_until_they_find_something() -> None:
    state, timetable = state_of(after(minutes=20)), schedule.PollSchedule()
    due = look(timetable, state, timedelta(seconds=60))
    due = hear(timetable, state, due + timedelta(seconds=80))
    assert waits(timetable, due) == 60 + 30 - 3
    for _ in range(9):
        due = hear(timetable, state, due + timedelta(seconds=80))
    assert waits(timetable, due) == 60


def test_a_look_at_another_point_was_not_too_early() -> None:
    state, timetable = state_of(after(minutes=20)), schedule.PollSchedule()
    due = look(timetable, state, timedelta(seconds=10))
    due = hear(timetable, state, due + timedelta(seconds=30))
    assert waits(timetable, due) == 60


def test_no_heartbeat_is_waited_for_beyond_reason() -> None:
    state, timetable = state_of(after(minutes=20)), schedule.PollSchedule()
    for _ in range(30):
        due = look(timetable, state, timedelta(minutes=5))
        due = hear(timetable, state, due + timedelta(minutes=6))
    assert waits(timetable, due) == 240 - 3


# Clocks that differ


@pytest.mark.parametrize("skew", [-7200, -600, -90, 90, 600, 7200])
def test_a_clock_that_is_wrong_costs_lag_and_not_requests(skew: float) -> None:
    """`skew`: seconds by which our clock is ahead of Minut's."""
    ahead = timedelta(seconds=skew)
    state, timetable = AccountState(), schedule.PollSchedule()
    true, end, asked, worst = NOON, after(hours=48), 0, timedelta(0)
    while true < end:
        ours = true + ahead
        if timetable.wants_homes(ours):
            asked += 1
            state.merge_homes([home("h0")], ours)
            timetable.note_homes(state, ours)
        if timetable.wants_devices(ours):
            asked += 1
            beat = NOON + timedelta(hours=(true - NOON) // timedelta(hours=1))
            worst = max(worst, true - beat)
            told = device(
                "d0", last_heard_from_at=beat, next_heartbeat_at=beat + timedelta(hours=1)
            )
            state.merge_devices([told], ours)
            timetable.note_devices(state, ours)
        true += timetable.after_success(ours)
    assert asked / 2 <= 200
    assert worst <= timedelta(hours=1)


def test_an_unknown_id_causes_an_early_poll_at_most_every_15_minutes() -> None:
    timetable = planned()
    assert timetable.after_event(after(seconds=9), has_unknown_id=False) is None
    early = timetable.after_event(after(seconds=10), has_unknown_id=True)
    assert early == timedelta(seconds=50)
    assert wants(timetable, after(minutes=1)) == "homes devices"
    assert timetable.after_event(after(minutes=15), has_unknown_id=True) is None
    early = timetable.after_event(after(minutes=15, seconds=10), has_unknown_id=True)
    assert early == schedule.SOON


def test_a_clock_that_is_set_back_does_not_prevent_an_early_poll() -> None:
    timetable = planned()
    assert timetable.after_event(after(hours=9), has_unknown_id=True) is not None
    assert timetable.after_event(after(minutes=1), has_unknown_id=True) is not None


def test_an_early_poll_that_is_requested_while_an_answer_is_on_its_way_happens() -> None:
    timetable, state, now = planned(), state_of(), after(minutes=15, seconds=2)
    assert timetable.after_event(now, has_unknown_id=True) == schedule.SOON
    timetable.note_homes(state, after(minutes=15))
    timetable.note_devices(state, after(minutes=15))
    assert timetable.after_success(after(minutes=15, seconds=3)) == timedelta(seconds=57)
    timetable.note_homes(state, after(minutes=16))
    timetable.note_devices(state, after(minutes=16))
    assert timetable.after_success(after(minutes=16)) == timedelta(minutes=15)


def test_an_event_while_polls_fail_brings_the_next_one_forward_once() -> None:
    timetable = planned()
    for _ in range(7):
        timetable.after_failure(NOON, None)
    soon = timetable.after_event(after(seconds=20), has_unknown_id=False)
    assert soon == timedelta(seconds=40)
    assert timetable.after_event(after(seconds=30), has_unknown_id=False) is None
    timetable.after_failure(after(minutes=1), 600)
    soon = timetable.after_event(after(minutes=2), has_unknown_id=False)
    assert soon == timedelta(minutes=9, seconds=1)
    timetable.after_success(after(minutes=12))
    assert timetable.after_event(after(minutes=12), has_unknown_id=False) is None
