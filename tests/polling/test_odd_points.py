"""A Point that lacks something harms no other."""

import pytest

from simulator import Device

from ..helpers.house import House
from .probes import temperature

pytestmark = pytest.mark.points(2)


async def check_both_work(house: House, odd: Device, other: Device) -> None:
    """Check that an odd Point is there and another one is current, after three hours."""
    for _ in range(3):
        await house.advance(minutes=61)
    assert house.ha_device(odd.device_id)
    assert house.state("binary_sensor.connectivity", odd.device_id) == "on"
    shown = house.state("sensor.temperature", other.device_id)
    assert shown == str(other.latest["temperature"][1])


@pytest.mark.parametrize(
    "omitted",
    [
        {"home"},
        {"latest_sensor_values"},
        {"battery"},
        {"next_heartbeat_at"},
        {"last_heard_from_at"},
        {"ongoing_events", "firmware", "description", "offline", "active"},
    ],
    ids=lambda omitted: ", ".join(sorted(omitted)),
)
async def test_a_point_that_lacks_something_is_there_and_harms_no_other(
    house: House, omitted: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    odd, other = house.devices[0], house.devices[1]
    odd.omitted |= omitted
    await house.link()
    await check_both_work(house, odd, other)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "name",
    [
        "home",
        "latest_sensor_values",
        "battery",
        "firmware",
        "last_heard_from_at",
        "last_heartbeat_at",
        "next_heartbeat_at",
        "configuration",
        "ongoing_events",
    ],
)
async def test_a_point_with_a_null_is_there_and_harms_no_other(
    house: House, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    odd, other = house.devices[0], house.devices[1]
    await house.link()
    odd.changed[name] = None
    await check_both_work(house, odd, other)
    assert "Traceback" not in caplog.text


async def test_readings_with_null_times_and_values_are_unknown(house: House) -> None:
    house.devices[0].changed["latest_sensor_values"] = {
        "temperature": {"time": None, "value": 20.5},
        "humidity": {"time": "2026-11-20T11:00:00.000Z", "value": None},
        "sound": None,
    }
    await house.link()
    assert temperature(house) == "20.5"
    assert house.state("sensor.humidity") == "unknown"
    assert house.state("sensor.sound_pressure") == "unknown"
