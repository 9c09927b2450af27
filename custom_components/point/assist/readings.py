"""What was measured: now, and over a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import ceil
from statistics import fmean
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util.json import JsonObjectType

from ..errors import translated_errors
from ..minut.rate_limit import Priority
from ..minut.series import HOUR, Bucket, SeriesName
from .places import Place

FINE: Final = timedelta(minutes=5)
"""Resolution of short periods: Points sample every five minutes (API notes 10)."""
MAX_FINE_PERIOD: Final = timedelta(days=2)


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """Something that Points measure. `entity`: the one that has to be exposed."""

    name: str
    series: SeriesName
    reading: str
    entity: str
    unit: str
    decimals: int = 1


QUANTITIES: Final = (
    Quantity(
        name="temperature",
        series=SeriesName.TEMPERATURE,
        reading="temperature",
        entity="sensor.temperature",
        unit="°C",
    ),
    Quantity(
        name="humidity",
        series=SeriesName.HUMIDITY,
        reading="humidity",
        entity="sensor.humidity",
        unit="%",
    ),
    Quantity(
        name="sound_level",
        series=SeriesName.SOUND_LEVEL,
        reading="sound",
        entity="sensor.sound_pressure",
        unit="dBA",
    ),
)
SOUND_LEVEL: Final = QUANTITIES[-1]


async def async_buckets(
    hass: HomeAssistant,
    place: Place,
    point: str,
    quantity: Quantity,
    period: tuple[datetime, datetime],
) -> list[Bucket]:
    """Return what a Point measured in a period. Raises HomeAssistantError."""
    start, end = period
    resolution = FINE if end - start <= MAX_FINE_PERIOD else HOUR
    with translated_errors(hass, place.account.coordinator.config_entry, "history"):
        series = await place.account.client.series(
            point,
            quantity.series,
            start_at=start,
            end_at=end,
            resolution=resolution,
            priority=Priority.COMMAND,
        )
    return [bucket for bucket in series.buckets if start <= bucket.start < end]


async def async_readings(
    hass: HomeAssistant,
    place: Place,
    quantities: Iterable[Quantity],
    period: tuple[datetime, datetime] | None,
    zone: tzinfo,
) -> JsonObjectType:
    """Return the newest values of each Point, and the extremes and the mean of a period."""
    points: JsonObjectType = {}
    state = place.account.coordinator.data
    for point in place.points:
        device = state.devices[point]
        answer: JsonObjectType = {}
        for quantity in quantities:
            if not place.is_exposed(point, quantity.entity):
                continue
            now = device.reading(quantity.reading) if device.online else None
            of_quantity: JsonObjectType = {
                "unit": quantity.unit,
                "now": None if now is None else round(now, quantity.decimals),
            }
            if period:
                buckets = await async_buckets(hass, place, point, quantity, period)
                of_quantity["period"] = _summary(buckets, quantity, period, zone)
            answer[quantity.name] = of_quantity
        if answer:
            heard = device.polled.last_heard_from_at
            answer["measured_at"] = heard.astimezone(zone).isoformat() if heard else None
            answer["is_online"] = device.online
            points[place.account.coordinator.devices.name(point) or point] = answer
    return points


def _summary(
    buckets: list[Bucket], quantity: Quantity, period: tuple[datetime, datetime], zone: tzinfo
) -> JsonObjectType:
    """Return minimum, maximum and mean, and of how many hours of the period there are values."""
    hours = {bucket.start.replace(minute=0, second=0, microsecond=0) for bucket in buckets}
    summary: JsonObjectType = {
        "hours": ceil((period[1] - period[0]) / HOUR),
        "hours_with_values": len(hours),
    }
    if buckets:
        low = min(buckets, key=lambda bucket: bucket.lowest)
        high = max(buckets, key=lambda bucket: bucket.highest)
        summary |= {
            "min": round(low.lowest, quantity.decimals),
            "min_at": low.start.astimezone(zone).isoformat(),
            "max": round(high.highest, quantity.decimals),
            "max_at": high.start.astimezone(zone).isoformat(),
            "mean": round(fmean(bucket.value for bucket in buckets), quantity.decimals),
        }
    return summary
