"""Dew point, mould risk and frost forecast of a Point, calculated here. Pure: no clock.

Dew point: Magnus formula with the coefficients of O. A. Alduchov and R. E. Eskridge, "Improved
Magnus Form Approximation of Saturation Vapor Pressure", Journal of Applied Meteorology 35 (1996).

Mould risk: critical relative humidity of A. Hukka and H. A. Viitanen, "A mathematical model of
mould growth on wooden material", Wood Science and Technology 33 (1999): 80 % above 20 °C, more in
the cold.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import log, sqrt
from statistics import fmean, linear_regression
from typing import Final

from ..minut.models import Device
from ..minut.parsing import Json, items, mapping, moment, number

HOUR = timedelta(hours=1)
WINDOW = timedelta(hours=24)
"""Period of the mould-risk hours, and of the logged samples."""
MIN_INTERVAL = timedelta(minutes=30)
"""Minimum time between two logged samples. Points report about once an hour (API notes 10)."""
MAX_INTERVAL = timedelta(hours=2)
"""Maximum time that one sample stands for. Longer pauses are gaps."""
MAX_STORED = 100
"""Maximum number of Points whose samples are stored, about 600 bytes each."""
MIN_COVERAGE = timedelta(hours=12)
"""Minimum measured time of the window without which the mould-risk hours are unknown."""

MAGNUS_A: Final = 17.625
MAGNUS_B: Final = 243.04
"""°C."""
DEW_POINT_RANGE = (-40.0, 50.0)
"""°C for which the coefficients are valid."""
MOULD_TEMPERATURES = (0.0, 50.0)
"""°C; no mould grows beyond (Hukka and Viitanen)."""

TREND = timedelta(hours=6)
"""Period of the temperatures that the frost forecast extends."""
MIN_TREND = timedelta(hours=3)
MIN_TREND_SAMPLES = 4
MIN_COOLING = 0.05
"""Minimum cooling in °C per hour, below which no frost is forecast."""
CERTAINTY = 2.0
"""Standard errors by which the cooling must exceed `MIN_COOLING`."""
MAX_FORECAST = 48.0
"""Maximum hours of a frost forecast."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Temperature in °C and relative humidity in % at a time."""

    at: datetime
    temperature: float
    humidity: float


def dew_point(temperature: float | None, humidity: float | None) -> float | None:
    """Return the dew point in °C, None if it cannot be calculated. `humidity`: relative, in %."""
    if temperature is None or humidity is None or not 0 < humidity <= 100:
        return None
    if not DEW_POINT_RANGE[0] <= temperature <= DEW_POINT_RANGE[1]:
        return None
    gamma = log(humidity / 100) + MAGNUS_A * temperature / (MAGNUS_B + temperature)
    return MAGNUS_B * gamma / (MAGNUS_A - gamma)


def critical_humidity(temperature: float) -> float:
    """Return the relative humidity in % from which mould can grow (Hukka and Viitanen)."""
    if temperature > 20:
        return 80.0
    cubic = -0.00267 * temperature**3 + 0.160 * temperature**2 - 3.13 * temperature + 100.0
    return max(80.0, cubic)


def mould_hours(samples: Sequence[Sample], now: datetime) -> float | None:
    """Return the hours of the last 24 in which mould could grow.

    Each sample stands for the time since the one before. None if less than 12 hours were measured.
    """
    covered = risky = timedelta()
    for before, sample in pairwise(samples):
        length = sample.at - max(before.at, now - WINDOW)
        if length <= timedelta() or sample.at - before.at > MAX_INTERVAL:
            continue
        covered += length
        risky += length * _is_mould_risk(sample)
    return risky / HOUR if covered >= MIN_COVERAGE else None


def _is_mould_risk(sample: Sample) -> bool:
    coldest, warmest = MOULD_TEMPERATURES
    is_possible = coldest <= sample.temperature <= warmest
    return is_possible and sample.humidity >= critical_humidity(sample.temperature)


def freezes_in(samples: Sequence[Sample], now: datetime) -> float | None:
    """Return in how many hours it will be 0 °C, if it cools as in the last hours.

    0 if it is freezing already. None without a recent sample, if it does not cool, if the trend is
    not certain, or beyond 48 hours.
    """
    recent = [sample for sample in samples if now - TREND <= sample.at <= now]
    if not recent or now - recent[-1].at > MAX_INTERVAL:
        return None
    if recent[-1].temperature <= 0:
        return 0.0
    if len(recent) < MIN_TREND_SAMPLES or recent[-1].at - recent[0].at < MIN_TREND:
        return None
    hours = [(sample.at - now) / HOUR for sample in recent]
    slope, level, error = _line(hours, [sample.temperature for sample in recent])
    if slope + CERTAINTY * error > -MIN_COOLING:
        return None
    wait = max(0.0, -level / slope)
    return wait if wait <= MAX_FORECAST else None


def _line(times: Sequence[float], values: Sequence[float]) -> tuple[float, float, float]:
    """Return slope, value at time 0 and standard error of the slope of the least-squares line."""
    slope, level = linear_regression(times, values)
    pairs = zip(times, values, strict=True)
    squares = sum((value - level - slope * time) ** 2 for time, value in pairs)
    mean_time = fmean(times)
    spread = sum((time - mean_time) ** 2 for time in times)
    return slope, level, sqrt(squares / (len(times) - 2) / spread)


class ClimateLog:
    """Temperature and humidity of the last 24 hours by Point, oldest first."""

    def __init__(self) -> None:
        self._samples: dict[str, list[Sample]] = {}

    def note(self, device: Device, asked_at: datetime) -> None:
        """Log the readings of a Point, if the last ones are half an hour old.

        Readings from the future are ignored: no later one would be newer.
        """
        temperature, humidity = (device.readings.get(name) for name in ("temperature", "humidity"))
        if temperature is None or humidity is None:
            return
        at = temperature.time or device.last_heard_from_at
        samples = self._samples.get(device.id, [])
        if at is None or at > asked_at + MIN_INTERVAL:
            return
        if samples and at < samples[-1].at + MIN_INTERVAL:
            return
        kept = [sample for sample in samples if sample.at >= at - WINDOW - MAX_INTERVAL]
        self._samples[device.id] = [*kept, Sample(at, temperature.value, humidity.value)]

    def of(self, device_id: str) -> Sequence[Sample]:
        """Return the samples of a Point, oldest first."""
        return self._samples.get(device_id, ())

    def forget(self, is_gone: Callable[[str], bool]) -> None:
        """Drop the Points for which `is_gone` returns True."""
        for device_id in [key for key in self._samples if is_gone(key)]:
            del self._samples[device_id]

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return the log to store: Unix seconds, °C, %. Nothing if it would wear out an SD card."""
        if len(self._samples) > MAX_STORED:
            return {}
        return {
            device_id: [
                [int(each.at.timestamp()), round(each.temperature, 2), round(each.humidity, 1)]
                for each in samples
            ]
            for device_id, samples in self._samples.items()
        }

    def load(self, stored: Json) -> None:
        """Load a stored log. Samples that cannot be parsed are skipped."""
        for device_id, dumped in mapping(stored).items():
            samples = sorted(filter(None, map(_loaded, items(dumped))), key=lambda each: each.at)
            if samples:
                self._samples[device_id] = samples


def _loaded(stored: Json) -> Sample | None:
    match items(stored):
        case [time, celsius, percent]:
            at, temperature, humidity = moment(time), number(celsius), number(percent)
            if at is None or temperature is None or humidity is None:
                return None
            return Sample(at, temperature, humidity)
        case _:
            return None
