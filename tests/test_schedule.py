"""When the cloud is asked: after heartbeats, and not too often."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from custom_components.point import schedule
from custom_components.point.account import AccountState

from .account import NOON, after, device, event, home


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
        pytest.param([], after(hours=1), id="no devices"),
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
