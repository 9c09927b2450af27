"""Trial of noise limits: how many notices they would have caused in a measured past. Pure.

Minut does not publish how it decides (API notes 5): this is an estimate.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from math import ceil
from typing import Final

from ..minut.series import Bucket
from ..state.limit_log import QuietHours

DEFAULT_HOURS: Final = QuietHours(time(22), time(7))
"""Quiet hours of a Point for which Minut does not report any (API notes 5)."""
HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialResult:
    """Times of the estimated notices of a limit in dB(A) that is exceeded for a duration.

    `day`: outside of the quiet hours, if the limit holds there. `quiet`: within them.
    """

    limit: float
    duration: timedelta
    day: tuple[datetime, ...]
    quiet: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """Starts of buckets that exceed a limit without a break, all by day or all in quiet hours."""

    starts: list[datetime]
    is_quiet: bool


def try_limits(
    buckets: Sequence[Bucket],
    resolution: timedelta,
    *,
    limits: Sequence[float],
    durations: Sequence[timedelta],
    hours: QuietHours,
    zone: tzinfo,
) -> list[TrialResult]:
    """Return the estimated notices of each combination. `buckets`: of the sound level.

    There is one notice each time that the limit is exceeded for the duration without a break.
    Breaks are a bucket below the limit, a gap, and the start and end of the quiet hours. A single
    missing bucket is no break, but does not count as noise either.
    """
    timed = [(each, hours.contain(each.start.astimezone(zone).time())) for each in buckets]
    found = []
    for limit in limits:
        runs = list(_runs(timed, resolution, limit))
        for length in durations:
            needed = max(1, ceil(length / resolution))
            notices = [
                (run.starts[needed - 1] + resolution, run.is_quiet)
                for run in runs
                if len(run.starts) >= needed
            ]
            found.append(
                TrialResult(
                    limit=limit,
                    duration=length,
                    day=tuple(at for at, is_quiet in notices if not is_quiet),
                    quiet=tuple(at for at, is_quiet in notices if is_quiet),
                )
            )
    return found


def _runs(
    timed: Sequence[tuple[Bucket, bool]], resolution: timedelta, limit: float
) -> Iterator[_Run]:
    run: _Run | None = None
    for bucket, is_quiet in timed:
        if bucket.value <= limit:
            if run:
                yield run
            run = None
        elif run and run.is_quiet is is_quiet and bucket.start - run.starts[-1] <= 2 * resolution:
            run.starts.append(bucket.start)
        else:
            if run:
                yield run
            run = _Run([bucket.start], is_quiet)
    if run:
        yield run


def nights(times: Sequence[datetime], zone: tzinfo) -> list[date]:
    """Return the dates on which the nights of these times began: a night belongs to its evening."""
    return sorted(
        {(time.astimezone(zone).replace(tzinfo=None) - HALF_A_DAY).date() for time in times}
    )


def days(times: Sequence[datetime], zone: tzinfo) -> list[date]:
    """Return the dates of these times."""
    return sorted({time.astimezone(zone).date() for time in times})
