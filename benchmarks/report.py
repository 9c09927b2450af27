"""A report on 30 days of one home with two Points, and a trial of limits: CPU time and blocks.

The simulated cloud runs in a separate process, so that its work does not count. CPU time is that of
the process with all its threads. A block is a step of the event loop, measured by the CPU time of
its thread: the calculations run in a worker thread and do not count as one.
"""

from tests.helpers import harness  # noqa: F401 # isort: skip # must be imported first

import argparse
import asyncio
from datetime import timedelta
import gc
import logging
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
import time

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType

from custom_components.point.const import DOMAIN
from custom_components.point.minut import rate_limit
from simulator import Simulator

from .history import MAX_BLOCK, Blocks, Cloud, blocks, linked

MONTH = timedelta(days=30)
MAX_CPU = 2.0
"""Goal for the CPU time of an action, in seconds."""


def serve(pipe: Connection) -> None:
    """Run the cloud. Send how to reach it, and the id of its home."""

    async def run() -> None:
        async with Simulator(homes=1, devices=2) as simulator:
            cloud = Cloud(
                root=simulator.root,
                credential=(simulator.client_id, simulator.client_secret),
                user_id=simulator.account.user_id,
                token=simulator.issue_token(),
                point=next(iter(simulator.devices)),
            )
            pipe.send((cloud, next(iter(simulator.homes))))
            await asyncio.to_thread(pipe.recv)

    asyncio.run(run())


async def perform(
    hass: HomeAssistant, name: str, key: str, data: dict[str, JsonValueType]
) -> tuple[float, Blocks]:
    """Perform an action for a device. Return seconds of CPU time and blocks of the event loop."""
    (entry,) = hass.config_entries.async_loaded_entries(DOMAIN)
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, key), entry.entry_id)
    assert device
    gc.collect()
    gc.freeze()  # collecting the benchmark's own objects would count as a block
    began = time.process_time()
    with blocks() as longest:
        answer = await hass.services.async_call(
            DOMAIN, name, {"device_id": device.id, **data}, blocking=True, return_response=True
        )
    assert answer
    return time.process_time() - began, longest


async def measure(cloud: Cloud, home: str, folder: Path) -> bool:
    """Print what each action costs. Return whether the goals are met."""
    start = (dt_util.utcnow() - MONTH).isoformat()
    actions: tuple[tuple[str, str, dict[str, JsonValueType]], ...] = (
        ("report", home, {"start": start}),
        ("try_limits", cloud.point, {"limits": [60, 65, 70, 75, 80, 85], "durations": [5, 10, 15]}),
    )
    is_good = True
    async with linked(cloud, folder) as hass:
        for name, key, data in actions:
            cpu, longest = await perform(hass, name, key, data)
            print(
                f"point.{name}: {cpu:.2f} s CPU time (goal: {MAX_CPU:g} s), "
                f"longest block {longest.cpu * 1000:.1f} ms CPU time "
                f"(goal: {MAX_BLOCK * 1000:.0f} ms; {longest.steps} steps)"
            )
            is_good = is_good and cpu <= MAX_CPU and longest.cpu <= MAX_BLOCK
    return is_good


def main() -> int:
    """Measure. Return the exit status: 1 if a goal is missed."""
    argparse.ArgumentParser(prog="scripts/bench report", description=__doc__).parse_args()
    logging.disable(logging.WARNING)
    rate_limit.BURST = rate_limit.PER_MINUTE = 100_000
    here, there = Pipe()
    process = get_context("spawn").Process(target=serve, args=(there,))
    process.start()
    try:
        cloud, home = here.recv()
        with TemporaryDirectory() as folder:
            is_good = asyncio.run(measure(cloud, home, Path(folder)))
        here.send(None)
        return 0 if is_good else 1
    finally:
        process.terminate()


if __name__ == "__main__":
    sys.exit(main())
