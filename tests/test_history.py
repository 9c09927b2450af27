"""Minut's series in the recorder's statistics, hour by hour."""

from datetime import UTC, datetime, timedelta

import pytest

from .house import House
from .recorded import (  # noqa: F401 # fixtures
    HOUR,
    SENSORS,
    metadata,
    mock_recorder_before_hass,
    of_minut,
    of_recorder,
    persistent_database,
    recorded,
    simulator,
)

LAST = datetime(2026, 11, 20, 11, tzinfo=UTC)
"""At noon the end of the newest hour that ended an hour ago."""
FIRST = LAST - timedelta(days=30)


async def test_the_first_import_brings_every_hour_of_thirty_days(recorded: House) -> None:
    await recorded.link()
    for name, sensor in SENSORS.items():
        expected = of_minut(recorded.devices[0], name, FIRST, LAST)
        assert len(expected) == 30 * 24
        assert await of_recorder(recorded, recorded.entity_id(sensor)) == expected
