from typing import Any

import pytest

from simulator import Simulator

from .conftest import Api, Clock


async def test_a_list_contains_the_same_objects_as_single_requests(
    api: Api, sim: Simulator
) -> None:
    devices = (await api.get("/devices"))["devices"]
    assert [device["device_id"] for device in devices] == list(sim.devices)
    for device in devices:
        assert await api.get(f"/devices/{device['device_id']}") == device


async def test_the_shape_of_a_device(api: Api, sim: Simulator, point: str, home: str) -> None:
    device = await api.get(f"/devices/{point}")
    assert device["home"] == home
    assert device["owner"] == sim.account.user_id
    assert device["last_heard_from_at"].endswith(".000Z")
    assert device["last_heartbeat_at"] < "2026-11-20T09:41:07" < device["next_heartbeat_at"]
    assert set(device["latest_sensor_values"]) == {
        "temperature",
        "humidity",
        "sound",
        "pressure",
        "accelerometer_z",
    }
    assert 15 < device["latest_sensor_values"]["temperature"]["value"] < 26
    assert 95_000 < device["latest_sensor_values"]["pressure"]["value"] < 106_000
    assert 0 < device["battery"]["percent"] <= 100
    second = list(sim.devices)[1]
    assert "pressure" not in (await api.get(f"/devices/{second}"))["latest_sensor_values"]


async def test_paging(api: Api, sim: Simulator) -> None:
    page = await api.get("/devices", limit=3, offset=2)
    assert [device["device_id"] for device in page["devices"]] == list(sim.devices)[2:]
    assert page["paging"] == {"total_count": 4, "limit": 3, "offset": 2}
    assert (await api.get("/devices"))["paging"]["limit"] == 4
    sim.switches.default_page_size = 3
    assert len((await api.get("/devices"))["devices"]) == 3
    sim.switches.default_page_size = None
    sim.switches.max_page_size = 2
    assert len((await api.get("/devices"))["devices"]) == 2
    assert len((await api.get("/devices", limit=50))["devices"]) == 2
    sim.switches.paging_info = False
    assert set(await api.get("/devices")) == {"devices"}
    for query in ("limit=x", "limit=-1", "offset=1.5"):
        assert (await api.ask("GET", f"/devices?{query}")).status == 400


async def test_inactive_devices_are_listed_unless_filtered(api: Api, sim: Simulator) -> None:
    stays, goes = list(sim.devices)[:2]
    await sim.remove_device(stays, keep_inactive=True)
    await sim.remove_device(goes)
    listed = (await api.get("/devices"))["devices"]
    assert [device["active"] for device in listed] == [False, True, True]
    assert len((await api.get("/devices", active="true"))["devices"]) == 2
    assert (await api.ask("GET", f"/devices/{goes}")).status == 404


async def test_variants(api: Api, sim: Simulator, point: str, home: str) -> None:
    async def read() -> Any:
        return await api.get(f"/devices/{point}")

    switches = sim.switches
    switches.device_home = "object"
    assert (await read())["home"]["home_id"] == home
    switches.device_home = "home_id"
    assert (await read())["home_id"] == home
    assert "home" not in await read()
    switches.device_milliseconds = False
    assert "." not in (await read())["last_heard_from_at"]
    for member in ("latest_sensor_values", "battery", "ongoing_events"):
        assert member in await read()
        setattr(switches, member, False)
        assert member not in await read()
    switches.quiet_hours_readable = False
    assert "quiet_hours" not in (await read())["configuration"]
    switches.unknown_enum_values = True
    assert (await read())["mount_status"] == "floating"
    sim.devices[point].changed = {"battery": {"percent": None}}
    sim.devices[point].omitted = {"firmware"}
    assert (await read())["battery"] == {"percent": None}
    assert "firmware" not in await read()


async def test_a_heartbeat_renews_the_readings(
    api: Api, sim: Simulator, clock: Clock, point: str
) -> None:
    before = await api.get(f"/devices/{point}")
    clock.advance(minutes=5)
    assert await api.get(f"/devices/{point}") == before, "nothing new between heartbeats"
    clock.advance(hours=1)
    after = await api.get(f"/devices/{point}")
    assert after["last_heartbeat_at"] == before["next_heartbeat_at"]
    assert after["last_heard_from_at"] == before["next_heartbeat_at"]
    assert after["latest_sensor_values"]["temperature"]["time"] == before["next_heartbeat_at"]
    await sim.heartbeat(point)
    now = await api.get(f"/devices/{point}")
    assert now["last_heartbeat_at"] == "2026-11-20T10:46:07.000Z"
    assert now["next_heartbeat_at"] == "2026-11-20T11:46:07.000Z"


async def test_an_event_brings_readings_but_no_heartbeat(
    api: Api, sim: Simulator, clock: Clock, point: str
) -> None:
    before = await api.get(f"/devices/{point}")
    clock.advance(minutes=3)
    assert await sim.press_button(point)
    after = await api.get(f"/devices/{point}")
    assert after["last_heard_from_at"] == "2026-11-20T09:44:07.000Z"
    assert after["latest_sensor_values"]["humidity"]["time"] == "2026-11-20T09:44:07.000Z"
    assert after["next_heartbeat_at"] == before["next_heartbeat_at"]


async def test_heartbeats_can_be_late(sim: Simulator, clock: Clock, point: str) -> None:
    sim.switches.heartbeat_jitter = clock.now - clock.now.replace(minute=0)
    await sim.heartbeat(point)
    device = sim.devices[point]
    late = device.next_heartbeat_at - clock.now - sim.world.heartbeat
    assert 0 < late.total_seconds() < 3600


async def test_limits_are_merged_by_type(api: Api, sim: Simulator, point: str) -> None:
    def values(answer: Any) -> dict[str, float]:
        return {item["type"]: item["value"] for item in answer["configuration"]["reactions"]}

    before = values(await api.get(f"/devices/{point}"))
    body = {"reactions": [{"type": "temperature_high", "value": 25.5, "notifications": ["push"]}]}
    answer = await api.put(f"/devices/{point}", body)
    assert answer.status == 200
    assert values(answer.json) == before | {"temperature_high": 25.5}
    removed = {"reactions": [{"type": "temperature_low", "value": None}]}
    answer = await api.put(f"/devices/{point}", removed)
    assert "temperature_low" not in values(answer.json)
    sim.switches.merge_reactions = False
    answer = await api.put(f"/devices/{point}", body)
    assert values(answer.json) == {"temperature_high": 25.5}


async def test_sound_limits_have_a_duration(api: Api, point: str) -> None:
    body = {"reactions": [{"type": "sound_level_high", "value": 80}]}
    answer = await api.put(f"/devices/{point}", body)
    reactions = {item["type"]: item for item in answer.json["configuration"]["reactions"]}
    assert reactions["sound_level_high"]["duration_seconds"] == 600


async def test_configuration_reaches_the_device_at_its_next_report(
    api: Api, sim: Simulator, clock: Clock, point: str
) -> None:
    body = {
        "description": "Cellar",
        "quiet_hours": {"enabled": True, "start": "23:30"},
        "listening_mode": "interval",
        "room_type": "cellar",
        "timezone": "Europe/Helsinki",
    }
    device = (await api.put(f"/devices/{point}", body)).json
    assert device["description"] == "Cellar"
    assert device["timezone"] == "Europe/Helsinki"
    config = device["configuration"]
    assert config["quiet_hours"] == {"enabled": True, "start": "23:30", "end": "07:00"}
    assert config["version"] == 2
    assert config["installed_on_device_at"] < config["updated_at"]
    clock.advance(minutes=1)
    await sim.press_button(point)
    config = (await api.get(f"/devices/{point}"))["configuration"]
    assert config["installed_on_device_at"] == "2026-11-20T09:42:07.000Z"


async def test_a_device_moves_to_another_home(api: Api, sim: Simulator, point: str) -> None:
    other = list(sim.homes)[1]
    assert (await api.put(f"/devices/{point}", {"home": other})).json["home"] == other
    assert len((await api.get(f"/homes/{other}"))["devices"]) == 3


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"home": "nowhere"},
        {"description": 4},
        {"reactions": {}},
        {"reactions": ["x"]},
        {"reactions": [{"type": "gravity", "value": 1}]},
        {"reactions": [{"type": "temperature_high", "value": "warm"}]},
        {"reactions": [{"type": "temperature_high", "value": True}]},
        {"reactions": [{"type": "sound_level_high", "value": 70, "duration_seconds": 60}]},
        {"reactions": [{"type": "sound_level_high", "value": 70, "duration_seconds": "x"}]},
        {"reactions": [{"type": "temperature_high", "value": 1, "notifications": [1]}]},
        {"quiet_hours": {"start": "22:00"}},
        {"quiet_hours": {"enabled": True, "start": "22"}},
        {"quiet_hours": {"enabled": True, "start": "25:00"}},
    ],
)
async def test_invalid_requests_are_rejected_and_changes_nothing(
    api: Api, point: str, body: Any
) -> None:
    before = await api.get(f"/devices/{point}")
    assert (await api.put(f"/devices/{point}", body)).status == 400
    assert await api.get(f"/devices/{point}") == before


async def test_deleting_a_device(api: Api, sim: Simulator, point: str) -> None:
    assert (await api.ask("DELETE", f"/devices/{point}")).status == 200
    assert point not in sim.devices


async def test_a_new_device_appears(api: Api, sim: Simulator, home: str) -> None:
    device = await sim.add_device(home, "Cellar")
    assert (await api.get(f"/devices/{device.device_id}"))["description"] == "Cellar"


async def test_ids_depend_on_the_seed_alone(clock: Clock) -> None:
    first, same, other = (Simulator(seed=seed, now=clock) for seed in (1, 1, 2))
    assert list(first.devices) == list(same.devices)
    assert list(first.devices) != list(other.devices)
    assert all(len(device_id) == 24 for device_id in first.devices)
