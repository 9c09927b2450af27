"""Which statistics a history belongs to, and in which unit."""

import asyncio
from datetime import timedelta
from typing import Any

from homeassistant.components.recorder.models import StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import async_import_statistics, get_metadata
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest

from custom_components.point.history import statistics
from tests.helpers.house import House

from .recorded import FIRST, HOUR, LAST, asked_for, is_as_at_minut, metadata, of_minut, of_recorder

pytestmark = pytest.mark.usefixtures("_readings_only")


async def test_a_renamed_entity_keeps_its_statistics(recorded: House) -> None:
    await recorded.link()
    old = recorded.entity_id("sensor.temperature")
    er.async_get(recorded.hass).async_update_entity(old, new_entity_id="sensor.cosy")
    for _ in range(13):
        await recorded.advance(minutes=30)
    assert await of_recorder(recorded, old) == {}
    found = await of_recorder(recorded, "sensor.cosy")
    assert found == of_minut(recorded.devices[0], "temperature", FIRST, max(found) + HOUR)
    assert max(found) > LAST


def change_during_the_next_write(
    house: House, monkeypatch: pytest.MonkeyPatch, entity_id: str, **change: Any
) -> None:
    """Change an entity while the recorder is asked about its statistics."""
    registry = er.async_get(house.hass)

    async def update() -> None:
        registry.async_update_entity(entity_id, **change)

    def get_and_change(*args: Any, **ids: Any) -> object:
        if ids["statistic_ids"] == {entity_id}:
            asyncio.run_coroutine_threadsafe(update(), house.hass.loop).result()
        return get_metadata(*args, **ids)

    monkeypatch.setattr(statistics, "get_metadata", get_and_change)


async def test_an_entity_renamed_at_the_very_moment(
    recorded: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await recorded.link()
    old = recorded.entity_id("sensor.temperature")
    change_during_the_next_write(recorded, monkeypatch, old, new_entity_id="sensor.cosy")
    for _ in range(13):
        await recorded.advance(minutes=30)
    assert await of_recorder(recorded, old) == {}
    found = await of_recorder(recorded, "sensor.cosy")
    assert found == of_minut(recorded.devices[0], "temperature", FIRST, max(found) + HOUR)
    assert max(found) > LAST


async def test_an_entity_disabled_at_the_very_moment(
    recorded: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await recorded.link()
    entity_id = recorded.entity_id("sensor.temperature")
    disabler = er.RegistryEntryDisabler.USER
    change_during_the_next_write(recorded, monkeypatch, entity_id, disabled_by=disabler)
    for _ in range(13):
        await recorded.advance(minutes=30)
    assert er.async_get(recorded.hass).async_get(entity_id).disabled_by is disabler  # type: ignore[union-attr] # it is there
    assert max(await of_recorder(recorded, entity_id)) == LAST - HOUR
    assert max(await of_recorder(recorded, recorded.entity_id("sensor.humidity"))) > LAST


async def test_a_disabled_entity_is_left_alone_until_it_is_enabled(recorded: House) -> None:
    await recorded.link()
    registry = er.async_get(recorded.hass)
    device = await recorded.simulator.add_device(recorded.home, "Loft")
    device.first_seen_at -= timedelta(days=60)
    device.last_heard_from_at = recorded.devices[0].last_heard_from_at
    entity_id = registry.async_get_or_create(
        "sensor",
        "point",
        f"point.{device.device_id}-humidity",
        config_entry=recorded.entry,
        disabled_by=er.RegistryEntryDisabler.USER,
    ).entity_id
    await recorded.advance(minutes=61)
    await recorded.advance(minutes=6)
    paths = {request.path for request in recorded.simulator.requests}
    assert f"/devices/{device.device_id}/temperature" in paths
    assert f"/devices/{device.device_id}/humidity" not in paths
    registry.async_update_entity(entity_id, disabled_by=None)
    await recorded.advance(minutes=6)
    found = await of_recorder(recorded, entity_id)
    assert len(found) == 30 * 24
    assert found == of_minut(device, "humidity", min(found), max(found) + HOUR)


@pytest.mark.parametrize("recorder_config", [{"exclude": {"entity_globs": "sensor.*humidity*"}}])
async def test_an_entity_that_is_not_recorded_is_left_alone(recorded: House) -> None:
    await recorded.link()
    assert {name for name, _, _ in asked_for(recorded)} == {"temperature", "sound_level"}
    assert await metadata(recorded, recorded.entity_id("sensor.humidity")) is None


async def test_a_deleted_statistic_is_imported_again_by_the_next_pass(recorded: House) -> None:
    await recorded.link()
    entity_id = recorded.entity_id("sensor.temperature")
    get_instance(recorded.hass).async_clear_statistics([entity_id])
    assert await of_recorder(recorded, entity_id) == {}
    for _ in range(13):
        await recorded.advance(minutes=30)
    found = await of_recorder(recorded, entity_id)
    assert len(found) == 48
    start = min(found)
    assert found == of_minut(recorded.devices[0], "temperature", start, start + 48 * HOUR)


# Units


async def given_statistics_in(house: House, entity_id: str, unit: str, kind: str | None) -> None:
    description = StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=None,
        source="recorder",
        statistic_id=entity_id,
        unit_class=kind,
        unit_of_measurement=unit,
    )
    start = FIRST - timedelta(days=300)
    rows = [{"start": start, "mean": 68.0, "min": 68.0, "max": 68.0}]
    async_import_statistics(house.hass, description, rows)  # type: ignore[arg-type] # a row


async def test_statistics_in_fahrenheit_stay_in_fahrenheit(recorded: House) -> None:
    entity_id = "sensor.entrance_temperature"
    er.async_get(recorded.hass).async_get_or_create(
        "sensor",
        "point",
        f"point.{recorded.point}-temperature",
        suggested_object_id="entrance_temperature",
    )
    await given_statistics_in(recorded, entity_id, "°F", "temperature")
    await recorded.link()
    assert recorded.entity_id("sensor.temperature") == entity_id
    found = await metadata(recorded, entity_id)
    assert found
    assert found["unit_of_measurement"] == "°F"
    hours = await of_recorder(recorded, entity_id)
    expected = of_minut(recorded.devices[0], "temperature", FIRST, LAST)
    assert len(hours) == len(expected) + 1
    assert all(hours[start] == pytest.approx(hour) for start, hour in expected.items())
    assert hours[min(hours)].mean == pytest.approx(20.0)


async def test_statistics_in_a_unit_of_something_else_are_left_alone(recorded: House) -> None:
    entity_id = "sensor.entrance_sound"
    er.async_get(recorded.hass).async_get_or_create(
        "sensor",
        "point",
        f"point.{recorded.point}-sound_pressure",
        suggested_object_id="entrance_sound",
    )
    await given_statistics_in(recorded, entity_id, "kWh", "energy")
    await recorded.link()
    found = await metadata(recorded, entity_id)
    assert found
    assert found["unit_of_measurement"] == "kWh"
    assert len(await of_recorder(recorded, entity_id)) == 1
    assert len([name for name, _, _ in asked_for(recorded) if name == "sound_level"]) == 1


async def test_fahrenheit_as_the_users_choice_changes_nothing(recorded: House) -> None:
    recorded.hass.config.units = US_CUSTOMARY_SYSTEM
    await recorded.link()
    state = recorded.get("sensor.temperature")
    assert state.attributes["unit_of_measurement"] == "°F"
    assert await is_as_at_minut(recorded, "temperature", LAST)
