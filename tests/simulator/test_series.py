from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator import Simulator

from .conftest import Api, Clock

ALL = ("temperature", "humidity", "sound_level", "pressure")
KEYS = {"sound_level": "sound"}


async def read(api: Api, point: str, name: str, start: str, end: str, **query: Any) -> Any:
    return await api.get(
        f"/devices/{point}/{name}",
        start_at=f"2026-11-{start}:00Z",
        end_at=f"2026-11-{end}:00Z",
        **query,
    )


@pytest.mark.parametrize("name", ALL)
async def test_the_newest_sample_is_the_latest_value(api: Api, point: str, name: str) -> None:
    latest = (await api.get(f"/devices/{point}"))["latest_sensor_values"][KEYS.get(name, name)]
    newest = (await api.get(f"/devices/{point}/{name}"))["values"][-1]
    assert newest == {"datetime": latest["time"], "value": latest["value"]}


async def test_the_latest_value_keeps_its_time(
    api: Api, sim: Simulator, clock: Clock, point: str
) -> None:
    clock.advance(minutes=2, seconds=13)
    await sim.set_temperature(point, 31.4)
    reported = (await api.get(f"/devices/{point}"))["latest_sensor_values"]["temperature"]
    assert reported["value"] == 31.4
    clock.advance(days=3)
    samples = await read(api, point, "temperature", "20T09:40", "20T09:45")
    assert {"datetime": reported["time"], "value": 31.4} in samples["values"]
    hours = await read(
        api, point, "temperature", "20T09:00", "20T10:00", time_resolution=3600, include_min_max=1
    )
    assert hours["values"][0]["max"] >= 31.4


async def test_buckets(api: Api, clock: Clock, point: str) -> None:
    clock.advance(days=1)
    span = ("20T10:00", "20T12:00")
    raw = await read(api, point, "humidity", *span)
    assert raw["time_resolution"] is None
    rows = await read(api, point, "humidity", *span, time_resolution=3600, include_min_max="true")
    assert rows["time_resolution"] == 3600
    assert rows["unit"] == "% rH"
    assert [row["datetime"][11:16] for row in rows["values"]] == ["10:00", "11:00"]
    first = [row["value"] for row in raw["values"] if row["datetime"][11:13] == "10"]
    assert rows["values"][0] == {
        "datetime": "2026-11-20T10:00:00.000Z",
        "value": round(sum(first) / len(first), 2),
        "min": min(first),
        "max": max(first),
    }
    assert len(first) >= 12
    plain = await read(api, point, "humidity", *span, time_resolution=3600)
    assert set(plain["values"][0]) == {"datetime", "value"}
    newest = await read(api, point, "humidity", *span, time_resolution=3600, limit=1)
    assert newest["values"] == plain["values"][-1:]


async def test_a_past_range_is_always_the_same(api: Api, clock: Clock, point: str) -> None:
    span = ("05T00:00", "06T00:00")
    before = await read(api, point, "sound_level", *span, time_resolution=900)
    clock.advance(days=9)
    assert await read(api, point, "sound_level", *span, time_resolution=900) == before
    assert len(before["values"]) == 96


async def test_unreported_samples_are_not_available(
    api: Api, sim: Simulator, clock: Clock, point: str
) -> None:
    heard = sim.devices[point].last_heard_from_at
    rows = (await api.get(f"/devices/{point}/temperature"))["values"]
    assert datetime.fromisoformat(rows[-1]["datetime"]) == heard
    clock.advance(hours=1)
    rows = (await api.get(f"/devices/{point}/temperature"))["values"]
    assert datetime.fromisoformat(rows[-1]["datetime"]) == heard + timedelta(hours=1)


async def test_there_is_a_gap_while_offline(
    api: Api, sim: Simulator, clock: Clock, point: str
) -> None:
    clock.now = clock.now.replace(hour=10, minute=0, second=0)
    await sim.take_offline(point)
    clock.advance(hours=3)
    await sim.bring_online(point)
    clock.advance(hours=3)
    span = ("20T08:00", "20T16:00")
    rows = (await read(api, point, "temperature", *span, time_resolution=3600))["values"]
    assert [row["datetime"][11:13] for row in rows] == ["08", "09", "13", "14", "15", "16"][:-1]
    filled = await read(api, point, "temperature", *span, time_resolution=3600, null_fill="true")
    values = {row["datetime"][11:13]: row["value"] for row in filled["values"]}
    assert [hour for hour, value in values.items() if value is None] == ["10", "11", "12"]
    motion = await read(api, point, "motion_events", *span, time_resolution=3600, null_fill="true")
    assert [row[1] is None for row in motion["values"][2:5]] == [True] * 3


async def test_motion_counts_are_tuples_and_include_triggered_motion(
    api: Api, sim: Simulator, clock: Clock, point: str
) -> None:
    span = ("20T09:00", "20T10:00")
    await sim.press_button(point)
    before = await read(api, point, "motion_events", *span, time_resolution=900)
    for _ in range(3):
        await sim.motion(point)
    after = await read(api, point, "motion_events", *span, time_resolution=900)
    assert [row[0] for row in after["values"]] == [1795165200, 1795166100, 1795167000]
    assert after["values"][2][1] == before["values"][2][1] + 3
    clock.advance(hours=2)
    hour = await read(api, point, "motion_events", *span, time_resolution=3600)
    quarters = await read(api, point, "motion_events", *span, time_resolution=900)
    assert hour["values"] == [[1795165200, sum(row[1] for row in quarters["values"])]]
    sim.switches.motion_rows = "objects"
    objects = await read(api, point, "motion_events", *span, time_resolution=3600)
    assert objects["values"][0]["datetime"] == "2026-11-20T09:00:00.000Z"


async def test_battery_is_a_voltage(api: Api, point: str) -> None:
    device = await api.get(f"/devices/{point}")
    series = await api.get(f"/devices/{point}/battery")
    assert series["unit"] == "V"
    assert series["values"][-1]["value"] == device["battery"]["voltage"]


async def test_compact_rows(api: Api, point: str) -> None:
    rows = await read(api, point, "temperature", "19T00:00", "19T01:00", format="compact")
    assert rows["values"][0][0] == 1795046400
    assert len(rows["values"]) >= 12


async def test_no_data_before_the_device_was_installed(api: Api, point: str) -> None:
    rows = await api.get(
        f"/devices/{point}/temperature",
        start_at="2020-01-01T00:00:00Z",
        end_at="2020-01-02T00:00:00",
    )
    assert rows["values"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("temperature?start_at=yesterday", 400),
        ("temperature?start_at=2026-11-20T00:00:00Z&end_at=2026-11-19T00:00:00Z", 400),
        ("temperature?time_resolution=0", 400),
        ("temperature?time_resolution=x", 400),
        ("sound", 404),
        ("sound_level_dba", 404),
        ("metrics", 404),
    ],
)
async def test_invalid_requests_are_rejected(api: Api, point: str, path: str, status: int) -> None:
    assert (await api.ask("GET", f"/devices/{point}/{path}")).status == status


async def test_a_series_the_device_does_not_have(api: Api, sim: Simulator) -> None:
    second = list(sim.devices)[1]
    assert (await api.ask("GET", f"/devices/{second}/pressure")).status == 404
