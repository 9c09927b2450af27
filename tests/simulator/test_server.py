from asyncio import create_task
from email.utils import parsedate_to_datetime
from typing import Any

from aiohttp import ClientError, ClientSession, ServerDisconnectedError
import pytest

from simulator import Simulator
from simulator.backend.limits import Limits

from .conftest import START, Api, Clock


async def test_requests_are_recorded(api: Api, sim: Simulator, point: str) -> None:
    await api.get("/devices", limit=1)
    await api.put(f"/devices/{point}", {"description": "Cellar"})
    await api.ask("GET", "/homes", headers={"Authorization": "Bearer nobody"})
    await api.grant(grant_type="client_credentials")
    await api.ask("POST", "/webhooks", data="{not json")
    shown = [(seen.method, seen.path, seen.status) for seen in sim.requests]
    assert shown == [
        ("GET", "/devices", 200),
        ("PUT", f"/devices/{point}", 200),
        ("GET", "/homes", 401),
        ("POST", "/oauth/token", 200),
        ("POST", "/webhooks", 400),
    ]
    assert sim.requests[0].query == {"limit": "1"}
    assert sim.requests[0].user_id == sim.account.user_id
    assert sim.requests[0].time == START
    assert sim.requests[1].body == {"description": "Cellar"}
    assert sim.requests[2].user_id is None
    assert isinstance(sim.requests[3].body, dict)
    assert sim.requests[4].body == "{not json"


async def test_the_number_of_recorded_requests_is_limited(
    api: Api, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.server.MAX_REQUESTS", 4)
    for _ in range(5):
        await api.get("/users/me")
    assert len(sim.requests) == 3


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("POST", "/devices", 405, "method_not_allowed"),
        ("GET", "/devices/nothing", 404, "not_found"),
    ],
)
async def test_errors_are_json_or_html(
    api: Api, method: str, path: str, status: int, error: str
) -> None:
    answer = await api.ask(method, path)
    assert answer.status == status
    assert answer.json["error"] == error
    assert answer.json["message"]
    api.sim.switches.html_errors = True
    answer = await api.ask(method, path)
    assert answer.status == status
    assert answer.text.startswith("<html>")


async def test_a_form_on_get_is_ignored(api: Api) -> None:
    answer = await api.ask("GET", "/devices", data={"limit": "1"})
    assert len(answer.json["devices"]) == 4


async def test_an_account_without_api_access_gets_only_tokens(api: Api, sim: Simulator) -> None:
    sim.switches.refuse_api = True
    for path in ("/devices", "/homes", "/users/me"):
        assert (await api.ask("GET", path)).status == 403
    assert (await api.grant(grant_type="client_credentials")).status == 200
    sim.switches.refuse_api = False
    await api.get("/devices")


async def test_faults_match_by_method_and_path(api: Api, sim: Simulator) -> None:
    html = "<html>Bad Gateway</html>"
    fault = sim.faults.add(
        method="GET", path="/devices*", status=502, body=html, headers={"Retry-After": "7"}
    )
    assert (await api.ask("GET", "/homes")).status == 200
    assert (await api.put("/devices/x", {})).status == 404
    answer = await api.ask("GET", "/devices")
    assert (answer.status, answer.text) == (502, html)
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["Content-Type"].startswith("text/html")
    assert (await api.ask("GET", "/devices")).status == 200
    assert fault.hits == 1

    sim.faults.add(path="/oauth/token", status=503, body={"error": "x"}, times=2)
    for expected in (503, 503, 200):
        answer = await api.grant(grant_type="client_credentials")
        assert answer.status == expected
    sim.faults.add(path="/homes", status=200, body="{", times=None)
    for _ in range(3):
        assert (await api.ask("GET", "/homes")).text == "{"
    sim.faults.clear()
    assert (await api.ask("GET", "/homes")).status == 200
    with pytest.raises(ValueError, match="needs a status"):
        sim.faults.add(path="/homes")


async def test_an_answer_can_have_another_content_type(api: Api, sim: Simulator) -> None:
    sim.faults.add(path="/homes", content_type="text/plain")
    answer = await api.ask("GET", "/homes")
    assert (answer.status, len(answer.json["homes"])) == (200, 2)
    assert answer.headers["Content-Type"].startswith("text/plain")


async def test_answers_carry_the_time_of_the_cloud(api: Api, sim: Simulator) -> None:
    answer = await api.ask("GET", "/homes")
    assert parsedate_to_datetime(answer.headers["Date"]) == sim.time().replace(microsecond=0)
    sim.switches.date = False
    assert (await api.ask("GET", "/homes")).headers["Date"] == "none"


async def test_lists_can_rotate_between_two_pages(api: Api, sim: Simulator) -> None:
    before = [home["home_id"] for home in (await api.get("/homes"))["homes"]]
    sim.faults.add(path="/homes", rotate=True)
    after = [home["home_id"] for home in (await api.get("/homes"))["homes"]]
    assert after == [*before[1:], before[0]]
    assert list(sim.homes) == after


async def test_a_request_can_hang(api: Api, sim: Simulator) -> None:
    sim.faults.add(path="/homes", hang=True)
    asked = create_task(api.ask("POST", "/homes"))
    while sim.faults.active:
        await api.get("/users/me")
    assert not asked.done()
    sim.faults.release()
    with pytest.raises(ClientError):
        await asked
    assert sim.requests[-1].status is None


async def test_a_request_can_be_processed_without_an_answer(api: Api, sim: Simulator) -> None:
    fault = sim.faults.add(method="POST", path="/webhooks", swallow=True)
    asked = create_task(api.post("/webhooks", {"url": "http://127.0.0.1/", "events": ["*"]}))
    await fault.met.wait()
    assert len(sim.hooks) == 1
    assert not asked.done()
    sim.faults.release()
    with pytest.raises(ClientError):
        await asked
    assert sim.requests[-1].status is None


async def test_a_fault_signals_when_it_is_met(api: Api, sim: Simulator) -> None:
    fault = sim.faults.add(path="/homes", status=503)
    assert not fault.met.is_set()
    await api.ask("GET", "/homes")
    assert fault.met.is_set()


async def test_stopping_ends_a_hanging_request(api: Api, sim: Simulator) -> None:
    sim.faults.add(path="/homes", hang=True)
    asked = create_task(api.ask("POST", "/homes"))
    while sim.faults.active:
        await api.get("/users/me")
    await sim.stop()
    with pytest.raises(ClientError):
        await asked


async def test_a_connection_can_break(api: Api, sim: Simulator) -> None:
    sim.faults.add(disconnect=True)
    with pytest.raises(ServerDisconnectedError):
        await api.post("/webhooks", {})
    sim.faults.add(truncate=True)
    with pytest.raises(ClientError):
        await api.ask("POST", "/webhooks", json={})
    sim.faults.add(truncate=True, status=200, body={"devices": []})
    with pytest.raises(ClientError):
        await api.ask("POST", "/webhooks", json={})
    assert [seen.status for seen in sim.requests] == [None, 400, 200]


async def test_a_started_simulator_keeps_its_address(sim: Simulator, api: Api) -> None:
    root = sim.root
    await sim.stop()
    await sim.stop()
    await sim.start()
    assert sim.root == root
    assert (await api.get("/users/me"))["user_id"] == sim.account.user_id


async def test_limits_are_counted_always(api: Api, sim: Simulator, clock: Clock) -> None:
    api.token = str(sim.issue_token()["access_token"])
    for _ in range(7):
        await api.get("/users/me")
    clock.advance(seconds=1)
    for _ in range(130):
        await api.get("/users/me")
    assert sim.limits.peak_per_second == 130
    assert sim.limits.peak_per_minute == 137
    assert sim.limits.total == 137
    sim.limits.reset()
    assert sim.limits.peak_per_minute == sim.limits.total == 0


async def test_limits_are_enforced_on_request(api: Api, sim: Simulator, clock: Clock) -> None:
    sim.switches.enforce_limits = True
    api.token = str(sim.issue_token()["access_token"])
    statuses = [(await api.ask("GET", "/users/me")).status for _ in range(51)]
    assert statuses == [200] * 50 + [429]
    sim.switches.retry_after = 7
    refused = await api.ask("GET", "/users/me")
    assert refused.headers["Retry-After"] == "7"
    assert refused.json["error"] == "too_many_requests"
    clock.advance(seconds=1)
    statuses = [(await api.ask("GET", "/users/me")).status for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    robin = await sim.add_account()
    api.token = str(sim.issue_token(robin)["access_token"])
    assert (await api.ask("GET", "/users/me")).status == 200


def test_limits_per_minute_and_delays() -> None:
    limits = Limits()
    clock = Clock()
    delays: list[float] = []
    passed = 0
    for _ in range(30):
        clock.advance(seconds=1.5)
        for _ in range(5):
            within, delay = limits.ask("me", clock())
            passed += within
            delays.append(delay)
    assert passed == 120, "5 in a second are allowed, but not for a whole minute"
    assert delays == [0] * 150
    clock.advance(minutes=1)
    burst: list[Any] = [limits.ask("me", clock()) for _ in range(22)]
    assert burst[19:] == [(True, 0.0), (True, 0.2), (True, 0.4)]


async def test_throttling_really_delays(
    api: Api, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def note(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("simulator.server.sleep", note)
    sim.switches.enforce_limits = sim.switches.real_delays = True
    for _ in range(22):
        await api.get("/users/me")
    assert slept == [0.2, 0.4]


async def test_two_runs_are_equal() -> None:
    async def run() -> list[Any]:
        clock = Clock()
        async with Simulator(now=clock, seed=5) as sim, ClientSession() as session:
            api = Api(sim, session)
            point = next(iter(sim.devices))
            await sim.set_temperature(point, 30)
            clock.advance(hours=3)
            await sim.motion(point)
            return [await api.get("/events"), await api.get("/devices"), await api.get("/homes")]

    assert await run() == await run()
