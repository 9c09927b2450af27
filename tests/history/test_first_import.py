"""The first import: thirty days, hour by hour."""

import asyncio
from datetime import timedelta
import logging

from homeassistant.components.recorder.models import StatisticMeanType
import pytest

from custom_components.point.history import importer
from tests.helpers.house import House

from .recorded import (
    FIRST,
    HOUR,
    LAST,
    SENSORS,
    asked_for,
    is_as_at_minut,
    metadata,
    of_minut,
    of_recorder,
)

pytestmark = pytest.mark.usefixtures("_readings_only")

EVERYTHING = list(SENSORS)


async def test_the_first_import_brings_every_hour_of_thirty_days(recorded: House) -> None:
    await recorded.link()
    for name, sensor in SENSORS.items():
        expected = of_minut(recorded.devices[0], name, FIRST, LAST)
        assert len(expected) == 30 * 24
        assert await of_recorder(recorded, recorded.entity_id(sensor)) == expected


async def test_it_is_newest_first_and_of_few_requests(recorded: House) -> None:
    await recorded.link()
    middle = FIRST + timedelta(days=15)
    newest, oldest = (middle, LAST), (FIRST, middle)
    assert asked_for(recorded) == [
        *((name, *newest) for name in EVERYTHING),
        *((name, *oldest) for name in EVERYTHING),
    ]


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "Asia/Kolkata", "America/St_Johns"])
async def test_local_time_and_its_changes_do_not_matter(recorded: House, zone: str) -> None:
    """In Stockholm clocks went back on 25 October, in St. John's on 1 November."""
    await recorded.hass.config.async_set_time_zone(zone)
    await recorded.link()
    assert await is_as_at_minut(recorded, "temperature", LAST)


async def test_what_is_there_is_described_as_the_recorder_does(recorded: House) -> None:
    await recorded.link()
    described = {}
    for name, sensor in SENSORS.items():
        found = await metadata(recorded, recorded.entity_id(sensor))
        assert found
        assert found["source"] == "recorder"
        assert found["mean_type"] is StatisticMeanType.ARITHMETIC
        assert not found["has_sum"]
        described[name] = found["unit_of_measurement"], found["unit_class"]
    assert described == {
        "temperature": ("°C", "temperature"),
        "humidity": ("%", "unitless"),
        "sound_level": ("dBA", None),
    }


async def test_it_goes_on_after_a_restart_where_it_was(recorded: House) -> None:
    recorded.simulator.faults.add(path="*/humidity", status=503, times=None)
    await recorded.link()
    assert len(await of_recorder(recorded, recorded.entity_id("sensor.temperature"))) == 15 * 24
    await recorded.stop()
    recorded.simulator.faults.clear()
    before = len(asked_for(recorded))
    await recorded.start()
    newest = (FIRST + timedelta(days=15), LAST)
    assert ("temperature", *newest) not in asked_for(recorded)[before:]
    assert len(asked_for(recorded)[before:]) == 5
    for name in SENSORS:
        assert await is_as_at_minut(recorded, name, LAST)


async def test_nothing_is_asked_for_twice(recorded: House) -> None:
    await recorded.link()
    before = len(asked_for(recorded))
    await recorded.stop()
    await recorded.start()
    assert len(asked_for(recorded)) == before


async def test_progress_is_in_the_log_and_at_hand(
    recorded: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, importer.__name__)
    await recorded.link()
    told = [record.message for record in caplog.records if record.name == importer.__name__]
    assert told[0] == "Importing the history of the last 30 days from Minut"
    percents = [int(message.split()[1]) for message in told[1:]]
    assert percents == [33, 50, 83, 100]
    summary = recorded.entry.runtime_data.history.progress.summary()
    assert summary == {"readings": 3, "complete": 3, "first_import_percent": 100}


async def test_a_point_that_appears_brings_its_history_along(recorded: House) -> None:
    await recorded.link()
    device = await recorded.simulator.add_device(recorded.home, "Loft")
    device.first_seen_at -= timedelta(days=10)
    await recorded.advance(minutes=61)
    await recorded.advance(minutes=6)
    entity_id = recorded.entity_id("sensor.temperature", device.device_id)
    found = await of_recorder(recorded, entity_id)
    assert len(found) >= 10 * 24
    assert found == of_minut(device, "temperature", min(found), max(found) + HOUR)


async def test_the_import_of_a_point_that_appears_is_in_the_log(
    recorded: House, caplog: pytest.LogCaptureFixture
) -> None:
    await recorded.link()
    await recorded.simulator.add_device(recorded.home, "Loft")
    caplog.clear()
    caplog.set_level(logging.INFO, importer.__name__)
    await recorded.advance(minutes=61)
    await recorded.advance(minutes=6)
    told = [record.message for record in caplog.records if record.name == importer.__name__]
    assert told[0] == "Importing the history of the last 30 days from Minut"
    assert told[-1] == "Imported 100 % of the history from Minut"


@pytest.mark.parametrize("is_removed", [False, True])
async def test_an_account_can_go_in_the_middle_of_it(
    recorded: House,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    *,
    is_removed: bool,
) -> None:
    begun = asyncio.Event()

    async def never_end(*_: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patched:
        patched.setattr(importer, "async_import", never_end)
        recorded.entry = await recorded.make_entry()
        await recorded.hass.config_entries.async_setup(recorded.entry.entry_id)
        await begun.wait()
        if is_removed:
            await recorded.hass.config_entries.async_remove(recorded.entry.entry_id)
        else:
            await recorded.stop()
    await recorded.advance(minutes=20)
    assert asked_for(recorded) == []
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
    if not is_removed:
        await recorded.start()
        assert await is_as_at_minut(recorded, "temperature", LAST)


async def test_it_can_be_switched_off_and_on_again(recorded: House) -> None:
    entry = await recorded.link(options={"history": False})
    await recorded.advance(hours=7)
    assert asked_for(recorded) == []
    options = recorded.hass.config_entries.options
    form = await options.async_init(entry.entry_id)
    await options.async_configure(form["flow_id"], {"history": True})
    await recorded.settle()
    assert len(asked_for(recorded)) == 6
