"""Runs a plan: after each step, Home Assistant must show what the model expects."""

import asyncio
from datetime import datetime, timedelta
from random import seed
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState, EntityRegistryDisabledHandler
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.point.const import DOMAIN
from custom_components.point.webhook import endpoint, removal
from simulator import Device
from simulator.behaviour.actions import InteractiveCloud
from tests.conftest import NOON
from tests.helpers.commands import advance, pause
from tests.helpers.house import House

from . import acts
from .plans import Plan, Step
from .told import Told
from .truth import check_truth
from .watch import Watch
from .witness import Witness

RIGHT = timedelta(0)
LONGEST_COMMAND = 120
"""Maximum duration of a command in seconds."""
MANY_TURNS = 2000
"""Turns of the event loop; a request on loopback takes far fewer."""


class CloudClock:
    """The clock of the cloud, which is correct; Home Assistant's may be set forward or back."""

    def __init__(self) -> None:
        self.ahead = RIGHT
        self._made_up_for = 0.0

    def monotonic(self) -> float:
        """Return the time of the event loop, unaffected by clock changes."""
        return time.monotonic() + self._made_up_for

    def put(self, freezer: FrozenDateTimeFactory, to: datetime) -> None:
        """Set Home Assistant's clock."""
        before = time.monotonic()
        freezer.move_to(to)
        self._made_up_for += before - time.monotonic()

    def __call__(self) -> datetime:
        """Return the time of the cloud."""
        return dt_util.utcnow() + self.ahead


class World:
    """One account, from linking to removal."""

    def __init__(
        self, house: House, clock: CloudClock, storage: dict[str, Any], plan: Plan
    ) -> None:
        self.house = house
        self.hass = house.hass
        self.cloud = house.simulator
        self.clock = clock
        self.plan = plan
        self.told = Told()
        self._storage = storage
        self._gate: asyncio.Event | None = None
        self._asked = asyncio.Event()
        self.is_losing = False
        self.is_signed_out = False
        self.most_behind = RIGHT
        """How far Home Assistant's clock was behind the cloud's at most."""
        self.watch = Watch(self.hass, self.cloud, self._hold_answer)
        self.witness = Witness(self)

    async def live(self) -> None:
        """Run the plan."""
        with pytest.MonkeyPatch.context() as patch:
            await self._begin(patch)
            try:
                for step in self.plan.steps:
                    await self._do(step)
                await self._end()
            finally:
                self.watch.stop()
                self.cloud.faults.clear()
                if self.hass.config_entries.async_get_entry(self.house.entry.entry_id):
                    await self.hass.config_entries.async_remove(self.house.entry.entry_id)
                await self.house.settle()

    async def _begin(self, patch: pytest.MonkeyPatch) -> None:
        house, cloud = self.house, self.cloud
        seed()  # of the registries' ids: hypothesis would have each world repeat them
        self.clock.put(house.freezer, datetime.fromisoformat(NOON))
        self.clock.ahead = RIGHT
        await cloud.webhooks.close()
        InteractiveCloud.__init__(
            cloud,
            homes=self.plan.homes,
            devices=self.plan.points,
            seed=1,
            heartbeat=timedelta(hours=1),
            now=self.clock,
        )
        cloud.requests.clear()
        cloud.switches.token_lifetime = timedelta(days=900)
        cloud.switches.date = False  # the model judges events by Home Assistant's clock
        patch.setattr(removal, "SECOND_LIST_DELAY", 0)  # nothing advances the clock meanwhile
        self.watch.listen(patch)
        patch.setattr(endpoint, "MAX_WAIT", 0)  # likewise
        # The first cigarette enables an entity. Home Assistant would load the account again after
        # that, and end what is momentary; loads are steps of the plan here.
        patch.setattr(EntityRegistryDisabledHandler, "_async_handle_reload", lambda *_: None)
        house.entry = await house.make_entry({"token": self._token()})
        await self._start()
        self.look("the beginning")

    # Time

    async def pass_time(self, seconds: float, step: object = "time passes") -> None:
        """Advance the clock, in steps of 15 minutes up to an hour, else of an hour."""
        longest = 900 if seconds <= 3600 else 3600
        while seconds > 0:
            await self._tick(min(seconds, longest))
            self.look(step)
            seconds -= longest

    async def _tick(self, seconds: float) -> None:
        await self.house.settle()
        self._set_loss()
        self.house.freezer.tick(timedelta(seconds=seconds))
        await self.cloud.run_due()
        async_fire_time_changed(self.hass)
        await self.house.settle()

    def _set_loss(self) -> None:
        """Lose deliveries while the integration does not run."""
        self.cloud.switches.lose_deliveries = self.is_losing or not self.is_loaded

    async def set_clock(self, by: timedelta) -> None:
        """Set Home Assistant's clock forward or back, without affecting timers."""
        await self.house.settle()
        self.clock.put(self.house.freezer, dt_util.utcnow() + by)
        self.clock.ahead -= by
        self.most_behind = max(self.most_behind, self.clock.ahead)
        self.witness.confuse()

    # Home Assistant

    @property
    def is_loaded(self) -> bool:
        """Return whether the integration runs."""
        return self.house.entry.state is ConfigEntryState.LOADED

    async def _start(self) -> None:
        self.told.run += 1
        self.witness.starts()
        await self.hass.config_entries.async_setup(self.house.entry.entry_id)
        await self.house.settle()
        self._set_loss()

    async def _restart(self, seconds: float, *, is_killed: bool) -> None:
        """Stop the integration, with or without saving, and start it again."""
        key = f"{DOMAIN}.{self.house.entry.entry_id}"
        saved = self._storage.get(key)
        if is_killed:
            self.cloud.faults.clear()
            seen = saved["data"] if saved else {"seen": (), "fetched": ()}
            self.witness.dies({*seen["seen"], *seen["fetched"]})
        await self.hass.config_entries.async_unload(self.house.entry.entry_id)
        if is_killed and saved is not None:
            self._storage[key] = saved
        elif is_killed:
            self._storage.pop(key, None)
        self._set_loss()
        await self.house.settle()
        self.house.freezer.tick(timedelta(seconds=seconds))
        await self.cloud.run_due()
        async_fire_time_changed(self.hass)
        await self.house.settle()
        self.watch.forget_deliveries()
        await self._start()

    async def _hold_answer(self, path: str) -> None:
        if self._gate and path == "/devices":
            self._asked.set()
            await self._gate.wait()

    async def _event_during_poll(self, device: Device, kind: str) -> None:
        """Emit an event between the answer to a poll and its arrival."""
        await self.house.settle()
        if not self.is_loaded or self.witness.failures or self.cloud.faults.active:
            return
        if device.device_id not in self.told.present:
            return  # the order of answer and event is unknown
        self._gate, self._asked = asyncio.Event(), asyncio.Event()
        self.house.freezer.tick(timedelta(seconds=3700))
        await self.cloud.run_due()
        async_fire_time_changed(self.hass)
        for _ in range(MANY_TURNS):
            if self._asked.is_set():
                break
            await asyncio.sleep(0)
        self.house.freezer.tick(timedelta(seconds=2))
        await acts.bare_event(self.cloud, device, kind, 0)
        await self.cloud.deliveries_done()
        self._gate.set()
        self._gate = None

    # Steps

    async def _do(self, step: Step) -> None:
        name, *values = step
        if name == "wait":
            await self.pass_time(values[0], step)
            return
        self.house.freezer.tick(timedelta(seconds=1))
        await self._act(name, *values)
        self._set_loss()
        await self.cloud.run_due()
        async_fire_time_changed(self.hass)
        await self.house.settle()
        self.look(step)

    async def _act(self, name: str, *values: Any) -> None:
        self.witness.is_push_doubtful |= name in acts.MAY_LOSE
        devices, homes = list(self.cloud.devices.values()), list(self.cloud.homes.values())
        if name in acts.OF_CLOUD:
            await acts.OF_CLOUD[name](self.cloud, *values)
        elif name in acts.OF_POINT:
            if devices:
                await acts.OF_POINT[name](self.cloud, _one(devices, *values))
        elif name in acts.OF_HOME:
            if homes:
                await acts.OF_HOME[name](self.cloud, _one(homes, *values))
        else:
            await self._act_of_own(name, values)

    async def _act_of_own(self, name: str, values: tuple[Any, ...]) -> None:
        devices, homes = list(self.cloud.devices.values()), list(self.cloud.homes.values())
        match name, values:
            case (("lose" | "deliver"), _):
                self.is_losing = name == "lose"
            case "clock", [seconds]:
                await self.set_clock(timedelta(seconds=seconds))
            case (("restart" | "kill"), [seconds]):
                await self._restart(seconds, is_killed=name == "kill")
            case (("arm by panel" | "disarm by panel"), [number]) if homes:
                await self._by_panel(name, _one(homes, number).home_id)
            case "end the login", _:
                self.cloud.revoke_tokens()
                self.is_signed_out = True
            case "sign in", _:
                await self._sign_in()
            case "bare event", [number, kind, age] if devices:
                await acts.bare_event(self.cloud, _one(devices, number), kind, age)
            case "event during a poll", [number, kind] if devices:
                await self._event_during_poll(_one(devices, number), kind)

    async def _sign_in(self) -> None:
        """Link the account again, as a person does who follows the request to sign in."""
        if not self.is_signed_out:
            return
        self.is_signed_out = False
        data = {**self.house.entry.data, "token": self._token()}
        self.hass.config_entries.async_update_entry(self.house.entry, data=data)
        await self._restart(0, is_killed=False)

    def _token(self) -> dict[str, Any]:
        expires_at = self.cloud.time().timestamp() + timedelta(days=900).total_seconds()
        return {**self.cloud.issue_token(), "expires_at": expires_at}

    async def _by_panel(self, name: str, home_id: str) -> None:
        """Send a command. Without an error it must have been executed: Minut may lie."""
        registry = er.async_get(self.hass)
        entity_id = registry.async_get_entity_id(
            "alarm_control_panel", DOMAIN, f"{DOMAIN}.{home_id}"
        )
        action = "alarm_arm_away" if name == "arm by panel" else "alarm_disarm"
        if not entity_id or not self.is_loaded:
            return
        call = asyncio.create_task(
            self.hass.services.async_call(
                "alarm_control_panel", action, {"entity_id": entity_id}, blocking=True
            )
        )
        await pause()
        for _ in range(LONGEST_COMMAND // 5):
            if call.done():
                break
            await advance(self.house, 5)
        assert call.done(), f"{name} does not end"
        if call.exception() is None and (home := self.cloud.homes.get(home_id)):
            state = self.hass.states.get(entity_id)
            if state and state.state != "unavailable":
                is_armed = home.alarm_status != "off"
                assert is_armed is (name == "arm by panel"), f"{name} is reported as done"

    # What is shown

    def look(self, step: object) -> None:
        """Process what was received, and compare the states with the model."""
        self.witness.take()
        self.witness.check(step)

    def shown(self) -> dict[str, str]:
        """Return the states of the entry by unique id."""
        found = {}
        registry = er.async_get(self.hass)
        for entry in er.async_entries_for_config_entry(registry, self.house.entry.entry_id):
            # Activity and noise of a home and a Point share a key but not an id.
            if state := self.hass.states.get(entry.entity_id):
                found[entry.unique_id] = state.state
            elif not entry.disabled:
                found[entry.unique_id] = "absent"
        return found

    # The end

    async def _end(self) -> None:
        """End all faults and advance the clock: then all states must match the cloud."""
        self.cloud.faults.clear()
        self.is_losing = False
        await self._sign_in()
        await acts.OF_CLOUD["be honest"](self.cloud)
        switches = self.cloud.switches
        switches.duplicate_deliveries = switches.reorder_deliveries = False
        if self.clock.ahead:
            await self.set_clock(self.clock.ahead)
        if switches.hold_deliveries:
            switches.hold_deliveries = False
            await self.cloud.release_deliveries()
        await self.pass_time(901, "the end")
        if self.plan.ends_with == "restart":
            await self._restart(0, is_killed=False)
        else:
            await self.pass_time(7 * 3600, "quiet hours")
        for device in list(self.cloud.devices.values()):
            await self.cloud.press_button(device.device_id)
        await self._tick(1)
        self.look("a last press")
        await self.pass_time(7300, "the end")
        check_truth(self)
        await self._remove()

    async def _remove(self) -> None:
        entry_id = self.house.entry.entry_id
        await self.hass.config_entries.async_remove(entry_id)
        await self.house.settle()
        assert not self.cloud.hooks, "a hook is left behind"
        assert f"{DOMAIN}.{entry_id}" not in self._storage, "a file is left behind"
        assert not er.async_entries_for_config_entry(er.async_get(self.hass), entry_id)


def _one[T](things: list[T], number: int) -> T:
    return things[number % len(things)]
