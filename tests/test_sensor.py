"""The readings of a Point."""

import pytest

from .house import House

READINGS = {"temperature": "temperature", "humidity": "humidity", "sound_pressure": "sound"}
UNITS = {"temperature": "°C", "humidity": "%", "sound_pressure": "dBA"}


@pytest.mark.parametrize("key", READINGS)
async def test_shows_what_the_point_reported(linked: House, key: str) -> None:
    _, reported = linked.devices[0].latest[READINGS[key]]
    state = linked.get(f"sensor.{key}")
    assert float(state.state) == pytest.approx(reported)
    assert state.attributes["unit_of_measurement"] == UNITS[key]


@pytest.mark.parametrize("key", READINGS)
async def test_has_long_term_statistics(linked: House, key: str) -> None:
    """Predecessor's defect 25."""
    assert linked.get(f"sensor.{key}").attributes["state_class"] == "measurement"


@pytest.mark.parametrize("key", READINGS)
async def test_is_unavailable_while_the_point_is_offline(linked: House, key: str) -> None:
    """Predecessor's defect 23: a week-old temperature looked current."""
    await linked.simulator.take_offline(linked.point)
    await linked.settle()
    assert linked.state(f"sensor.{key}") == "unavailable"
    await linked.simulator.bring_online(linked.point)
    await linked.settle()
    assert linked.state(f"sensor.{key}") != "unavailable"


async def test_takes_the_value_that_an_event_carries_at_once(linked: House) -> None:
    before = linked.requests("GET", "/devices")
    await linked.simulator.set_temperature(linked.point, 31.5)
    await linked.settle()
    assert float(linked.state("sensor.temperature")) == pytest.approx(31.5, abs=0.01)
    assert linked.requests("GET", "/devices") == before


async def test_reads_the_point_again_where_an_event_carries_no_value(linked: House) -> None:
    await linked.simulator.set_temperature(linked.point, 20.0)
    await linked.simulator.heartbeat(linked.point)
    await linked.simulator.emit("temperature_dropped_normal", device=linked.point)
    await linked.advance(seconds=16)
    assert linked.requests("GET", f"/devices/{linked.point}") == 1
    assert float(linked.state("sensor.temperature")) == pytest.approx(20.0, abs=0.1)


async def test_a_missing_reading_is_unknown_and_harms_no_other(house: House) -> None:
    """Predecessor's defects 30 and 36; `latest_sensor_values` may be absent."""
    house.devices[0].omitted |= {"latest_sensor_values", "home", "description", "firmware"}
    house.devices[0].changed["last_heard_from_at"] = None
    await house.link()
    assert house.state("sensor.temperature") == "unknown"
    assert house.state("sensor.temperature", house.devices[1].device_id) != "unknown"


async def test_follows_the_heartbeats(linked: House) -> None:
    await linked.simulator.set_temperature(linked.point, 23.0)
    await linked.advance(minutes=61)
    await linked.advance(minutes=1)
    _, reported = linked.devices[0].latest["temperature"]
    assert float(linked.state("sensor.temperature")) == pytest.approx(reported)
