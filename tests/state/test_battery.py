"""When a battery will be empty, from its levels of the last 30 days."""

from datetime import datetime, timedelta

import pytest

from custom_components.point.state.battery import BatteryLog

from ..helpers.account import NOON


def drained(per_day: float, days: int, start: float = 60.0) -> tuple[BatteryLog, datetime]:
    """Return the levels of a battery that reports once an hour, and the last time."""
    log = BatteryLog()
    for hour in range(days * 24 + 1):
        level = round(start - per_day * hour / 24, 1)
        log.record("p1", level, NOON + timedelta(hours=hour))
    return log, NOON + timedelta(days=days)


@pytest.mark.parametrize("per_day", [0.3, 0.5, 1.0, 1.8])
@pytest.mark.parametrize("days", [20, 30, 33])
def test_is_empty_within_two_days_of_the_truth(per_day: float, days: int) -> None:
    log, _ = drained(per_day, days)
    empty_at = log.empty_at("p1")
    assert empty_at
    assert abs(empty_at - (NOON + timedelta(days=60 / per_day))) < timedelta(days=2)


def test_whole_percents_and_a_wobble_are_enough() -> None:
    log = BatteryLog()
    for day in range(31):
        level = round(40 - 0.5 * day + (0.8 if day % 3 else -0.8))
        log.record("p1", level, NOON + timedelta(days=day))
    empty_at = log.empty_at("p1")
    assert empty_at
    assert abs(empty_at - (NOON + timedelta(days=80))) < timedelta(days=2)


def test_only_the_last_30_days_count() -> None:
    log = BatteryLog()
    for day in range(100):
        level = 90 - 0.1 * min(day, 60) - 1.0 * max(0, day - 60)
        log.record("p1", level, NOON + timedelta(days=day))
    empty_at = log.empty_at("p1")
    assert empty_at
    assert abs(empty_at - (NOON + timedelta(days=60 + 84))) < timedelta(days=2)


def test_charging_starts_over() -> None:
    log, end = drained(1.0, 20)
    for day in range(1, 6):
        log.record("p1", 100 - 0.5 * day, end + timedelta(days=day))
    empty_at = log.empty_at("p1")
    assert empty_at
    assert abs(empty_at - (end + timedelta(days=200))) < timedelta(days=2)


@pytest.mark.parametrize("days", [0, 1, 2])
def test_nothing_is_known_at_first(days: int) -> None:
    log, _ = drained(1.0, days)
    assert log.empty_at("p1") is None
    assert log.empty_at("p2") is None


def test_a_battery_that_does_not_drain_is_never_empty() -> None:
    log, _ = drained(0.0, 30)
    assert log.empty_at("p1") is None


def test_one_that_hardly_drains_is_empty_after_the_end_of_the_calendar() -> None:
    log = BatteryLog()
    for day in range(30):
        log.record("p1", 100 - day * 1e-9, NOON + timedelta(days=day))
    assert log.empty_at("p1") is None


def test_survives_a_restart_and_odd_files() -> None:
    log, _ = drained(0.5, 30)
    again = BatteryLog()
    again.load(log.dump())
    assert again.empty_at("p1") == log.empty_at("p1")
    odd = BatteryLog()
    odd.load({"p1": [[1, "x"], None, 7, [1]], "p2": 3})
    assert odd.dump() == {}


def test_points_that_are_gone_are_dropped() -> None:
    log, end = drained(0.5, 10)
    log.prune(end + timedelta(days=29))
    assert log.dump() != {}
    log.prune(end + timedelta(days=31))
    assert log.dump() == {}
