"""Time series of a Point's measurements (API notes 3.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import log10
from statistics import fmean
from typing import Self

from .parsing import Json, JsonObject, items, moment, number, quantity, unwrap

HOUR = timedelta(hours=1)


class SeriesName(StrEnum):
    """Minut's names of the series, with our units (API notes 12.14)."""

    TEMPERATURE = "temperature"
    """°C."""
    HUMIDITY = "humidity"
    """%."""
    SOUND_LEVEL = "sound_level"
    """dB(A)."""
    MOTION_EVENTS = "motion_events"
    """Events per bucket; Points count in buckets of 15 minutes (API notes 10)."""
    BATTERY = "battery"
    """V."""
    PRESSURE = "pressure"
    """Pa."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Mean value from `start` on. `low`, `high`: minimum and maximum, if Minut sends them."""

    start: datetime
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def lowest(self) -> float:
        """Return the minimum, or the value if Minut provides none. The value is never outside."""
        return self.value if self.low is None else min(self.value, self.low)

    @property
    def highest(self) -> float:
        """Return the maximum, or the value if Minut provides none. The value is never outside."""
        return self.value if self.high is None else max(self.value, self.high)


@dataclass(frozen=True, slots=True)
class Series:
    """Buckets of `resolution`, oldest first. Times without measurements have no bucket.

    `unreadable`: number of rows that were skipped although they have a value.
    """

    resolution: timedelta
    buckets: tuple[Bucket, ...]
    unreadable: int = 0

    @classmethod
    def from_json(cls, data: JsonObject, *, requested: timedelta) -> Self:
        """Parse an answer. Raises ValueError without a list of values.

        `requested`: the requested resolution, for answers that do not contain it.
        """
        data = unwrap(data, "series")
        if not isinstance(data.get("values"), list):
            raise ValueError("no values")  # noqa: TRY004 # as all readers of answers
        seconds = number(data.get("time_resolution"))
        rows = [row for row in items(data["values"]) if not _is_empty(row)]
        found = filter(None, (_bucket(row, data.get("unit")) for row in rows))
        buckets = tuple(sorted(found, key=lambda bucket: bucket.start))
        resolution = timedelta(seconds=seconds) if seconds and seconds > 0 else None
        return cls(
            resolution or _guessed_resolution(requested, buckets),
            buckets,
            unreadable=len(rows) - len(buckets),
        )


def _guessed_resolution(requested: timedelta, buckets: Sequence[Bucket]) -> timedelta:
    """Return the requested resolution, or an hour if all buckets are at least an hour apart."""
    distances = [after.start - before.start for before, after in pairwise(buckets)]
    return max(requested, HOUR) if distances and min(distances) >= HOUR else requested


def _is_empty(row: Json) -> bool:
    """Return whether a row stands for a time without measurements."""
    match row:
        case {"value": None} | [_, None, *_]:
            return True
        case _:
            return False


def _bucket(row: Json, unit: Json) -> Bucket | None:
    """Parse a row (API notes 12.24). Return None without a time or a value."""
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
    start, mean = moment(time), quantity(value, unit)
    if start is None or mean is None:
        return None
    return Bucket(start, mean, quantity(low, unit), quantity(high, unit))


@dataclass(frozen=True, slots=True)
class Hour:
    """Mean of an hour. `low`, `high`: minimum and maximum, if known."""

    mean: float
    low: float | None
    high: float | None

    @property
    def is_complete(self) -> bool:
        """Return whether minimum and maximum are known."""
        return self.low is not None and self.high is not None


def hours(series: Series) -> dict[datetime, Hour]:
    """Return the hours with measurements, by their start in UTC.

    The mean of several buckets in an hour is their arithmetic mean, as Home Assistant's recorder
    calculates it. A bucket shorter than an hour counts with its value for minimum and maximum; one
    of an hour does not, as its value is a mean.
    """
    is_finer = series.resolution < HOUR
    return {start: _hour(buckets, is_finer=is_finer) for start, buckets in _by_hour(series).items()}


def _hour(buckets: list[Bucket], *, is_finer: bool) -> Hour:
    mean = fmean(bucket.value for bucket in buckets)
    if not is_finer and any(bucket.low is None or bucket.high is None for bucket in buckets):
        return Hour(mean, None, None)
    lows, highs = ([bucket.lowest for bucket in buckets], [bucket.highest for bucket in buckets])
    return Hour(mean, min(lows), max(highs))


def completed(found: Mapping[datetime, Hour], finer: Series) -> dict[datetime, Hour]:
    """Return the hours, with missing minima and maxima filled in from a finer series."""
    parts = hours(finer)
    return {
        start: hour if hour.is_complete else _with_extremes(hour, parts.get(start))
        for start, hour in found.items()
    }


def _with_extremes(hour: Hour, parts: Hour | None) -> Hour:
    """Return an hour with the minimum and maximum of its parts, and of its mean."""
    if parts is None or parts.low is None or parts.high is None:
        return hour
    return replace(hour, low=min(hour.mean, parts.low), high=max(hour.mean, parts.high))


def energy_mean(values: Sequence[float]) -> float:
    """Return the level in dB of the mean energy of levels of equal duration (Leq)."""
    loudest = max(values)
    return loudest + 10 * log10(fmean(10 ** ((value - loudest) / 10) for value in values))


def energy_hours(series: Series) -> dict[datetime, Hour]:
    """Return the mean sound energy of the hours with measurements, as levels in dB (Leq).

    Minimum and maximum are those of the buckets, whose values are means.
    """
    found = {}
    for start, buckets in _by_hour(series).items():
        values = [bucket.value for bucket in buckets]
        found[start] = Hour(energy_mean(values), min(values), max(values))
    return found


def count_hours(series: Series) -> dict[datetime, Hour]:
    """Return the counts of the hours with measurements."""
    counts = {
        start: sum(bucket.value for bucket in buckets)
        for start, buckets in _by_hour(series).items()
    }
    return {start: Hour(count, count, count) for start, count in counts.items()}


def _by_hour(series: Series) -> dict[datetime, list[Bucket]]:
    grouped: dict[datetime, list[Bucket]] = {}
    for bucket in series.buckets:
        start = bucket.start.replace(minute=0, second=0, microsecond=0)
        grouped.setdefault(start, []).append(bucket)
    return grouped
