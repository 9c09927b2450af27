"""The list of what needs a hand."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from custom_components.point.minut.thresholds import Thresholds
from custom_components.point.state.account import AccountState
from custom_components.point.state.todo import Task, TodoList

from ..helpers.account import account, after, device, event, happen, home


def shown(todo: TodoList) -> list[tuple[Task, str, list[str], bool]]:
    return [
        (row.task, row.needs[0].group, sorted(need.key for need in row.needs), row.is_done)
        for row in todo.rows
    ]


def update(
    todo: TodoList, state: AccountState, at: datetime, *, push_works: bool | None = True
) -> bool:
    return todo.update(state, at, push_works=push_works)


def read(
    state: AccountState, device_id: str = "p1", at: datetime | None = None, **told: Any
) -> None:
    at = at or after(minutes=1)
    state.merge_device(device(device_id, last_heard_from_at=at, **told), at)


def test_nothing_is_to_do_at_first() -> None:
    todo = TodoList()
    assert not update(todo, account(), after())
    assert todo.rows == ()


def test_one_row_is_for_all_points_of_a_home() -> None:
    state, todo = account(), TodoList()
    for point in ("p1", "p2", "p3"):
        read(state, point, offline=True)
    assert update(todo, state, after(minutes=2))
    assert shown(todo) == [
        (Task.CONTACT, "h1", ["p1", "p2"], False),
        (Task.CONTACT, "h2", ["p3"], False),
    ]
    assert todo.rows[0].since == after(minutes=1)


def test_a_point_with_two_needs_has_two_rows() -> None:
    state, todo = account(), TodoList()
    happen(state, "tamper_removed", after(minutes=1))
    happen(state, "battery_low", after(minutes=1))
    update(todo, state, after(minutes=2))
    assert [row.task for row in todo.rows] == [Task.CHARGE, Task.MOUNT]


@pytest.mark.parametrize(
    ("task", "begin", "end"),
    [
        (Task.CHARGE, {"battery_percent": 9.0}, {"battery_percent": 99.0}),
        (Task.MOUNT, {"mount_status": "removed"}, {"mount_status": "mounted"}),
        (Task.CONTACT, {"offline": True}, {}),
    ],
)
def test_rows_come_and_go_by_themselves(
    task: Task, begin: dict[str, Any], end: dict[str, Any]
) -> None:
    state, todo = account(), TodoList()
    read(state, **begin)
    assert update(todo, state, after(minutes=2))
    assert shown(todo) == [(task, "h1", ["p1"], False)]
    read(state, at=after(minutes=3), **end)
    assert update(todo, state, after(minutes=4))
    assert todo.rows == ()


def test_a_limit_has_two_hours() -> None:
    state, todo = account(), TodoList()
    read(state, thresholds=Thresholds(is_pending=True))
    update(todo, state, after(minutes=1))
    update(todo, state, after(minutes=120))
    assert todo.rows == ()
    update(todo, state, after(minutes=121))
    assert shown(todo) == [(Task.LIMIT, "h1", ["p1"], False)]
    read(state, at=after(minutes=130), thresholds=Thresholds(is_pending=False))
    update(todo, state, after(minutes=131))
    assert todo.rows == ()


def test_a_point_without_contact_cannot_take_its_limits() -> None:
    state, todo = account(), TodoList()
    read(state, offline=True, thresholds=Thresholds(is_pending=True))
    for minutes in (1, 200):
        update(todo, state, after(minutes=minutes))
    assert [row.task for row in todo.rows] == [Task.CONTACT]


def test_homes_of_the_same_name_are_one_row() -> None:
    state, todo = account(), TodoList()
    homes = [home("h1", name="Lakeside 4"), home("h2", name=" lakeside 4 "), home("h3", name=None)]
    state.merge_homes([*homes, home("h4", name=None)], after(minutes=1))
    update(todo, state, after(minutes=2))
    assert shown(todo) == [(Task.NAMES, "lakeside 4", ["h1", "h2"], False)]


def test_events_that_do_not_arrive_come_first() -> None:
    state, todo = account(), TodoList()
    read(state, offline=True)
    update(todo, state, after(minutes=1), push_works=False)
    assert [row.task for row in todo.rows] == [Task.EVENTS, Task.CONTACT]


# Checking off


def test_what_is_checked_off_stays_so_until_it_comes_again() -> None:
    state, todo = account(), TodoList()
    read(state, offline=True)
    update(todo, state, after(minutes=1))
    assert todo.check(todo.rows[0].uid, after(), is_done=True)
    assert not update(todo, state, after(minutes=2))
    assert shown(todo) == [(Task.CONTACT, "h1", ["p1"], True)]
    read(state, at=after(minutes=3))
    update(todo, state, after(minutes=4))
    read(state, at=after(minutes=5), offline=True)
    update(todo, state, after(minutes=6))
    assert shown(todo) == [(Task.CONTACT, "h1", ["p1"], False)]


def test_it_can_be_taken_back() -> None:
    state, todo = account(), TodoList()
    read(state, offline=True)
    update(todo, state, after(minutes=1))
    uid = todo.rows[0].uid
    todo.check(uid, after(), is_done=True)
    todo.check(uid, after(), is_done=False)
    assert not todo.rows[0].is_done
    assert not todo.check("something else", after(), is_done=True)


def test_a_point_that_joins_is_a_row_of_its_own_after_checking_off() -> None:
    state, todo = account(), TodoList()
    read(state, "p1", offline=True)
    update(todo, state, after(minutes=1))
    first = todo.rows[0].uid
    todo.check(first, after(), is_done=True)
    read(state, "p2", offline=True)
    update(todo, state, after(minutes=2))
    assert shown(todo) == [
        (Task.CONTACT, "h1", ["p2"], False),
        (Task.CONTACT, "h1", ["p1"], True),
    ]
    assert todo.rows[0].uid != first


def test_a_row_is_new_when_a_point_joins_but_not_when_one_is_done() -> None:
    """Home Assistant's trigger "To-do item added" goes by the id."""
    state, todo = account(), TodoList()
    uids = []
    for minute, changes in enumerate(
        [
            {"p1": True},  # begins
            {"p2": True},  # joins
            {"p1": False},  # is done
            {"p1": True},  # joins again
            {"p1": False, "p2": False},
            {"p1": True},
        ]
    ):
        for point, offline in changes.items():
            read(state, point, after(minutes=10 * minute), offline=offline)
        update(todo, state, after(minutes=10 * minute + 1))
        uids += [row.uid for row in todo.rows]
    alone, both, left, again, anew = uids
    assert both == left
    assert len({alone, both, again, anew}) == 4


def test_a_point_that_moves_to_another_home_is_another_row() -> None:
    state, todo = account(), TodoList()
    for point in ("p1", "p2"):
        read(state, point, offline=True)
    update(todo, state, after(minutes=2))
    read(state, "p2", after(minutes=3), offline=True, home_id="h2")
    update(todo, state, after(minutes=4))
    assert [row.needs[0].group for row in todo.rows] == ["h1", "h2"]
    assert todo.rows[0].uid != todo.rows[1].uid


def test_what_has_to_be_done_is_not_new_after_a_restart() -> None:
    state, todo = account(), TodoList()
    for point in ("p1", "p2", "p3"):
        read(state, point, offline=True)
    update(todo, state, after(minutes=2), push_works=False)
    again = TodoList()
    again.load(todo.dump())
    for push_works in (None, False):
        update(again, state, after(minutes=3), push_works=push_works)
        assert [row.uid for row in again.rows] == [row.uid for row in todo.rows]


def test_days_are_those_of_the_time_zone() -> None:
    """At six in the evening in London it is the next day in Tokyo."""
    state, todo = account(), TodoList()
    tokyo = timezone(timedelta(hours=9))
    for day in range(6):
        at = after(hours=24 * day)
        read(state, at=at, battery_percent=10.25 - day)
        update(todo, state, at.astimezone(tokyo))
    assert todo.rows[0].due == after(hours=24 * 11).date()


def test_survives_a_restart() -> None:
    state, todo = account(), TodoList()
    read(state, "p1", offline=True, battery_percent=50.0)
    read(state, "p2", thresholds=Thresholds(is_pending=True))
    update(todo, state, after(minutes=1), push_works=False)
    for row in todo.rows:
        todo.check(row.uid, after(), is_done=True)
    again = TodoList()
    again.load(todo.dump())
    update(again, state, after(minutes=2), push_works=None)  # not known yet
    update(again, state, after(minutes=130), push_works=False)
    assert shown(again) == [
        (Task.EVENTS, "", [""], True),
        (Task.CONTACT, "h1", ["p1"], True),
        (Task.LIMIT, "h1", ["p2"], False),
    ]


@pytest.mark.parametrize(
    "stored", [None, 3, {"done": 1, "uids": {"x": 1}, "pending_since": {"p1": "x"}}, []]
)
def test_odd_files_are_ignored(stored: Any) -> None:
    todo = TodoList()
    todo.load(stored)
    assert not update(todo, account(), after())


# Batteries


def test_a_battery_is_due_on_the_day_on_which_it_is_empty() -> None:
    state, todo = account(), TodoList()
    start = after()
    for day in range(31):
        at = start + timedelta(days=day)
        read(state, at=at, battery_percent=28 - 0.7 * day)
        update(todo, state, at)
        truth = start + timedelta(days=40)
        is_near = truth - at <= timedelta(days=14)
        assert bool(todo.rows) is is_near, day
        for row in todo.rows:
            assert row.due
            assert abs(row.due - truth.date()) <= timedelta(days=2)


def test_a_low_battery_without_a_past_has_no_date() -> None:
    state, todo = account(), TodoList()
    state.apply(event("battery_low", after(minutes=1)), after(minutes=1))
    update(todo, state, after(minutes=2))
    assert todo.rows[0].due is None


def test_a_date_is_never_in_the_past() -> None:
    state, todo = account(), TodoList()
    for day in range(6):
        at = after(hours=24 * day)
        read(state, at=at, battery_percent=max(0.0, 10 - 2.0 * day))
        update(todo, state, at + timedelta(days=20 if day == 5 else 0))
    assert todo.rows[0].due == (after(hours=24 * 5) + timedelta(days=20)).date()
    assert replace(todo.rows[0]).task is Task.CHARGE
