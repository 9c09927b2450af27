"""Figures of a measured series. Pure: gaps stay gaps, nothing is interpolated over them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Final

from ..minut.series import Bucket, Series, energy_mean
from ..state.span import Span

MIN_GAP: Final = timedelta(minutes=15)
"""Minimum time without measurements that is a gap. Shorter pauses only count as not measured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Levels:
    """Figures of the sound level, in dB(A).

    `loudest`: the highest level within any bucket. `l10`, `l50`, `l90`: levels that were exceeded
    for 10, 50 and 90 % of the measured time. `leq`: mean of the sound energy. The last four are
    calculated from the means of the buckets.
    """

    loudest: float
    loudest_at: datetime
    l10: float
    l50: float
    l90: float
    leq: float


@dataclass(frozen=True, slots=True)
class Range:
    """Lowest and highest value."""

    low: float
    high: float


def within(series: Series, span: Span) -> list[Bucket]:
    """Return the buckets of a series that begin within a span, each start once."""
    found = {each.start: each for each in series.buckets if span.start <= each.start < span.end}
    return list(found.values())


def levels(buckets: Sequence[Bucket]) -> Levels | None:
    """Return the figures of a sound level, None without measurements."""
    if not buckets:
        return None
    loudest = max(buckets, key=lambda bucket: bucket.highest)
    values = [bucket.value for bucket in buckets]
    deciles = quantiles(values, n=10, method="inclusive")
    return Levels(
        loudest=loudest.highest,
        loudest_at=loudest.start,
        l10=deciles[8],
        l50=deciles[4],
        l90=deciles[0],
        leq=energy_mean(values),
    )


def value_range(buckets: Sequence[Bucket]) -> Range | None:
    """Return the lowest and highest value within the buckets, None without measurements."""
    if not buckets:
        return None
    return Range(
        min(bucket.lowest for bucket in buckets), max(bucket.highest for bucket in buckets)
    )


def measured_time(buckets: Sequence[Bucket], resolution: timedelta, span: Span) -> timedelta:
    """Return for how long there are measurements in a span."""
    lengths = (min(resolution, span.end - bucket.start) for bucket in buckets)
    return sum(lengths, timedelta())


def gaps(buckets: Sequence[Bucket], resolution: timedelta, span: Span) -> tuple[Span, ...]:
    """Return the parts of a span without measurements, as far as they are gaps."""
    return tuple(
        gap for gap in _pauses(buckets, resolution, span) if gap.end - gap.start >= MIN_GAP
    )


def _pauses(buckets: Sequence[Bucket], resolution: timedelta, span: Span) -> Iterator[Span]:
    end = span.start
    for bucket in buckets:
        if bucket.start > end:
            yield Span(end, bucket.start)
        end = max(end, bucket.start + resolution)
    if span.end > end:
        yield Span(end, span.end)


def time_over(
    buckets: Sequence[Bucket],
    resolution: timedelta,
    span: Span,
    limit_at: Callable[[datetime], float | None],
) -> timedelta | None:
    """Return for how long the mean of a bucket was over its limit; None if there was no limit."""
    limits = [(bucket, limit_at(bucket.start)) for bucket in buckets]
    if all(limit is None for _, limit in limits):
        return None
    over = [bucket for bucket, limit in limits if limit is not None and bucket.value > limit]
    return measured_time(over, resolution, span)
