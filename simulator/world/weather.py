"""The natural climate of rooms, as pure functions of a seed and a time.

Any range of the past can therefore be computed on demand.

Times are Unix seconds. Temperature is in °C, humidity in %, sound in dB(A), pressure in Pa
(API notes 3.2), motion in detections per 15 minutes (API notes 10).
"""

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from math import floor, pi, sin

DAY = 86_400
MOTION_BUCKET = 900
_MASK = (1 << 64) - 1


class Quantity(StrEnum):
    """Quantities that a Point measures; the values are the keys of `latest_sensor_values`."""

    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"
    SOUND = "sound"
    PRESSURE = "pressure"


@lru_cache(maxsize=65_536)
def pseudo_random(seed: int, index: int) -> float:
    """Return a number in [0, 1) that depends only on its arguments (splitmix64)."""
    x = (seed * 0x9E3779B97F4A7C15 + index * 0xD1B54A32D192ED03) & _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return (x ^ (x >> 31)) / (_MASK + 1)


def smooth_noise(seed: int, position: float) -> float:
    """Return a point of a smooth curve between -1 and 1 with a new target at each integer."""
    step = floor(position)
    part = position - step
    part = part * part * (3 - 2 * part)
    here, there = pseudo_random(seed, step), pseudo_random(seed, step + 1)
    return 2 * (here + (there - here) * part) - 1


def activity(seed: int, time: float) -> float:
    """Return how busy a home is at that time, from 0 (at night) to 1 (in the evening)."""
    hour = (time / 3600 + 1) % 24  # roughly Central European Time
    if hour < 6.5 or hour > 23:
        return 0.03
    rhythm = 0.35 + 0.65 * max(0.0, sin((hour - 5) / 24 * 2 * pi - pi / 2))
    return max(0.05, min(1.0, rhythm + 0.3 * smooth_noise(seed + 11, time / 2400)))


def temperature(seed: int, time: float) -> float:
    """Return the room's temperature in °C."""
    level = 19.8 + 2.6 * pseudo_random(seed, 1)
    day = 0.7 * sin(2 * pi * (time / DAY - 0.42))
    return (
        level
        + day
        + 0.8 * smooth_noise(seed + 1, time / (3 * DAY))
        + 0.25 * smooth_noise(seed + 2, time / 3000)
    )


def humidity(seed: int, time: float) -> float:
    """Return the room's relative humidity in %."""
    level = 38 + 8 * pseudo_random(seed, 2)
    day = -2.0 * sin(2 * pi * (time / DAY - 0.42))
    return (
        level
        + day
        + 5 * smooth_noise(seed + 3, time / (2 * DAY))
        + 1.2 * smooth_noise(seed + 4, time / 4000)
    )


def sound(seed: int, time: float) -> float:
    """Return the room's sound level in dB(A); 30 is a quiet room (API notes 10)."""
    return (
        30.5
        + 4 * pseudo_random(seed, 3)
        + 16 * activity(seed, time) * (0.5 + 0.5 * smooth_noise(seed + 5, time / 700))
    )


def pressure(seed: int, time: float) -> float:
    """Return the air pressure in Pa."""
    return 101_300 + 40 * pseudo_random(seed, 4) + 1_100 * smooth_noise(7, time / (2 * DAY))


NATURAL_VALUES: dict[Quantity, Callable[[int, float], float]] = {
    Quantity.TEMPERATURE: temperature,
    Quantity.HUMIDITY: humidity,
    Quantity.SOUND: sound,
    Quantity.PRESSURE: pressure,
}


def motion_count(seed: int, bucket: int) -> int:
    """Return the natural detections in a 15-minute bucket; `bucket` is time // 900."""
    busy = activity(seed, bucket * MOTION_BUCKET)
    return floor(10 * busy * pseudo_random(seed + 6, bucket) * pseudo_random(seed + 8, bucket // 3))
