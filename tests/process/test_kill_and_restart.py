"""A power cut while events arrive: afterwards all states are right, and nothing triggered twice.

What was lost while Home Assistant started again triggers late.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from itertools import cycle
from pathlib import Path
import re
from typing import Any

import pytest

from simulator import Simulator

from .installation import Installation, Running

KILLED_AFTER, STARTED_BY, EVENTS = 150, 260, 360
"""Events that have happened when the power goes, at most when it is back, and at the end."""
PAUSE = 0.03
"""Seconds between two events."""

# Events of a Point or a home, and the states that follow from them.
OF_POINT = {
    "temperature_high": ("binary_sensor.heat", "on"),
    "temperature_dropped_normal": ("binary_sensor.heat", "off"),
    "humidity_low": ("binary_sensor.dry", "on"),
    "humidity_risen_normal": ("binary_sensor.dry", "off"),
    "tamper_removed": ("sensor.mount_status", "removed"),
    "tamper_mounted": ("sensor.mount_status", "mounted"),
}
OF_HOME = {
    "disturbance_first_notice": ("sensor.disturbance", "first_notice"),
    "disturbance_second_notice": ("sensor.disturbance", "second_notice"),
    "disturbance_ended": ("sensor.disturbance", "none"),
}

NAMES = (
    *("lakeside_4", "lakeside_4_hallway", "lakeside_4_bedroom"),
    *("harbour_loft", "harbour_loft_hallway", "harbour_loft_bedroom"),
)
TRIGGERED = re.compile(r"TRIGGERED (\S+) (\d+)")
DIARY: list[dict[str, Any]] = [
    {
        "alias": "Diary",
        "mode": "queued",
        "max": 1000,
        "triggers": [
            {
                "trigger": "state",
                "entity_id": [f"event.{name}_events" for name in NAMES],
                "not_from": ["unavailable"],
            }
        ],
        "actions": [
            {
                "action": "system_log.write",
                "data": {
                    "level": "error",
                    "message": "TRIGGERED {{ trigger.entity_id }} "
                    "{{ trigger.to_state.attributes.value | int }}",
                },
            }
        ],
    }
]
"""Logs which event triggered which entity."""


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Return a Minut cloud on the real clock, with two homes of two Points that report nothing."""
    async with Simulator(heartbeat=timedelta(hours=12)) as simulator:
        yield simulator


class Story:
    """Events one after the other; `number` of them have happened."""

    def __init__(self, cloud: Simulator) -> None:
        self._cloud = cloud
        self.number = 0
        self.expected: dict[str, str] = {}
        """What each entity must show, by `<platform>.<unique id>`."""

    async def tell(self, until: int) -> None:
        """Make events happen until there are `until`; each has its number as its value."""
        points, homes = cycle(self._cloud.devices), cycle(self._cloud.homes)
        of_point, of_home = cycle(OF_POINT.items()), cycle(OF_HOME.items())
        while self.number < until:
            self.number += 1
            if self.number % 5:
                key, (event_type, (entity, shows)) = next(points), next(of_point)
                await self._cloud.emit(event_type, device=key, sensor_value=self.number)
                if not self.number % 7:
                    next(points)  # else each Point would always meet the same events
            else:
                key, (event_type, (entity, shows)) = next(homes), next(of_home)
                await self._cloud.emit(event_type, home=key, sensor_value=self.number)
            platform, _, name = entity.partition(".")
            self.expected[f"{platform}.point.{key}-{name}"] = shows
            await asyncio.sleep(PAUSE)


def triggered_in(log: str) -> set[int]:
    """Return the numbers of the events that have triggered."""
    return {int(number) for _, number in TRIGGERED.findall(log)}


async def until_triggered(running: Running, is_enough: Callable[[set[int]], bool]) -> None:
    """Wait for the automation, which follows the states with some delay."""

    async def enough() -> bool | None:
        return is_enough(triggered_in(running.log())) or None

    await running.until(enough, "the events to trigger")


def lost_by(cloud: Simulator) -> set[object]:
    """Return the numbers of the events that were not delivered."""
    lost = [delivery.event for delivery in cloud.deliveries if not delivery.delivered]
    return {event.fields.get("sensor_value") for event in lost}


@pytest.mark.newest_only("long; what is stored, and when, is up to the integration")
@pytest.mark.timeout(1800)  # three starts of Home Assistant, on a busy machine
async def test_after_a_kill_all_is_right_and_nothing_has_happened_twice(
    tmp_path: Path, cloud: Simulator
) -> None:
    installation = Installation(tmp_path / "config", cloud)
    installation.automations = DIARY
    story = Story(cloud)
    after_the_start = set(range(STARTED_BY + 1, EVENTS + 1))

    async with installation.ours() as first:
        await first.link(cloud)

    async with installation.ours() as ours:
        await ours.entry()
        await ours.until_state("event.lakeside_4_events", "unknown")
        await story.tell(until=KILLED_AFTER)
        await until_triggered(ours, lambda numbers: len(numbers) > KILLED_AFTER / 2)
        diary = TRIGGERED.findall(await ours.kill())
        telling = asyncio.create_task(story.tell(until=STARTED_BY))

        async with installation.ours() as ours_again:
            await ours_again.entry()
            await telling
            await story.tell(until=EVENTS)
            await cloud.deliveries_done()
            entities = await ours_again.entities()
            for key, shows in story.expected.items():
                platform, _, unique_id = key.partition(".")
                entity_id = entities[unique_id]
                assert entity_id.startswith(platform)
                await ours_again.until_state(entity_id, shows)
            await until_triggered(ours_again, after_the_start.issubset)
            diary_again = TRIGGERED.findall(ours_again.log())

    triggered = {int(number) for _, number in diary}
    triggered_again = {int(number) for _, number in diary_again}
    assert triggered <= set(range(1, KILLED_AFTER + 1))
    lost = lost_by(cloud)
    assert triggered_again & lost
    assert set(Counter([*diary, *diary_again]).values()) == {1}
