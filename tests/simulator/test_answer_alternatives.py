"""Test the alternatives of lists, objects and values in answers."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from simulator import Quantity, Simulator
from simulator.backend.alternatives import ALTERNATIVES, GROUPS

from .conftest import START, Api, Clock

NOW = "2026-11-20T09:41:07.000Z"


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("paging_none", {}, {}),
        ("paging_total", {"total": 3}, {"total": 3}),
        (
            "paging_meta_total",
            {"meta": {"total": 3, "offset": 0}},
            {"meta": {"total": 3, "offset": 2}},
        ),
        ("paging_has_more", {"has_more": True}, {"has_more": False}),
        ("paging_next", {"next": "/v8/homes?offset=2&limit=2"}, {"next": None}),
    ],
)
async def test_paging(api: Api, sim: Simulator, name: str, first: Any, last: Any) -> None:
    await sim.add_home()
    sim.use(name)
    for offset, expected in ((0, first), (2, last)):
        answer = await api.get("/homes", limit=2, offset=offset)
        assert len(answer.pop("homes")) == 2 - offset // 2
        assert answer == expected
    assert await api.get("/organizations") == {"organizations": []}, "it has no pages"


async def test_the_next_url_works_without_a_limit(api: Api, sim: Simulator) -> None:
    sim.use("paging_next")
    sim.switches.default_page_size = 1
    answer = await api.get("/homes")
    assert answer["next"] == "/v8/homes?offset=1"
    answer = await api.get(answer["next"].removeprefix("/v8"))
    assert answer["next"] is None


@pytest.mark.parametrize(
    ("name", "limit", "status"),
    [
        ("limit_refused", 1, 400),
        ("limit_refused", None, 200),
        ("limit_above_50_refused", 51, 400),
        ("limit_above_50_refused", 50, 200),
    ],
)
async def test_a_limit_can_be_refused(
    api: Api, sim: Simulator, name: str, limit: int | None, status: int
) -> None:
    sim.use(name)
    query = {"limit": str(limit)} if limit else {}
    assert (await api.ask("GET", "/homes", params=query)).status == status


@pytest.mark.parametrize(
    ("name", "list_of"),
    [
        ("list_named_items", lambda answer: answer["items"]),
        ("list_named_data", lambda answer: answer["data"]),
        ("list_nested", lambda answer: next(iter(answer["data"].values()))),
        ("list_bare", lambda answer: answer),
    ],
)
async def test_names_of_lists(
    api: Api, sim: Simulator, name: str, list_of: Callable[[Any], list[Any]]
) -> None:
    sim.use(name)
    assert [home["home_id"] for home in list_of(await api.get("/homes"))] == list(sim.homes)
    assert len(list_of(await api.get("/devices"))) == 4
    assert list_of(await api.get("/webhooks")) == []


async def test_an_empty_list_can_be_null(api: Api, sim: Simulator) -> None:
    sim.use("list_null")
    assert (await api.get("/events"))["events"] is None
    assert len((await api.get("/homes"))["homes"]) == 2


@pytest.mark.parametrize(
    ("name", "path", "missing"),
    [
        ("home_list_summaries", "/homes", {"alarm_status", "devices", "timezone"}),
        ("home_list_without_alarm", "/homes", {"alarm_status", "alarm_info"}),
        ("device_list_summaries", "/devices", {"latest_sensor_values", "offline"}),
        ("device_list_without_values", "/devices", {"latest_sensor_values", "battery"}),
    ],
)
async def test_a_list_can_hold_less_than_single_objects(
    api: Api, sim: Simulator, name: str, path: str, missing: set[str]
) -> None:
    sim.use(name)
    [listed, *_] = next(iter((await api.get(path)).values()))
    single = await api.get(f"{path}/{listed[f'{path[1:-1]}_id']}")
    assert listed.items() <= single.items()
    assert missing <= single.keys() - listed.keys()


async def test_single_objects_can_be_wrapped(
    api: Api, sim: Simulator, home: str, point: str
) -> None:
    sim.use("object_wrapped")
    assert (await api.get(f"/devices/{point}"))["device"]["device_id"] == point
    assert (await api.get(f"/homes/{home}"))["home"]["home_id"] == home
    assert (await api.get("/users/me"))["user"]["user_id"] == sim.account.user_id
    assert "values" in await api.get(f"/devices/{point}/temperature")


async def test_the_id_of_an_object_can_be_named_id(
    api: Api, sim: Simulator, home: str, point: str
) -> None:
    sim.use("id_plain")
    hook = (await api.post("/webhooks", {"url": "https://example.org", "events": ["*"]})).json
    assert hook["id"] in sim.hooks
    answer = await api.get(f"/homes/{home}")
    assert answer["id"] == home
    assert answer["devices"][0] == {"id": point}
    assert answer["members"][0]["id"] == sim.account.user_id
    device = (await api.get("/devices"))["devices"][0]
    assert (device["id"], device["home"]) == (point, home)
    sim.switches.home_devices = "ids"
    assert (await api.get(f"/homes/{home}"))["devices"][0] == point
    sim.use("home_list_summaries")
    assert (await api.get("/homes"))["homes"][0] == {"id": home, "name": answer["name"]}


async def test_references_can_be_objects(api: Api, sim: Simulator, home: str, point: str) -> None:
    sim.use("reference_objects")
    await sim.motion(point)
    device = await api.get(f"/devices/{point}")
    assert device["device_id"] == point
    assert device["home"] == {"home_id": home}
    assert device["owner"] == {"user_id": sim.account.user_id}
    [event] = (await api.get("/events"))["events"]
    assert event["device"] == {"device_id": point}
    assert "device_id" not in event


async def test_references_can_be_ids(api: Api, sim: Simulator, home: str, point: str) -> None:
    sim.use("reference_ids")
    answer = await api.get(f"/homes/{home}")
    assert answer["devices"][0] == point
    assert answer["members"] == [sim.account.user_id]


@pytest.mark.parametrize(("name", "kind"), [("id_number", int), ("id_uuid", UUID)])
async def test_ids_can_have_another_form(
    api: Api, sim: Simulator, home: str, name: str, kind: type[Any]
) -> None:
    sim.use(name)
    device = (await api.get("/devices"))["devices"][0]
    assert kind(str(device["device_id"]))
    assert (await api.get(f"/devices/{device['device_id']}"))["device_id"] == device["device_id"]
    assert device["home"] == (await api.get("/homes"))["homes"][0]["home_id"]
    answer = await api.put(f"/devices/{device['device_id']}", {"home": device["home"]})
    if kind is UUID:  # a number is no text, which this endpoint expects
        assert answer.json["home"] == device["home"]
    token = await api.grant(grant_type="password", username=sim.account.email, password="password")
    assert token.json["user_id"] == (await api.get("/users/me"))["user_id"]
    assert (await api.ask("GET", f"/homes/{home}")).status == 200, "the original id still works"


async def test_numbers_can_be_text(api: Api, sim: Simulator, point: str) -> None:
    sim.use("number_as_text")
    device = await api.get(f"/devices/{point}")
    reading = device["latest_sensor_values"]["temperature"]
    assert reading["value"] == str(sim.devices[point].latest["temperature"][1])
    assert device["active"] is True
    [row, *_] = (await api.get(f"/devices/{point}/humidity"))["values"]
    assert row["value"] == str(float(row["value"]))


@pytest.mark.parametrize(
    ("name", "factor"), [("time_unix_seconds", 1), ("time_unix_milliseconds", 1000)]
)
async def test_times_can_be_unix_times(
    api: Api, sim: Simulator, point: str, name: str, factor: int
) -> None:
    sim.use(name)
    await sim.motion(point)
    expected = int(START.timestamp() * factor)
    device = await api.get(f"/devices/{point}")
    assert device["last_heard_from_at"] == expected
    assert device["latest_sensor_values"]["temperature"]["time"] == expected
    [event] = (await api.get("/events"))["events"]
    assert event["created_at"] == expected


async def test_a_device_can_be_online_instead_of_offline(
    api: Api, sim: Simulator, point: str
) -> None:
    sim.use("device_online", "device_list_summaries")
    device = await api.get(f"/devices/{point}")
    assert device["online"] is True
    assert "offline" not in device
    assert "online" not in (await api.get("/devices"))["devices"][0]


async def test_a_temperature_can_be_in_fahrenheit(
    api: Api, sim: Simulator, clock: Clock, point: str
) -> None:
    sim.use("unit_fahrenheit")
    await sim.set_temperature(point, 30)
    clock.advance(seconds=1)
    reading = (await api.get(f"/devices/{point}"))["latest_sensor_values"]["temperature"]
    assert reading == {"time": NOW, "value": 86, "unit": "fahrenheit"}
    series = await api.get(f"/devices/{point}/temperature")
    assert series["unit"] == "fahrenheit"
    assert series["values"][-1] == {"datetime": NOW, "value": 86}
    compact = await api.get(f"/devices/{point}/temperature", format="compact")
    assert compact["values"][-1][1] == 86
    assert (await api.get(f"/devices/{point}/humidity"))["unit"] == "% rH"
    await sim.motion(point)
    motion, event = (await api.get("/events"))["events"]
    assert "unit" not in motion
    assert (event["sensor_value"], event["sensor_threshold"]) == (86, 82.4)
    assert event["unit"] == "fahrenheit"


async def test_a_pressure_can_be_in_hectopascal(
    api: Api, sim: Simulator, clock: Clock, point: str
) -> None:
    sim.use("unit_hectopascal")
    await sim.set_reading(point, Quantity.PRESSURE, 101_325)
    await sim.heartbeat(point)
    clock.advance(seconds=1)
    reading = (await api.get(f"/devices/{point}"))["latest_sensor_values"]["pressure"]
    assert reading == {"time": NOW, "value": 1013.25, "unit": "hPa"}
    series = await api.get(f"/devices/{point}/pressure")
    assert (series["unit"], series["values"][-1]["value"]) == ("hPa", 1013.25)
    assert (await api.get(f"/devices/{point}/temperature"))["unit"] == "celsius"
    without_pressure = list(sim.devices)[1]
    values = (await api.get(f"/devices/{without_pressure}"))["latest_sensor_values"]
    assert "pressure" not in values


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reading_bare", 20.0),
        ("reading_without_time", {"value": 20.0}),
        ("reading_time_unreadable", {"time": "a moment ago", "value": 20.0}),
    ],
)
async def test_readings_without_a_usable_time(
    api: Api, sim: Simulator, point: str, name: str, expected: Any
) -> None:
    sim.use(name)
    await sim.set_temperature(point, 20)
    await sim.heartbeat(point)
    device = await api.get(f"/devices/{point}")
    assert device["latest_sensor_values"]["temperature"] == expected
    sim.switches.latest_sensor_values = False
    assert "latest_sensor_values" not in await api.get(f"/devices/{point}")


async def test_alternatives_can_be_combined(api: Api, sim: Simulator) -> None:
    sim.use("list_bare", "paging_none", "id_plain", "id_uuid", "time_unix_seconds")
    [device, *_] = await api.get("/devices")
    assert UUID(device["id"])
    assert datetime.fromtimestamp(device["first_seen_at"], UTC).year == 2025


async def test_only_known_alternatives_can_be_used(sim: Simulator) -> None:
    with pytest.raises(KeyError, match="list_upside_down"):
        sim.use("list_upside_down")
    async with Simulator(alternatives=["list_bare"]) as other:
        assert other.switches.alternatives == {"list_bare"}
    assert sim.switches.alternatives == set()
    assert sum(map(len, GROUPS.values())) == len(ALTERNATIVES), "each name occurs once"
