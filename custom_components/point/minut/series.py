"""Time series of what a Point has measured (API notes 3.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import fmean
from typing import Self

from .parsing import Json, JsonObject, items, moment, number

HOUR = timedelta(hours=1)


class SeriesName(StrEnum):
    """Minut's names of the series; the unit of each is ours to know, for Minut's are unreliable."""

    TEMPERATURE = "temperature"
    """°C."""
    HUMIDITY = "humidity"
    """%."""
    SOUND_LEVEL = "sound_level"
    """dB(A)."""
    MOTION_EVENTS = "motion_events"
    """Counts; Points count in buckets of 15 minutes (API notes 10)."""
    BATTERY = "battery"
    """V."""
    PRESSURE = "pressure"
    """Pa."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """What was measured from `start` on; `low` and `high` where Minut tells them."""

    start: datetime
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Buckets of `resolution`, oldest first; there is none where nothing was measured."""

    resolution: timedelta
    buckets: tuple[Bucket, ...]

    @classmethod
    def from_json(cls, data: JsonObject, *, asked: timedelta) -> Self:
        """Read the answer; `asked` is the resolution where it names none. Raises ValueError."""
        if not isinstance(data.get("values"), list):
            raise ValueError("no values")  # noqa: TRY004 # as all readers of answers
        seconds = number(data.get("time_resolution"))
        found = filter(None, map(_bucket, items(data["values"])))
        buckets = tuple(sorted(found, key=lambda bucket: bucket.start))
        told = timedelta(seconds=seconds) if seconds and seconds > 0 else None
        return cls(told or _untold(asked, buckets), buckets)


def _untold(asked: timedelta, buckets: Sequence[Bucket]) -> timedelta:
    """Return the resolution that was asked for, unless the values show that they are hours."""
    distances = [after.start - before.start for before, after in pairwise(buckets)]
    return max(asked, HOUR) if distances and min(distances) >= HOUR else asked


def _bucket(row: Json) -> Bucket | None:
    """Read a row, an object or a tuple; None where it holds no value."""
    low: Json = None
    high: Json = None
    match row:
        case dict():
            time, value = row.get("datetime"), row.get("value")
            low, high = row.get("min"), row.get("max")
        case [time, value, *_]:
            pass
        case _:
            return None
    start, mean = moment(time), number(value)
    if start is None or mean is None:
        return None
    return Bucket(start, mean, number(low), number(high))


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour's mean, and its extremes where they are known."""

    mean: float
    low: float | None
    high: float | None

    @property
    def is_complete(self) -> bool:
        """Tell whether mean, minimum and maximum are known."""
        return self.low is not None and self.high is not None


def hours(series: Series) -> dict[datetime, Hour]:
    """Return the hours in which something was measured, by their start in UTC.

    The mean is Minut's own; of several buckets in an hour it is their arithmetic mean, as Home
    Assistant's recorder forms it. Where a bucket has no extremes, its value stands for them if it
    is a part of the hour.
    """
    grouped: dict[datetime, list[Bucket]] = {}
    for bucket in series.buckets:
        start = bucket.start.replace(minute=0, second=0, microsecond=0)
        grouped.setdefault(start, []).append(bucket)
    is_finer = series.resolution < HOUR
    return {start: _hour(buckets, is_finer=is_finer) for start, buckets in grouped.items()}


def _hour(buckets: list[Bucket], *, is_finer: bool) -> Hour:
    mean = fmean(bucket.value for bucket in buckets)
    lows = [bucket.low for bucket in buckets if bucket.low is not None]
    highs = [bucket.high for bucket in buckets if bucket.high is not None]
    if is_finer:
        values = [bucket.value for bucket in buckets]
        return Hour(mean, min(lows + values), max(highs + values))
    is_told = len(lows) == len(highs) == len(buckets)  # and the mean is never beyond them
    if not is_told:
        return Hour(mean, None, None)
    return Hour(mean, min(mean, *lows), max(mean, *highs))


def completed(found: Mapping[datetime, Hour], finer: Series) -> dict[datetime, Hour]:
    """Return the hours with the extremes that they lack taken from a finer series."""
    parts = hours(finer)
    return {
        start: hour if hour.is_complete else _with_extremes(hour, parts.get(start))
        for start, hour in found.items()
    }


def _with_extremes(hour: Hour, parts: Hour | None) -> Hour:
    """Take the extremes of an hour's parts; its mean is never beyond them."""
    if parts is None or parts.low is None or parts.high is None:
        return hour
    return replace(hour, low=min(hour.mean, parts.low), high=max(hour.mean, parts.high))
