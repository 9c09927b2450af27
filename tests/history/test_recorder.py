"""The recorder, and the others that it serves."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
import threading
from typing import Any, override

from homeassistant.components.recorder import Recorder, statistics as recorder_statistics
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.recorder import get_instance
from homeassistant.util.unit_system import METRIC_SYSTEM, US_CUSTOMARY_SYSTEM, UnitSystem
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.point.history import statistics
from custom_components.point.services import history
from tests.helpers.house import House

from .recorded import (
    DAY,
    FIRST,
    HOUR,
    LAST,
    SENSORS,
    asked_for,
    import_history,
    is_as_at_minut,
    metadata,
    of_minut,
    of_recorder,
)


async def test_a_recorder_that_is_not_ready_is_waited_for(recorded: House) -> None:
    ready = get_instance(recorded.hass).async_recorder_ready
    ready.clear()
    await recorded.link()
    await recorded.advance(minutes=6)
    assert asked_for(recorded) == []
    ready.set()
    await recorded.advance(minutes=6)
    assert await is_as_at_minut(recorded, "temperature", LAST)


@dataclass
class Lock(RecorderTask):
    """Occupies the recorder, as a backup that locks the database does."""

    released: threading.Event

    @override
    def run(self, instance: Recorder) -> None:
        self.released.wait()


@pytest.fixture
async def locked(
    recorded: House, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[threading.Event]:
    """Import what there is, then lock the database, and wait for it no longer than now."""
    await recorded.link()
    monkeypatch.setattr(statistics, "RECORDER_TIMEOUT", -1)
    released = threading.Event()
    get_instance(recorded.hass).queue_task(Lock(released))
    yield released
    released.set()


async def test_an_import_fails_if_the_recorder_makes_no_progress(
    recorded: House, locked: threading.Event
) -> None:
    with pytest.raises(HomeAssistantError) as raised:
        await import_history(recorded, start=LAST - DAY)
    assert raised.value.translation_key == "recorder_busy"
    assert "for 60 seconds" in str(raised.value)


async def test_the_background_import_pauses_if_the_recorder_makes_no_progress(
    recorded: House,
    locked: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = len(asked_for(recorded))
    await recorded.advance(hours=7)
    await recorded.advance(minutes=16)
    lines = [record for record in caplog.records if "history import" in record.message]
    assert [line.levelname for line in lines if line.levelname != "DEBUG"] == ["WARNING"]
    assert not any(line.exc_info for line in lines)
    assert len(asked_for(recorded)) == before + 2
    locked.set()
    monkeypatch.undo()
    await recorded.advance(minutes=16)
    assert await is_as_at_minut(recorded, "temperature", LAST + 7 * HOUR)


async def test_an_import_ends_after_the_recorder_has_stored_it(
    recorded: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the recorder handles the last task of its queue, the queue is empty."""
    await recorded.link()
    store = recorder_statistics.import_statistics
    add = recorder_statistics.async_import_statistics
    storing, released, queued = threading.Event(), threading.Event(), asyncio.Event()

    def slowly(*arguments: Any) -> bool:
        storing.set()
        released.wait(20)
        return store(*arguments)

    def add_and_begin(*arguments: Any) -> None:
        add(*arguments)
        storing.wait(5)
        queued.set()

    monkeypatch.setattr(recorder_statistics, "import_statistics", slowly)
    monkeypatch.setattr(statistics, "async_import_statistics", add_and_begin)
    importing = asyncio.create_task(import_history(recorded, start=LAST - DAY))
    await queued.wait()
    begun = len(asked_for(recorded))
    for _ in range(100):
        await asyncio.sleep(0)
    is_early = importing.done() or len(asked_for(recorded)) > begun
    released.set()
    await importing
    assert not is_early


class Busy:
    """A recorder whose backlog shrinks at first."""

    def __init__(self, *backlogs: int) -> None:
        self._backlogs = list(backlogs)

    @property
    def backlog(self) -> int:
        return self._backlogs.pop(0) if len(self._backlogs) > 1 else self._backlogs[0]


async def test_a_recorder_that_makes_progress_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(statistics, "RECORDER_TIMEOUT", -1)
    recorder: Any = Busy(9, 8, 8, 7, 7, 7)
    result: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    with pytest.raises(statistics.RecorderTimeoutError):
        await statistics._async_wait(recorder, result)
    assert result.cancelled()
    assert recorder.backlog == 7


@pytest.fixture
def too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Import hours as soon as they have ended."""

    def finished_until(now: datetime) -> datetime:
        return now.replace(minute=0, second=0, microsecond=0)

    monkeypatch.setattr(statistics, "finished_until", finished_until)
    monkeypatch.setattr(history, "finished_until", finished_until)


async def hours_of_another_sensor(house: House) -> int:
    """Advance two hours, with an import just before each compilation by the recorder."""
    await house.link()
    device = house.ha_device(house.point)
    assert device
    wanted = {"device_id": device.id, "start": LAST.isoformat()}
    noon = house.simulator.time()
    values = {"state_class": "measurement", "unit_of_measurement": "W"}
    for step in range(2 * 12 + 1):
        house.freezer.move_to(noon + step * timedelta(minutes=5) + timedelta(seconds=5))
        await house.advance(seconds=0)
        house.hass.states.async_set("sensor.other", str(step), values)
        await house.hass.services.async_call("point", "import_history", wanted, blocking=True)
        await house.advance(seconds=5)
        await async_wait_recording_done(house.hass)
    return len(await of_recorder(house, "sensor.other"))


@pytest.mark.parametrize("enable_statistics", [True])
async def test_no_other_sensor_loses_an_hour(recorded: House) -> None:
    assert await hours_of_another_sensor(recorded) == 2
    found = await of_recorder(recorded, recorded.entity_id("sensor.temperature"))
    end = LAST + timedelta(hours=2)
    expected = of_minut(recorded.devices[0], "temperature", FIRST, end)
    assert {start: hour for start, hour in found.items() if start < end} == expected
    assert len(found) == len(expected) + 1  # the newest one is the recorder's own


@pytest.mark.parametrize("enable_statistics", [True])
async def test_it_would_if_hours_were_imported_too_early(recorded: House, too_early: None) -> None:
    """What the test above guards against is real."""
    assert await hours_of_another_sensor(recorded) < 2


@pytest.mark.parametrize("enable_statistics", [True])
@pytest.mark.parametrize("units", [METRIC_SYSTEM, US_CUSTOMARY_SYSTEM])
async def test_the_recorder_goes_on_where_the_import_ends(
    recorded: House, units: UnitSystem, caplog: pytest.LogCaptureFixture
) -> None:
    """Its own hours follow in the same statistics, described as before, and nothing to repair."""
    recorded.hass.config.units = units
    await recorded.link()
    entity_ids = [recorded.entity_id(sensor) for sensor in SENSORS.values()]
    described = [await metadata(recorded, entity_id) for entity_id in entity_ids]
    noon = recorded.simulator.time()
    for step in range(2 * 12 + 1):
        recorded.freezer.move_to(noon + step * timedelta(minutes=5) + timedelta(seconds=10))
        await recorded.advance(seconds=0)
        await async_wait_recording_done(recorded.hass)
    end = noon + timedelta(hours=2)
    for name, entity_id in zip(SENSORS, entity_ids, strict=True):
        found = await of_recorder(recorded, entity_id)
        assert max(found) == end - timedelta(hours=1)
        assert found[FIRST] == of_minut(recorded.devices[0], name, FIRST, LAST)[FIRST]
        assert found[max(found)].mean == pytest.approx(found[LAST - HOUR].mean, abs=15)
    assert [await metadata(recorded, entity_id) for entity_id in entity_ids] == described
    issues = {domain for domain, _ in ir.async_get(recorded.hass).issues}
    assert "sensor" not in issues
    problems = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert not [each for each in problems if "statistics" in each.message]


async def test_without_a_recorder_nothing_is_asked_for(house: House) -> None:
    await house.link()
    await house.advance(hours=7)
    assert asked_for(house) == []
