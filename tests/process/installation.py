"""A real Home Assistant: a configuration folder, and the processes that use it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
import json
import os
from pathlib import Path
import random
from shutil import copyfile
import socket
import subprocess
import sys
from typing import Any

import aiohttp

from scripts.lib.develop.__main__ import STAND_INS, enter
from scripts.lib.develop.configuration import SKIPPED_ONBOARDING
from scripts.lib.develop.home_assistant import HomeAssistant
from scripts.lib.develop.linking import DOMAIN, Linking
from scripts.lib.develop.options import HOST, parse
from scripts.lib.develop.processes import Process, say
from simulator import Simulator

from .forked import Forked

ROOT = Path(__file__).parents[2]
SECONDS = 300
"""Maximum time to wait for something, on a busy machine."""

DOORBELL: list[dict[str, Any]] = [
    {
        "alias": "Doorbell",
        "triggers": [{"trigger": "state", "entity_id": "binary_sensor.doorbell", "to": "on"}],
        "actions": [],
    }
]


def free_port() -> int:
    """Return a free port that another test is unlikely to get before our process listens to it.

    The system gives ports from 32768 on to whoever asks for any port, as most tests do.
    """
    while True:
        port = random.randrange(20_000, 32_768)  # noqa: S311 # not a secret
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port


def library_of_core() -> str:
    """Download the library of core's `point`; return its folder."""
    command = [ROOT / "scripts/pypoint"]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 # ours
    return found.stdout.strip()


class Installation:
    """A configuration folder whose `point` talks to a simulated cloud."""

    def __init__(self, folder: Path, simulator: Simulator, port: int | None = None) -> None:
        self._folder = folder
        self._simulator = simulator
        self.automations = DOORBELL
        self.recorder: dict[str, Any] = {"commit_interval": 0}
        self.sections = ""
        """Additional content of configuration.yaml."""
        self._port = free_port() if port is None else port
        self.url = f"http://{HOST}:{self._port}"
        storage = folder / ".storage"
        storage.mkdir(parents=True)
        _store(storage / "http", 1, {"server_host": [HOST], "server_port": self._port})
        _store(storage / "onboarding", 4, {"done": SKIPPED_ONBOARDING})

    def put(self, file: Path) -> None:
        """Copy a storage file into the configuration, as restoring a backup does."""
        copyfile(file, self._folder / ".storage" / file.stem)

    def file(self, name: str) -> dict[str, Any]:
        """Return a storage file."""
        content: dict[str, Any] = json.loads(
            (self._folder / ".storage" / name).read_text(encoding="utf-8")
        )
        return content

    @asynccontextmanager
    async def core(self) -> AsyncIterator[Running]:
        """Run Home Assistant with its own `point`."""
        self._configure("")
        (self._folder / "custom_components").unlink(missing_ok=True)
        environment = {
            "PYTHONPATH": f"{STAND_INS}:{library_of_core()}",
            "POINT_API_ROOT": self._simulator.root,
        }
        program = str(Path(__file__).with_name("core.py"))
        async with self._enter(self._fork(program, environment)) as running:
            yield running

    @asynccontextmanager
    async def ours(self, **yaml: str) -> AsyncIterator[Running]:
        """Run Home Assistant with this integration and additional YAML options."""
        self._install(**yaml)
        process = self._fork("homeassistant", {"PYTHONPATH": str(STAND_INS)})
        async with self._enter(process) as running:
            yield running

    @asynccontextmanager
    async def hosted(self, module: str) -> AsyncIterator[Running]:
        """Run Home Assistant by a module of this repository, which is the first to import it."""
        self._install()
        process = await Process.start(
            "Home Assistant",
            # -P: this folder contains an integration of the same name.
            [sys.executable, "-P", "-m", module, *self._arguments],
            self._log,
            {"PYTHONPATH": f"{STAND_INS}:{ROOT}"},
        )
        async with self._enter(process) as running:
            yield running

    def _install(self, **yaml: str) -> None:
        section = {"api_url": self._simulator.root, **yaml}
        self._configure(f"point: {json.dumps(section)}\n")
        (link := self._folder / "custom_components").unlink(missing_ok=True)
        link.symlink_to(ROOT / "custom_components")

    def _configure(self, section: str) -> None:
        text = f"""\
homeassistant:
  internal_url: {self.url}
  external_url: {self.url}
  time_zone: Europe/Stockholm
  country: SE
  language: en
frontend:
config:
history:
logbook:
recorder: {json.dumps(self.recorder)}
automation: {json.dumps(self.automations)}
{self.sections}{section}"""
        (self._folder / "configuration.yaml").write_text(text, encoding="utf-8")

    @property
    def _log(self) -> Path:
        return self._folder.with_suffix(".log")

    @property
    def _arguments(self) -> list[str]:
        return ["--config", str(self._folder), "--log-no-color", "--skip-pip"]

    def _fork(self, program: str, environment: dict[str, str]) -> Process:
        say(f"Starting Home Assistant (log: {self._log})")
        fork = Forked.start(program, self._arguments, self._log, environment)
        return Process("Home Assistant", fork, self._log)

    @asynccontextmanager
    async def _enter(self, process: Process) -> AsyncIterator[Running]:
        """Log in to a process that has started, and stop it afterwards."""
        try:
            async with aiohttp.ClientSession() as session:
                frontend = HomeAssistant(session, self.url)
                await enter(frontend, process)
                yield Running(frontend, process, session)
        finally:
            await process.stop()


class Running:
    """A running Home Assistant, used over the network like the frontend."""

    def __init__(
        self, frontend: HomeAssistant, process: Process, session: aiohttp.ClientSession
    ) -> None:
        self.frontend = frontend
        self._process = process
        self._session = session

    async def link(self, simulator: Simulator) -> None:
        """Enter credentials, add the integration, and allow access at Minut."""
        await self.frontend.command(
            {
                "type": "application_credentials/create",
                "domain": DOMAIN,
                "client_id": simulator.client_id,
                "client_secret": simulator.client_secret,
            }
        )
        flow = await self.frontend.post("/api/config/config_entries/flow", {"handler": DOMAIN})
        await self._walk(flow["flow_id"])

    async def sign_in_again(self) -> None:
        """Wait for the request to sign in again, and sign in."""

        async def asked() -> str | None:
            flows = await self.frontend.flows(DOMAIN)
            ids = [flow["flow_id"] for flow in flows if flow["context"]["source"] == "reauth"]
            return ids[0] if ids else None

        await self._walk(await self.until(asked, "a request to sign in again"))

    async def _walk(self, flow_id: str) -> None:
        """Sign in through a flow, and wait until the entry is loaded."""
        await Linking(parse([]), self._session, self.frontend, self._process).walk(flow_id)
        await self.entry()

    async def until[T](self, answer: Callable[[], Awaitable[T | None]], what: str) -> T:
        """Poll until there is an answer."""
        return await self._process.until(answer, what, seconds=SECONDS)

    async def kill(self) -> str:
        """Kill the process; return its log."""
        await self._process.kill()
        return self._process.log()

    def log(self) -> str:
        """Return the log of the process so far."""
        return self._process.log()

    def processor_seconds(self) -> float:
        """Return the processor time that the process has used."""
        status = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8")
        user, system = status.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    async def entry(self) -> dict[str, Any]:
        """Wait until the entry is loaded, and return it."""

        async def loaded() -> dict[str, Any] | None:
            [entry] = await self.frontend.entries(DOMAIN)
            return entry if entry["state"] == "loaded" else None

        return await self.until(loaded, "the entry to be loaded")

    async def reload(self) -> None:
        """Reload the account."""
        await self.frontend.post(f"{await self._path()}/reload", {})

    async def remove(self) -> None:
        """Remove the account."""
        await self.frontend.delete(await self._path())

    async def _path(self) -> str:
        return f"/api/config/config_entries/entry/{(await self.entry())['entry_id']}"

    async def entities(self) -> dict[str, str]:
        """Return the entity ids of the integration by their unique ids."""
        found = await self.frontend.command({"type": "config/entity_registry/list"})
        return {
            entity["unique_id"]: entity["entity_id"]
            for entity in found
            if entity["platform"] == DOMAIN
        }

    async def devices(self) -> set[str]:
        """Return the ids of all devices."""
        found = await self.frontend.command({"type": "config/device_registry/list"})
        return {device["id"] for device in found}

    async def rename(self) -> None:
        """Rename an entity, as a user might."""
        await self.frontend.command(
            {
                "type": "config/entity_registry/update",
                "entity_id": "binary_sensor.hallway_button_press",
                "name": "Doorbell",
                "new_entity_id": "binary_sensor.doorbell",
            }
        )

    async def state(self, entity_id: str) -> str:
        """Return the state of an entity."""
        return str((await self.frontend.get(f"/api/states/{entity_id}"))["state"])

    async def until_state(self, entity_id: str, *states: str) -> str:
        """Wait until an entity has one of these states, or any known state if none is given."""

        async def shown() -> str | None:
            state = await self.state(entity_id)
            good = state in states if states else state not in {"unknown", "unavailable"}
            return state if good else None

        return await self.until(shown, f"{entity_id} to show {states or 'a value'}")

    async def until_hours(self, entity_id: str, start: datetime) -> None:
        """Wait until an entity has hourly statistics since `start`."""
        wish = {
            "type": "recorder/statistics_during_period",
            "start_time": start.isoformat(),
            "statistic_ids": [entity_id],
            "period": "hour",
        }

        async def recorded() -> bool | None:
            hours = (await self.frontend.command(wish)).get(entity_id)
            return (bool(hours) and hours[0]["start"] < (start.timestamp() + 7200) * 1000) or None

        await self._process.until(recorded, f"hours of {entity_id}", seconds=SECONDS)

    async def first_record(self, entity_id: str) -> tuple[str, datetime]:
        """Return the first recorded state of an entity, and its time."""
        path = f"/api/history/period?filter_entity_id={entity_id}"
        [states] = await self.frontend.get(path)
        return states[0]["state"], datetime.fromisoformat(states[0]["last_changed"])

    async def means(self, entity_id: str, start: datetime, end: datetime) -> dict[float, float]:
        """Return the means of an entity's long-term statistics by the Unix time of their hours."""
        wish = {
            "type": "recorder/statistics_during_period",
            "start_time": start.isoformat(),
            "end_time": end.isoformat(),
            "statistic_ids": [entity_id],
            "period": "hour",
            "types": ["mean"],
        }
        found = (await self.frontend.command(wish)).get(entity_id, [])
        return {hour["start"] / 1000: hour["mean"] for hour in found}

    async def issues(self) -> dict[str, dict[str, Any]]:
        """Return the repairs of the integration by their translation keys."""
        found = await self.frontend.command({"type": "repairs/list_issues"})
        return {
            issue["translation_key"]: issue
            for issue in found["issues"]
            if issue["domain"] == DOMAIN
        }

    async def confirm(self, issue: Mapping[str, Any]) -> str:
        """Confirm a repair; return the type of the result."""
        wish = {"handler": issue["domain"], "issue_id": issue["issue_id"]}
        flow = await self.frontend.post("/api/repairs/issues/fix", wish)
        end = await self.frontend.post(f"/api/repairs/issues/fix/{flow['flow_id']}", {})
        return str(end["type"])


def _store(path: Path, version: int, data: dict[str, Any]) -> None:
    content = {"version": version, "key": path.name, "data": data}
    path.write_text(json.dumps(content), encoding="utf-8")
