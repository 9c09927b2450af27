from hashlib import sha1, sha256
import hmac
import json
from typing import Any

from aiohttp import ClientConnectionError
import pytest

from simulator import Simulator

from .conftest import Answer, Api, Receiver

TOKEN = "chosen-by-us"


async def register(api: Api, url: str, events: Any = ("*",), token: str | None = TOKEN) -> Answer:
    body = {"url": url, "events": list(events)} | ({"token": token} if token else {})
    return await api.post("/webhooks", body)


async def test_registration(api: Api, receiver: Receiver) -> None:
    answer = await register(api, receiver.url)
    hook = answer.json
    assert answer.status == 201
    assert hook["token"] is True
    assert len(hook["hook_secret"]) == 40
    assert hook["created_at"] == "2026-11-20T09:41:07.000Z"
    secret = hook.pop("hook_secret")
    assert (await api.get("/webhooks"))["hooks"] == [hook]
    api.sim.switches.secret_in_hook_lists = True
    assert (await api.get("/webhooks"))["hooks"][0]["hook_secret"] == secret
    plain = (await register(api, "https://example.org/x", ["pir_motion"], token=None)).json
    assert plain["token"] is False


@pytest.mark.parametrize(
    ("url", "events"),
    [
        ("", ["*"]),
        ("http://example.org/hook", ["*"]),
        ("ftp://127.0.0.1/hook", ["*"]),
        ("https://example.org/hook", ["*", "pir_motion"]),
        ("https://example.org/hook", []),
        ("https://example.org/hook", [1]),
    ],
)
async def test_invalid_registrations_are_rejected(api: Api, url: str, events: Any) -> None:
    assert (await register(api, url, events)).status == 400
    assert (await api.post("/webhooks", {"url": url, "events": "*"})).status == 400
    assert api.sim.hooks == {}


async def test_a_delivery_proves_its_sender(
    api: Api, sim: Simulator, receiver: Receiver, point: str
) -> None:
    hook = (await register(api, receiver.url)).json
    event = await sim.press_button(point)
    assert event
    await sim.deliveries_done()
    [(headers, body)] = receiver.got
    assert json.loads(body) == {"hook_id": hook["hook_id"], "event": event.as_user_event()}
    assert headers["Authorization"] == TOKEN
    assert headers["Content-Type"] == "application/json"
    expected = hmac.new(hook["hook_secret"].encode(), body, sha256).hexdigest()
    assert headers["X-Minut-Signature"] == expected
    [delivery] = sim.deliveries
    assert (delivery.status, delivery.attempts, delivery.delivered) == (200, 1, True)
    assert delivery.hook_id == hook["hook_id"]


async def test_other_proofs_of_the_sender(api: Api, sim: Simulator, receiver: Receiver) -> None:
    secret = (await register(api, receiver.url)).json["hook_secret"]
    switches = sim.switches
    switches.signature, switches.delivery_token = "sha1", "bearer"
    switches.signature_prefix, switches.signature_header = "sha1=", "X-Signature"
    await sim.emit("pir_motion")
    await sim.deliveries_done()
    switches.signature = switches.delivery_token = "none"
    await sim.emit("pir_motion")
    await sim.deliveries_done()
    (headers, body), (bare, _) = receiver.got
    digest = hmac.new(secret.encode(), body, sha1).hexdigest()
    assert headers["X-Signature"] == f"sha1={digest}"
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert "X-Signature" not in bare
    assert "Authorization" not in bare


async def test_only_subscribed_events_of_the_account_are_delivered(
    api: Api, sim: Simulator, receiver: Receiver, point: str
) -> None:
    robin = await sim.add_account()
    await register(api, receiver.url, ["pir_motion", "tamper"], token=None)
    await sim.press_button(point)
    await sim.emit("pir_motion", account=robin)
    await sim.motion(point)
    await sim.deliveries_done()
    assert receiver.types == ["pir_motion"]
    assert "Authorization" not in receiver.got[0][0]


async def test_a_failed_delivery_is_tried_again(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    await register(api, receiver.url)
    receiver.script = [500, 404]
    await sim.emit("pir_motion")
    await sim.deliveries_done()
    assert (sim.deliveries[0].status, sim.deliveries[0].attempts) == (200, 3)
    receiver.script = [500, 500, 503, 500]
    await sim.emit("tamper")
    await sim.deliveries_done()
    assert (sim.deliveries[1].status, sim.deliveries[1].attempts) == (503, 3)
    sim.switches.delivery_attempts = 1
    await sim.emit("tamper")
    await sim.deliveries_done()
    assert (sim.deliveries[2].status, sim.deliveries[2].attempts) == (500, 1)


async def test_an_unreachable_receiver(api: Api, sim: Simulator) -> None:
    async def no_answer(_url: str, _body: bytes, _headers: dict[str, str]) -> int:
        raise ClientConnectionError

    sim.webhooks.send = no_answer
    await register(api, "https://example.org/hook")
    await sim.emit("pir_motion")
    await sim.deliveries_done()
    assert (sim.deliveries[0].status, sim.deliveries[0].attempts) == (None, 3)
    assert not sim.deliveries[0].delivered


async def test_duplicated_lost_and_held(api: Api, sim: Simulator, receiver: Receiver) -> None:
    await register(api, receiver.url)
    switches = sim.switches
    switches.duplicate_deliveries = True
    await sim.emit("one")
    await sim.deliveries_done()
    assert receiver.types == ["one", "one"]
    assert receiver.got[0][1] == receiver.got[1][1]
    switches.duplicate_deliveries = False

    switches.lose_deliveries = True
    await sim.emit("two")
    switches.lose_deliveries = False
    switches.hold_deliveries = True
    for kind in ("three", "four"):
        await sim.emit(kind)
    await sim.deliveries_done()
    assert receiver.types == ["one", "one"]
    assert [delivery.lost for delivery in sim.deliveries] == [False, False, True, False, False]
    await sim.release_deliveries()
    await sim.deliveries_done()
    assert receiver.types[2:] == ["three", "four"]
    for kind in ("five", "six"):
        await sim.emit(kind)
    await sim.release_deliveries(newest_first=True)
    await sim.deliveries_done()
    assert receiver.types[4:] == ["six", "five"]


async def test_events_overtake_each_other(api: Api, sim: Simulator, receiver: Receiver) -> None:
    await register(api, receiver.url)
    sim.switches.reorder_deliveries = True
    for kind in ("one", "two", "three"):
        await sim.emit(kind)
    await sim.deliveries_done()
    assert receiver.types == ["two", "one", "three"]


async def test_deleting_a_hook(api: Api, sim: Simulator, receiver: Receiver) -> None:
    first, second = [(await register(api, receiver.url)).json["hook_id"] for _ in range(2)]
    await sim.emit("pir_motion")
    answer = await api.ask("DELETE", f"/webhooks/{first}")
    assert (answer.status, answer.json) == (200, {})
    sim.switches.delete_hook_status = 204
    answer = await api.ask("DELETE", f"/webhooks/{second}")
    assert (answer.status, answer.text) == (204, "")
    await sim.deliveries_done()
    count = len(receiver.got)
    await sim.emit("pir_motion")
    await sim.deliveries_done()
    assert len(receiver.got) == count
    assert (await api.ask("DELETE", f"/webhooks/{first}")).status == 404


async def test_a_ping_delivers_a_sample(api: Api, sim: Simulator, receiver: Receiver) -> None:
    hook = (await register(api, receiver.url)).json["hook_id"]
    assert (await api.post(f"/webhooks/{hook}/ping")).status == 200
    await sim.deliveries_done()
    assert receiver.types == ["ping"]
    assert (await api.get("/events"))["events"] == [], "a sample is no event"
    robin = await sim.add_account()
    api.token = str(sim.issue_token(robin)["access_token"])
    assert (await api.post(f"/webhooks/{hook}/ping")).status == 404
    assert (await api.get("/webhooks"))["hooks"] == []
    sim.switches.webhook_ping = False
    assert (await api.post(f"/webhooks/{hook}/ping")).status == 404


async def test_stopping_ends_deliveries(api: Api, sim: Simulator, receiver: Receiver) -> None:
    await register(api, receiver.url)
    sim.switches.real_delays = True
    receiver.script = [500, 500, 500]
    await sim.emit("pir_motion")
    while not receiver.got:
        await api.get("/users/me")
    await sim.stop()
    assert sim.deliveries[0].attempts == 1
