"""Trial of noise limits on series that were calculated by hand."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.point.report.trial import TrialResult, days, nights, try_limits
from custom_components.point.state.limit_log import QuietHours

from .series import NIGHT, STEP, buckets

ZONE = ZoneInfo("Europe/Stockholm")
TEN = timedelta(minutes=10)


def try_one(
    values: Sequence[float | None],
    *,
    limit: float = 75.0,
    duration: timedelta = TEN,
    hours: QuietHours | None = None,
) -> TrialResult:
    """Try one limit on a series from 22:00 on; the quiet hours begin then."""
    [outcome] = try_limits(
        buckets(values),
        STEP,
        limits=[limit],
        durations=[duration],
        hours=hours or QuietHours(time(22), time(7)),
        zone=ZONE,
    )
    return outcome


@pytest.mark.parametrize(
    ("values", "notices"),
    [
        ([], 0),
        ([80.0], 0),  # five minutes are too short
        ([80.0, 80.0], 1),
        ([80.0, 75.0, 80.0], 0),  # 75 is not above 75
        ([80.0] * 12, 1),  # one for each time it is loud
        ([80.0] * 2 + [40.0] + [80.0] * 2, 2),
        ([80.0, None, 80.0], 1),  # a single missing bucket
        ([80.0, None, None, 80.0], 0),  # a gap is never bridged
        ([80.0, 80.0, None, None, 80.0, 80.0], 2),
    ],
)
def test_a_notice_needs_the_limit_exceeded_without_a_break(
    values: Sequence[float | None], notices: int
) -> None:
    found = try_one(values)
    assert (len(found.day), len(found.quiet)) == (0, notices)


def test_a_missing_bucket_does_not_count_as_noise() -> None:
    fifteen = timedelta(minutes=15)
    assert try_one([80.0, None, 80.0], duration=fifteen).quiet == ()
    assert len(try_one([80.0, None, 80.0, 80.0], duration=fifteen).quiet) == 1


def test_a_notice_comes_when_the_duration_is_over() -> None:
    assert try_one([40.0] + [80.0] * 5).quiet == (NIGHT + timedelta(minutes=15),)


def test_day_and_quiet_hours_are_counted_apart_and_end_a_run() -> None:
    hours = QuietHours(time(22, 10), time(7))
    found = try_one([80.0] * 4, hours=hours)
    assert found.day == (NIGHT + timedelta(minutes=10),)
    assert found.quiet == (NIGHT + timedelta(minutes=20),)
    assert try_one([80.0] * 4, hours=QuietHours(time(22, 5), time(22, 10))).quiet == ()


def test_limits_and_durations_are_combined() -> None:
    values = [72.0] * 3 + [40.0] + [78.0] + [40.0] + [82.0] * 2
    found = try_limits(
        buckets(values),
        STEP,
        limits=[70.0, 75.0, 80.0],
        durations=[STEP, TEN],
        hours=QuietHours(time(22), time(7)),
        zone=ZONE,
    )
    counts = {(each.limit, each.duration): len(each.quiet) for each in found}
    assert counts == {
        (70.0, STEP): 3,
        (70.0, TEN): 2,
        (75.0, STEP): 2,
        (75.0, TEN): 1,
        (80.0, STEP): 1,
        (80.0, TEN): 1,
    }


def test_a_coarse_series_counts_with_whole_buckets() -> None:
    half_hours = buckets([80.0, 40.0, 80.0], step=timedelta(minutes=30))
    [found] = try_limits(
        half_hours,
        timedelta(minutes=30),
        limits=[75.0],
        durations=[TEN],
        hours=QuietHours(time(22), time(7)),
        zone=ZONE,
    )
    assert len(found.quiet) == 2


def test_a_night_bears_the_date_of_its_evening() -> None:
    times = ("2026-11-14T22:30+01:00", "2026-11-15T03:00+01:00", "2026-11-15T23:00+01:00")
    local = [datetime.fromisoformat(each) for each in times]
    assert nights(local, ZONE) == [date(2026, 11, 14), date(2026, 11, 15)]
    assert days(local, ZONE) == [date(2026, 11, 14), date(2026, 11, 15)]


@pytest.mark.parametrize(
    ("start", "end", "inside", "outside"),
    [
        (time(22), time(7), [time(22), time(0), time(6, 59)], [time(7), time(21, 59)]),
        (time(13), time(15), [time(13), time(14, 59)], [time(12, 59), time(15)]),
    ],
)
def test_quiet_hours_may_pass_midnight(
    start: time, end: time, inside: list[time], outside: list[time]
) -> None:
    hours = QuietHours(start, end)
    assert all(map(hours.contain, inside))
    assert not any(map(hours.contain, outside))
