"""A day of many homes in a real Home Assistant process, compressed to minutes, with faults.

Judged: memory stays flat, no task, timer or listener is left over, the log says little and nothing
unknown, and in the end every state is that of the simulated cloud. How time is compressed, and
where that ends: benchmarks/soak/clock.py. Needs Linux's /proc.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
import os
from pathlib import Path
from random import Random
import signal
import sys
from tempfile import TemporaryDirectory
import time
from typing import Any

import aiohttp

from benchmarks.soak.clock import Time
from benchmarks.soak.judgement import FLAT, Sample, Verdict, judge, judge_log, table
from benchmarks.soak.traffic import Traffic
from benchmarks.soak.truth import Key, differences, names, truth
from custom_components.point.const import CONF_HISTORY, DOMAIN
from scripts.lib.develop.processes import GiveUpError
from simulator import Simulator
from tests.process.installation import Installation, Running

PATH = "/api/soak"
LOGGER = """\
logger:
  default: warning
  logs:
    custom_components.point: info
    # It measures by the fast clock how long an entity takes.
    homeassistant.helpers.entity: error
"""
STEP = 0.02
"""Real seconds between two looks at what is due."""
SETTLE_HOURS = 7.0
"""Longer than the six hours after which what was not delivered is fetched."""
SCENE_HOURS = 0.75
LATER_HOURS = 0.5
"""After the scene: then all Points have been asked for, which may take an hour."""
IMPORT_HOURS = 2.0
"""For the first import of history, undisturbed: what it takes is no leak."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """So many homes with two Points each, so many hours in so many real minutes."""

    homes: int = 40
    hours: float = 24
    minutes: float = 12
    settle_minutes: float = 1.0
    samples: int = 72
    commands: int = 96
    reloads: int = 4
    history: bool = True
    flat: Mapping[str, float] = field(default_factory=lambda: FLAT)
    seed: int = 1
    keep: Path | None = None

    @property
    def speed(self) -> float:
        """How many times as fast time goes."""
        return self.hours * 60 / self.minutes


QUICK: dict[str, Any] = {
    "homes": 10,
    "hours": 2.0,
    "minutes": 1 / 3,
    "settle_minutes": 0.3,
    "samples": 24,
    "commands": 24,
    "reloads": 1,
    "history": False,
    # So short a time is warm-up all through: of memory it shows only a flood.
    "flat": {"memory": 0.15, "objects": 0.05},
}


@dataclass(kw_only=True)
class Soak:
    """The run, and what is found in it."""

    plan: Plan
    present: Time
    cloud: Simulator
    running: Running
    samples: list[Sample] = field(default_factory=list)
    refused_commands: int = 0

    async def go(self, speed: float) -> None:
        """Let time go at this speed, here and in Home Assistant."""
        since = self.present.go(speed)
        await self.running.frontend.post(PATH, {"speed": speed, "since": since})

    async def day(self) -> Traffic:
        """Let the day pass, with all that happens in it."""
        traffic = Traffic(self.cloud, seed=self.plan.seed)
        await traffic.everything_once()
        self.cloud.switches.enforce_limits = True
        self.cloud.switches.heartbeat_jitter = timedelta(minutes=1)
        async with asyncio.TaskGroup() as tasks:
            start, seconds = self.present.time(), self.plan.hours * 3600
            end = start + seconds
            tasks.create_task(self._traffic(traffic, end))
            tasks.create_task(self._watch(start, end))
            tasks.create_task(self._command(end))
            # What adds up while it is loaded has to show afterwards.
            tasks.create_task(self._reload(start + seconds / 2))
        return traffic

    async def rest(self, hours: float) -> None:
        """Let time pass in which nothing happens that is not due."""
        end = self.present.time() + hours * 3600
        while self.present.time() < end:
            await self.cloud.run_due()
            await asyncio.sleep(STEP)
        await self.cloud.deliveries_done()

    async def _traffic(self, traffic: Traffic, end: float) -> None:
        while self.present.time() < end:
            await traffic.go_on()
            await asyncio.sleep(STEP)

    async def _watch(self, start: float, end: float) -> None:
        """Look at regular times what the process holds."""
        async for _ in self._times(self.plan.samples, end):
            try:
                figures = await self.running.frontend.get(PATH)
            except aiohttp.ClientResponseError:  # it is being reloaded
                continue
            hour = (self.present.time() - start) / 3600
            self.samples.append(Sample(hour, figures))

    async def _command(self, end: float) -> None:
        """Arm and disarm homes by Home Assistant, which the cloud may refuse."""
        random = Random(self.plan.seed)
        entities = await self.entities()
        panels = [entities["alarm_control_panel", f"point.{home}"] for home in self.cloud.homes]
        async for _ in self._times(self.plan.commands, end):
            action = random.choice(("alarm_arm_away", "alarm_disarm"))
            panel = {"entity_id": random.choice(panels)}
            try:
                await self.running.frontend.act(f"alarm_control_panel.{action}", panel)
            except GiveUpError:
                self.refused_commands += 1

    async def _reload(self, end: float) -> None:
        [entry] = await self.running.frontend.entries(DOMAIN)
        async for _ in self._times(self.plan.reloads, end):
            path = f"/api/config/config_entries/entry/{entry['entry_id']}/reload"
            await self.running.frontend.post(path, {})

    async def _times(self, count: int, end: float) -> AsyncIterator[int]:
        """Yield so many times until the end."""
        start = self.present.time()
        for number in range(1, count + 1):
            due = start + (end - start) * number / (count + 1)
            await asyncio.sleep((due - self.present.time()) / self.present.clock.speed)
            yield number

    async def entities(self) -> dict[Key, str]:
        """Return the ids of all enabled entities of the account."""
        found = await self.running.frontend.command({"type": "config/entity_registry/list"})
        return {
            (each["entity_id"].partition(".")[0], each["unique_id"]): each["entity_id"]
            for each in found
            if each["platform"] == DOMAIN and each["disabled_by"] is None
        }

    async def compare(self, when: str) -> Iterator[Verdict]:
        """Compare what is shown with what is, and once more later where they differ.

        Minut tells of a low battery, but not that it has been charged: that shows with the next
        poll.
        """
        verdicts = await self._compared(when)
        if not verdicts[0].is_good:
            await self.rest(LATER_HOURS)
            verdicts = await self._compared(when)
        return iter(verdicts)

    async def _compared(self, when: str) -> list[Verdict]:
        states = {each["entity_id"]: each["state"] for each in await self._get("/api/states")}
        shown = {
            key: states.get(entity_id, "no state")
            for key, entity_id in (await self.entities()).items()
        }
        devices = await self.running.frontend.command({"type": "config/device_registry/list"})
        named = {
            identifier: device["name"]
            for device in devices
            for domain, identifier in device["identifiers"]
            if domain == DOMAIN
        }
        expected, expected_names = truth(self.cloud), names(self.cloud)
        wrong = differences(expected, shown) + differences(expected_names, named)
        compared = len(expected.keys() & shown.keys())
        lines = [Verdict(is_good=False, text=f"  {line}") for line in wrong[:20]]
        text = f"{when}: {compared} states and {len(named)} names compared, {len(wrong)} differ"
        return [Verdict(not wrong and compared > 0, text), *lines]

    async def _get(self, path: str) -> list[dict[str, str]]:
        return list(await self.running.frontend.get(path))


@asynccontextmanager
async def soak(plan: Plan, folder: Path) -> AsyncIterator[Soak]:
    """Run the cloud and Home Assistant, linked."""
    present = Time()
    async with Simulator(homes=plan.homes, devices=2, now=present.utcnow) as cloud:
        installation = Installation(folder / "config", cloud)
        installation.recorder = {}
        installation.sections = LOGGER
        async with installation.hosted("benchmarks.soak.host") as running:
            await running.link(cloud)
            await running.frontend.stay_logged_in()
            if not plan.history:
                await leave_history_out(running)
            yield Soak(plan=plan, present=present, cloud=cloud, running=running)


async def leave_history_out(running: Running) -> None:
    """Switch the import of history off, which loads the account anew."""
    entry = await running.entry()
    path = "/api/config/config_entries/options/flow"
    flow = await running.frontend.post(path, {"handler": entry["entry_id"]})
    await running.frontend.post(f"{path}/{flow['flow_id']}", {CONF_HISTORY: False})
    await running.entry()


async def run(plan: Plan, folder: Path) -> bool:
    """Soak and print; tell whether all is as it has to be."""
    began = time.monotonic()
    async with soak(plan, folder) as soaking:
        before = len(soaking.running.log())
        log(f"runs (load of the machine: {os.getloadavg()[0]:.1f})")
        await soaking.go(plan.speed)
        if plan.history:
            await soaking.rest(IMPORT_HOURS)
        traffic = await soaking.day()
        log(f"{plan.hours:g} h have passed")
        await traffic.calm_down()
        await soaking.go(SETTLE_HOURS * 60 / plan.settle_minutes)
        await soaking.rest(SETTLE_HOURS)
        await soaking.go(1)
        verdicts = list(await soaking.compare("after the faults"))
        await traffic.last_scene()
        await soaking.go(plan.speed)
        await soaking.rest(SCENE_HOURS)
        await soaking.go(1)
        verdicts += await soaking.compare("after one more scene")
        text = soaking.running.log()[before:]
    hours = plan.hours + SETTLE_HOURS
    samples = soaking.samples
    verdicts = [*judge(samples, plan.hours, flat=plan.flat), *judge_log(text, hours), *verdicts]
    report(soaking, traffic, time.monotonic() - began)
    print("", *table(samples, plan.hours), "", *verdicts, sep="\n")
    return all(verdict.is_good for verdict in verdicts)


def report(soaking: Soak, traffic: Traffic, seconds: float) -> None:
    """Print what has happened."""
    cloud, plan = soaking.cloud, soaking.plan
    delivered = sum(delivery.delivered for delivery in cloud.deliveries)
    renewals = sum(request.path == "/oauth/token" for request in cloud.requests)
    print(
        f"\n{plan.homes} homes, {len(cloud.devices)} Points, {plan.hours:g} h at {plan.speed:g} "
        f"times the speed, {seconds:.0f} s in all",
        f"  {traffic.deeds:,} acts, {len(cloud.deliveries):,} deliveries, "
        f"of these {delivered:,} accepted",
        f"  {len(cloud.requests):,} requests, {renewals} of them for tokens; "
        f"{plan.commands} commands, {soaking.refused_commands} of them refused; "
        f"{plan.reloads} reloads",
        f"  faults: {_counts(traffic.mishaps)}",
        f"  deliveries for a while: {_counts(traffic.roads)}",
        sep="\n",
    )


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{count} x {name}" for name, count in counted.items())


def log(text: str) -> None:
    """Tell the person at the terminal how far it is."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def parse(arguments: Iterable[str] | None = None) -> Plan:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench soak", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10 homes, 3 h, about a minute")
    parser.add_argument("--homes", type=int, metavar="N")
    parser.add_argument("--hours", type=float, metavar="H")
    parser.add_argument("--minutes", type=float, metavar="M", help="real minutes for these hours")
    parser.add_argument(
        "--no-history",
        dest="history",
        action="store_false",
        default=None,
        help="without the import of the last 30 days",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="another day")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="where configuration and log stay"
    )
    options = vars(parser.parse_args(None if arguments is None else list(arguments)))
    chosen = QUICK if options.pop("quick") else {}
    return Plan(**chosen | {name: value for name, value in options.items() if value is not None})


def main() -> int:
    """Return the exit status: 1 where something is not as it has to be."""
    # Told to end, it ends what it has started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    plan = parse()
    with TemporaryDirectory() as folder:
        return 0 if asyncio.run(run(plan, plan.keep or Path(folder))) else 1


if __name__ == "__main__":
    sys.exit(main())
