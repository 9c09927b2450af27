"""Time series of a Point's measurements (API notes 3.4).

A Point samples every five minutes and whenever it reports, so the newest raw sample is the latest
sensor value. Minut has samples up to the last report, and none from the time a Point was offline.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from math import ceil, floor

from simulator.formats import Json, JsonObject, iso, to_moment
from simulator.world.device import Device, voltage
from simulator.world.weather import MOTION_BUCKET, Quantity

SAMPLE_PERIOD = 300

UNITS = {
    "temperature": "celsius",
    "humidity": "% rH",
    "sound_level": "dBA",
    "pressure": "Pa",
    "battery": "V",
    "motion_events": "",
}
_QUANTITIES = {
    "temperature": Quantity.TEMPERATURE,
    "humidity": Quantity.HUMIDITY,
    "sound_level": Quantity.SOUND,
    "pressure": Quantity.PRESSURE,
}


@dataclass(frozen=True, slots=True)
class Request:
    """The requested part of a series. Times are Unix seconds; the end is exclusive."""

    start: float
    end: float
    resolution: int | None
    """Bucket size in seconds; None: single samples."""
    min_max: bool
    null_fill: bool
    limit: int | None
    """Maximum number of rows; the newest are kept."""
    tuples: bool


@dataclass(frozen=True, slots=True)
class _Row:
    time: float
    value: float | None
    low: float | None = None
    high: float | None = None


def has_series(device: Device, name: str) -> bool:
    """Return whether a Point has this series."""
    return name in UNITS and (name != "pressure" or device.has_pressure)


def series(device: Device, name: str, wanted: Request) -> JsonObject:
    """Return a series with its rows oldest first."""
    rows = list(_motion(device, wanted) if name == "motion_events" else _rows(device, name, wanted))
    if wanted.limit is not None:
        rows = rows[-wanted.limit :]
    return {
        "unit": UNITS[name],
        "time_resolution": wanted.resolution,
        "values": [_row_json(row, wanted) for row in rows],
    }


def _rows(device: Device, name: str, wanted: Request) -> Iterator[_Row]:
    measure = _measure(device, name)
    samples = [(time, measure(time)) for time in _sample_times(device, wanted)]
    if wanted.resolution is None:
        return (_Row(time, value, value, value) for time, value in samples)
    return _buckets(samples, wanted, wanted.resolution)


def _measure(device: Device, name: str) -> Callable[[float], float]:
    if name == "battery":
        return lambda time: voltage(device.battery_at(time))
    return partial(device.value, _QUANTITIES[name])


def _sample_times(device: Device, wanted: Request) -> list[float]:
    """Return the times of all samples that Minut has in the range."""
    first = ceil(wanted.start / SAMPLE_PERIOD)
    known_until = min(wanted.end, device.last_heard_from_at.timestamp() + 1)
    grid = (number * SAMPLE_PERIOD for number in range(first, ceil(known_until / SAMPLE_PERIOD)))
    reports = device.reports
    own = reports[bisect_left(reports, wanted.start) : bisect_left(reports, wanted.end)]
    return sorted(set(device.in_contact((*grid, *own))))


def _buckets(samples: list[tuple[float, float]], wanted: Request, size: int) -> Iterator[_Row]:
    filled = {
        number: [value for _, value in group]
        for number, group in groupby(samples, key=lambda sample: floor(sample[0] / size))
    }
    numbers = range(floor(wanted.start / size), ceil(wanted.end / size))
    for number in numbers if wanted.null_fill else filled:
        values = filled.get(number)
        if values:
            mean = round(sum(values) / len(values), 2)
            yield _Row(number * size, mean, min(values), max(values))
        else:
            yield _Row(number * size, None)


def _motion(device: Device, wanted: Request) -> Iterator[_Row]:
    """Yield motion counts. A Point counts per 15 minutes, so no bucket is smaller."""
    size = max(1, (wanted.resolution or MOTION_BUCKET) // MOTION_BUCKET)
    step = size * MOTION_BUCKET
    for number in range(floor(wanted.start / step), ceil(wanted.end / step)):
        first = number * step
        known = device.in_contact(range(first, first + step, MOTION_BUCKET))
        if known:
            count = sum(device.motion_count(int(start) // MOTION_BUCKET) for start in known)
            yield _Row(first, count, count, count)
        elif wanted.null_fill:
            yield _Row(first, None)


def _row_json(row: _Row, wanted: Request) -> Json:
    if wanted.tuples:
        return [int(row.time), row.value]
    body: JsonObject = {"datetime": iso(to_moment(row.time)), "value": row.value}
    if wanted.min_max and row.value is not None:
        body |= {"min": row.low, "max": row.high}
    return body
