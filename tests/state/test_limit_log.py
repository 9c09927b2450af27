"""Log of the noise limits of Points."""

from datetime import time

import pytest

from custom_components.point.minut.parsing import Json
from custom_components.point.minut.thresholds import Thresholds
from custom_components.point.state.limit_log import (
    MAX_ENTRIES,
    LimitLog,
    QuietHours,
    SoundLimits,
    limits_at,
)

from ..helpers.account import NOON, after

HOURS = QuietHours(time(22), time(7))


def thresholds(**quiet_hours: Json) -> Thresholds:
    return Thresholds.from_json(
        {
            "reactions": [
                {"type": "sound_level_high", "value": 75},
                {"type": "sound_level_high_quiet_hours", "value": 70},
            ],
            "quiet_hours": quiet_hours,
        }
    )


@pytest.mark.parametrize(
    ("quiet_hours", "at_night"),
    [
        ({"enabled": True, "start": "22:00", "end": "07:00"}, 70.0),
        ({"enabled": False, "start": "22:00", "end": "07:00"}, 75.0),
        ({"enabled": True}, 75.0),
        ({}, 75.0),
    ],
)
def test_the_limit_of_quiet_hours_holds_while_they_are_on(
    quiet_hours: dict[str, Json], at_night: float
) -> None:
    limits = SoundLimits.from_thresholds(thresholds(**quiet_hours))
    assert limits.at(time(23)) == at_night
    assert limits.at(time(12)) == 75.0


def test_without_a_limit_for_quiet_hours_that_of_the_day_holds() -> None:
    assert SoundLimits(day=75.0, hours=HOURS).at(time(23)) == 75.0
    assert SoundLimits(quiet=70.0, hours=HOURS).at(time(12)) is None


def test_only_changes_are_logged_and_the_oldest_are_dropped() -> None:
    log = LimitLog()
    assert log.note("p1", SoundLimits(day=70.0), NOON)
    assert not log.note("p1", SoundLimits(day=70.0), after(hours=1))
    for number in range(MAX_ENTRIES):
        assert log.note("p1", SoundLimits(day=71.0 + number), after(hours=2 + number))
    entries = log.of("p1")
    assert len(entries) == MAX_ENTRIES
    assert entries[0] == (after(hours=2), SoundLimits(day=71.0))


def test_the_limits_of_a_time_are_those_seen_last_before_it() -> None:
    first, second = SoundLimits(day=70.0), SoundLimits(day=80.0)
    entries = ((NOON, first), (after(hours=2), second))
    assert limits_at(entries, after(hours=-5)) is first
    assert limits_at(entries, after(hours=1)) is first
    assert limits_at(entries, after(hours=2)) is second
    assert limits_at((), NOON) is None


def test_the_log_survives_a_restart() -> None:
    log, again = LimitLog(), LimitLog()
    log.note("p1", SoundLimits(day=75.0, quiet=70.0, hours=HOURS), NOON)
    log.note("p1", SoundLimits(), after(hours=1))
    again.load(log.dump())
    assert again.of("p1") == log.of("p1")
    again.load({"p2": [[], "x", [None, 1, 2], [1, 70, None, "25:00", "x"]], "p3": 1})
    [(_, limits)] = again.of("p2")
    assert limits == SoundLimits(day=70.0)
    again.forget(lambda device: device == "p1")
    assert again.of("p1") == ()
