"""How far the import has come, and what is due."""

from datetime import timedelta
from itertools import pairwise

import pytest

from custom_components.point.minut.parsing import Json
from custom_components.point.state.import_progress import (
    CHUNK,
    FIRST_IMPORT,
    INTERVAL_FEW,
    INTERVAL_MANY,
    PASS_PERIOD,
    ImportProgress,
    Key,
)
from custom_components.point.state.span import Span

from ..helpers.account import NOON

HOUR = timedelta(hours=1)
UNTIL = NOON - HOUR
POINT: Key = ("p1", "temperature")
HALF = FIRST_IMPORT / 2


def keys(count: int) -> list[Key]:
    return [(f"p{number}", "temperature") for number in range(count)]


def imported(*every: Key) -> ImportProgress:
    """Return the progress after the first imports, which ended at noon."""
    progress = ImportProgress()
    while due := progress.due(every, UNTIL, NOON):
        for key, span in due:
            progress.mark_done(key, span, span.end - HOUR, NOON)
    return progress


def due_times(progress: ImportProgress, every: list[Key], hours: int) -> dict[Key, list[timedelta]]:
    """Look every five minutes, do what is due, and return when each had its passes."""
    found: dict[Key, list[timedelta]] = {key: [] for key in every}
    for step in range(1, hours * 12 + 1):
        after = step * timedelta(minutes=5)
        for key, span in progress.due(every, UNTIL + after, NOON + after):
            progress.mark_done(key, span, span.end - HOUR, NOON + after)
            found[key].append(after)
    return found


def test_a_first_import_goes_back_in_chunks() -> None:
    progress = ImportProgress()
    newest = Span(UNTIL - HALF, UNTIL)
    assert progress.due([POINT], UNTIL, NOON) == [(POINT, newest)]
    progress.mark_done(POINT, newest, None, NOON)
    oldest = Span(UNTIL - FIRST_IMPORT, UNTIL - HALF)
    assert progress.due([POINT], UNTIL + HOUR, NOON + HOUR) == [(POINT, oldest)]
    progress.mark_done(POINT, oldest, None, NOON + HOUR)
    assert progress.due([POINT], UNTIL + HOUR, NOON + HOUR) == []


def test_the_newest_hours_of_all_points_come_first() -> None:
    progress = ImportProgress()
    first, second = keys(2)
    progress.mark_done(*progress.due([first], UNTIL, NOON)[0], None, NOON)
    assert [key for key, _ in progress.due([first, second], UNTIL, NOON)] == [second, first]


@pytest.mark.parametrize(("count", "every"), [(10, INTERVAL_FEW), (11, INTERVAL_MANY)])
def test_passes_come_at_regular_times(count: int, every: timedelta) -> None:
    points = keys(count)
    found = due_times(imported(*points), points, hours=72)
    for times in found.values():
        assert len(times) == timedelta(hours=72) // every
        assert {later - sooner for sooner, later in pairwise(times)} == {every}


def test_many_points_are_spread_over_the_day() -> None:
    points = keys(600)
    found = due_times(imported(*points), points, hours=24)
    times = [time for each in found.values() for time in each]
    assert len(times) == 600
    in_an_hour = [sum(hour <= time / HOUR < hour + 1 for time in times) for hour in range(24)]
    assert max(in_an_hour) < 3 * 600 / 24


def test_all_readings_of_a_point_have_their_pass_together() -> None:
    readings = [("p1", "temperature"), ("p1", "humidity")]
    found = due_times(imported(*readings), readings, hours=12)
    assert found[readings[0]] == found[readings[1]]


def pass_at(progress: ImportProgress, after: timedelta) -> Span:
    ((_, span),) = progress.due([POINT], UNTIL + after, NOON + after)
    return span


def test_a_pass_goes_back_two_days() -> None:
    after = timedelta(hours=7)
    assert pass_at(imported(POINT), after) == Span(UNTIL + after - PASS_PERIOD, UNTIL + after)


def test_a_pass_begins_with_the_newest_hour_that_there_was() -> None:
    after = timedelta(days=7)
    progress = imported(POINT)
    assert pass_at(progress, after) == Span(UNTIL - HOUR, UNTIL + after)
    progress.mark_done(POINT, pass_at(progress, after), None, NOON + after)
    after += timedelta(days=1)
    assert pass_at(progress, after) == Span(UNTIL - HOUR, UNTIL + after)


def test_a_pass_goes_back_thirty_days_at_most() -> None:
    after = timedelta(days=100)
    assert pass_at(imported(POINT), after) == Span(UNTIL + after - FIRST_IMPORT, UNTIL + after)


def test_a_clock_that_was_put_back_stops_nothing() -> None:
    assert imported(POINT).due([POINT], UNTIL - 9 * HOUR, NOON - 9 * HOUR)


def test_a_year_of_three_readings_takes_fewer_than_a_hundred_requests() -> None:
    assert 3 * len(list(Span(UNTIL - timedelta(days=365), UNTIL).chunks(CHUNK))) == 75


def test_how_far_it_is() -> None:
    progress = ImportProgress()
    assert progress.summary() == {"readings": 0, "complete": 0, "first_import_percent": 100}
    first, second = keys(2)
    progress.due([first, second], UNTIL, NOON)
    assert progress.percent == 0
    for _ in range(2):
        ((_, span),) = progress.due([first], UNTIL, NOON)
        progress.mark_done(first, span, None, NOON)
    assert progress.summary() == {"readings": 2, "complete": 1, "first_import_percent": 50}


# What survives a restart


def test_progress_survives() -> None:
    first, second = keys(2)
    progress = imported(first)
    ((_, span),) = progress.due([second], UNTIL, NOON)
    progress.mark_done(second, span, None, NOON)
    again = ImportProgress()
    again.load(progress.dump())
    assert again.dump() == progress.dump()
    for after in (timedelta(0), timedelta(hours=7)):
        wanted = [first, second], UNTIL + after, NOON + after
        assert again.due(*wanted) == progress.due(*wanted)


@pytest.mark.parametrize(
    "stored",
    [None, [], {"p1": None}, {"p1": {"temperature": None}}, {"p1": {"temperature": [1, 2]}}],
    ids=str,
)
def test_what_cannot_be_read_is_imported_again(stored: Json) -> None:
    progress = ImportProgress()
    progress.load(stored)
    assert progress.summary()["readings"] == 0


def test_a_point_that_is_gone_is_forgotten() -> None:
    progress = imported(*keys(2))
    progress.remove_devices(lambda device_id: device_id == "p0")
    assert set(progress.dump()) == {"p1"}
