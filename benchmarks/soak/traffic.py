"""Random actions in the homes of the soak, and random faults of the API and of deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from simulator import Simulator
from simulator.formats import Json
from simulator.page.actions import ACTIONS

ACTIONS_AN_HOUR = 6
"""Mean number of actions per hour and home."""
API_FAULT_INTERVAL = timedelta(minutes=12)
DELIVERY_FAULT_INTERVAL = timedelta(minutes=10)
RENAME_INTERVAL = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class RandomAction:
    """An action on a Point or a home (see simulator.page.actions); `weight`: how often."""

    name: str
    weight: int = 1
    values: Sequence[Json] = (None,)


POINT_ACTIONS = (
    RandomAction("motion", 10),
    RandomAction("press_button", 4),
    RandomAction("glass_break"),
    RandomAction("smoke_alarm"),
    RandomAction("smoke"),
    RandomAction("remove_from_mount"),
    RandomAction("mount", 2),
    RandomAction("old_tamper"),
    RandomAction("set_temperature", 3, (31.0, 8.0, None, None)),
    RandomAction("set_humidity", 3, (85.0, 8.0, None, None)),
    RandomAction("set_sound", 3, (88.0, None, None)),
    RandomAction("low_battery"),
    RandomAction("charge", 2),
    RandomAction("take_offline"),
    RandomAction("bring_online", 3),
)
HOME_ACTIONS = (
    RandomAction("arm", 2),
    RandomAction("disarm", 2),
    RandomAction("silence"),
    RandomAction("noise_1"),
    RandomAction("noise_2"),
    RandomAction("noise_3"),
    RandomAction("snooze_noise"),
    RandomAction("dismiss_noise"),
    RandomAction("quiet", 3),
)
POINT_SHARE = 0.8

DELIVERY_FAULTS = ("", "", "", "lose", "duplicate", "reorder", "hold")
"""What happens to deliveries during an interval; an empty string: no fault."""

NOT_OAUTH = "/[!o]*"
"""All paths but /oauth/token. After a rejected or lost refresh the user has to sign in again,
which nobody does here."""


@dataclass(frozen=True, slots=True)
class ApiFault:
    """A fault of the API (see simulator.backend.faults), at most `max_times` in a row."""

    fault: dict[str, Any] = field(default_factory=dict)
    max_times: int = 1


API_FAULTS = {
    "429": ApiFault({"status": 429, "body": {"error": "too_many_requests"}}),
    "429 with Retry-After": ApiFault({"status": 429, "headers": {"Retry-After": "90"}}),
    "500": ApiFault({"status": 500, "body": {"error": "internal"}}, 2),
    "502 in HTML": ApiFault({"status": 502, "body": "<html><h1>Bad Gateway</h1></html>"}, 4),
    "401": ApiFault({"status": 401, "body": {"error": "unauthorized"}, "path": NOT_OAUTH}),
    "hanging": ApiFault({"hang": True}),
    "disconnected": ApiFault({"disconnect": True}, 2),
    "cut off": ApiFault({"truncate": True, "path": NOT_OAUTH}),
    "shifted list": ApiFault({"rotate": True}),
    "empty object": ApiFault({"status": 200, "body": {}}),
    "tokens expired": ApiFault(),
}


class Traffic:
    """Performs random actions and faults by the simulated clock."""

    def __init__(self, cloud: Simulator, *, seed: int) -> None:
        self._cloud = cloud
        self._random = Random(seed)
        now = cloud.time()
        self._next_action = self._next_api_fault = now
        self._next_delivery_fault = self._next_rename = now
        self._renames = 0
        self.actions = 0
        self.faults: dict[str, int] = {}
        self.delivery_faults: dict[str, int] = {}

    async def perform_all_once(self) -> None:
        """Perform every action on each home and Point, so that all entities have appeared."""
        for actions, targets in (
            (POINT_ACTIONS, list(self._cloud.devices)),
            (HOME_ACTIONS, list(self._cloud.homes)),
        ):
            for target in targets:
                for action in actions:
                    await ACTIONS[action.name](self._cloud, target, None)

    async def run_due(self) -> None:
        """Run everything that is due by now."""
        now = self._cloud.time()
        await self._cloud.run_due()
        while self._next_action <= now:
            await self._perform_action()
            interval = timedelta(hours=1) / (ACTIONS_AN_HOUR * len(self._cloud.homes))
            self._next_action = self._after(self._next_action, interval)
        if self._next_api_fault <= now:
            self._add_api_fault()
            self._next_api_fault = self._after(now, API_FAULT_INTERVAL)
        if self._next_delivery_fault <= now:
            self._set_delivery_fault(self._random.choice(DELIVERY_FAULTS))
            self._next_delivery_fault = self._after(now, DELIVERY_FAULT_INTERVAL)
        if self._next_rename <= now:
            self._rename()
            self._next_rename = self._after(now, RENAME_INTERVAL)

    async def end_faults(self) -> None:
        """End all faults, noise and scheduled reports."""
        self._set_delivery_fault("")
        self._cloud.faults.clear()
        self._cloud.switches.enforce_limits = False
        for home_id in self._cloud.homes:
            await ACTIONS["quiet"](self._cloud, home_id, None)
        self._cloud.world.heartbeat = timedelta(days=30)
        for device_id in self._cloud.devices:
            await self._cloud.heartbeat(device_id)

    async def final_scene(self) -> None:
        """Bring homes and Points into many different states."""
        for number, home_id in enumerate(self._cloud.homes):
            action = ("arm", "noise_2", "disarm")[number % 3]
            await ACTIONS[action](self._cloud, home_id, None)
        for number, device_id in enumerate(self._cloud.devices):
            actions: tuple[tuple[str, Json], ...] = (
                ("bring_online", None),
                ("set_temperature", (31.0, 8.0, None)[number % 3]),
                ("set_humidity", (85.0, None, 8.0)[number % 3]),
                (("low_battery", "charge")[number % 2], None),
                (("mount", "remove_from_mount")[number % 2], None),
            )
            for action, value in actions:
                await ACTIONS[action](self._cloud, device_id, value)
            if number % 5 == 4:
                await ACTIONS["take_offline"](self._cloud, device_id, None)

    def _after(self, moment: datetime, mean: timedelta) -> datetime:
        return moment + mean * self._random.expovariate(1)

    async def _perform_action(self) -> None:
        on_point = self._random.random() < POINT_SHARE
        actions = POINT_ACTIONS if on_point else HOME_ACTIONS
        [action] = self._random.choices(actions, [each.weight for each in actions])
        targets = list(self._cloud.devices if on_point else self._cloud.homes)
        target, value = self._random.choice(targets), self._random.choice(action.values)
        await ACTIONS[action.name](self._cloud, target, value)
        self.actions += 1

    def _add_api_fault(self) -> None:
        if self._cloud.faults.active:
            return  # two rejections in a row rightly end the login
        name, fault = self._random.choice(list(API_FAULTS.items()))
        self.faults[name] = self.faults.get(name, 0) + 1
        if fault.fault:
            times = self._random.randint(1, fault.max_times)
            self._cloud.faults.add(times=times, **fault.fault)
        else:
            self._cloud.expire_tokens()

    def _set_delivery_fault(self, name: str) -> None:
        switches = self._cloud.switches
        switches.lose_deliveries = name == "lose"
        switches.duplicate_deliveries = name == "duplicate"
        switches.reorder_deliveries = name == "reorder"
        switches.hold_deliveries = name == "hold"
        if not switches.hold_deliveries:
            self._cloud.webhooks.release(newest_first=True)
        if name:
            self.delivery_faults[name] = self.delivery_faults.get(name, 0) + 1

    def _rename(self) -> None:
        self._renames += 1
        device = self._random.choice(list(self._cloud.devices.values()))
        device.description = f"Room {self._renames}"
        if self._renames % 3 == 0:
            home = self._random.choice(list(self._cloud.homes.values()))
            home.name = f"House {self._renames}"
