"""Test the alternatives of webhooks, events and deliveries."""

from base64 import b64encode
from hashlib import sha1, sha256, sha512
import hmac
import json
from typing import Any

import pytest

from simulator import Simulator
from simulator.world.events import Event

from .conftest import Api, Clock, Receiver

TOKEN = "chosen-by-us"


async def register(api: Api, url: str, **members: Any) -> Any:
    return await api.post("/webhooks", {"url": url, "events": ["*"]} | members)


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
        ("event_type_upper_case", {"type": "PIR_MOTION"}),
        ("event_type_hyphen", {"type": "pir-motion"}),
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
