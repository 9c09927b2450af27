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
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
import time

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType

from custom_components.point.const import DOMAIN
from custom_components.point.minut import rate_limit

from .history import MAX_BLOCK, Blocks, Cloud, blocks, device_of, linked, served

MONTH = timedelta(days=30)
MAX_CPU = 2.0
"""Goal for the CPU time of an action, in seconds."""


async def perform(
    hass: HomeAssistant, name: str, key: str, data: dict[str, JsonValueType]
) -> tuple[float, Blocks]:
    """Perform an action for a device. Return seconds of CPU time and blocks of the event loop."""
    request = {"device_id": device_of(hass, key), **data}
    gc.collect()
    gc.freeze()  # collecting the benchmark's own objects would count as a block
    began = time.process_time()
    with blocks() as longest:
        answer = await hass.services.async_call(
            DOMAIN, name, request, blocking=True, return_response=True
        )
    assert answer
    return time.process_time() - began, longest


async def measure(cloud: Cloud, folder: Path) -> bool:
    """Print what each action costs. Return whether the goals are met."""
    start = (dt_util.utcnow() - MONTH).isoformat()
    actions: tuple[tuple[str, str, dict[str, JsonValueType]], ...] = (
        ("report", cloud.home, {"start": start}),
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
    with served(devices=2) as cloud, TemporaryDirectory() as folder:
        return 0 if asyncio.run(measure(cloud.cloud(), Path(folder))) else 1


if __name__ == "__main__":
    sys.exit(main())
