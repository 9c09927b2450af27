import asyncio
import os
from pathlib import Path
import re
import signal
import sys
from typing import Any

from aiohttp import ClientSession
import pytest

from simulator import Simulator
from simulator.__main__ import main, parse, run, show
from simulator.backend.alternatives import ALTERNATIVES
from simulator.page.actions import ACTIONS

from .conftest import Api


class Page:
    def __init__(self, api: Api) -> None:
        self.sim = api.sim
        self.session = api.session

    async def state(self) -> Any:
        async with self.session.get(self.sim.page + "state") as response:
            return await response.json()

    async def act(self, action: str, target: str = "", value: Any = None) -> int:
        body = {"action": action, "id": target, "value": value}
        async with self.session.post(self.sim.page + "action", json=body) as response:
            return response.status


@pytest.fixture
def page(api: Api) -> Page:
    return Page(api)


@pytest.mark.parametrize("path", ["", "static/page.css", "static/page.js"])
async def test_the_page_is_served(api: Api, path: str) -> None:
    async with api.session.get(api.sim.page + path) as response:
        assert response.status == 200
        text = await response.text()
    assert "https://" not in text, "nothing from elsewhere"


async def test_the_state_shows_everything(api: Api, page: Page, home: str, point: str) -> None:
    sim = api.sim
    await api.post("/webhooks", {"url": "https://example.org/hook", "events": ["*"]})
    sim.switches.lose_deliveries = True
    await sim.set_temperature(point, 30)
    await sim.arm(home)
    state = await page.state()
    assert state["client_secret"] == sim.client_secret
    shown = state["homes"][0]
    assert (shown["alarm"], shown["alarm_seconds_left"]) == ("on_grace_period", 45)
    device = shown["devices"][0]
    assert device["ongoing"] == ["temperature_high"]
    assert device["readings"][0] == {
        "name": "temperature",
        "unit": "°C",
        "actual": 30,
        "reported": 30,
    }
    assert len(device["readings"]) == 4
    assert state["hooks"][0]["events"] == "*"
    assert state["requests"][0]["what"] == "POST /webhooks"
    assert state["deliveries"][0]["status"] == "lost"
    assert state["limits"]["total"] == 1


async def test_the_outcome_of_deliveries(api: Api, page: Page) -> None:
    async def refuse(_url: str, _body: bytes, _headers: dict[str, str]) -> int:
        raise OSError

    await api.post("/webhooks", {"url": "https://example.org/hook", "events": ["*"]})
    api.sim.webhooks.send = refuse
    api.sim.switches.hold_deliveries = True
    await api.sim.emit("pir_motion")
    assert (await page.state())["deliveries"][0]["status"] is None
    assert await page.act("release_deliveries") == 200
    await api.sim.deliveries_done()
    assert (await page.state())["deliveries"][0]["status"] == "failed"


async def test_all_buttons_work(page: Page, home: str, point: str) -> None:
    special = {
        "switch": ("exit_delay", 0),
        "alternative": ("list_bare", False),
        "fault_hang": ("", None),
    }
    removal = {"remove_device", "remove_home"}
    for name in [*(ACTIONS.keys() - removal), "remove_device", "remove_home"]:
        of_home = {"arm", "disarm", "silence", "quiet", "add_device", "remove_home"}
        of_home |= {"book_now", "book_soon", "end_stays"}
        is_home = name in of_home or "noise" in name
        target, value = special.get(name, (home if is_home else point, None))
        assert await page.act(name, target, value) == 200, name
    assert home not in page.sim.homes


async def test_every_action_has_a_button() -> None:
    static = Path(sys.modules["simulator"].__path__[0]) / "page" / "static"
    script = (static / "page.js").read_text() + (static / "index.html").read_text()
    unused = {name for name in ACTIONS if f'"{name}"' not in script}
    assert unused == {f"noise_{i}" for i in (1, 2, 3)} | {
        f"set_{quantity}" for quantity in ("temperature", "humidity", "sound")
    }, "those are put together from parts"


async def test_texts_need_no_knowledge_of_the_code(page: Page) -> None:
    state = await page.state()
    rows = [
        *state["switches"],
        *(each for g in state["alternatives"] for each in g["alternatives"]),
    ]
    texts = {row["name"]: row["help"] for row in rows}
    assert not {
        name: text for name, text in texts.items() if re.search(r"\(\)|simulator\.|API notes", text)
    }
    [button] = re.findall('"([^"]+)"', texts["hold_deliveries"])
    async with page.session.get(page.sim.page) as response:
        assert f">{button}</button>" in await response.text()


async def test_switches_can_be_set(page: Page) -> None:
    switches = page.sim.switches
    rows = {row["name"]: row for row in (await page.state())["switches"]}
    assert all(row["help"] for row in rows.values())
    help_text = rows["exit_delay"].pop("help")
    assert help_text == "Time from arming to armed; zero arms at once."
    assert rows["exit_delay"] == {"name": "exit_delay", "kind": "seconds", "value": 45}
    assert rows["signature"]["choices"] == ["sha256", "sha1", "sha512", "none"]
    assert rows["html_errors"]["value"] is False
    assert await page.act("switch", "exit_delay", "10") == 200
    assert await page.act("switch", "signature", "sha1") == 200
    assert await page.act("switch", "delete_hook_status", "204") == 200
    assert await page.act("switch", "html_errors", value=True) == 200
    assert switches.exit_delay.total_seconds() == 10
    assert switches.signature == "sha1"
    assert switches.delete_hook_status == 204
    assert switches.html_errors is True


async def test_the_page_links_to_home_assistant(page: Page) -> None:
    assert (await page.state())["home_assistant"] is None
    async with (
        Simulator(home_assistant="http://127.0.0.1:8123") as sim,
        page.session.get(sim.page + "state") as response,
    ):
        assert (await response.json())["home_assistant"] == "http://127.0.0.1:8123"


async def test_alternatives_can_be_set(page: Page) -> None:
    groups = (await page.state())["alternatives"]
    shown = {each["name"]: each for group in groups for each in group["alternatives"]}
    assert shown.keys() == ALTERNATIVES.keys()
    assert all(each["help"].endswith(".") and not each["value"] for each in shown.values())
    assert await page.act("alternative", "list_bare", value=True) == 200
    assert page.sim.switches.alternatives == {"list_bare"}
    assert await page.act("alternative", "list_bare", value=False) == 200
    assert page.sim.switches.alternatives == set()
    assert await page.act("alternative", "list_upside_down", value=True) == 400


async def test_invalid_requests_are_rejected(page: Page) -> None:
    assert await page.act("levitate") == 400
    assert await page.act("press_button", "nothing") == 400
    assert await page.act("switch", "nothing") == 400
    assert await page.act("switch", "retry_after", 4) == 400
    assert await page.act("switch", "signature", "rot13") == 400


async def test_faults_are_shown(page: Page) -> None:
    await page.act("fault_502")
    await page.act("fault_hang")
    page.sim.faults.add(path="/homes", status=404, times=None)
    assert (await page.state())["faults"] == [
        "any request → 502, 1 more",
        "any request → hang, 1 more",
        "* /homes → 404, always",
    ]
    await page.act("clear_faults")
    assert (await page.state())["faults"] == []


class Screen:
    """The output of the program."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.filled = asyncio.Event()

    def show(self, text: str) -> None:
        self.lines.append(text)
        if "secret" in text:
            self.filled.set()


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen()
    monkeypatch.setattr("simulator.__main__.show", screen.show)
    return screen


async def test_the_program_serves_until_stopped(screen: Screen) -> None:
    ended = asyncio.Event()
    sizes = ["--port", "0", "--homes", "1", "--devices", "3", "--heartbeat", "60"]
    others = ["--alternative", "list_bare", "--home-assistant", "http://127.0.0.1:8123"]
    options = parse(sizes + others)
    serving = asyncio.create_task(run(options, ended))
    await screen.filled.wait()
    address = screen.lines[0].split()[-1]
    async with ClientSession() as session, session.get(address + "state") as response:
        state = await response.json()
    assert [len(home["devices"]) for home in state["homes"]] == [3]
    assert state["home_assistant"] == "http://127.0.0.1:8123"
    assert [
        each["name"]
        for group in state["alternatives"]
        for each in group["alternatives"]
        if each["value"]
    ] == ["list_bare"]
    ended.set()
    await serving


async def test_a_signal_stops_the_program(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["simulator", "--port", "0"])
    serving = asyncio.create_task(main())
    await screen.filled.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    await serving
    loop = asyncio.get_running_loop()
    assert loop.remove_signal_handler(signal.SIGINT)
    assert loop.remove_signal_handler(signal.SIGTERM)


def test_a_line_is_flushed(capsys: pytest.CaptureFixture[str]) -> None:
    show("Page")
    assert capsys.readouterr().out == "Page\n"
