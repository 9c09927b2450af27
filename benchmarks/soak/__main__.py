"""Soak test of a day with many homes. `--help` and benchmarks/soak/plan.py describe it.

How time is compressed, and the limits of that: benchmarks/soak/clock.py. Requires Linux's /proc.
"""

import asyncio
import os
from pathlib import Path
import signal
import sys
from tempfile import TemporaryDirectory
import time

from benchmarks.soak.plan import Plan, parse
from benchmarks.soak.run import Soak, soak
from benchmarks.soak.traffic import Traffic
from benchmarks.soak.verdicts import judge, judge_log, table

SETTLE_HOURS = 7.0
"""Longer than the six hours after which undelivered events are fetched."""
SCENE_HOURS = 0.75
IMPORT_HOURS = 2.0
"""Time for the first import of history, whose memory use is no leak."""


async def run(plan: Plan, folder: Path) -> bool:
    """Run the soak and print the report. Return whether all verdicts are good."""
    began = time.monotonic()
    async with soak(plan, folder) as running:
        before = len(running.running.log())
        log(f"running (load average: {os.getloadavg()[0]:.1f})")
        await running.set_speed(plan.speed)
        if plan.history:
            await running.idle(IMPORT_HOURS)
        traffic = await running.day()
        log(f"{plan.hours:g} h simulated")
        await traffic.end_faults()
        await running.set_speed(SETTLE_HOURS * 60 / plan.settle_minutes)
        await running.idle(SETTLE_HOURS)
        await running.set_speed(1)
        verdicts = list(await running.compare("after the faults"))
        await traffic.final_scene()
        await running.set_speed(plan.speed)
        await running.idle(SCENE_HOURS)
        await running.set_speed(1)
        verdicts += await running.compare("after a final scene")
        text = running.running.log()[before:]
    hours = plan.hours + SETTLE_HOURS
    samples = running.samples
    verdicts = [*judge(samples, plan.hours, flat=plan.flat), *judge_log(text, hours), *verdicts]
    report(running, traffic, time.monotonic() - began)
    print("", *table(samples, plan.hours), "", *verdicts, sep="\n")
    return all(verdict.is_good for verdict in verdicts)


def report(soak: Soak, traffic: Traffic, seconds: float) -> None:
    """Print a summary of the run."""
    cloud, plan = soak.cloud, soak.plan
    accepted = sum(delivery.delivered for delivery in cloud.deliveries)
    for_tokens = sum(request.path == "/oauth/token" for request in cloud.requests)
    print(
        f"\n{plan.homes} homes, {len(cloud.devices)} Points, {plan.hours:g} h at "
        f"{plan.speed:g} times the speed of real time, {seconds:.0f} s in total",
        f"  {traffic.actions:,} actions, {len(cloud.deliveries):,} deliveries, "
        f"{accepted:,} of them accepted",
        f"  {len(cloud.requests):,} requests, {for_tokens} of them for tokens; "
        f"{plan.commands} commands, {soak.failed_commands} of them failed; "
        f"{plan.reloads} reloads",
        f"  API faults: {_counts(traffic.faults)}",
        f"  periods of delivery faults: {_counts(traffic.delivery_faults)}",
        sep="\n",
    )


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{count} x {name}" for name, count in counted.items())


def log(text: str) -> None:
    """Print progress to the terminal."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def main() -> int:
    """Return the exit status: 1 if a verdict is bad."""
    # Handle SIGTERM like Ctrl-C, so that the child processes are stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    plan = parse()
    with TemporaryDirectory() as folder:
        return 0 if asyncio.run(run(plan, plan.keep or Path(folder))) else 1


if __name__ == "__main__":
    sys.exit(main())
