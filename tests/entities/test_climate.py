"""Sensors that are calculated from temperature and humidity."""

from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.point.state.climate import dew_point

from ..helpers.house import House

KEYS = ("sensor.mould_hours", "sensor.freezes_in")


async def enable(house: House) -> None:
    for key in KEYS:
        er.async_get(house.hass).async_update_entity(house.entity_id(key), disabled_by=None)
    await house.advance(seconds=31)


async def test_dew_point_follows_the_readings(linked: House) -> None:
    point = linked.devices[0]
    readings = (float(linked.state(f"sensor.{key}")) for key in ("temperature", "humidity"))
    expected = dew_point(*readings)
    assert float(linked.state("sensor.dew_point")) == pytest.approx(expected, abs=0.1)
    await linked.simulator.set_temperature(point.device_id, 5.0)
    await linked.advance(hours=1)
    assert float(linked.state("sensor.dew_point")) < 0


async def test_dew_point_does_not_combine_the_value_of_an_event_with_an_earlier_humidity(
    linked: House,
) -> None:
    before = linked.state("sensor.dew_point")
    await linked.simulator.emit("temperature_high", device=linked.point, sensor_value=35.0)
    await linked.settle()
    assert float(linked.state("sensor.temperature")) == 35.0
    assert linked.state("sensor.dew_point") == before


async def test_the_others_are_disabled_at_first(linked: House) -> None:
    for key in KEYS:
        entity = er.async_get(linked.hass).async_get(linked.entity_id(key))
        assert entity
        assert entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION


async def test_frost_is_forecast_after_hours_of_cooling_also_over_a_restart(
    linked: House,
) -> None:
    await enable(linked)
    point = linked.devices[0]
    assert linked.state("sensor.freezes_in") == "unknown"
    for celsius in (12.0, 10.0, 8.0, 6.0, 4.0, 2.0):
        await linked.simulator.set_temperature(point.device_id, celsius)
        await linked.advance(hours=1)
    assert 0 < float(linked.state("sensor.freezes_in")) < 4
    await linked.stop()
    await linked.start()
    assert 0 < float(linked.state("sensor.freezes_in")) < 4


async def test_all_are_unavailable_while_the_point_is_offline(linked: House) -> None:
    await enable(linked)
    await linked.simulator.take_offline(linked.point)
    await linked.settle()
    for key in ("sensor.dew_point", *KEYS):
        assert linked.state(key) == "unavailable"


async def test_mould_hours_count_a_damp_day(linked: House) -> None:
    await enable(linked)
    assert linked.state("sensor.mould_hours") == "unknown"
    await linked.simulator.set_humidity(linked.point, 95.0)
    await linked.simulator.set_temperature(linked.point, 21.0)
    for _ in range(14):
        await linked.advance(hours=1)
    assert float(linked.state("sensor.mould_hours")) >= 11
