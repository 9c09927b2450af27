"""What the buttons of the page do."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Literal

from simulator.behaviour.household import Household
from simulator.page.panel import set_switch
from simulator.wire import Json
from simulator.world.weather import Quantity

type Act = Callable[[Household, str, Json], Awaitable[object]]
"""Gets the cloud, the id of a home or Point (or nothing), and a value."""

type Deed = Callable[[Household, str], Awaitable[object]]


def _simply(deed: Deed) -> Act:
    """Make an act of a deed that needs no value."""
    return lambda cloud, target, _value: deed(cloud, target)


async def _set_reading(quantity: Quantity, cloud: Household, device_id: str, value: Json) -> None:
    await cloud.set_reading(device_id, quantity, None if value is None else float(str(value)))


async def _make_noise(
    notice: Literal[1, 2, 3], cloud: Household, home_id: str, _value: Json
) -> None:
    await cloud.make_noise(home_id, notice)


async def _switch(cloud: Household, name: str, value: Json) -> None:
    set_switch(cloud.switches, name, value)


async def _monitor_noise(cloud: Household, home_id: str, value: Json) -> None:
    cloud.homes[home_id].disturbance_monitoring = bool(value)


async def _book(starts_in: timedelta, cloud: Household, home_id: str, _value: Json) -> None:
    """Book a stay of five minutes, to be watched from beginning to end."""
    start = cloud.time().replace(microsecond=0) + starts_in
    await cloud.add_guest(home_id, start, start + timedelta(minutes=5))


async def _end_stays(cloud: Household, home_id: str, _value: Json) -> None:
    cloud.homes[home_id].guests.clear()


async def _add_home(cloud: Household, _target: str, _value: Json) -> None:
    home = await cloud.add_home()
    await cloud.add_device(home.home_id)


async def _expire_tokens(cloud: Household, _target: str, _value: Json) -> None:
    cloud.tokens.expire()


async def _revoke_tokens(cloud: Household, _target: str, _value: Json) -> None:
    cloud.tokens.revoke_all()


async def _release(cloud: Household, _target: str, _value: Json) -> None:
    cloud.webhooks.release()


async def _fault_status(status: int, cloud: Household, _target: str, _value: Json) -> None:
    body = "<html><body><h1>Bad Gateway</h1></body></html>" if status == 502 else {"error": "x"}
    cloud.faults.add(status=status, body=body)


async def _hang(cloud: Household, _target: str, _value: Json) -> None:
    cloud.faults.add(hang=True)


async def _disconnect(cloud: Household, _target: str, _value: Json) -> None:
    cloud.faults.add(disconnect=True)


async def _clear_faults(cloud: Household, _target: str, _value: Json) -> None:
    cloud.faults.clear()


ACTS: dict[str, Act] = {
    "press_button": _simply(Household.press_button),
    "motion": _simply(Household.motion),
    "loud_sound": _simply(Household.loud_sound),
    "glass_break": _simply(Household.glass_break),
    "smoke_alarm": _simply(Household.smoke_alarm),
    "smoke": _simply(Household.smoke),
    "remove_from_mount": _simply(Household.remove_from_mount),
    "mount": _simply(Household.mount),
    "old_tamper": _simply(Household.old_tamper),
    "take_offline": _simply(Household.take_offline),
    "bring_online": _simply(Household.bring_online),
    "low_battery": _simply(Household.low_battery),
    "empty_battery": _simply(Household.empty_battery),
    "charge": _simply(Household.charge),
    "heartbeat": _simply(Household.heartbeat),
    "remove_device": _simply(Household.remove_device),
    "set_temperature": partial(_set_reading, Quantity.TEMPERATURE),
    "set_humidity": partial(_set_reading, Quantity.HUMIDITY),
    "set_sound": partial(_set_reading, Quantity.SOUND),
    "arm": _simply(Household.arm),
    "disarm": _simply(Household.disarm),
    "silence": _simply(Household.silence),
    "noise_1": partial(_make_noise, 1),
    "noise_2": partial(_make_noise, 2),
    "noise_3": partial(_make_noise, 3),
    "snooze_noise": _simply(Household.snooze_noise),
    "dismiss_noise": _simply(Household.dismiss_noise),
    "quiet": _simply(Household.quiet),
    "monitor_noise": _monitor_noise,
    "book_now": partial(_book, timedelta(0)),
    "book_soon": partial(_book, timedelta(minutes=2)),
    "end_stays": _end_stays,
    "add_home": _add_home,
    "add_device": _simply(Household.add_device),
    "remove_home": _simply(Household.remove_home),
    "switch": _switch,
    "fault_502": partial(_fault_status, 502),
    "fault_429": partial(_fault_status, 429),
    "fault_hang": _hang,
    "fault_disconnect": _disconnect,
    "clear_faults": _clear_faults,
    "expire_tokens": _expire_tokens,
    "revoke_tokens": _revoke_tokens,
    "release_deliveries": _release,
}
