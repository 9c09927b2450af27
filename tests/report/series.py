"""Series that a reader can calculate by hand."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from custom_components.point.minut.series import Bucket, Series

NIGHT = datetime(2026, 11, 19, 21, tzinfo=UTC)
"""22:00 in Stockholm."""
STEP = timedelta(minutes=5)


def buckets(
    values: Iterable[float | None], start: datetime = NIGHT, step: timedelta = STEP
) -> list[Bucket]:
    """Return a bucket for each value; None is a time without measurements."""
    return [
        Bucket(start + number * step, value)
        for number, value in enumerate(values)
        if value is not None
    ]


def series(values: Iterable[float | None], start: datetime = NIGHT) -> Series:
    """Return a series of these values."""
    return Series(STEP, tuple(buckets(values, start)))
