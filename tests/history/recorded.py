"""What a recorder has of a past, and what the simulated cloud has of it."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.components.recorder.statistics import get_metadata, statistics_during_period
from homeassistant.helpers.recorder import get_instance
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.point.const import CONF_HISTORY
from simulator import Device
from simulator.world.series import Request, series
from tests.helpers.house import House

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LAST = datetime(2026, 11, 20, 11, tzinfo=UTC)
"""At noon the end of the newest hour that ended an hour ago."""
FIRST = LAST - timedelta(days=30)
NO_REGULAR_IMPORT = {CONF_HISTORY: False}
"""Options of an account whose history is imported only on demand."""
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SENSORS = {
    "temperature": "sensor.temperature",
    "humidity": "sensor.humidity",
    "sound_level": "sensor.sound_pressure",
}
"""Minut's series, and the entities whose statistics they become."""
UNITS = {"temperature": "°C", "unitless": "%"}


class Hour(NamedTuple):
    """An hour of a statistic."""

    mean: float
    low: float
    high: float


def of_minut(
    device: Device, name: str, start: datetime, end: datetime, *, resolution: int = 3600
) -> dict[datetime, Hour]:
    """Return the hours of a series as the simulated cloud has them; or finer buckets."""
    wanted = Request(
        start=start.timestamp(),
        end=end.timestamp(),
        resolution=resolution,
        min_max=True,
        null_fill=False,
        limit=None,
        tuples=False,
    )
    rows = series(device, name, wanted)["values"]
    assert isinstance(rows, list)
    return {
        datetime.fromisoformat(row["datetime"]): Hour(row["value"], row["min"], row["max"])
        for row in rows
    }


async def of_recorder(house: House, entity_id: str) -> dict[datetime, Hour]:
    """Return all hours of a statistic, in Minut's units."""
    await async_wait_recording_done(house.hass)
    found = await get_instance(house.hass).async_add_executor_job(
        partial(
            statistics_during_period,
            house.hass,
            LONG_AGO,
            None,
            {entity_id},
            "hour",
            UNITS,
            {"mean", "min", "max"},
        )
    )
    return {
        datetime.fromtimestamp(row["start"], UTC): Hour(
            row["mean"] or 0.0, row["min"] or 0.0, row["max"] or 0.0
        )
        for row in found.get(entity_id, [])
    }


async def metadata(house: House, entity_id: str) -> StatisticMetaData | None:
    """Return how the recorder describes a statistic."""
    await async_wait_recording_done(house.hass)
    found = await get_instance(house.hass).async_add_executor_job(
        partial(get_metadata, house.hass, statistic_ids={entity_id})
    )
    return found[entity_id][1] if entity_id in found else None


def asked_for(house: House) -> list[tuple[str, datetime, datetime]]:
    """Return the series that were asked for: name, start, end."""
    found = []
    for request in house.simulator.requests:
        if "time_resolution" in request.query:
            start, end = (
                datetime.fromisoformat(request.query[key]) for key in ("start_at", "end_at")
            )
            found.append((request.path.rpartition("/")[2], start, end))
    return found


async def is_as_at_minut(house: House, name: str, end: datetime) -> bool:
    """Return whether the recorder has exactly the cloud's hours of the 30 days before `end`."""
    expected = of_minut(house.devices[0], name, FIRST, end)
    return await of_recorder(house, house.entity_id(SENSORS[name])) == expected


async def import_history(house: House, *keys: str, **when: datetime | str) -> Any:
    """Call the action for homes and Points (the first one), and return its answer."""
    devices = [house.ha_device(key) for key in keys or (house.point,)]
    data = {"device_id": [device.id for device in devices if device], **when}
    return await house.hass.services.async_call(
        "point", "import_history", data, blocking=True, return_response=True
    )


def entities(house: House) -> list[str]:
    """Return the entities of the first Point that have a past."""
    return [house.entity_id(sensor) for sensor in SENSORS.values()]


def external(house: House, key: str | None = None) -> list[str]:
    """Return the external statistics of a Point (the first one): motion and mean energy."""
    return [f"point:{key or house.point}_{name}" for name in ("motion", "leq")]
