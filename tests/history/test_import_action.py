"""The action that imports the past on demand."""

from datetime import UTC, datetime, timedelta

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
import pytest

from tests.helpers.house import House

from .recorded import (
    DAY,
    HOUR,
    LAST,
    NO_REGULAR_IMPORT,
    SENSORS,
    asked_for,
    entities,
    external,
    import_history,
    of_minut,
    of_recorder,
)

LONG_AGO = LAST - timedelta(days=100)


async def test_it_imports_every_hour_and_counts_them(recorded: House) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    answer = await import_history(recorded, start=LONG_AGO, end=LONG_AGO + 40 * DAY)
    ids = [*entities(recorded), *external(recorded)]
    assert answer == {"hours": dict.fromkeys(ids, 40 * 24), "skipped": {}}
    for name, sensor in SENSORS.items():
        found = await of_recorder(recorded, recorded.entity_id(sensor))
        expected = of_minut(recorded.devices[0], name, LONG_AGO, LONG_AGO + 40 * DAY)
        assert {start: found[start] for start in expected} == expected


async def test_hours_that_are_begun_are_whole_and_the_newest_are_left_out(recorded: House) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    start = LONG_AGO + timedelta(minutes=20)
    answer = await import_history(recorded, start=start, end=start + HOUR)
    assert set(answer["hours"].values()) == {2}
    answer = await import_history(recorded, start=LAST - timedelta(minutes=30))
    assert set(answer["hours"].values()) == {1}
    answer = await import_history(recorded, start=LAST + timedelta(minutes=10))
    assert answer == {"hours": {}, "skipped": {}}


async def test_times_without_a_zone_are_local(recorded: House) -> None:
    await recorded.hass.config.async_set_time_zone("Europe/Stockholm")
    await recorded.link(options=NO_REGULAR_IMPORT)
    answer = await import_history(recorded, start="2026-03-01 00:00:00", end="2026-03-01 03:00:00")
    assert set(answer["hours"].values()) == {3}
    found = await of_recorder(recorded, recorded.entity_id("sensor.humidity"))
    assert min(found) == datetime(2026, 2, 28, 23, tzinfo=UTC)


async def test_a_home_stands_for_its_points_and_each_counts_once(recorded: House) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    second = await recorded.simulator.add_device(recorded.home, "Loft")
    await recorded.advance(minutes=61)
    before = len(asked_for(recorded))
    answer = await import_history(recorded, recorded.home, recorded.point, start=LAST - DAY)
    others = [recorded.entity_id(sensor, second.device_id) for sensor in SENSORS.values()]
    others += external(recorded, second.device_id)
    assert set(answer["hours"]) == {*entities(recorded), *external(recorded), *others}
    assert len(asked_for(recorded)) == before + 10


async def test_a_deleted_statistic_can_be_brought_back(recorded: House) -> None:
    await recorded.link()
    entity_id = recorded.entity_id("sensor.temperature")
    get_instance(recorded.hass).async_clear_statistics([entity_id])
    assert await of_recorder(recorded, entity_id) == {}
    await import_history(recorded, start=LAST - 30 * DAY)
    found = await of_recorder(recorded, entity_id)
    assert found == of_minut(recorded.devices[0], "temperature", LAST - 30 * DAY, LAST)


async def test_it_says_what_was_left_out_and_why(recorded: House) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    temperature, humidity, sound = entities(recorded)
    registry = er.async_get(recorded.hass)
    registry.async_remove(temperature)
    registry.async_update_entity(humidity, disabled_by=er.RegistryEntryDisabler.USER)
    answer = await import_history(recorded, start=LAST - DAY)
    assert answer["hours"] == dict.fromkeys([sound, *external(recorded)], 24)
    unique_id = f"point.{recorded.point}-temperature"
    assert answer["skipped"] == {unique_id: "missing", humidity: "disabled"}


async def test_what_is_refused_does_not_keep_others_from_theirs(recorded: House) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    recorded.simulator.faults.add(path="*/humidity", status=404, times=None)
    answer = await import_history(recorded, start=LAST - 40 * DAY)
    temperature, humidity, sound = entities(recorded)
    assert answer["skipped"] == {humidity: "refused"}
    others = [temperature, sound, *external(recorded)]
    assert answer["hours"] == dict.fromkeys(others, 40 * 24)


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (403, "import_forbidden"),
        (404, "import_refused"),
        (502, "import_unreachable"),
        (401, "unauthorized"),
    ],
)
async def test_trouble_at_minut_is_told(recorded: House, status: int, key: str) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    recorded.simulator.faults.add(path="/devices/*/*", status=status, times=None)
    with pytest.raises(HomeAssistantError) as raised:
        await import_history(recorded, start=LAST - DAY)
    assert raised.value.translation_key == key
    flows = recorded.hass.config_entries.flow.async_progress_by_handler("point")
    assert len(flows) == (status == 401)


async def test_without_a_recorder_it_says_so(house: House) -> None:
    await house.link()
    with pytest.raises(HomeAssistantError) as raised:
        await import_history(house, start=LAST - DAY)
    assert raised.value.translation_key == "recorder_not_ready"


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [
        (LAST, LAST - HOUR, "nothing_between"),
        (LAST, LAST, "nothing_between"),
        (LAST + 2 * HOUR, LAST + 3 * HOUR, "nothing_between"),
        (LAST - 6 * 366 * DAY, LAST, "import_too_long"),
    ],
)
async def test_a_senseless_range_is_refused(
    recorded: House, start: datetime, end: datetime, key: str
) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    with pytest.raises(ServiceValidationError) as raised:
        await import_history(recorded, start=start, end=end)
    assert raised.value.translation_key == key
