"""What entities must show in the end: the state of the cloud."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from homeassistant.helpers import device_registry as dr

from custom_components.point.const import DOMAIN
from simulator import Device, Home

from .model import Allowed, allowed, is_allowed, on_off
from .words import DURATIONS, NOTICES, ONGOING, PANEL, READINGS, meaning

if TYPE_CHECKING:
    from .world import World

FORGOTTEN = timedelta(hours=6)
"""Time without a notice after which a disturbance is over."""

NEWS_TAKES = timedelta(minutes=10)
"""Maximum time until a report of a Point has been polled."""


def check_truth(world: World) -> None:
    """Compare the states with the cloud."""
    # Without a Point no last press has shown that events are understood.
    push = allowed("on") if world.cloud.devices else allowed("on", "off")
    expected: dict[str, Allowed] = {f"{DOMAIN}.{world.cloud.account.user_id}-push": push}
    for home in world.cloud.homes.values():
        expected |= {_id(home.home_id, key): it for key, it in _of_home(world, home).items()}
    for device in world.cloud.devices.values():
        expected |= {_id(device.device_id, key): it for key, it in _of_point(world, device).items()}
    shown = world.shown()
    wrong = [
        f"{unique_id} is {shown.get(unique_id)}, not {sorted(map(str, values))}"
        for unique_id, values in expected.items()
        if unique_id not in shown or not is_allowed(shown[unique_id], values)
    ]
    wrong += _of_registry(world)
    assert not wrong, "at the end: " + "; ".join(wrong)
    assert len(world.cloud.hooks) == 1, "more than one hook, or none"


def _id(key: str, of: str) -> str:
    return f"{DOMAIN}.{key}-{of}" if of else f"{DOMAIN}.{key}"


def _of_home(world: World, home: Home) -> dict[str, Allowed]:
    stages = _stages(world, home)
    return {
        "": allowed(PANEL[home.alarm_status]),
        "disturbance": allowed(*stages),
        "noise": on_off(*(stage in NOTICES for stage in stages)),
    }


def _stages(world: World, home: Home) -> set[str]:
    """Return the possible stages of a disturbance."""
    log = world.cloud.log.of_user(world.cloud.account.user_id)
    told = [event for event in log if event.home_id == home.home_id and meaning(event.type).stage]
    if not told:
        return {"none"}
    at = max(event.created_at for event in told)
    stages = {str(meaning(event.type).stage) for event in told if event.created_at == at}
    age = world.cloud.time() - at
    # A notice has the time of a clock that was behind: it seems older once the clock is right.
    if age + world.most_behind > FORGOTTEN - timedelta(hours=2):
        stages |= {"none"}
    return {"none"} if age > FORGOTTEN + timedelta(hours=1) else stages


def _of_point(world: World, device: Device) -> dict[str, Allowed]:
    found: dict[str, Allowed] = {"connectivity": on_off(not device.offline)}
    home = world.cloud.homes[device.home_id]
    found["noise"] = on_off(*(stage in NOTICES for stage in _stages(world, home)))
    if device.offline:
        unheard = (*ONGOING, *READINGS, *(set(DURATIONS) - {"smoking", "tamper_old"}))
        return found | dict.fromkeys(unheard, allowed("unavailable"))
    if not device.reachable:
        return found  # nothing corrects what was told of it last
    for key, word in ONGOING.items():
        found[key] = on_off(word in device.ongoing)
    if world.cloud.time() - device.last_heard_from_at > NEWS_TAKES:
        for key, name in READINGS.items():
            found[key] = frozenset({float(device.latest[name][1])})
        found["battery_level"] = frozenset({float(device.battery_percent or 0)})
    found |= dict.fromkeys(set(DURATIONS) - {"smoking", "tamper_old"}, allowed("off"))
    found["battery"] = on_off((device.battery_percent or 0) <= 10)
    return found


def _of_registry(world: World) -> list[str]:
    registry, entry_id = dr.async_get(world.hass), world.house.entry.entry_id
    devices = dr.async_entries_for_config_entry(registry, entry_id)
    ids = {key: device for device in devices for _, key in device.identifiers}
    wrong = []
    for point in world.cloud.devices.values():
        device, home = ids.get(point.device_id), ids.get(point.home_id)
        if not device or not home or device.via_device_id != home.id:
            wrong.append(f"{point.description} is not in its home")
    return wrong
