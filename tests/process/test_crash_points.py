"""Power cuts between an action of the cloud and its storage in Home Assistant."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
import re
from typing import Any

import aiohttp
import pytest

from scripts.lib.develop.processes import say
from simulator import Hook, Simulator
from simulator.world.events import Event
from simulator.world.series import Request, series

from .installation import Installation, Running

BUTTON = "binary_sensor.hallway_button_press"
PANEL = "alarm_control_panel.lakeside_4_alarm"
HEAT = "binary_sensor.hallway_too_warm"
SERIES = {
    "sensor.hallway_temperature": "temperature",
    "sensor.hallway_humidity": "humidity",
    "sensor.hallway_sound_level": "sound_level",
}
HOUR = timedelta(hours=1)
IMPORTED = timedelta(days=29)
"""The first import goes back 30 days from its first attempt."""
SECONDS = 300
"""Maximum time to wait for a request that meets the fault, on a busy machine."""

TRIGGERED = re.compile(r"TRIGGERED (\S+)")
DIARY: list[dict[str, Any]] = [
    {
        "alias": "Diary",
        "mode": "queued",
        "triggers": [
            {
                "trigger": "state",
                "entity_id": "event.hallway_button",
                "not_from": ["unavailable"],
                "not_to": ["unavailable"],
            }
        ],
        "actions": [
            {
                "action": "system_log.write",
                "data": {
                    "level": "error",
                    "message": "TRIGGERED {{ trigger.to_state.attributes.time }}",
                },
            }
        ],
    }
]
"""Logs each press of the button that triggers."""


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Return a Minut cloud on the real clock, with one home and one Point that reports nothing."""
    async with Simulator(homes=1, devices=1, heartbeat=timedelta(hours=12)) as simulator:
        yield simulator


class Story:
    """A cloud, and an installation that is started again and again."""

    def __init__(self, cloud: Simulator, installation: Installation) -> None:
        self.cloud = cloud
        self._installation = installation
        [self._point] = cloud.devices
        [self._home] = cloud.homes.values()
        # Of another app of the same user: it must stay.
        self._stranger = cloud.webhooks.register(
            cloud.account.user_id, "https://app.example.org/", ("none",)
        )
        self.diary: list[str] = []
        """What has triggered in all runs."""

    @property
    def hooks(self) -> list[Hook]:
        """The webhooks of the integration at the cloud."""
        return [hook for hook in self.cloud.hooks.values() if hook is not self._stranger]

    @asynccontextmanager
    async def run(self) -> AsyncIterator[Running]:
        """Run Home Assistant; afterwards, change states while it is stopped."""
        async with self._installation.ours() as running:
            yield running
            self.diary += TRIGGERED.findall(running.log())
        self.cloud.faults.clear()
        is_armed = self._home.alarm_status == "on"
        self._home.alarm_status = "off" if is_armed else "on"
        event_type = "temperature_dropped_normal" if is_armed else "temperature_high"
        await self.cloud.emit(event_type, device=self._point)
        await self.cloud.deliveries_done()

    async def press(self, running: Running) -> Event:
        """Press the button, and wait until the event has triggered."""
        before = len(TRIGGERED.findall(running.log()))
        event = await self.cloud.press_button(self._point)
        assert event

        async def triggered() -> bool | None:
            return len(TRIGGERED.findall(running.log())) > before or None

        await running.until(triggered, "the button to trigger")
        await self.cloud.deliveries_done()
        [hook] = self.hooks
        [sent] = [delivery for delivery in self.cloud.deliveries if delivery.event is event]
        assert sent.hook_id == hook.hook_id
        assert sent.delivered
        return event

    async def expect_order(self, running: Running) -> None:
        """Wait until all states are right and stored, and check that events arrive."""
        await running.entry()
        is_armed = self._home.alarm_status == "on"
        await running.until_state(PANEL, "armed_away" if is_armed else "disarmed")
        await running.until_state(HEAT, "on" if is_armed else "off")

        async def there_is_one() -> bool | None:
            return len(self.hooks) == 1 or None

        await running.until(there_is_one, "one hook to be left")
        await running.until_state(BUTTON, "on", "off")
        await self.press(running)
        await running.until(lambda: self._stored(running), "the account to be stored")
        assert self._stranger.hook_id in self.cloud.hooks
        assert await running.issues() == {}
        assert await running.frontend.flows("point") == []

    async def _stored(self, running: Running) -> bool | None:
        """Return whether the current entry is on disk."""
        entry = await running.entry()
        with suppress(FileNotFoundError):
            stored = self._installation.file("core.config_entries")["data"]["entries"]
            return (
                any(
                    each["entry_id"] == entry["entry_id"]
                    and datetime.fromisoformat(each["modified_at"]).timestamp()
                    == entry["modified_at"]
                    for each in stored
                )
                or None
            )
        return None


# What happens at the cloud before


def nothing(_story: Story) -> None:
    """Change nothing."""


def old_tokens_are_kept(story: Story) -> None:
    story.cloud.switches.keep_old_refresh_tokens = True
    story.cloud.expire_tokens()


def old_tokens_are_dropped(story: Story) -> None:
    story.cloud.switches.keep_old_refresh_tokens = False
    story.cloud.expire_tokens()


def history_is_there(story: Story) -> None:
    story.cloud.faults.clear()


def hook_is_lost(story: Story) -> None:
    [hook] = story.hooks
    story.cloud.webhooks.remove(hook.hook_id)


def hook_is_there_twice(story: Story) -> None:
    [hook] = story.hooks
    story.cloud.webhooks.register(hook.user_id, hook.url, hook.events)


@dataclass(frozen=True, kw_only=True)
class CrashPoint:
    """A power cut when a request of the reload or removal of the account meets a fault."""

    fault: dict[str, Any]
    prepare: Callable[[Story], None] = nothing
    is_removal: bool = False
    asks_to_sign_in: bool = False

    async def reach(self, story: Story, running: Running) -> None:
        """Reach the fault, and cut the power."""
        self.prepare(story)
        fault = story.cloud.faults.add(**self.fault)
        wish = running.remove() if self.is_removal else running.reload()
        async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
            group.create_task(_until_the_end(wish))
            await fault.met.wait()
            await running.kill()


HISTORY = CrashPoint(
    prepare=history_is_there, fault={"method": "GET", "path": "/devices/*/humidity", "hang": True}
)
POINTS = {
    "token renewed, answer lost, and the former one dropped": CrashPoint(
        prepare=old_tokens_are_dropped,
        fault={"path": "/oauth/token", "swallow": True},
        asks_to_sign_in=True,
    ),
    "token renewed, not stored, and the former one kept": CrashPoint(
        prepare=old_tokens_are_kept, fault={"path": "/devices", "hang": True}
    ),
    "hook made, answer lost": CrashPoint(
        prepare=hook_is_lost, fault={"method": "POST", "path": "/webhooks", "swallow": True}
    ),
    "hook made, not stored": CrashPoint(
        prepare=hook_is_lost, fault={"method": "POST", "path": "/webhooks/*/ping", "hang": True}
    ),
    "hook deleted, answer lost": CrashPoint(
        prepare=hook_is_there_twice,
        fault={"method": "DELETE", "path": "/webhooks/*", "swallow": True},
    ),
    "hook deleted, removal of the account not stored": CrashPoint(
        fault={"method": "DELETE", "path": "/webhooks/*", "swallow": True}, is_removal=True
    ),
}


async def _until_the_end(wish: Awaitable[object]) -> None:
    """Wait for a request that the end of the process interrupts."""
    with suppress(aiohttp.ClientError):
        await wish


@pytest.mark.newest_only("long; what is stored, and when, is up to the integration")
@pytest.mark.timeout(3600)  # ten starts of Home Assistant, on a busy machine
async def test_wherever_the_power_goes_all_is_right_afterwards(
    tmp_path: Path, cloud: Simulator
) -> None:
    installation = Installation(tmp_path / "config", cloud)
    installation.automations = DIARY
    story = Story(cloud, installation)

    without_history(cloud)
    async with story.run() as running:
        await running.link(cloud)
        await story.expect_order(running)

    say("Power goes: one of three histories imported, not noted")
    without_history(cloud)
    async with story.run() as running:
        await story.expect_order(running)
        await HISTORY.reach(story, running)

    is_asked_to_sign_in = False
    for name, point in POINTS.items():
        say(f"Power goes: {name}")
        async with story.run() as running:
            if is_asked_to_sign_in:
                await running.sign_in_again()
            await story.expect_order(running)
            await point.reach(story, running)
        is_asked_to_sign_in = point.asks_to_sign_in

    say("Power goes: event taken, not saved")
    async with story.run() as running:
        await story.expect_order(running)
        taken = await story.press(running)
        await running.kill()

    async with story.run() as running:
        await running.until_state(BUTTON, "on", "off")
        [hook] = story.hooks
        cloud.webhooks.deliver(hook, taken)
        await cloud.deliveries_done()
        assert cloud.deliveries[-1].delivered
        await story.expect_order(running)
        await expect_history(cloud, running)

    events = cloud.log.of_user(cloud.account.user_id)
    presses = [event for event in events if event.type == "short_button_press"]
    assert len(set(story.diary)) == len(presses)
    # Only the press that was delivered again had not been saved and triggers again.
    assert len(story.diary) == len(presses) + 1


def without_history(cloud: Simulator) -> None:
    """Make the history of the Points unavailable."""
    for name in SERIES.values():
        cloud.faults.add(path=f"/devices/*/{name}", status=503, times=None)


async def expect_history(cloud: Simulator, running: Running) -> None:
    """Wait until each hour of a month has the mean value of Minut."""
    await running.reload()  # it looks for history at once then, else within five minutes
    [point] = cloud.devices.values()
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - 2 * HOUR
    start = end - IMPORTED
    part = Request(
        start=start.timestamp(),
        end=end.timestamp(),
        resolution=int(HOUR.total_seconds()),
        min_max=False,
        null_fill=False,
        limit=None,
        tuples=True,
    )
    for entity_id, name in SERIES.items():
        told: Any = series(point, name, part)["values"]
        hours = dict(told)
        assert len(hours) == IMPORTED / HOUR

        async def imported(
            entity_id: str = entity_id, hours: dict[int, float] = hours
        ) -> bool | None:
            return (await running.means(entity_id, start, end)).keys() >= hours.keys() or None

        await running.until(imported, f"the history of {entity_id}")
        assert await running.means(entity_id, start, end) == pytest.approx(hours, abs=0.01)
