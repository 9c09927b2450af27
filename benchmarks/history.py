"""A year of one Point's history: requests, seconds, and the longest blocking of the event loop.

The simulated cloud runs in a process of its own, so that its work does not count as blocking; the
recorder writes a real SQLite file. The request budget is the one that users have: most of the
seconds are its pauses. Without them: --unlimited.
"""

from tests.helpers import harness  # noqa: F401 # isort: skip # has to come first

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
from simulator.wire import JsonObject

# After our own folder of custom components, or theirs would be the one that is found.
from pytest_homeassistant_custom_component.common import (  # isort: skip
    MockConfigEntry,
    async_test_home_assistant,
)

YEAR = timedelta(days=365)
MOST_REQUESTS = 100
LONGEST_BLOCK = 0.020


@dataclass(slots=True)
class Blocks:
    """The longest that one step has kept the event loop: by the clock, and of the processor.

    The clock goes on while another thread has the interpreter's lock, or another process the
    processor; the goal is judged by the processor.
    """

    clock: float = 0.0
    processor: float = 0.0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """Hours by entity, seconds, and how the event loop was kept."""

    hours: list[int]
    seconds: float
    blocks: Blocks


@contextmanager
def blocks() -> Iterator[Blocks]:
    """Measure every step of this thread's event loop."""
    found, here, run = Blocks(), threading.get_ident(), Handle._run  # noqa: SLF001 # no other way

    def timed(handle: Handle) -> None:
        if threading.get_ident() != here:
            run(handle)
            return
        clock, processor = time.perf_counter(), time.thread_time()
        run(handle)
        found.clock = max(found.clock, time.perf_counter() - clock)
        found.processor = max(found.processor, time.thread_time() - processor)
        found.steps += 1

    with patch.object(Handle, "_run", timed):
        yield found


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """What has to be known of the simulated cloud, which runs in a process of its own."""

    root: str
    credential: tuple[str, str]
    user_id: str
    token: JsonObject
    point: str


def serve(pipe: Connection, *, extremes: bool) -> None:
    """Be the cloud; tell how to reach it, and at the end how many series were asked for."""

    async def run() -> None:
        async with Simulator(homes=1, devices=1) as simulator:
            simulator.switches.series_extremes = extremes
            cloud = Cloud(
                root=simulator.root,
                credential=(simulator.client_id, simulator.client_secret),
                user_id=simulator.account.user_id,
                token=simulator.issue_token(),
                point=next(iter(simulator.devices)),
            )
            pipe.send(cloud)
            await asyncio.to_thread(pipe.recv)
            pipe.send(sum("time_resolution" in each.query for each in simulator.requests))

    asyncio.run(run())


@asynccontextmanager
async def linked(cloud: Cloud, folder: Path) -> AsyncIterator[HomeAssistant]:
    """Set up a Home Assistant with a recorder and one account, its own import switched off."""
    async with async_test_home_assistant() as hass:
        try:
            await set_up(hass, cloud, folder)
            yield hass
        finally:
            await hass.async_stop(force=True)


async def set_up(hass: HomeAssistant, cloud: Cloud, folder: Path) -> None:
    """Start the recorder and the integration."""
    frame.async_setup(hass)
    hass.data.pop(DATA_CUSTOM_COMPONENTS)
    async_initialize_recorder(hass)
    database = {"db_url": f"sqlite:///{folder / 'history.db'}"}
    assert await async_setup_component(hass, "recorder", {"recorder": database})
    assert await async_setup_component(hass, DOMAIN, {DOMAIN: {"api_url": cloud.root}})
    await async_import_client_credential(hass, DOMAIN, ClientCredential(*cloud.credential))
    token = {**cloud.token, "expires_at": time.time() + 3600}
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=cloud.user_id,
        data={"auth_implementation": DOMAIN, "token": token, "webhook_id": "0" * 64},
        options={CONF_HISTORY: False},
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    await get_instance(hass).async_recorder_ready.wait()


async def measure(cloud: Cloud, folder: Path) -> Result:
    """Import a year."""
    async with linked(cloud, folder) as hass:
        (entry,) = hass.config_entries.async_loaded_entries(DOMAIN)
        registry = dr.async_get(hass)
        point = registry.async_get_device_by_identifier((DOMAIN, cloud.point), entry.entry_id)
        assert point
        wanted = {"device_id": point.id, "start": (dt_util.utcnow() - YEAR).isoformat()}
        gc.collect()
        gc.freeze()  # a collection of all that the benchmark itself has made would count as a block
        began = time.perf_counter()
        with blocks() as longest:
            answer = await hass.services.async_call(
                DOMAIN, "import_history", wanted, blocking=True, return_response=True
            )
        assert answer
        assert isinstance(answer["hours"], dict)
        hours = [int(str(count)) for count in answer["hours"].values()]
        return Result(hours, time.perf_counter() - began, longest)


def report(result: Result, requests: int) -> bool:
    """Print what it took, and tell whether the goals are met."""
    longest = result.blocks
    print("A year of one Point's history")
    print(f"  hours imported  {' + '.join(map(str, result.hours))}")
    print(f"  requests        {requests} (goal: under {MOST_REQUESTS})")
    print(f"  seconds         {result.seconds:.1f}")
    print(
        f"  longest block   {longest.clock * 1000:.1f} ms by the clock, "
        f"{longest.processor * 1000:.1f} ms of the processor "
        f"(goal: {LONGEST_BLOCK * 1000:.0f} ms; {longest.steps} steps; "
        f"load of the machine: {os.getloadavg()[0]:.1f})"
    )
    return requests < MOST_REQUESTS and longest.processor <= LONGEST_BLOCK


def main() -> int:
    """Measure; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench history", description=__doc__)
    parser.add_argument("--unlimited", action="store_true", help="without the request budget")
    parser.add_argument("--no-extremes", action="store_true", help="Minut tells no min and max")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    if options.unlimited:
        rate_limit.BURST = rate_limit.PER_MINUTE = 100_000
    here, there = Pipe()
    extremes = {"extremes": not options.no_extremes}
    process = get_context("spawn").Process(target=serve, args=(there,), kwargs=extremes)
    process.start()
    try:
        with TemporaryDirectory() as folder:
            result = asyncio.run(measure(here.recv(), Path(folder)))
        here.send(None)
        return 0 if report(result, here.recv()) else 1
    finally:
        process.terminate()


if __name__ == "__main__":
    sys.exit(main())
