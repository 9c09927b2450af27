"""Measure what core's `point` and this integration write to disk on an ordinary day.

Real Home Assistant processes with an accelerated clock, the recorder's default settings, the
hourly reports of all Points, and the events of benchmarks/disk/traffic.py. Requires Linux's /proc.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cloud import Account
from benchmarks.comparison import BEYOND_CORE, FEW, LARGEST, MANY
from benchmarks.comparison.access import access_of
from benchmarks.comparison.command_line import account, environment, log
from benchmarks.comparison.host import CORE, OURS, Host, Integration, Launch, home_assistant
from benchmarks.disk.files import StorageFiles, database
from benchmarks.disk.plan import Day
from benchmarks.disk.results import NAMES, NONE, DiskResults, DiskRun, Written, disk_table
from benchmarks.disk.traffic import Traffic
from benchmarks.soak.clock import FastClock
from benchmarks.soak.clock_view import PATH
from simulator import Simulator

PROGRAM = Path(__file__).with_name("host.py")
HEARTBEAT = timedelta(hours=1)
STEP = 0.02
"""Real seconds between two checks of the clock and the files."""
SPEEDS = ((10, 480.0), (100, 240.0))
"""Maximum number of Points of an account, and the speed of the clock for it."""
SPEED_OF_LARGER = 120.0
"""Speed for larger accounts, which need more real time for their work."""


def speed_for(measured: Account) -> float:
    """Return the speed of the clock."""
    return next((speed for points, speed in SPEEDS if measured.points <= points), SPEED_OF_LARGER)


def names_for(measured: Account, only: list[str] | None) -> list[str]:
    """Return what to measure. Without the account, the size does not matter."""
    possible = [
        name
        for name in NAMES
        if (name != NONE or measured == FEW)
        and (name != CORE.name or measured.points < 2 * BEYOND_CORE)
    ]
    return [name for name in possible if not only or name in only]


class Session:
    """A running Home Assistant and the traffic of its account, on one fast clock."""

    def __init__(self, clock: FastClock, cloud: Simulator, host: Host, folder: Path) -> None:
        self._clock = clock
        self._host = host
        self._folder = folder
        self._traffic = Traffic(cloud, clock.utcnow())

    async def set_speed(self, speed: float) -> None:
        """Set the speed of time, here and in Home Assistant."""
        since = self._clock.set_speed(speed)
        await self._host.post(PATH, {"speed": speed, "since": since})

    async def measure(self, hours: float) -> Written:
        """Let simulated time pass. Return what was written."""
        files, before = StorageFiles(self._folder), database(self._folder)
        total = self._host.written()
        end = self._clock.time() + hours * 3600
        while self._clock.time() < end:
            await self._traffic.run_due()
            files.look()
            await asyncio.sleep(STEP)
        total, after = self._host.written() - total, database(self._folder)
        return Written(
            store_writes=files.writes,
            store_bytes=files.store_bytes,
            other_bytes=files.other_bytes,
            **{kind: after[kind] - before[kind] for kind in before},
            total=total,
        )


@asynccontextmanager
async def session(measured: Account, name: str) -> AsyncIterator[Session]:
    """Run Home Assistant with an account, enabled unless `name` is NONE."""
    integration: Integration = CORE if name == CORE.name else OURS
    os.environ["POINT_CORE"] = "1" if integration is CORE else ""
    per_home, remainder = divmod(measured.points, measured.homes)
    assert not remainder, "as many Points in each home"
    clock = FastClock()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory())) / "config"
        cloud = await stack.enter_async_context(
            Simulator(homes=measured.homes, devices=per_home, heartbeat=HEARTBEAT, now=clock.utcnow)
        )
        launch = Launch(program=PROGRAM, commit_interval=5, imports_history=True)
        host = await stack.enter_async_context(
            home_assistant(integration, access_of(cloud), folder, entities={}, launch=launch)
        )
        await host.stay_logged_in()
        if name != NONE:
            await host.enable()
        running = Session(clock, cloud, host, folder)
        try:
            yield running
        finally:
            await running.set_speed(1)  # a stop takes real time


async def measure(measured: Account, name: str, plan: Day) -> DiskRun:
    """Measure one process."""
    log(f"{measured.name}, {name}")
    async with session(measured, name) as running:
        await running.set_speed(speed_for(measured))
        await running.measure(plan.warm_up)
        written = await running.measure(plan.hours)
    return DiskRun(account=measured, integration=name, hours=plan.hours, written=written)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench disk", description=__doc__)
    parser.add_argument(
        "--homes",
        type=account,
        nargs="+",
        metavar="N[:POINTS]",
        default=[FEW, MANY, LARGEST],
        help="accounts to measure, by number of homes; default: two Points in each home",
    )
    parser.add_argument(
        "--hours", type=float, default=Day().hours, help="simulated hours (%(default)g)"
    )
    parser.add_argument(
        "--warm-up",
        type=float,
        default=Day().warm_up,
        metavar="HOURS",
        help="simulated hours before these (%(default)g)",
    )
    parser.add_argument("--only", choices=NAMES, nargs="+", help="what to measure (all possible)")
    parser.add_argument(
        "--result",
        type=Path,
        default=Path("disk.json"),
        metavar="FILE",
        help="result file, written after each process (%(default)s)",
    )
    return parser.parse_args(arguments)


async def run(options: argparse.Namespace) -> None:
    """Measure and print."""
    plan = Day(hours=options.hours, warm_up=options.warm_up)
    results = DiskResults(environment())
    for each in options.homes:
        for name in names_for(each, options.only):
            results.runs.append(await measure(each, name, plan))
            results.write(options.result)
    print(*disk_table(results), sep="\n")


if __name__ == "__main__":
    asyncio.run(run(parse()))
