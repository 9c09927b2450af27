"""A year of one Point's history: requests, time, and the longest block of the event loop.

The simulated cloud runs in a separate process, so that its work does not count as blocking. The
recorder writes a real SQLite file. Most of the seconds are pauses of the rate limiter, as users
have them; --unlimited removes these.
"""

from tests.helpers import harness  # noqa: F401 # isort: skip # must be imported first

import argparse
import asyncio
from asyncio.events import Handle
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
import gc
import logging
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
import os
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
import threading
import time
from unittest.mock import patch

from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, frame
from homeassistant.helpers.recorder import async_initialize_recorder, get_instance
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from custom_components.point.const import CONF_HISTORY, DOMAIN
from custom_components.point.minut import rate_limit
from simulator import Simulator
from simulator.formats import JsonObject

# After our own custom_components, otherwise theirs would be found.
from pytest_homeassistant_custom_component.common import (  # isort: skip
    MockConfigEntry,
    async_test_home_assistant,
)

ENTRY_ID = "01M81EQAQ8J5WN4D4EEVRKV428"
YEAR = 365
"""Days."""
MAX_REQUESTS = 130
MAX_BLOCK = 0.020
"""Goal for the longest block of the event loop, in seconds of CPU time."""


@dataclass(slots=True)
class Blocks:
    """The longest step of the event loop, in seconds of wall-clock time and of CPU time.

    Wall-clock time includes waiting for the interpreter lock and for the CPU; the goal is
    therefore judged by CPU time.
    """

    wall: float = 0.0
    cpu: float = 0.0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """Imported hours by entity, seconds, CPU seconds of all threads, and blocks."""

    hours: list[int]
    seconds: float
    cpu: float
    blocks: Blocks


@contextmanager
def blocks() -> Iterator[Blocks]:
    """Measure every step of this thread's event loop."""
    longest, here, run = Blocks(), threading.get_ident(), Handle._run  # noqa: SLF001 # no public hook

    def timed(handle: Handle) -> None:
        if threading.get_ident() != here:
            run(handle)
            return
        wall, cpu = time.perf_counter(), time.thread_time()
        run(handle)
        longest.wall = max(longest.wall, time.perf_counter() - wall)
        longest.cpu = max(longest.cpu, time.thread_time() - cpu)
        longest.steps += 1

    with patch.object(Handle, "_run", timed):
        yield longest


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """How to reach the simulated cloud, which runs in a separate process."""

    root: str
    credential: tuple[str, str]
    user_id: str
    token: JsonObject
    home: str
    point: str


class Served:
    """The benchmark's side of the pipe to the cloud."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def cloud(self) -> Cloud:
        """Return how to reach the cloud, with a token that nobody has renewed."""
        self._pipe.send("cloud")
        cloud: Cloud = self._pipe.recv()
        return cloud

    def requests(self) -> int:
        """Return the number of requests for series so far."""
        self._pipe.send("requests")
        requests: int = self._pipe.recv()
        return requests


def serve(pipe: Connection, *, devices: int, extremes: bool) -> None:
    """Run the cloud, and answer the requests of `Served`."""

    async def run() -> None:
        async with Simulator(homes=1, devices=devices) as simulator:
            simulator.switches.series_extremes = extremes
            while True:
                match await asyncio.to_thread(pipe.recv):
                    case "cloud":
                        pipe.send(_cloud(simulator))
                    case "requests":
                        series = ("time_resolution" in seen.query for seen in simulator.requests)
                        pipe.send(sum(series))

    asyncio.run(run())


def _cloud(simulator: Simulator) -> Cloud:
    return Cloud(
        root=simulator.root,
        credential=(simulator.client_id, simulator.client_secret),
        user_id=simulator.account.user_id,
        token=simulator.issue_token(),
        home=next(iter(simulator.homes)),
        point=next(iter(simulator.devices)),
    )


@contextmanager
def served(*, devices: int = 1, extremes: bool = True) -> Iterator[Served]:
    """Run the cloud with one home in a separate process."""
    here, there = Pipe()
    options = {"devices": devices, "extremes": extremes}
    process = get_context("spawn").Process(target=serve, args=(there,), kwargs=options)
    process.start()
    try:
        yield Served(here)
    finally:
        process.terminate()
        process.join()


@asynccontextmanager
async def linked(
    cloud: Cloud, folder: Path, *, db_url: str | None = None, imports_history: bool = False
) -> AsyncIterator[HomeAssistant]:
    """Set up Home Assistant with a recorder and one account, by default without automatic import.

    `db_url`: the recorder's database; None: SQLite in the folder.
    """
    async with async_test_home_assistant(config_dir=str(folder)) as hass:
        try:
            await set_up(
                hass,
                cloud,
                db_url=db_url or f"sqlite:///{folder / 'history.db'}",
                imports_history=imports_history,
            )
            yield hass
        finally:
            await hass.async_stop(force=True)


async def set_up(hass: HomeAssistant, cloud: Cloud, *, db_url: str, imports_history: bool) -> None:
    """Start the recorder and the integration."""
    frame.async_setup(hass)
    hass.data.pop(DATA_CUSTOM_COMPONENTS)
    async_initialize_recorder(hass)
    assert await async_setup_component(hass, "recorder", {"recorder": {"db_url": db_url}})
    await get_instance(hass).async_recorder_ready.wait()  # otherwise no import is due at first
    assert await async_setup_component(hass, DOMAIN, {DOMAIN: {"api_url": cloud.root}})
    await async_import_client_credential(hass, DOMAIN, ClientCredential(*cloud.credential))
    token = {**cloud.token, "expires_at": time.time() + 3600}
    entry = MockConfigEntry(
        domain=DOMAIN,
        entry_id=ENTRY_ID,
        unique_id=cloud.user_id,
        data={"auth_implementation": DOMAIN, "token": token, "webhook_id": "0" * 64},
        options={CONF_HISTORY: imports_history},
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED


def device_of(hass: HomeAssistant, key: str) -> str:
    """Return the device id of a home or Point."""
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, key), ENTRY_ID)
    assert device
    return device.id


async def measure(cloud: Cloud, folder: Path, period: timedelta) -> Result:
    """Import the history of a period until now."""
    async with linked(cloud, folder) as hass:
        start = (dt_util.utcnow() - period).isoformat()
        request = {"device_id": device_of(hass, cloud.point), "start": start}
        gc.collect()
        gc.freeze()  # collecting the benchmark's own objects would count as a block
        began, cpu = time.perf_counter(), time.process_time()
        with blocks() as longest:
            answer = await hass.services.async_call(
                DOMAIN, "import_history", request, blocking=True, return_response=True
            )
        assert answer
        assert isinstance(answer["hours"], dict)
        hours = [int(str(count)) for count in answer["hours"].values()]
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        return Result(hours, seconds, cpu, longest)


def report(result: Result, requests: int, *, days: int) -> bool:
    """Print the result. Return whether the goals are met."""
    longest = result.blocks
    print(f"{days} days of one Point's history")
    print(f"  hours imported  {' + '.join(map(str, result.hours))}")
    print(f"  requests        {requests} (goal: under {MAX_REQUESTS})")
    print(f"  seconds         {result.seconds:.1f}, of CPU time {result.cpu:.2f}")
    print(
        f"  longest block   {longest.wall * 1000:.1f} ms wall-clock time, "
        f"{longest.cpu * 1000:.1f} ms CPU time "
        f"(goal: {MAX_BLOCK * 1000:.0f} ms CPU time; {longest.steps} steps; "
        f"load average: {os.getloadavg()[0]:.1f})"
    )
    return requests < MAX_REQUESTS and longest.cpu <= MAX_BLOCK


def main() -> int:
    """Measure. Return the exit status: 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench history", description=__doc__)
    parser.add_argument("--days", type=int, default=YEAR, help="days to import (%(default)s)")
    parser.add_argument("--unlimited", action="store_true", help="without the rate limiter")
    parser.add_argument(
        "--no-extremes", action="store_true", help="series without minimum and maximum"
    )
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    if options.unlimited:
        rate_limit.BURST = rate_limit.PER_MINUTE = 100_000
    with served(extremes=not options.no_extremes) as cloud, TemporaryDirectory() as folder:
        period = timedelta(days=options.days)
        result = asyncio.run(measure(cloud.cloud(), Path(folder), period))
        return 0 if report(result, cloud.requests(), days=options.days) else 1


if __name__ == "__main__":
    sys.exit(main())
