"""The readings of a Point."""

from datetime import timedelta

import pytest

from ..helpers.house import House

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


@pytest.mark.points(2)
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


@pytest.mark.points(2)
async def test_pressure_is_there_where_the_point_measures_it(linked: House) -> None:
    measuring = next(device for device in linked.devices if device.has_pressure)
    other = next(device for device in linked.devices if not device.has_pressure)
    state = linked.get("sensor.pressure", measuring.device_id)
    _, reported = measuring.latest["pressure"]
    assert state.attributes["unit_of_measurement"] == "hPa"
    assert float(state.state) == pytest.approx(reported / 100)
    with pytest.raises(AssertionError, match="no entity"):
        linked.entity_id("sensor.pressure", other.device_id)


async def test_battery_and_contact_are_shown(linked: House) -> None:
    """Predecessor's defect 62: they were attributes of everything."""
    device = linked.devices[0]
    assert float(linked.state("sensor.battery_level")) == device.battery_percent
    heard = linked.state("sensor.last_heard_from")
    assert heard == device.last_heard_from_at.replace(microsecond=0).isoformat()


async def test_mount_status_follows_events_and_polls(linked: House) -> None:
    assert linked.state("sensor.mount_status") == "mounted"
    await linked.simulator.remove_from_mount(linked.point)
    await linked.settle()
    assert linked.state("sensor.mount_status") == "removed"
    await linked.advance(minutes=61)
    await linked.advance(minutes=1)
    polled = linked.entry.runtime_data.coordinator.data.devices[linked.point].polled
    assert polled.mount_status == "unmounted"  # Minut's own word, which has no translation
    assert linked.state("sensor.mount_status") == "removed"
    await linked.simulator.mount(linked.point)
    await linked.settle()
    assert linked.state("sensor.mount_status") == "mounted"


async def test_what_an_event_said_of_the_mount_survives_a_reload(linked: House) -> None:
    await linked.simulator.emit("tamper_removed", device=linked.point)
    await linked.settle()
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert linked.state("sensor.mount_status") == "removed"


async def test_a_late_removal_does_not_undo_a_newer_mounting(linked: House) -> None:
    await linked.advance(seconds=30)
    before = linked.simulator.time() - timedelta(seconds=20)
    await linked.simulator.mount(linked.point)
    await linked.simulator.emit("tamper_removed", device=linked.point, created_at=before)
    await linked.settle()
    assert linked.state("sensor.mount_status") == "mounted"
