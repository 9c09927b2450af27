"""Whatever Minut answers, only finished hours that it measured are imported."""

from datetime import datetime
import logging

import pytest

from custom_components.point.history import statistics
from simulator.formats import Json
from tests.helpers.house import House

from .recorded import FIRST, HOUR, LAST, Hour, asked_for, is_as_at_minut, of_minut, of_recorder

pytestmark = pytest.mark.usefixtures("_readings_only")


async def test_extremes_that_are_missing_come_from_finer_values(recorded: House) -> None:
    recorded.simulator.switches.series_extremes = False
    await recorded.link()
    recorded.simulator.switches.series_extremes = True
    hours = of_minut(recorded.devices[0], "sound_level", FIRST, LAST)
    parts = of_minut(recorded.devices[0], "sound_level", FIRST, LAST, resolution=600)
    values: dict[datetime, list[float]] = {}
    for start, part in parts.items():
        values.setdefault(start.replace(minute=0), []).append(part.mean)
    assert await of_recorder(recorded, recorded.entity_id("sensor.sound_pressure")) == {
        start: Hour(hour.mean, min(values[start]), max(values[start]))
        for start, hour in hours.items()
    }


def row(start: datetime, value: float | None) -> Json:
    return {"datetime": start.isoformat(), "value": value, "min": value, "max": value}


def says(
    house: House, *rows: Json, resolution: int | None = None, times: int | None = None
) -> None:
    """Answer requests for temperatures with these rows."""
    body: Json = {"time_resolution": resolution, "values": [*rows]}
    house.simulator.faults.add(path="*/temperature", status=200, body=body, times=times)


async def test_empty_and_null_buckets_are_no_hours(recorded: House) -> None:
    odd: list[Json] = [{"value": 3}, None, [1], [], ["soon", 4]]
    says(recorded, row(LAST - 2 * HOUR, 20.5), row(LAST - HOUR, None), *odd, times=1)
    says(recorded)
    await recorded.link()
    found = await of_recorder(recorded, recorded.entity_id("sensor.temperature"))
    assert found == {LAST - 2 * HOUR: Hour(20.5, 20.5, 20.5)}


async def test_what_was_not_asked_for_is_not_imported(recorded: House) -> None:
    """However much Minut sends, the newest hours are the recorder's."""
    rows = [row(LAST + number * HOUR, 20.0) for number in range(-1, 3)]
    says(recorded, row(FIRST - HOUR, 20.0), *rows)
    await recorded.link()
    found = await of_recorder(recorded, recorded.entity_id("sensor.temperature"))
    assert list(found) == [LAST - HOUR]


async def test_hours_in_place_of_finer_values_tell_no_extremes(recorded: House) -> None:
    """The minimum and maximum of an hour are not its mean, whatever Minut was asked for."""
    hours: list[Json] = [
        {"datetime": (LAST - number * HOUR).isoformat(), "value": 20.5}
        for number in range(3, 0, -1)
    ]
    says(recorded, *hours)
    await recorded.link()
    assert not await of_recorder(recorded, recorded.entity_id("sensor.temperature"))


async def test_values_of_several_hours_are_no_hours(recorded: House) -> None:
    says(recorded, row(LAST - 6 * HOUR, 20.0), resolution=21_600)
    await recorded.link()
    assert not await of_recorder(recorded, recorded.entity_id("sensor.temperature"))


@pytest.mark.parametrize(("status", "requests"), [(403, 2), (404, 1)])
async def test_what_is_refused_waits_for_a_day_and_harms_nothing_else(
    recorded: House, status: int, requests: int
) -> None:
    """After a 403 the token is renewed and the request sent once more."""
    fault = recorded.simulator.faults.add(path="*/sound_level", status=status, times=None)
    await recorded.link()
    assert fault.hits == requests
    for name in ("temperature", "humidity"):
        assert await is_as_at_minut(recorded, name, LAST)
    await recorded.advance(hours=23)
    assert fault.hits == requests
    recorded.simulator.faults.clear()
    await recorded.advance(hours=2)
    found = await of_recorder(recorded, recorded.entity_id("sensor.sound_pressure"))
    assert found == of_minut(recorded.devices[0], "sound_level", FIRST, max(found) + HOUR)


@pytest.mark.parametrize(("status", "times"), [(401, 2), (429, 1), (502, 1)])
async def test_trouble_at_minut_pauses_it(recorded: House, status: int, times: int) -> None:
    """An access token that is refused is renewed and tried once more."""
    fault = recorded.simulator.faults.add(
        path="*/temperature", status=status, headers={"Retry-After": "60"}, times=times
    )
    await recorded.link()
    assert fault.hits == len(asked_for(recorded)) == times
    await recorded.advance(minutes=10)
    assert len(asked_for(recorded)) == times
    await recorded.advance(minutes=6)
    assert await is_as_at_minut(recorded, "temperature", LAST)


async def test_trouble_with_one_series_keeps_no_other_from_its_turn(recorded: House) -> None:
    fault = recorded.simulator.faults.add(path="*/temperature", status=502, times=None)
    await recorded.link()
    for _ in range(3):
        await recorded.advance(minutes=16)
    for name in ("humidity", "sound_level"):
        assert await is_as_at_minut(recorded, name, LAST)
    assert fault.hits <= 4
    recorded.simulator.faults.clear()
    await recorded.advance(minutes=16)
    assert await is_as_at_minut(recorded, "temperature", LAST)


async def test_trouble_of_the_recorder_pauses_it(
    recorded: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(statistics, "get_metadata", fail)
        await recorded.link()
        await recorded.advance(minutes=10)
        assert len(asked_for(recorded)) == 1
        await recorded.advance(minutes=6)
        assert len(asked_for(recorded)) == 2
    told = [each for each in caplog.records if "the history import" in each.message]
    assert [each.levelname for each in told if each.levelno >= logging.INFO] == ["ERROR"]
    caplog.clear()
    await recorded.advance(minutes=16)
    assert await is_as_at_minut(recorded, "temperature", LAST)
