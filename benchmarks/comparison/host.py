"""A real Home Assistant process with a stored account that is disabled until it is measured."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from compileall import compile_dir
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
import json
from pathlib import Path
import sys
import time
from typing import Any

import aiohttp

from benchmarks import comparison
from benchmarks.comparison.access import Access
from custom_components.point.const import CONF_HISTORY, DOMAIN, MINOR_VERSION
from scripts.lib.develop.__main__ import STAND_INS, enter
from scripts.lib.develop.configuration import SKIPPED_ONBOARDING
from scripts.lib.develop.home_assistant import HomeAssistant
from scripts.lib.develop.options import HOST
from scripts.lib.develop.processes import Process
from tests.process.installation import ROOT, free_port, library_of_core

ENTRY_ID = "01M81EQAQ8J5WN4D4EEVRKV428"
WEBHOOK_ID = "8df9f60b65493d6925b28a996b13fa5edae888b970d34c7dd3e493bede0e4045"
CORE_PROGRAM = ROOT / "tests/process/core.py"
FLOOR_FOLDER = Path(__file__).parents[1] / "floor"
FLOOR_FILE = "floor.json"
MAX_WAIT = 600
"""Maximum seconds until Home Assistant is idle. It saves its entities 180 s after its start."""
QUIET = 3
MAX_QUIET_CPU = 0.15
"""CPU seconds that an idle process uses at most in the seconds of `QUIET`."""

type Entities = dict[str, dict[str, Any]]
"""The registry entries of the account by unique id."""


@dataclass(frozen=True, slots=True)
class Integration:
    """The `point` integration to run, with the minor version of its config entries.

    `custom_components`: the folder that contains it; None: core's own integration. `written`: the
    states of a Point that the floor writes at each delivery.
    """

    name: str
    custom_components: Path | None
    minor_version: int
    written: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Launch:
    """How to run Home Assistant.

    `program`: a Python program to run instead of Home Assistant or core's integration.
    `commit_interval`: seconds between two commits of the recorder.
    """

    program: Path | None = None
    commit_interval: int = 1
    imports_history: bool = False

    def command(self, integration: Integration) -> list[str]:
        """Return the arguments of Python."""
        if program := self.program or (CORE_PROGRAM if integration is CORE else None):
            return [str(program)]
        return ["-m", "homeassistant"]


CORE = Integration(comparison.CORE, None, 1)
OURS = Integration(comparison.OURS, ROOT / "custom_components", MINOR_VERSION)
EMPTY = Integration(comparison.FLOOR, FLOOR_FOLDER, 1, ("heat",))
SAME = Integration(comparison.SAME_STATES, FLOOR_FOLDER, 1, ("heat", "temperature", "activity"))
MEASURED = Launch()


class Host:
    """A running Home Assistant and the resource usage of its process."""

    def __init__(self, frontend: HomeAssistant, process: Process, url: str, storage: Path) -> None:
        self._frontend = frontend
        self._process = process
        self._registry = storage / "core.entity_registry"
        self.webhook = f"{url}/api/webhook/{WEBHOOK_ID}"

    def cpu(self) -> float:
        """Return the CPU time of all its threads in seconds.

        The clock id of another process is computed as `clock_getcpuclockid` does.
        """
        return time.clock_gettime((~self._process.pid << 3) | 2)

    def written(self) -> int:
        """Return the bytes that the process has passed to `write`, without those to sockets."""
        counters = Path(f"/proc/{self._process.pid}/io").read_text(encoding="ascii").splitlines()
        return int(next(line for line in counters if line.startswith("wchar:")).split()[1])

    def memory(self) -> float:
        """Return the resident memory in MiB."""
        status = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text(encoding="ascii")
        resident = next(line for line in status.splitlines() if line.startswith("Rss:"))
        return int(resident.split()[1]) / 1024

    async def enable(self) -> float:
        """Enable the account. Return the seconds until all its entities were added."""
        began = time.perf_counter()
        await self._frontend.command(
            {"type": "config_entries/disable", "entry_id": ENTRY_ID, "disabled_by": None}
        )
        seconds = time.perf_counter() - began
        [entry] = await self._frontend.entries(DOMAIN)
        assert entry["state"] == "loaded", entry
        return seconds

    async def wait_until_idle(self, since: float) -> None:
        """Wait until Home Assistant is done with the entities added since a time in Unix seconds.

        It saves them some seconds later, and its recorder stores an event for each of them: in a
        large account that costs as much CPU as thousands of deliveries.
        """
        async with asyncio.timeout(MAX_WAIT):
            while await self.rest(QUIET) > MAX_QUIET_CPU or not self._is_saved(since):
                pass

    def _is_saved(self, since: float) -> bool:
        return self._registry.exists() and self._registry.stat().st_mtime > since

    async def stay_logged_in(self) -> None:
        """Use a login that does not expire."""
        await self._frontend.stay_logged_in()

    async def post(self, path: str, body: Mapping[str, Any]) -> None:
        """Send a POST request to the REST API."""
        await self._frontend.post(path, body)

    async def registered(self) -> Entities:
        """Return the registry entries of the account, including disabled ones."""
        entries = await self._frontend.command({"type": "config/entity_registry/list"})
        return {
            entry["unique_id"]: entry for entry in entries if entry["config_entry_id"] == ENTRY_ID
        }

    async def written_at(self, entity_id: str) -> float:
        """Return when a state was last written, changed or not, in Unix seconds."""
        state = await self._frontend.get(f"/api/states/{entity_id}")
        return datetime.fromisoformat(state["last_reported"]).timestamp()

    async def rest(self, seconds: float) -> float:
        """Wait. Return the CPU seconds used meanwhile."""
        before = self.cpu()
        await asyncio.sleep(seconds)
        return self.cpu() - before


@asynccontextmanager
async def home_assistant(
    integration: Integration,
    access: Access,
    folder: Path,
    *,
    entities: Entities,
    launch: Launch = MEASURED,
) -> AsyncIterator[Host]:
    """Run Home Assistant in a new folder. `entities`: the entities of the floor."""
    port = free_port()
    url = f"http://{HOST}:{port}"
    _write_storage(folder / ".storage", integration, access, launch, port)
    _write_configuration(folder, integration, access, launch, url)
    floor = {
        "written": integration.written,
        "entities": [
            {"unique_id": unique_id, **_floor_entity(entity)}
            for unique_id, entity in entities.items()
        ],
    }
    (folder / FLOOR_FILE).write_text(json.dumps(floor), encoding="utf-8")
    options = ["--config", str(folder), "--log-no-color", "--skip-pip"]
    library = f":{library_of_core()}" if integration is CORE else ""
    process = await Process.start(
        f"Home Assistant with {integration.name}",
        [sys.executable, "-P", *launch.command(integration), *options],
        folder.with_suffix(".log"),
        {"PYTHONPATH": f"{STAND_INS}{library}", "POINT_API_ROOT": access.root},
    )
    try:
        async with aiohttp.ClientSession() as session:
            frontend = HomeAssistant(session, url)
            await enter(frontend, process)
            yield Host(frontend, process, url, folder / ".storage")
    finally:
        await process.stop()


def _floor_entity(entity: dict[str, Any]) -> dict[str, Any]:
    return {
        "platform": entity["entity_id"].partition(".")[0],
        "device": entity["device_id"],
        "enabled": entity["disabled_by"] is None,
    }


def _write_configuration(
    folder: Path, integration: Integration, access: Access, launch: Launch, url: str
) -> None:
    if integration.custom_components:
        (folder / "custom_components").symlink_to(integration.custom_components)
        # As after the first start of an installed integration, and as core's own.
        compile_dir(integration.custom_components, quiet=1)
    section = f"point:\n  api_url: {access.root}\n" if integration is OURS else ""
    text = f"""\
homeassistant:
  internal_url: {url}
  external_url: {url}
  time_zone: Europe/Stockholm
logger:
  default: warning
frontend:
config:
history:
recorder:
  commit_interval: {launch.commit_interval}
{section}"""
    (folder / "configuration.yaml").write_text(text, encoding="utf-8")


def _write_storage(
    storage: Path, integration: Integration, access: Access, launch: Launch, port: int
) -> None:
    storage.mkdir(parents=True)
    now = datetime.now().astimezone().isoformat()
    token = {**access.token, "expires_at": time.time() + 3600}
    entry = {
        "created_at": now,
        "data": {
            "auth_implementation": f"{DOMAIN}_{access.client_id}",
            "token": token,
            "webhook_id": WEBHOOK_ID,
        },
        "disabled_by": "user",
        "discovery_keys": {},
        "domain": DOMAIN,
        "entry_id": ENTRY_ID,
        "minor_version": integration.minor_version,
        "modified_at": now,
        "options": {CONF_HISTORY: launch.imports_history},
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "source": "user",
        "subentries": [],
        "title": "Minut Point",
        "unique_id": access.user_id,
        "version": 1,
    }
    client = {
        "id": f"{DOMAIN}_{access.client_id}",
        "domain": DOMAIN,
        "client_id": access.client_id,
        "client_secret": access.client_secret,
    }
    for name, version, minor_version, data in (
        ("http", 1, 1, {"server_host": [HOST], "server_port": port}),
        ("onboarding", 4, 1, {"done": SKIPPED_ONBOARDING}),
        ("core.config_entries", 1, 5, {"entries": [entry]}),
        ("application_credentials", 1, 1, {"items": [client]}),
    ):
        content = {"version": version, "minor_version": minor_version, "key": name, "data": data}
        (storage / name).write_text(json.dumps(content), encoding="utf-8")
