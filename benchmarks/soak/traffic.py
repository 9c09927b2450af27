"""What happens in the homes of the soak, and what goes wrong on the way, by chance."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from simulator import Simulator
from simulator.page.acts import ACTS
from simulator.wire import Json

EVENTS = 6
"""Acts an hour in each home."""
FAULTS_EVERY = timedelta(minutes=12)
ROADS_EVERY = timedelta(minutes=10)
RENAMES_EVERY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done to a Point or a home (see simulator.acts); how often, by weight."""

    act: str
    weight: int = 1
    values: Sequence[Json] = (None,)


POINT_DEEDS = (
    Deed("motion", 10),
    Deed("press_button", 4),
    Deed("glass_break"),
    Deed("smoke_alarm"),
    Deed("smoke"),
    Deed("remove_from_mount"),
    Deed("mount", 2),
    Deed("old_tamper"),
    Deed("set_temperature", 3, (31.0, 8.0, None, None)),
    Deed("set_humidity", 3, (85.0, 8.0, None, None)),
    Deed("set_sound", 3, (88.0, None, None)),
    Deed("low_battery"),
    Deed("charge", 2),
    Deed("take_offline"),
    Deed("bring_online", 3),
)
HOME_DEEDS = (
    Deed("arm", 2),
    Deed("disarm", 2),
    Deed("silence"),
    Deed("noise_1"),
    Deed("noise_2"),
    Deed("noise_3"),
    Deed("snooze_noise"),
    Deed("dismiss_noise"),
    Deed("quiet", 3),
)
POINT_SHARE = 0.8

ROADS = ("", "", "", "lose", "duplicate", "reorder", "hold")
"""How deliveries fare for a while; mostly well."""


NOT_THE_LOGIN = "/[!o]*"
"""All but /oauth/token: who is refused there, or does not get the refresh token that takes the
place of the former, has to sign in again, and nobody does that here."""


@dataclass(frozen=True, slots=True)
class Mishap:
    """A fault of the API (see simulator.faults), so many times in a row at most."""

    fault: dict[str, Any] = field(default_factory=dict)
    most: int = 1


MISHAPS = {
    "429": Mishap({"status": 429, "body": {"error": "too_many_requests"}}),
    "429 with Retry-After": Mishap({"status": 429, "headers": {"Retry-After": "90"}}),
    "500": Mishap({"status": 500, "body": {"error": "internal"}}, 2),
    "502 in HTML": Mishap({"status": 502, "body": "<html><h1>Bad Gateway</h1></html>"}, 4),
    "401": Mishap({"status": 401, "body": {"error": "unauthorized"}, "path": NOT_THE_LOGIN}),
    "hanging": Mishap({"hang": True}),
    "disconnected": Mishap({"disconnect": True}, 2),
    "cut off": Mishap({"truncate": True, "path": NOT_THE_LOGIN}),
    "shifted list": Mishap({"turn": True}),
    "empty object": Mishap({"status": 200, "body": {}}),
    "tokens expired": Mishap(),
}


class Traffic:
    """Lets things happen at their times, by the simulated clock."""

    def __init__(self, cloud: Simulator, *, seed: int) -> None:
        self._cloud = cloud
        self._random = Random(seed)
        now = cloud.time()
        self._next_deed = self._next_fault = self._next_road = self._next_rename = now
        self._renames = 0
        self.deeds = 0
        self.mishaps: dict[str, int] = {}
        self.roads: dict[str, int] = {}

    async def everything_once(self) -> None:
        """Do everything to each home and Point: what appears only then is there from then on."""
        for deeds, targets in (
            (POINT_DEEDS, list(self._cloud.devices)),
            (HOME_DEEDS, list(self._cloud.homes)),
        ):
            for target in targets:
                for deed in deeds:
                    await ACTS[deed.act](self._cloud, target, None)

    async def go_on(self) -> None:
        """Let happen what is due by now."""
        now = self._cloud.time()
        await self._cloud.run_due()
        while self._next_deed <= now:
            await self._deed()
            pause = timedelta(hours=1) / (EVENTS * len(self._cloud.homes))
            self._next_deed = self._after(self._next_deed, pause)
        if self._next_fault <= now:
            self._go_wrong()
            self._next_fault = self._after(now, FAULTS_EVERY)
        if self._next_road <= now:
            self._change_road(self._random.choice(ROADS))
            self._next_road = self._after(now, ROADS_EVERY)
        if self._next_rename <= now:
            self._rename()
            self._next_rename = self._after(now, RENAMES_EVERY)

    async def calm_down(self) -> None:
        """End all trouble and noise, and let the Points report no more by themselves."""
        self._change_road("")
        self._cloud.faults.clear()
        self._cloud.switches.enforce_limits = False
        for home_id in self._cloud.homes:
            await ACTS["quiet"](self._cloud, home_id, None)
        self._cloud.world.heartbeat = timedelta(days=30)
        for device_id in self._cloud.devices:
            await self._cloud.heartbeat(device_id)

    async def last_scene(self) -> None:
        """Let homes and Points end in many states at once."""
        for number, home_id in enumerate(self._cloud.homes):
            act = ("arm", "noise_2", "disarm")[number % 3]
            await ACTS[act](self._cloud, home_id, None)
        for number, device_id in enumerate(self._cloud.devices):
            deeds: tuple[tuple[str, Json], ...] = (
                ("bring_online", None),
                ("set_temperature", (31.0, 8.0, None)[number % 3]),
                ("set_humidity", (85.0, None, 8.0)[number % 3]),
                (("low_battery", "charge")[number % 2], None),
                (("mount", "remove_from_mount")[number % 2], None),
            )
            for act, value in deeds:
                await ACTS[act](self._cloud, device_id, value)
            if number % 5 == 4:
                await ACTS["take_offline"](self._cloud, device_id, None)

    def _after(self, moment: datetime, mean: timedelta) -> datetime:
        return moment + mean * self._random.expovariate(1)

    async def _deed(self) -> None:
        of_point = self._random.random() < POINT_SHARE
        deeds = POINT_DEEDS if of_point else HOME_DEEDS
        [deed] = self._random.choices(deeds, [each.weight for each in deeds])
        targets = list(self._cloud.devices if of_point else self._cloud.homes)
        target, value = self._random.choice(targets), self._random.choice(deed.values)
        await ACTS[deed.act](self._cloud, target, value)
        self.deeds += 1

    def _go_wrong(self) -> None:
        if self._cloud.faults.active:
            return  # two refusals in a row would end the login, as they should
        name, mishap = self._random.choice(list(MISHAPS.items()))
        self.mishaps[name] = self.mishaps.get(name, 0) + 1
        if mishap.fault:
            times = self._random.randint(1, mishap.most)
            self._cloud.faults.add(times=times, **mishap.fault)
        else:
            self._cloud.expire_tokens()

    def _change_road(self, road: str) -> None:
        switches = self._cloud.switches
        switches.lose_deliveries = road == "lose"
        switches.duplicate_deliveries = road == "duplicate"
        switches.reorder_deliveries = road == "reorder"
        switches.hold_deliveries = road == "hold"
        if not switches.hold_deliveries:
            self._cloud.webhooks.release(newest_first=True)
        if road:
            self.roads[road] = self.roads.get(road, 0) + 1

    def _rename(self) -> None:
        self._renames += 1
        device = self._random.choice(list(self._cloud.devices.values()))
        device.description = f"Room {self._renames}"
        if self._renames % 3 == 0:
            home = self._random.choice(list(self._cloud.homes.values()))
            home.name = f"House {self._renames}"
