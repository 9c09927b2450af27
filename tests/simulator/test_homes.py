from datetime import timedelta
from typing import Any

import pytest

from simulator import Simulator

from .conftest import START, Api, Clock


async def test_the_shape_of_a_home(api: Api, sim: Simulator, home: str) -> None:
    shown = await api.get(f"/homes/{home}")
    assert shown["name"] == "Lakeside 4"
    assert shown["timezone"] == "Europe/Stockholm"
    assert shown["created_at"].endswith("07Z")
    assert shown["alarm_status"] == shown["detailed_alarm_status"] == "off"
    assert shown["alarm_info"] is None
    assert shown["members"][0]["fullname"] == sim.account.fullname
    own = [device.device_id for device in sim.devices.values() if device.home_id == home]
    assert [device["device_id"] for device in shown["devices"]] == own
    homes = await api.get("/homes")
    assert homes["homes"][0] == shown
    assert homes["paging"] == {"total_count": 2, "limit": 2, "offset": 0}


async def test_paging(api: Api, sim: Simulator) -> None:
    for _ in range(8):
        await sim.add_home()
    pages = [await api.get("/homes", limit=4, offset=offset) for offset in (0, 4, 8)]
    seen = [shown["home_id"] for page in pages for shown in page["homes"]]
    assert seen == list(sim.homes)
    assert [len(page["homes"]) for page in pages] == [4, 4, 2]
    assert len({home.name for home in sim.homes.values()}) == 10
    sim.switches.paging_info = False
    assert set(await api.get("/homes")) == {"homes"}


async def test_variants(api: Api, sim: Simulator, home: str) -> None:
    sim.switches.home_devices = "ids"
    sim.switches.home_milliseconds = True
    sim.switches.alarm_status = False
    shown = await api.get(f"/homes/{home}")
    assert all(isinstance(device, str) for device in shown["devices"])
    assert shown["created_at"].endswith(".000Z")
    assert "alarm_status" not in shown
    assert "detailed_alarm_status" not in shown
    sim.switches.alarm_status = True
    sim.switches.unknown_enum_values = True
    assert (await api.get(f"/homes/{home}"))["alarm_status"] == "defused"
    sim.homes[home].omitted = {"timezone"}
    assert "timezone" not in await api.get(f"/homes/{home}")


async def statuses(api: Api, home: str) -> tuple[str, str]:
    shown = await api.get(f"/homes/{home}")
    return shown["alarm_status"], shown["detailed_alarm_status"]


async def test_the_states_of_the_alarm(
    api: Api, sim: Simulator, clock: Clock, home: str, point: str
) -> None:
    answer = await api.patch(f"/homes/{home}/alarm", {"alarm_status": "on", "alarm_mode": "manual"})
    assert answer.status == 200
    shown = await api.get(f"/homes/{home}")
    assert shown["detailed_alarm_status"] == "on_grace_period"
    assert shown["grace_period_expires_at"] == "2026-11-20T09:41:52Z"
    assert shown["alarm_info"] == {
        "alarm_info_type": "on_grace_period",
        "grace_period_secs": 45.0,
        "grace_period_expires_at": "2026-11-20T09:41:52Z",
    }
    await sim.motion(point)
    assert sim.homes[home].alarm_status == "on_grace_period", "motion while arming is allowed"
    clock.advance(seconds=44)
    assert sim.homes[home].alarm_status == "on_grace_period"
    clock.advance(seconds=1)
    assert await statuses(api, home) == ("on", "on")

    await sim.motion(point)
    assert await statuses(api, home) == ("on", "off_grace_period")
    clock.advance(minutes=10)
    assert await statuses(api, home) == ("critical_event", "critical_event")
    event = (await api.get("/events", limit=1))["events"][0]
    assert event["type"] == "alarm_grace_period_expired"
    assert event["created_at"] == "2026-11-20T09:42:37.000Z", "when it expired, not when asked"
    assert (event["device_id"], event["home_id"]) == (point, home)

    await sim.silence(home)
    assert await statuses(api, home) == ("on", "on")
    event = (await api.get("/events", limit=1))["events"][0]
    assert event["type"] == "alarm_silenced"
    assert "device_id" not in event
    await api.patch(f"/homes/{home}/alarm", {"alarm_status": "off"})
    assert await statuses(api, home) == ("off", "off")


async def test_disarming_ends_a_countdown(
    api: Api, sim: Simulator, clock: Clock, home: str, point: str
) -> None:
    sim.switches.exit_delay = timedelta(0)
    await sim.arm(home)
    assert sim.homes[home].alarm_status == "on"
    await sim.arm(home)
    await sim.motion(point)
    await sim.disarm(home)
    clock.advance(hours=1)
    assert await statuses(api, home) == ("off", "off")
    await sim.silence(home)
    await sim.disarm(home)
    types = [event["type"] for event in (await api.get("/events"))["events"]]
    assert types == ["pir_motion"]


async def test_without_entry_delay_the_alarm_triggers_at_once(
    api: Api, sim: Simulator, home: str, point: str
) -> None:
    sim.switches.exit_delay = timedelta(0)
    body = {"alarm_status": "on", "alarm_off_grace_period_secs": 0, "silent_alarm": True}
    await api.put(f"/homes/{home}/alarm", body)
    await sim.motion(point)
    shown = await api.get(f"/homes/{home}")
    assert shown["alarm_status"] == "critical_event"
    assert shown["silent_alarm"] is True
    assert sim.homes[list(sim.homes)[1]].alarm_status == "off"


async def test_arming_can_wait_for_the_check_in(sim: Simulator, clock: Clock, home: str) -> None:
    sim.switches.arm_at_check_in = True
    await sim.arm(home)
    last = max(device.next_heartbeat_at for device in sim.world.devices_of(home))
    assert sim.homes[home].grace_period_expires_at == last
    clock.now = last
    await sim.run_due()
    assert sim.homes[home].alarm_status == "on"


@pytest.mark.parametrize(
    ("where", "seen"),
    [
        ("detailed", ("on", "on_grace_period")),
        ("coarse", ("on_grace_period", "on")),
        ("both", ("on_grace_period", "on_grace_period")),
    ],
)
async def test_which_member_shows_a_grace_period(
    api: Api, sim: Simulator, home: str, where: Any, seen: tuple[str, str]
) -> None:
    sim.switches.grace_period_in = where
    await sim.arm(home)
    assert await statuses(api, home) == seen


WAYS = [
    ("patch_alarm", "PATCH", "/alarm"),
    ("put_alarm", "PUT", "/alarm"),
    ("put_home_alarm", "PUT", ""),
    ("put_home_alarm", "PATCH", ""),
]


@pytest.mark.parametrize(("switch", "method", "path"), WAYS)
async def test_each_way_to_arm_works_and_can_be_rejected(
    api: Api, sim: Simulator, home: str, *, switch: str, method: str, path: str
) -> None:
    async def ask(status: str) -> int:
        answer = await api.ask(method, f"/homes/{home}{path}", json={"alarm_status": status})
        return answer.status

    assert await ask("on") == 200
    assert sim.homes[home].alarm_status == "on_grace_period"
    assert await ask("maybe") == 400
    for status in (404, 405):
        setattr(sim.switches, switch, status)
        assert await ask("off") == status
        assert sim.homes[home].alarm_status == "on_grace_period"


async def test_changes_of_the_alarm_can_emit_events(api: Api, sim: Simulator, home: str) -> None:
    sim.switches.alarm_change_events = True
    await sim.arm(home)
    await sim.disarm(home)
    types = [event["type"] for event in (await api.get("/events", order="asc"))["events"]]
    assert types == ["alarm_armed", "alarm_disarmed"]


async def test_updating_a_home(api: Api, sim: Simulator, home: str) -> None:
    body = {
        "name": "Seaside",
        "timezone": "Europe/Helsinki",
        "address": {"city": "Elsewhere"},
        "disturbance_monitoring_active": False,
    }
    shown = (await api.put(f"/homes/{home}", body)).json
    assert (shown["name"], shown["timezone"]) == ("Seaside", "Europe/Helsinki")
    assert shown["address"]["city"] == "Elsewhere"
    assert shown["address"]["post_code"] == "12345"
    assert shown["disturbance_monitoring_active"] is False
    assert sim.homes[home].alarm_status == "off"
    for wrong in ({"timezone": "Mars/Olympus"}, {"disturbance_monitoring_active": "no"}):
        assert (await api.put(f"/homes/{home}", wrong)).status == 400


async def test_disturbance_and_crowd_detection(api: Api, sim: Simulator, home: str) -> None:
    await sim.make_noise(home)
    assert await api.get(f"/homes/{home}/disturbance") == {
        "disturbance_monitoring_active": True,
        "disturbance": "disturbance_first_notice",
    }
    off = {"disturbance_monitoring_active": False}
    answer = await api.put(f"/homes/{home}/disturbance", off)
    assert answer.json == off | {"disturbance": None}
    assert await api.get(f"/homes/{home}/occupancy_detection") == {"active": False}
    await api.patch(f"/homes/{home}/occupancy_detection", {"active": True})
    assert await api.get(f"/homes/{home}/occupancy_detection") == {"active": True}


async def test_accounts_see_only_their_own(api: Api, sim: Simulator, home: str, point: str) -> None:
    robin = await sim.add_account()
    theirs = await sim.add_home("Cottage", account=robin)
    device = await sim.add_device(theirs.home_id)
    assert (await api.ask("GET", f"/homes/{theirs.home_id}")).status == 404
    assert (await api.ask("GET", f"/devices/{device.device_id}")).status == 404
    assert len((await api.get("/homes"))["homes"]) == 2

    api.token = str(sim.issue_token(robin)["access_token"])
    assert [shown["name"] for shown in (await api.get("/homes"))["homes"]] == ["Cottage"]
    assert len((await api.get("/devices"))["devices"]) == 1
    assert (await api.ask("GET", f"/homes/{home}")).status == 404
    assert (await api.put(f"/devices/{device.device_id}", {"home": home})).status == 400
    sim.homes[home].members.append(robin.user_id)
    assert len((await api.get("/homes"))["homes"]) == 2
    assert (await api.ask("GET", f"/devices/{point}")).status == 200


async def test_a_home_can_be_forbidden(api: Api, sim: Simulator, home: str, point: str) -> None:
    sim.switches.forbidden_homes.add(home)
    for path in (f"/homes/{home}", f"/devices/{point}", f"/homes/{home}/events"):
        assert (await api.ask("GET", path)).status == 403
    assert len((await api.get("/homes"))["homes"]) == 1
    assert len((await api.get("/devices"))["devices"]) == 2


async def test_a_home_disappears_with_its_devices(api: Api, sim: Simulator, home: str) -> None:
    await sim.arm(home)
    await sim.remove_home(home)
    assert len((await api.get("/homes"))["homes"]) == 1
    assert len((await api.get("/devices"))["devices"]) == 2
    assert (await api.ask("GET", f"/homes/{home}")).status == 404


async def test_users(api: Api, sim: Simulator) -> None:
    me = await api.get("/users/me")
    assert me["user_id"] == sim.account.user_id
    assert me["email"] == "alex.example@example.org"
    assert await api.get(f"/users/{me['user_id']}") == me
    assert (await api.ask("GET", f"/users/{'0' * 24}")).status == 403
    assert await api.get("/organizations") == {"organizations": []}


async def test_stays(api: Api, home: str) -> None:
    path = f"/homes/{home}/guests"
    late = {"name": "Kim", "check_in_at": "2026-12-01T15:00:00Z", "email": "kim@example.org"}
    early = {
        "name": "Sam",
        "check_in_at": "2026-11-20T15:00:00Z",
        "check_out_at": "2026-11-22T10:00:00+00:00",
        "phone_number": "+46700000000",
    }
    kim = await api.post(path, late)
    assert kim.status == 201
    assert kim.json["check_out_at"] is None
    sam = (await api.post(path, early)).json
    assert sam["check_out_at"] == "2026-11-22T10:00:00.000Z"
    assert [guest["name"] for guest in (await api.get(path))["guests"]] == ["Sam", "Kim"]
    one = f"{path}/{sam['guest_id']}"
    assert await api.get(one) == sam
    changed = (await api.patch(one, {"check_out_at": None, "phone_number": None})).json
    assert changed == sam | {"check_out_at": None, "phone_number": None}
    assert (await api.patch(one, {"name": "Sammy", "lock": 7})).json["lock"] == 7
    whole = {"name": "Samuel", "email": "s@example.org"}
    assert (await api.put(one, whole)).json == sam | whole | {
        "check_out_at": None,
        "phone_number": None,
    }
    assert (await api.patch(one, {"check_out_at": "2026-11-01T00:00:00Z"})).status == 400
    assert (await api.ask("DELETE", one)).status == 200
    assert (await api.ask("GET", one)).status == 404
    assert (await api.post(path, {"name": "Nobody"})).status == 400


async def test_stays_in_another_spelling(api: Api, sim: Simulator, home: str) -> None:
    sim.switches.guest_spelling = {"check_in_at": "arrival", "guests": "stays"}
    guest = await sim.add_guest(home, START, None)
    path = f"/homes/{home}/guests"
    (shown,) = (await api.get(path))["stays"]
    assert shown["arrival"] == "2026-11-20T09:41:07.000Z"
    one = f"{path}/{guest.guest_id}"
    changed = (await api.patch(one, {"arrival": "2026-11-21T09:00:00Z"})).json
    assert changed["arrival"] == "2026-11-21T09:00:00.000Z"
    sim.switches.patch_guest = 405
    assert (await api.patch(one, {"arrival": "2026-11-22T09:00:00Z"})).status == 405
