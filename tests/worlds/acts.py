"""What can happen in a world, by name: to a Point, to a home or to the whole cloud."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from simulator import Device, Home, Simulator

type Act[T] = Callable[[Simulator, T], Awaitable[object]]

MOST_HOMES, MOST_POINTS = 3, 5


def _point(act: Callable[..., Awaitable[object]], *values: float | None) -> Act[Device]:
    """Return an act of the simulator on a Point."""
    return lambda cloud, device: act(cloud, device.device_id, *values)


def _home(act: Callable[..., Awaitable[object]], *values: int) -> Act[Home]:
    """Return an act of the simulator on a home."""
    return lambda cloud, home: act(cloud, home.home_id, *values)


async def _lose_contact(cloud: Simulator, device: Device) -> None:
    await cloud.take_offline(device.device_id, at_once=False)


async def _rename_point(_cloud: Simulator, device: Device) -> None:
    device.description += "!"


async def _move_point(cloud: Simulator, device: Device) -> None:
    homes = list(cloud.homes)
    device.home_id = homes[(homes.index(device.home_id) + 1) % len(homes)]


async def _rename_home(_cloud: Simulator, home: Home) -> None:
    home.name += "!"


async def _add_home(cloud: Simulator, _home: Home) -> None:
    if len(cloud.homes) < MOST_HOMES:
        home = await cloud.add_home()
        await cloud.add_device(home.home_id)


async def _add_point(cloud: Simulator, home: Home) -> None:
    if len(cloud.devices) < MOST_POINTS:
        await cloud.add_device(home.home_id)


OF_POINT: Mapping[str, Act[Device]] = {
    "press": _point(Simulator.press_button),
    "motion": _point(Simulator.motion),
    "glass": _point(Simulator.glass_break),
    "smoke alarm": _point(Simulator.smoke_alarm),
    "smoke": _point(Simulator.smoke),
    "old tamper": _point(Simulator.old_tamper),
    "take off": _point(Simulator.remove_from_mount),
    "put back": _point(Simulator.mount),
    "heartbeat": _point(Simulator.heartbeat),
    "offline": _point(Simulator.take_offline),
    "unnoticed offline": _lose_contact,
    "online": _point(Simulator.bring_online),
    "hot": _point(Simulator.set_temperature, 31.0),
    "cold": _point(Simulator.set_temperature, 5.0),
    "mild": _point(Simulator.set_temperature, None),
    "humid": _point(Simulator.set_humidity, 90.0),
    "dry": _point(Simulator.set_humidity, 5.0),
    "neither": _point(Simulator.set_humidity, None),
    "loud": _point(Simulator.loud_sound),
    "calm": _point(Simulator.set_sound, None),
    "low battery": _point(Simulator.low_battery),
    "charge": _point(Simulator.charge),
    "rename point": _rename_point,
    "move point": _move_point,
    "remove point": _point(Simulator.remove_device),
}
OF_HOME: Mapping[str, Act[Home]] = {
    "arm": _home(Simulator.arm),
    "disarm": _home(Simulator.disarm),
    "silence": _home(Simulator.silence),
    "first notice": _home(Simulator.make_noise, 1),
    "second notice": _home(Simulator.make_noise, 2),
    "third notice": _home(Simulator.make_noise, 3),
    "quiet": _home(Simulator.quiet),
    "snooze": _home(Simulator.snooze_noise),
    "dismiss": _home(Simulator.dismiss_noise),
    "rename home": _rename_home,
    "add point": _add_point,
    "add home": _add_home,
    "remove home": _home(Simulator.remove_home),
}


def _switch(name: str, *, on: bool) -> Callable[[Simulator], Awaitable[None]]:
    async def act(cloud: Simulator) -> None:
        setattr(cloud.switches, name, on)

    return act


async def _release(cloud: Simulator, *, newest_first: bool) -> None:
    cloud.switches.hold_deliveries = False
    await cloud.release_deliveries(newest_first=newest_first)


async def _fail(cloud: Simulator, path: str) -> None:
    cloud.faults.add(path=path, status=502, times=None)


async def _drop(cloud: Simulator, path: str) -> None:
    cloud.faults.add(path=path, disconnect=True, times=None)


async def _lie(cloud: Simulator, *, active: bool) -> None:
    """Accept commands for alarms and do nothing."""
    cloud.alternatives.set("alarm_ignored", active=active)


async def _work(cloud: Simulator) -> None:
    cloud.faults.clear()


async def _deliver_again(cloud: Simulator, number: int) -> None:
    """Repeat one of the last deliveries."""
    sent = cloud.deliveries
    for hook in cloud.hooks.values() if sent else ():
        cloud.webhooks.deliver(hook, sent[-1 - number % len(sent)].event)


OF_CLOUD: Mapping[str, Callable[..., Awaitable[None]]] = {
    "hold": _switch("hold_deliveries", on=True),
    "release": lambda cloud: _release(cloud, newest_first=False),
    "release newest first": lambda cloud: _release(cloud, newest_first=True),
    "twice": _switch("duplicate_deliveries", on=True),
    "once": _switch("duplicate_deliveries", on=False),
    "reorder": _switch("reorder_deliveries", on=True),
    "in order": _switch("reorder_deliveries", on=False),
    "deliver again": _deliver_again,
    "fail": _fail,
    "drop": _drop,
    "works": _work,
    "lie": lambda cloud: _lie(cloud, active=True),
    "be honest": lambda cloud: _lie(cloud, active=False),
}
MAY_LOSE = {"hold", "fail", "drop", "lose", "deliver"}
"""Acts after which deliveries may be lost."""


async def bare_event(cloud: Simulator, device: Device, kind: str, age: float) -> None:
    """Emit an event of a Point, `age` seconds late, that no answer reflects."""
    told: dict[str, Any] = {"sensor_value": 30.5} if kind.startswith("temperature") else {}
    created_at = cloud.time() - timedelta(seconds=age)
    await cloud.emit(kind, device=device.device_id, created_at=created_at, **told)
