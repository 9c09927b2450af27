"""Test the alternatives of alarm commands, errors, webhooks, events and deliveries."""

from base64 import b64encode
from hashlib import sha1, sha256, sha512
import hmac
import json
from typing import Any

import pytest

from simulator import Simulator
from simulator.api.call import ORGANIZATION_ID
from simulator.world.events import Event

from .conftest import NOBODY, Api, Clock, Receiver

ON = {"alarm_status": "on"}
ALL_MEMBERS = ON | {
    "alarm_mode": "manual",
    "silent_alarm": False,
    "scheduled_alarm_active": False,
}
TOKEN = "chosen-by-us"


async def register(api: Api, url: str, **members: Any) -> Any:
    return await api.post("/webhooks", {"url": url, "events": ["*"]} | members)


# Alarm


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("alarm_upper_case", {"alarm_status": "ON", "detailed_alarm_status": "ON_GRACE_PERIOD"}),
        (
            "alarm_in_alarm",
            {"alarm": {"alarm_status": "on", "detailed_alarm_status": "on_grace_period"}},
        ),
        ("alarm_in_status", {"alarm": {"status": "on", "detailed_status": "on_grace_period"}}),
        ("alarm_in_alarm_info", {"alarm_info": {"alarm_info_type": "on_grace_period"}}),
    ],
)
async def test_where_and_how_a_home_names_its_alarm(
    api: Api, sim: Simulator, home: str, name: str, expected: dict[str, Any]
) -> None:
    sim.use(name)
    await sim.arm(home)
    answer = await api.get(f"/homes/{home}")
    for member, value in expected.items():
        shown = answer[member]
        assert shown == value or value.items() <= shown.items()
    assert ("alarm_status" in answer) is ("alarm_status" in expected)
    sim.use("home_list_heads")
    assert (await api.get("/homes"))["homes"][0].keys() == {"home_id", "name"}


async def test_alarm_info_can_name_a_disarmed_home(api: Api, sim: Simulator, home: str) -> None:
    sim.use("alarm_in_alarm_info")
    info = (await api.get(f"/homes/{home}"))["alarm_info"]
    assert info == {"alarm_info_type": "off", "grace_period_expires_at": None}


@pytest.mark.parametrize("status", [400, 404, 405, 501])
async def test_patching_an_alarm_can_be_rejected(
    api: Api, sim: Simulator, home: str, status: int
) -> None:
    sim.use(f"alarm_patch_{status}")
    assert (await api.patch(f"/homes/{home}/alarm", ALL_MEMBERS)).status == status
    assert sim.homes[home].alarm_status == "off"
    assert (await api.put(f"/homes/{home}", ON)).status == 200
    assert sim.homes[home].alarm_status == "on_grace_period"


async def test_patching_an_alarm_can_need_all_members(api: Api, sim: Simulator, home: str) -> None:
    sim.use("alarm_patch_needs_all")
    assert (await api.patch(f"/homes/{home}/alarm", ON)).status == 400
    assert (await api.patch(f"/homes/{home}/alarm", ALL_MEMBERS)).status == 200
    assert sim.homes[home].alarm_status == "on_grace_period"


@pytest.mark.parametrize(("name", "put"), [("alarm_patch_ignored", "on"), ("alarm_ignored", "off")])
async def test_an_accepted_command_can_have_no_effect(
    api: Api, sim: Simulator, home: str, name: str, put: str
) -> None:
    sim.use(name)
    sim.switches.exit_delay *= 0
    answer = await api.patch(f"/homes/{home}/alarm", ON)
    assert (answer.status, answer.json) == (200, ON)
    assert sim.homes[home].alarm_status == "off"
    for path in (f"/homes/{home}", f"/homes/{home}/alarm"):
        assert (await api.put(path, ON)).status == 200
    assert sim.homes[home].alarm_status == put
    await api.put(f"/homes/{home}", {"name": "Lake House"})
    assert sim.homes[home].name == "Lake House"


# Errors and permissions


async def test_errors_can_have_the_status_200(api: Api, sim: Simulator) -> None:
    sim.use("error_status_200", "homes_forbidden")
    for path, error in (("/devices/x", "not_found"), ("/homes", "forbidden")):
        answer = await api.ask("GET", path)
        assert (answer.status, answer.json["error"]) == (200, error)
    api.token = "expired"
    assert (await api.ask("GET", "/homes")).status == 401


@pytest.mark.parametrize("status", [400, 403])
async def test_an_expired_token_can_have_another_status(
    api: Api, sim: Simulator, clock: Clock, status: int
) -> None:
    sim.use(f"expired_token_{status}")
    api.token = str(sim.issue_token()["access_token"])
    await api.get("/homes")
    clock.advance(hours=1)
    assert (await api.ask("GET", "/homes")).status == status
    answer = await api.ask("POST", "/oauth/token", data={}, headers=NOBODY)
    assert answer.status == 401, "errors of OAuth are unchanged"


async def test_there_can_be_no_refresh_token(api: Api, sim: Simulator) -> None:
    sim.use("no_refresh_token")
    user = {"username": sim.account.email, "password": "password"}
    token = (await api.grant(grant_type="password", **user)).json
    assert "refresh_token" not in token
    assert token["user_id"] == sim.account.user_id


@pytest.mark.parametrize(
    ("name", "refused", "status"),
    [
        ("homes_forbidden", {"/homes"}, 403),
        ("devices_forbidden", {"/devices"}, 403),
        ("events_forbidden", {"/events"}, 403),
        ("webhooks_forbidden", {"/webhooks"}, 403),
        ("users_403", {"/users/me"}, 403),
        ("users_404", {"/users/me"}, 404),
        (
            "version_retired_410",
            {"/homes", "/devices", "/events", "/webhooks", "/users/me"},
            410,
        ),
        (
            "version_retired_308",
            {"/homes", "/devices", "/events", "/webhooks", "/users/me"},
            308,
        ),
    ],
)
async def test_parts_can_be_forbidden(
    api: Api, sim: Simulator, name: str, refused: set[str], status: int
) -> None:
    sim.use(name)
    for path in ("/homes", "/devices", "/events", "/webhooks", "/users/me"):
        assert (await api.ask("GET", path)).status == (status if path in refused else 200), path


async def test_a_forbidden_part_includes_single_objects(
    api: Api, sim: Simulator, home: str
) -> None:
    sim.use("homes_forbidden")
    assert (await api.ask("GET", f"/homes/{home}")).status == 403
    assert (await api.ask("GET", f"/homes/{home}/events")).status == 403


async def test_a_retired_version_refuses_tokens_too(api: Api, sim: Simulator) -> None:
    sim.use("version_retired_308")
    answer = await api.grant(grant_type="client_credentials")
    assert (answer.status, answer.headers["Location"]) == (308, "/v9/")


async def test_an_account_can_belong_to_an_organization(
    api: Api, sim: Simulator, home: str
) -> None:
    path = f"/organizations/{ORGANIZATION_ID}"
    assert (await api.ask("GET", f"{path}/homes")).status == 404
    sim.switches.account_in_organization = True
    assert (await api.get("/homes"))["homes"] == []
    assert (await api.get("/devices"))["devices"] == []
    [organization] = (await api.get("/organizations"))["organizations"]
    assert organization["id"] == ORGANIZATION_ID
    assert (await api.get(f"{path}/homes"))["homes"][0]["home_id"] == home
    assert len((await api.get(f"{path}/devices"))["devices"]) == 4
    assert (await api.ask("GET", "/organizations/another/homes")).status == 404


# Webhooks


async def test_answers_to_a_registration(api: Api, sim: Simulator) -> None:
    sim.use("hook_answer_wrapped", "hook_without_secret")
    hook = (await register(api, "https://example.org/a")).json["hook"]
    assert hook["hook_id"] in sim.hooks
    assert "hook_secret" not in hook
    sim.use("hook_answer_empty")
    sim.switches.alternatives.discard("hook_answer_wrapped")
    answer = await register(api, "https://example.org/b")
    assert (answer.status, answer.text, len(sim.hooks)) == (201, "", 2)


@pytest.mark.parametrize(
    ("name", "refused", "accepted"),
    [
        ("hook_token_refused", {"token": TOKEN}, {}),
        ("hook_wildcard_refused", {}, {"events": ["pir_motion", "tamper"]}),
    ],
)
async def test_a_registration_can_be_rejected(
    api: Api, sim: Simulator, name: str, refused: Any, accepted: Any
) -> None:
    sim.use(name)
    assert (await register(api, "https://example.org/a", **refused)).status == 400
    assert (await register(api, "https://example.org/a", **accepted)).status == 201


async def test_a_second_webhook_can_be_rejected(api: Api, sim: Simulator) -> None:
    sim.use("hook_single_per_url")
    first = (await register(api, "https://example.org/a")).json["hook_id"]
    assert (await register(api, "https://example.org/a")).status == 409
    assert (await register(api, "https://example.org/b")).status == 201
    sim.use("hook_single")
    assert (await register(api, "https://example.org/c")).status == 409
    for hook_id in (first, *sim.hooks):
        await api.ask("DELETE", f"/webhooks/{hook_id}")
    assert (await register(api, "https://example.org/c")).status == 201


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_the_list_of_webhooks_can_be_rejected(api: Api, sim: Simulator, status: int) -> None:
    sim.use(f"hook_list_{status}")
    assert (await api.ask("GET", "/webhooks")).status == status
    assert (await register(api, "https://example.org/a")).status == 201


@pytest.mark.parametrize("method", ["get", "post"])
async def test_the_url_can_be_checked_during_registration(
    api: Api, sim: Simulator, receiver: Receiver, method: Any
) -> None:
    sim.switches.hook_url_check = method
    assert (await register(api, receiver.url)).status == 201
    assert receiver.methods == [method.upper()]
    receiver.script = [405]
    assert (await register(api, receiver.url)).status == 400
    assert (await register(api, "http://127.0.0.1:1/nobody")).status == 400
    assert len(sim.hooks) == 1


async def test_a_ping_can_deliver_nothing(api: Api, sim: Simulator, receiver: Receiver) -> None:
    sim.use("hook_ping_silent")
    hook_id = (await register(api, receiver.url)).json["hook_id"]
    assert (await api.post(f"/webhooks/{hook_id}/ping")).status == 200
    await sim.deliveries_done()
    assert receiver.got == []


# Deliveries and events


async def delivered(api: Api, receiver: Receiver) -> tuple[Event, Any]:
    """Return a new event of the first Point, and the body of its delivery."""
    event = await api.sim.motion(next(iter(api.sim.devices)))
    await api.sim.deliveries_done()
    assert event
    return event, json.loads(receiver.got[-1][1])


@pytest.mark.parametrize(
    "name",
    [
        "delivery_bare",
        "delivery_home_event",
        "delivery_without_hook_id",
        "delivery_wrapped",
        "delivery_flat",
        "delivery_list",
    ],
)
async def test_bodies_of_deliveries(api: Api, receiver: Receiver, name: str) -> None:
    api.sim.use(name)
    hook_id = {"hook_id": (await register(api, receiver.url)).json["hook_id"]}
    event, body = await delivered(api, receiver)
    plain = event.as_user_event()
    assert (
        body
        == {
            "delivery_bare": plain,
            "delivery_home_event": event.as_home_event() | {"user_id": event.user_id},
            "delivery_without_hook_id": {"event": plain},
            "delivery_wrapped": {"data": hook_id | {"event": plain}},
            "delivery_flat": hook_id | plain,
            "delivery_list": hook_id | {"events": [plain]},
        }[name]
    )


@pytest.mark.parametrize(
    ("place", "header", "value"),
    [
        ("header", "X-Minut-Token", TOKEN),
        ("unknown", "Authorization", 'Signature keyId="minut"'),
        ("body", "Authorization", None),
    ],
)
async def test_the_token_of_a_delivery_can_be_elsewhere(
    api: Api, receiver: Receiver, place: Any, header: str, value: Any
) -> None:
    api.sim.switches.delivery_token = place
    await register(api, receiver.url, token=TOKEN)
    _, body = await delivered(api, receiver)
    headers, _ = receiver.got[0]
    assert headers.get(header) == value
    assert body.get("token") == (TOKEN if place == "body" else None)


@pytest.mark.parametrize("secret", ["text", "decoded"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
@pytest.mark.parametrize("algorithm", [sha1, sha256, sha512])
async def test_signatures(
    api: Api, receiver: Receiver, algorithm: Any, encoding: Any, secret: Any
) -> None:
    switches = api.sim.switches
    switches.signature = algorithm().name
    switches.signature_encoding, switches.signature_secret = encoding, secret
    hook_secret = (await register(api, receiver.url)).json["hook_secret"]
    await delivered(api, receiver)
    [(headers, body)] = receiver.got
    key = hook_secret.encode() if secret == "text" else bytes.fromhex(hook_secret)
    digest = hmac.digest(key, body, algorithm)
    expected = digest.hex() if encoding == "hex" else b64encode(digest).decode()
    assert headers["X-Minut-Signature"] == expected


async def test_deliveries_can_use_put(api: Api, sim: Simulator, receiver: Receiver) -> None:
    sim.switches.delivery_method = "PUT"
    await register(api, receiver.url)
    await sim.emit("pir_motion")
    await sim.deliveries_done()
    assert receiver.methods == ["PUT"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("event_type_colon", {"type": "device:pir_motion"}),
        ("event_type_dot", {"type": "device.pir_motion"}),
        ("event_time_without_zone", {"created_at": "2026-11-20T09:41:07.000"}),
        ("event_time_local", {"created_at": "2026-11-20T10:41:07.000"}),
        ("time_unix_seconds", {"created_at": 1795167667}),
        ("reference_objects", {"device": {"device_id": "…"}}),
    ],
)
async def test_events_in_lists_and_deliveries(
    api: Api, receiver: Receiver, point: str, name: str, expected: Any
) -> None:
    api.sim.use(name)
    await register(api, receiver.url)
    _, body = await delivered(api, receiver)
    [listed] = (await api.get("/events"))["events"]
    for event in (body["event"], listed):
        for member, value in expected.items():
            assert event[member] == ({"device_id": point} if member == "device" else value)


async def test_lists_of_events_can_use_the_other_vocabulary(
    api: Api, sim: Simulator, home: str
) -> None:
    sim.use("user_events_as_home_events", "home_events_as_user_events", "event_type_colon")
    event = await sim.make_noise(home)
    assert event
    user_event = (await api.get("/events"))["events"][-1]
    assert (user_event["event_id"], user_event["event_type"]) == (event.id, "home:noise_detected")
    home_event = (await api.get(f"/homes/{home}/events"))["home_events"][-1]
    assert (home_event["id"], home_event["type"]) == (event.id, "home:disturbance_first_notice")


async def test_start_at_can_be_ignored(api: Api, sim: Simulator, clock: Clock, point: str) -> None:
    sim.use("event_start_ignored")
    await sim.motion(point)
    clock.advance(hours=1)
    start = clock().isoformat()
    assert len((await api.get("/events", start_at=start))["events"]) == 1
    answer = await api.get(f"/devices/{point}/temperature", start_at=start)
    assert answer["values"] == [], "series still obey it"
