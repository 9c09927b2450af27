"""The soak itself: Home Assistant and the simulated cloud on a fast clock."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import aiohttp

from benchmarks.soak.clock import FastClock
from benchmarks.soak.clock_view import PATH
from benchmarks.soak.expected import Key, differences, expected_names, expected_states
from benchmarks.soak.plan import Plan
from benchmarks.soak.traffic import Traffic
from benchmarks.soak.verdicts import Sample, Verdict
from custom_components.point.const import CONF_HISTORY, DOMAIN
from scripts.lib.develop.processes import GiveUpError
from simulator import Simulator
from tests.process.installation import Installation, Running

LOGGER = """\
logger:
  default: warning
  logs:
    custom_components.point: info
    # It measures the duration of entity updates by the fast clock.
    homeassistant.helpers.entity: error
"""
STEP = 0.02
"""Real seconds between two checks for due actions."""
LATER_HOURS = 0.5
"""Simulated hours until a second comparison: all Points have been polled by then."""


@dataclass(kw_only=True)
class Soak:
    """A running soak and its measurements."""

    plan: Plan
    clock: FastClock
    cloud: Simulator
    running: Running
    samples: list[Sample] = field(default_factory=list)
    failed_commands: int = 0

    async def set_speed(self, speed: float) -> None:
        """Set the speed of time, here and in Home Assistant."""
        since = self.clock.set_speed(speed)
        await self.running.frontend.post(PATH, {"speed": speed, "since": since})

    async def day(self) -> Traffic:
        """Run the simulated day with all its events and faults."""
        traffic = Traffic(self.cloud, seed=self.plan.seed)
        await traffic.perform_all_once()
        self.cloud.switches.enforce_limits = True
        self.cloud.switches.heartbeat_jitter = timedelta(minutes=1)
        async with asyncio.TaskGroup() as tasks:
            start, seconds = self.clock.time(), self.plan.hours * 3600
            end = start + seconds
            tasks.create_task(self._traffic(traffic, end))
            tasks.create_task(self._sample(start, end))
            tasks.create_task(self._command(end))
            # Only in the first half: a leak must show in the second half.
            tasks.create_task(self._reload(start + seconds / 2))
        return traffic

    async def idle(self, hours: float) -> None:
        """Let simulated time pass in which only scheduled actions run."""
        end = self.clock.time() + hours * 3600
        while self.clock.time() < end:
            await self.cloud.run_due()
            await asyncio.sleep(STEP)
        await self.cloud.deliveries_done()

    async def _traffic(self, traffic: Traffic, end: float) -> None:
        while self.clock.time() < end:
            await traffic.run_due()
            await asyncio.sleep(STEP)

    async def _sample(self, start: float, end: float) -> None:
        """Sample the process at regular intervals."""
        async for _ in self._times(self.plan.samples, end):
            try:
                figures = await self.running.frontend.get(PATH)
            except aiohttp.ClientResponseError:  # the account is being reloaded
                continue
            hour = (self.clock.time() - start) / 3600
            self.samples.append(Sample(hour, figures))

    async def _command(self, end: float) -> None:
        """Arm and disarm homes in Home Assistant. Commands may fail as the cloud does."""
        random = Random(self.plan.seed)
        entities = await self.entities()
        panels = [entities["alarm_control_panel", f"point.{home}"] for home in self.cloud.homes]
        async for _ in self._times(self.plan.commands, end):
            action = random.choice(("alarm_arm_away", "alarm_disarm"))
            panel = {"entity_id": random.choice(panels)}
            try:
                await self.running.frontend.act(f"alarm_control_panel.{action}", panel)
            except GiveUpError:
                self.failed_commands += 1

    async def _reload(self, end: float) -> None:
        [entry] = await self.running.frontend.entries(DOMAIN)
        async for _ in self._times(self.plan.reloads, end):
            path = f"/api/config/config_entries/entry/{entry['entry_id']}/reload"
            await self.running.frontend.post(path, {})

    async def _times(self, count: int, end: float) -> AsyncIterator[int]:
        """Yield `count` times at regular intervals until the end."""
        start = self.clock.time()
        for number in range(1, count + 1):
            due = start + (end - start) * number / (count + 1)
            await asyncio.sleep((due - self.clock.time()) / self.clock.speed)
            yield number

    async def entities(self) -> dict[Key, str]:
        """Return the ids of all enabled entities of the account."""
        entries = await self.running.frontend.command({"type": "config/entity_registry/list"})
        return {
            (entry["entity_id"].partition(".")[0], entry["unique_id"]): entry["entity_id"]
            for entry in entries
            if entry["platform"] == DOMAIN and entry["disabled_by"] is None
        }

    async def compare(self, when: str) -> Iterator[Verdict]:
        """Compare all states with the cloud, and again later if they differ.

        Minut sends an event for a low battery but none for a charged one, which therefore shows
        only after the next poll.
        """
        verdicts = await self._compare_once(when)
        if not verdicts[0].is_good:
            await self.set_speed(self.plan.speed)
            await self.idle(LATER_HOURS)
            await self.set_speed(1)
            verdicts = await self._compare_once(when)
        return iter(verdicts)

    async def _compare_once(self, when: str) -> list[Verdict]:
        states = {
            state["entity_id"]: state["state"]
            for state in await self.running.frontend.get("/api/states")
        }
        shown = {
            key: str(states.get(entity_id, "no state"))
            for key, entity_id in (await self.entities()).items()
        }
        devices = await self.running.frontend.command({"type": "config/device_registry/list"})
        names: dict[str, str] = {
            identifier: device["name"]
            for device in devices
            for domain, identifier in device["identifiers"]
            if domain == DOMAIN
        }
        expected = expected_states(self.cloud)
        wrong = differences(expected, shown) + differences(expected_names(self.cloud), names)
        compared = len(expected.keys() & shown.keys())
        lines = [Verdict(is_good=False, text=f"  {line}") for line in wrong[:20]]
        text = f"{when}: {compared} states and {len(names)} names compared, {len(wrong)} differ"
        return [Verdict(not wrong and compared > 0, text), *lines]


@asynccontextmanager
async def soak(plan: Plan, folder: Path) -> AsyncIterator[Soak]:
    """Run the cloud and Home Assistant with a linked account."""
    clock = FastClock()
    async with Simulator(homes=plan.homes, devices=2, now=clock.utcnow) as cloud:
        installation = Installation(folder / "config", cloud)
        installation.recorder = {}
        installation.sections = LOGGER
        async with installation.hosted("benchmarks.soak.host") as running:
            await running.link(cloud)
            await running.frontend.stay_logged_in()
            if not plan.history:
                await disable_history(running)
            yield Soak(plan=plan, clock=clock, cloud=cloud, running=running)


async def disable_history(running: Running) -> None:
    """Disable the import of history, which reloads the account."""
    entry = await running.entry()
    path = "/api/config/config_entries/options/flow"
    flow = await running.frontend.post(path, {"handler": entry["entry_id"]})
    await running.frontend.post(f"{path}/{flow['flow_id']}", {CONF_HISTORY: False})
    await running.entry()
