"""Statistics without an entity: motion per hour and the mean energy of the sound."""

from datetime import datetime, timedelta
from math import log10
from typing import Any

from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.point.history import importer
from tests.helpers.house import House

from .recorded import (
    DAY,
    FIRST,
    HOUR,
    LAST,
    SENSORS,
    Hour,
    asked_for,
    external,
    import_history,
    metadata,
    of_minut,
    of_recorder,
)

TEN_MINUTES = 600


async def found_and_expected(
    house: House, start: datetime = FIRST
) -> tuple[dict[datetime, Hour], dict[datetime, Hour]]:
    """Return the mean energies of the recorder, and those of Minut's values."""
    _, leq = external(house)
    levels = of_minut(house.devices[0], "sound_level", start, LAST, resolution=TEN_MINUTES)
    expected = {}
    for hour in sorted({time.replace(minute=0) for time in levels}):
        values = [each.mean for time, each in levels.items() if time.replace(minute=0) == hour]
        energy = sum(10 ** (value / 10) for value in values) / len(values)
        expected[hour] = Hour(10 * log10(energy), min(values), max(values))
    return await of_recorder(house, leq), expected


async def test_the_mean_energy_is_calculated_from_ten_minute_values(recorded: House) -> None:
    await recorded.link()
    found, expected = await found_and_expected(recorded)
    assert found.keys() == expected.keys()
    for start, hour in expected.items():
        assert found[start] == pytest.approx(hour)


async def test_motion_is_counted_per_hour(recorded: House) -> None:
    await recorded.link()
    motion, _ = external(recorded)
    found = await of_recorder(recorded, motion)
    point = recorded.devices[0]
    assert len(found) == 30 * 24
    for start, hour in found.items():
        first = int(start.timestamp()) // 900
        count = sum(point.motion_count(first + number) for number in range(4))
        assert hour == Hour(count, count, count)


async def test_their_names_say_what_they_are(recorded: House) -> None:
    await recorded.link()
    names = ("motion detections per hour", "sound energy mean (Leq), calculated by Home Assistant")
    for statistic, name, unit in zip(external(recorded), names, ("1/h", "dBA"), strict=True):
        described = await metadata(recorded, statistic)
        assert described
        assert described["name"] == f"Hallway: {name}"
        assert described["source"] == "point"
        assert described["unit_of_measurement"] == unit
        assert described["mean_type"] is StatisticMeanType.ARITHMETIC
        assert described["has_sum"] is False


async def test_they_follow_the_entities_that_the_user_keeps(recorded: House) -> None:
    await recorded.link()
    registry = er.async_get(recorded.hass)
    for key in ("binary_sensor.motion", "sensor.sound_pressure"):
        registry.async_update_entity(
            recorded.entity_id(key), disabled_by=er.RegistryEntryDisabler.USER
        )
    answer = await import_history(recorded, start=LAST - DAY)
    skipped = dict.fromkeys(
        [*external(recorded), recorded.entity_id("sensor.sound_pressure")], "disabled"
    )
    assert answer["skipped"] == skipped


async def test_a_large_account_imports_them_on_request_only(
    recorded: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "MAX_EXTERNAL", 0)
    await recorded.link()
    assert {name for name, _, _ in asked_for(recorded)} == set(SENSORS)
    answer: Any = await import_history(recorded, start=LAST - DAY)
    assert {answer["hours"][each] for each in external(recorded)} == {24}


async def test_values_too_coarse_for_a_mean_energy_are_not_used(
    recorded: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "MAX_ENERGY_RESOLUTION", timedelta(minutes=5))
    await recorded.link()
    motion, leq = external(recorded)
    assert await of_recorder(recorded, leq) == {}
    assert len(await of_recorder(recorded, motion)) == 30 * DAY // HOUR
