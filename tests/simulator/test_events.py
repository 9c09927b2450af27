from datetime import timedelta
from typing import Any

import pytest

from simulator import Quantity, Simulator

from .conftest import START, Api, Clock


async def types(api: Api) -> list[str]:
    return [event["type"] for event in (await api.get("/events", order="asc"))["events"]]


async def last(api: Api) -> Any:
    return (await api.get("/events", limit=1))["events"][0]


@pytest.mark.parametrize(
    ("set_to", "opens", "back_to", "closes", "threshold"),
    [
        (("temperature", 28.5), "temperature_high", 28, "temperature_dropped_normal", 28),
        (("temperature", 11.6), "temperature_low", 12, "temperature_risen_normal", 12),
        (("humidity", 76), "humidity_high", None, "humidity_dropped_normal", 75),
        (("humidity", 3), "humidity_low", None, "humidity_risen_normal", 15),
        (("sound", 76), "avg_sound_high", 75, "sound_level_dropped_normal", 75),
    ],
)
async def test_crossing_a_limit(
    api: Api,
    sim: Simulator,
    point: str,
    *,
    set_to: tuple[str, float],
    opens: str,
    back_to: float | None,
    closes: str,
    threshold: float,
) -> None:
    quantity, value = Quantity(set_to[0]), set_to[1]
    await sim.set_reading(point, quantity, value)
    event = await last(api)
    assert event["type"] == opens
    assert event["sensor_value"] == value
    assert event["sensor_threshold"] == threshold
    assert event["device_id"] == point
    device = await api.get(f"/devices/{point}")
    assert device["ongoing_events"] == [opens]
    assert device["latest_sensor_values"][quantity]["value"] == value
    assert device["last_heard_from_at"] == event["created_at"]

    await sim.heartbeat(point)
    assert await types(api) == [opens], "told once"
    await sim.set_reading(point, quantity, back_to)
    assert (await last(api))["type"] == closes
    assert (await api.get(f"/devices/{point}"))["ongoing_events"] == []


async def test_without_crossing_a_room_is_reported_at_the_heartbeat(
    api: Api, sim: Simulator, clock: Clock, point: str
) -> None:
    before = await api.get(f"/devices/{point}")
    await sim.set_temperature(point, 26)
    await sim.set_humidity(point, 60)
    assert await api.get(f"/devices/{point}") == before
    assert await types(api) == []
    clock.advance(hours=1)
    after = (await api.get(f"/devices/{point}"))["latest_sensor_values"]
    assert after["temperature"]["value"] == pytest.approx(26, abs=1.5)
    assert after["humidity"]["value"] == pytest.approx(60, abs=4)


async def test_a_new_limit_counts_at_the_next_report(
    api: Api, sim: Simulator, clock: Clock, point: str
) -> None:
    body = {"reactions": [{"type": "temperature_high", "value": 10}]}
    await api.put(f"/devices/{point}", body)
    assert await types(api) == []
    clock.advance(hours=1)
    assert await types(api) == ["temperature_high"]
    beat = (await api.get(f"/devices/{point}"))["last_heartbeat_at"]
    assert (await last(api))["created_at"] == beat
    await api.put(f"/devices/{point}", {"reactions": [{"type": "temperature_high", "value": None}]})
    await sim.heartbeat(point)
    assert (await last(api))["type"] == "temperature_dropped_normal"
    assert (await last(api))["sensor_threshold"] is None


@pytest.mark.parametrize(("start", "end"), [("22:00", "11:00"), ("10:00", "11:00")])
async def test_quiet_hours_have_their_own_limit(
    api: Api, sim: Simulator, point: str, start: str, end: str
) -> None:
    window = {"enabled": True, "start": start, "end": end}  # it is 10:41 in Stockholm
    await api.put(f"/devices/{point}", {"quiet_hours": window})
    await sim.set_sound(point, 72)
    event = await last(api)
    assert (event["type"], event["sensor_threshold"]) == ("avg_sound_high", 70)
    await api.put(f"/devices/{point}", {"quiet_hours": window | {"enabled": False}})
    await sim.heartbeat(point)
    assert (await last(api))["type"] == "sound_level_dropped_normal"


async def test_events_of_a_point(api: Api, sim: Simulator, point: str) -> None:
    actions = {
        "short_button_press": sim.press_button,
        "pir_motion": sim.motion,
        "glassbreak": sim.glass_break,
        "alarm_heard": sim.smoke_alarm,
        "smoke_detected": sim.smoke_detected,
        "smoking_detection_smoking_detected": sim.smoke,
        "tamper": sim.old_tamper,
        "tamper_removed": sim.remove_from_mount,
        "tamper_mounted": sim.mount,
    }
    for kind, action in actions.items():
        event = await action(point)
        assert event
        assert event.type == kind
        shown = await last(api)
        assert (shown["id"], shown["type"]) == (event.id, kind)
        assert shown["device_id"] == point
        assert ("home_id" in shown) is ("tamper" not in kind)
        removed = (await api.get(f"/devices/{point}"))["mount_status"] == "unmounted"
        assert removed is (kind == "tamper_removed")
    await sim.loud_sound(point)
    assert (await last(api))["type"] == "avg_sound_high"


async def test_battery(api: Api, sim: Simulator, clock: Clock, point: str) -> None:
    before = (await api.get(f"/devices/{point}"))["battery"]["percent"]
    clock.advance(days=10)
    after = (await api.get(f"/devices/{point}"))["battery"]["percent"]
    assert before - after == pytest.approx(5, abs=0.3)
    await sim.low_battery(point)
    await sim.heartbeat(point)
    assert await types(api) == ["battery_low"]
    assert (await api.get(f"/devices/{point}"))["battery"]["percent"] == 6
    clock.advance(days=2)
    assert (await api.get(f"/devices/{point}"))["battery"]["percent"] == pytest.approx(5, abs=0.1)
    await sim.charge(point)
    assert (await api.get(f"/devices/{point}"))["battery"]["percent"] == 100
    await sim.set_battery(point, 0)
    assert await types(api) == ["battery_low", "battery_empty"]


async def test_a_low_battery_becomes_empty(api: Api, sim: Simulator, point: str) -> None:
    await sim.low_battery(point)
    await sim.empty_battery(point)
    await sim.heartbeat(point)
    assert await types(api) == ["battery_low", "battery_empty"]
    assert (await api.get(f"/devices/{point}"))["battery"]["percent"] == 0


async def test_offline_and_online(api: Api, sim: Simulator, clock: Clock, point: str) -> None:
    await sim.take_offline(point)
    await sim.take_offline(point)
    before = await api.get(f"/devices/{point}")
    assert before["offline"] is True
    clock.advance(hours=5)
    assert await sim.press_button(point) is None
    assert await sim.motion(point) is None
    await sim.heartbeat(point)
    await sim.set_temperature(point, 35)
    assert await api.get(f"/devices/{point}") == before
    await sim.bring_online(point)
    await sim.bring_online(point)
    after = await api.get(f"/devices/{point}")
    assert after["offline"] is False
    assert after["last_heartbeat_at"] == "2026-11-20T14:41:07.000Z"
    assert await types(api) == ["device_offline", "temperature_high", "device_online"]


async def test_minut_may_report_a_point_offline_late(
    api: Api, sim: Simulator, clock: Clock, point: str
) -> None:
    due = sim.devices[point].next_heartbeat_at
    await sim.take_offline(point, at_once=False)
    clock.now = due + timedelta(hours=2) - timedelta(seconds=1)
    assert (await api.get(f"/devices/{point}"))["offline"] is False
    clock.advance(seconds=1)
    assert (await api.get(f"/devices/{point}"))["offline"] is True
    await sim.bring_online(point)
    await sim.take_offline(point, at_once=False)
    await sim.bring_online(point)
    clock.advance(hours=9)
    assert await types(api) == ["device_offline", "device_online"]


async def test_noise_belongs_to_the_home(api: Api, sim: Simulator, home: str, point: str) -> None:
    for notice in (1, 2, 3):
        await sim.make_noise(home, notice)
    event = await last(api)
    assert event["type"] == "disturbance_third_notice"
    assert event["home_id"] == home
    assert "device_id" not in event
    sound = (await api.get(f"/devices/{point}"))["latest_sensor_values"]["sound"]["value"]
    assert sound == 82
    await sim.snooze_noise(home)
    await sim.dismiss_noise(home)
    await sim.quiet(home)
    assert await sim.quiet(home) is None
    assert await sim.snooze_noise(home) is None
    assert await types(api) == [
        "disturbance_first_notice",
        "disturbance_second_notice",
        "disturbance_third_notice",
        "disturbance_snoozed",
        "disturbance_dismissed",
        "disturbance_ended",
    ]
    sound = (await api.get(f"/devices/{point}"))["latest_sensor_values"]["sound"]["value"]
    assert sound < 60
    names = [
        event["event_type"] for event in (await api.get(f"/homes/{home}/events"))["home_events"]
    ]
    assert (names[-1], names[0]) == ("noise_detected", "noise_quieted")


async def test_without_monitoring_only_the_points_report_noise(
    api: Api, sim: Simulator, home: str
) -> None:
    await api.put(f"/homes/{home}", {"disturbance_monitoring_active": False})
    assert await sim.make_noise(home) is None
    assert set(await types(api)) == {"avg_sound_high"}


async def test_emit_changes_nothing_else(api: Api, sim: Simulator, point: str, home: str) -> None:
    before = await api.get(f"/devices/{point}")
    made = await sim.emit("device_offline", device=point, sensor_value=1)
    assert await api.get(f"/devices/{point}") == before
    shown = await last(api)
    assert shown == {
        "id": made.id,
        "type": "device_offline",
        "created_at": "2026-11-20T09:41:07.000Z",
        "user_id": sim.account.user_id,
        "home_id": home,
        "device_id": point,
        "sensor_value": 1,
    }
    await sim.emit("something_new", home=home)
    assert "device_id" not in await last(api)
    robin = await sim.add_account()
    await sim.emit("account_thing", account=robin)
    assert (await last(api))["type"] == "something_new"


async def test_each_member_has_their_own_copy(api: Api, sim: Simulator, home: str) -> None:
    robin = await sim.add_account()
    sim.homes[home].members.append(robin.user_id)
    mine = await sim.emit("pir_motion", home=home)
    assert mine.user_id == sim.account.user_id
    assert len((await api.get(f"/homes/{home}/events"))["home_events"]) == 1
    api.token = str(sim.issue_token(robin)["access_token"])
    theirs = await last(api)
    assert theirs["user_id"] == robin.user_id
    assert theirs["id"] != mine.id


async def test_order_range_and_paging(api: Api, sim: Simulator, home: str) -> None:
    for minute in (3, 1, 2, 0, 4):
        moment = START + timedelta(minutes=minute)
        await sim.emit(f"kind_{minute}", home=home, created_at=moment)
    assert await types(api) == [f"kind_{minute}" for minute in range(5)]
    newest = await api.get("/events", limit=2, offset=1)
    assert [event["type"] for event in newest["events"]] == ["kind_3", "kind_2"]
    assert newest["paging"] == {"total_count": 5, "limit": 2, "offset": 1}
    sim.switches.newest_first = False
    path = f"/homes/{home}/events"
    span = {"start_at": "2026-11-20T09:42:07Z", "end_at": "2026-11-20T09:44:07.000Z"}
    within = await api.get(path, **span)
    assert [event["event_type"] for event in within["home_events"]] == ["kind_1", "kind_2"]
    chosen = await api.get(path, event_type="kind_0,kind_4")
    assert [event["event_type"] for event in chosen["home_events"]] == ["kind_0", "kind_4"]
    assert (await api.get(path, event_type="noise_detected"))["home_events"] == []
    assert (await api.get("/events"))["paging"]["limit"] == 50
    assert (await api.ask("GET", f"{path}?event_type=disturbance_ended")).status == 400
    assert (await api.ask("GET", "/events?order=random")).status == 400
    sim.switches.user_events = False
    assert (await api.ask("GET", "/events")).status == 404


async def test_events_of_a_stay(api: Api, sim: Simulator, clock: Clock, home: str) -> None:
    body = {
        "name": "Kim",
        "check_in_at": "2026-11-20T10:00:00Z",
        "check_out_at": "2026-11-20T12:00:00Z",
    }
    guest = (await api.post(f"/homes/{home}/guests", body)).json["guest_id"]
    for _ in range(4):
        await sim.emit("pir_motion", home=home)
        clock.advance(hours=1)
    events = await api.get(f"/homes/{home}/events", guest_ids=guest)
    times = [event["event_time"][11:13] for event in events["home_events"]]
    assert times == ["11", "10"]
    assert (await api.ask("GET", f"/homes/{home}/events?guest_ids=nobody")).status == 404
