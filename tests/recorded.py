"""A Home Assistant that records into a real database, and one Point whose past it can compare."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.components.recorder.statistics import get_metadata, statistics_during_period
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import RecorderInstanceContextManager

from simulator import Device, Simulator
from simulator.series import Request, series

from .conftest import NOON
from .house import House

HOUR = timedelta(hours=1)
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


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: RecorderInstanceContextManager) -> None:
    """Let the recorder be prepared first: `hass` asks for this fixture."""


@pytest.fixture
def persistent_database() -> bool:
    """Let the recorder have a file."""
    return True


@pytest.fixture
async def simulator(
    socket_enabled: None, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Simulator]:
    """Return a Minut cloud with one home and one Point, at noon."""
    freezer.move_to(NOON)
    async with Simulator(homes=1, devices=1, now=dt_util.utcnow) as cloud:
        yield cloud


@pytest.fixture
async def recorded(
    simulator: Simulator, recorder_mock: None, house: House
) -> House:
    """Return a Home Assistant with a recorder; no account is linked yet."""
    return house


def of_minut(device: Device, name: str, start: datetime, end: datetime) -> dict[datetime, Hour]:
    """Return the hours of a series as the simulated cloud has them."""
    wanted = Request(
        start=start.timestamp(),
        end=end.timestamp(),
        resolution=3600,
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
        datetime.fromtimestamp(row["start"], UTC): Hour(row["mean"], row["min"], row["max"])
        for row in found.get(entity_id, [])
    }


async def metadata(house: House, entity_id: str) -> StatisticMetaData | None:
    """Return how the recorder describes a statistic."""
    await async_wait_recording_done(house.hass)
    found = await get_instance(house.hass).async_add_executor_job(
        partial(get_metadata, house.hass, statistic_ids={entity_id})
    )
    return found[entity_id][1] if entity_id in found else None
