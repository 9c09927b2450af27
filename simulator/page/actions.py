"""The actions behind the buttons of the page."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Literal

from simulator.behaviour.actions import InteractiveCloud
from simulator.formats import Json
from simulator.page.switches import set_switch
from simulator.world.weather import Quantity

type Action = Callable[[InteractiveCloud, str, Json], Awaitable[object]]
"""Called with the cloud, the id of a home or Point (or an empty string), and a value."""


def _without_value(method: Callable[[InteractiveCloud, str], Awaitable[object]]) -> Action:
    """Return the action that calls a method of the cloud with an id."""
    return lambda cloud, target, _value: method(cloud, target)


async def _set_reading(
    quantity: Quantity, cloud: InteractiveCloud, device_id: str, value: Json
) -> None:
    await cloud.set_reading(device_id, quantity, None if value is None else float(str(value)))


async def _make_noise(
    notice: Literal[1, 2, 3], cloud: InteractiveCloud, home_id: str, _value: Json
) -> None:
    await cloud.make_noise(home_id, notice)


async def _set_switch(cloud: InteractiveCloud, name: str, value: Json) -> None:
    set_switch(cloud.switches, name, value)


async def _set_alternative(cloud: InteractiveCloud, name: str, value: Json) -> None:
    cloud.alternatives.set(name, active=bool(value))


async def _monitor_noise(cloud: InteractiveCloud, home_id: str, value: Json) -> None:
    cloud.homes[home_id].disturbance_monitoring = bool(value)


async def _book(starts_in: timedelta, cloud: InteractiveCloud, home_id: str, _value: Json) -> None:
    """Book a stay of five minutes, short enough to watch from beginning to end."""
    start = cloud.time().replace(microsecond=0) + starts_in
    await cloud.add_guest(home_id, start, start + timedelta(minutes=5))


async def _end_stays(cloud: InteractiveCloud, home_id: str, _value: Json) -> None:
    cloud.homes[home_id].guests.clear()


async def _add_home(cloud: InteractiveCloud, _target: str, _value: Json) -> None:
    home = await cloud.add_home()
    await cloud.add_device(home.home_id)


async def _expire_tokens(cloud: InteractiveCloud, _target: str, _value: Json) -> None:
    cloud.tokens.expire()


async def _revoke_tokens(cloud: InteractiveCloud, _target: str, _value: Json) -> None:
    cloud.tokens.revoke_all()


async def _release(cloud: InteractiveCloud, _target: str, _value: Json) -> None:
    cloud.webhooks.release()


async def _fault_status(status: int, cloud: InteractiveCloud, _target: str, _value: Json) -> None:
    body = "<html><body><h1>Bad Gateway</h1></body></html>" if status == 502 else {"error": "x"}
    cloud.faults.add(status=status, body=body)


async def _hang(cloud: InteractiveCloud, _target: str, _value: Json) -> None:
    cloud.faults.add(hang=True)


async def _disconnect(cloud: InteractiveCloud, _target: str, _value: Json) -> None:
    cloud.faults.add(disconnect=True)


async def _clear_faults(cloud: InteractiveCloud, _target: str, _value: Json) -> None:
    cloud.faults.clear()


ACTIONS: dict[str, Action] = {
    "press_button": _without_value(InteractiveCloud.press_button),
    "motion": _without_value(InteractiveCloud.motion),
    "loud_sound": _without_value(InteractiveCloud.loud_sound),
    "glass_break": _without_value(InteractiveCloud.glass_break),
    "smoke_alarm": _without_value(InteractiveCloud.smoke_alarm),
    "smoke_detected": _without_value(InteractiveCloud.smoke_detected),
    "smoke": _without_value(InteractiveCloud.smoke),
    "remove_from_mount": _without_value(InteractiveCloud.remove_from_mount),
    "mount": _without_value(InteractiveCloud.mount),
    "old_tamper": _without_value(InteractiveCloud.old_tamper),
    "take_offline": _without_value(InteractiveCloud.take_offline),
    "bring_online": _without_value(InteractiveCloud.bring_online),
    "low_battery": _without_value(InteractiveCloud.low_battery),
    "empty_battery": _without_value(InteractiveCloud.empty_battery),
    "charge": _without_value(InteractiveCloud.charge),
    "heartbeat": _without_value(InteractiveCloud.heartbeat),
    "remove_device": _without_value(InteractiveCloud.remove_device),
    "set_temperature": partial(_set_reading, Quantity.TEMPERATURE),
    "set_humidity": partial(_set_reading, Quantity.HUMIDITY),
    "set_sound": partial(_set_reading, Quantity.SOUND),
    "arm": _without_value(InteractiveCloud.arm),
    "disarm": _without_value(InteractiveCloud.disarm),
    "silence": _without_value(InteractiveCloud.silence),
    "noise_1": partial(_make_noise, 1),
    "noise_2": partial(_make_noise, 2),
    "noise_3": partial(_make_noise, 3),
    "snooze_noise": _without_value(InteractiveCloud.snooze_noise),
    "dismiss_noise": _without_value(InteractiveCloud.dismiss_noise),
    "quiet": _without_value(InteractiveCloud.quiet),
    "monitor_noise": _monitor_noise,
    "book_now": partial(_book, timedelta(0)),
    "book_soon": partial(_book, timedelta(minutes=2)),
    "end_stays": _end_stays,
    "add_home": _add_home,
    "add_device": _without_value(InteractiveCloud.add_device),
    "remove_home": _without_value(InteractiveCloud.remove_home),
    "switch": _set_switch,
    "alternative": _set_alternative,
    "fault_502": partial(_fault_status, 502),
    "fault_429": partial(_fault_status, 429),
    "fault_hang": _hang,
    "fault_disconnect": _disconnect,
    "clear_faults": _clear_faults,
    "expire_tokens": _expire_tokens,
    "revoke_tokens": _revoke_tokens,
    "release_deliveries": _release,
}
