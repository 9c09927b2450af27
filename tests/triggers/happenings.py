"""What people and Points do so that each trigger fires, and targets in all their kinds."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
import logging
from typing import Any

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.helpers.trigger import async_initialize_triggers, async_validate_trigger_config

from ..helpers.house import House

type Act = Callable[[House, str], Awaitable[object]]


async def nothing(_house: House, _key: str) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Happening:
    """How a trigger is made to fire at a home or Point.

    `prepare`: what has to be before. `undo`: what lets it happen again.
    """

    begin: Act
    prepare: Act = nothing
    undo: Act = nothing
    of_home: bool = False


async def lose_contact(house: House, device_id: str) -> None:
    """Take a Point offline, before the second in which anything else happens."""
    await house.simulator.take_offline(device_id)
    await house.advance(seconds=1)


async def make_noise(house: House, key: str) -> None:
    await house.simulator.make_noise(key, 1)


async def quiet(house: House, key: str) -> None:
    await house.simulator.quiet(key)


async def arm(house: House, key: str) -> None:
    house.simulator.homes[key].entry_delay = timedelta(seconds=30)
    await house.simulator.arm(key)
    await house.advance(minutes=16)
    assert house.panel(key) == "armed_away"


async def walk_in(house: House, key: str) -> None:
    await house.simulator.motion(point_of(house, key))
    await house.advance(seconds=3)


async def silence(house: House, key: str) -> None:
    await house.simulator.silence(key)
    await house.advance(seconds=3)


async def check_in(house: House, key: str) -> None:
    start = house.simulator.time() + timedelta(minutes=1)
    await house.simulator.add_guest(key, start, start + timedelta(hours=9))
    await house.entry.runtime_data.stays.async_read(key)
    await house.advance(minutes=1)


async def check_out(house: House, key: str) -> None:
    now = house.simulator.time()
    for guest in house.simulator.homes[key].guests.values():
        if guest.check_out_at and guest.check_out_at > now:
            guest.check_out_at = now + timedelta(minutes=1)
    await house.entry.runtime_data.stays.async_read(key)
    await house.advance(minutes=1)


def of_point(name: str) -> Act:
    """Return what the simulator does with a Point."""

    async def act(house: House, key: str) -> None:
        await getattr(house.simulator, name)(key)

    return act


async def wait(house: House, _key: str) -> None:
    await house.advance(minutes=6)


HAPPENINGS: Mapping[str, Happening] = {
    "noise_notice_reached": Happening(begin=make_noise, undo=quiet, of_home=True),
    "noise_ended": Happening(prepare=make_noise, begin=quiet, undo=make_noise, of_home=True),
    "entry_delay_started": Happening(prepare=arm, begin=walk_in, undo=silence, of_home=True),
    "stay_started": Happening(begin=check_in, undo=check_out, of_home=True),
    "stay_ended": Happening(prepare=check_in, begin=check_out, undo=check_in, of_home=True),
    "smoke_alarm_heard": Happening(begin=of_point("smoke_alarm"), undo=wait),
    "glass_broke": Happening(begin=of_point("glass_break"), undo=wait),
    "removed": Happening(begin=of_point("remove_from_mount"), undo=of_point("mount")),
    "went_offline": Happening(begin=of_point("take_offline"), undo=of_point("bring_online")),
    "came_online": Happening(
        prepare=lose_contact, begin=of_point("bring_online"), undo=lose_contact
    ),
    "event_received": Happening(begin=of_point("press_button")),
}
EVENT = "event_received"
"""The trigger without a behavior."""
LASTING = [name for name in HAPPENINGS if name != EVENT]
WITH_DURATION = ["noise_notice_reached", "noise_ended", "removed", "went_offline", "came_online"]


def point_of(house: House, home_id: str) -> str:
    """Return the first Point of a home."""
    return next(device.device_id for device in house.devices if device.home_id == home_id)


def places(house: House, name: str) -> list[str]:
    """Return the places of a trigger: each home, or the first Point of each home."""
    homes = [home.home_id for home in house.homes]
    return homes if HAPPENINGS[name].of_home else [point_of(house, home) for home in homes]


async def begin(house: House, name: str, key: str) -> None:
    await HAPPENINGS[name].begin(house, key)
    await house.settle()


async def undo(house: House, name: str, key: str) -> None:
    await HAPPENINGS[name].undo(house, key)
    await house.settle()


# Targets


def by_device(house: House, *keys: str) -> dict[str, Any]:
    return {"device_id": [ha_device(house, key).id for key in keys]}


def by_home(house: House, *keys: str) -> dict[str, Any]:
    return by_device(house, *(home_of(house, key) for key in keys))


def by_point(house: House, *keys: str) -> dict[str, Any]:
    return by_device(house, *(point_in(house, key) for key in keys))


def by_entity(house: House, *keys: str) -> dict[str, Any]:
    registry = er.async_get(house.hass)
    entities = [
        er.async_entries_for_device(
            registry, ha_device(house, key).id, include_disabled_entities=True
        )[0].entity_id
        for key in keys
    ]
    return {"entity_id": entities}


def by_area(house: House, *keys: str) -> dict[str, Any]:
    area = ar.async_get(house.hass).async_get_or_create("Meant")
    put(house, area.id, *keys)
    return {"area_id": [area.id]}


def by_floor(house: House, *keys: str) -> dict[str, Any]:
    floor = fr.async_get(house.hass).async_create("Ground floor")
    area = ar.async_get(house.hass).async_create("Meant", floor_id=floor.floor_id)
    put(house, area.id, *keys)
    return {"floor_id": [floor.floor_id]}


def by_label(house: House, *keys: str) -> dict[str, Any]:
    label = lr.async_get(house.hass).async_create("Rented").label_id
    for key in keys:
        device = ha_device(house, key)
        dr.async_get(house.hass).async_update_device(device.id, labels={label})
    return {"label_id": [label]}


def by_label_of_home(house: House, *keys: str) -> dict[str, Any]:
    return by_label(house, *(home_of(house, key) for key in keys))


def by_label_of_area(house: House, *keys: str) -> dict[str, Any]:
    label = lr.async_get(house.hass).async_create("Rented").label_id
    area = ar.async_get(house.hass).async_create("Meant", labels={label})
    put(house, area.id, *keys)
    return {"label_id": [label]}


TARGETS = [
    *(by_device, by_home, by_point, by_entity, by_area, by_floor),
    *(by_label, by_label_of_home, by_label_of_area),
]


def put(house: House, area_id: str, *keys: str) -> None:
    """Put the devices into an area."""
    for key in keys:
        device = ha_device(house, key)
        dr.async_get(house.hass).async_update_device(device.id, area_id=area_id)


def ha_device(house: House, key: str) -> dr.DeviceEntry:
    device = house.ha_device(key)
    assert device
    return device


def home_of(house: House, key: str) -> str:
    device = house.simulator.devices.get(key)
    return device.home_id if device else key


def point_in(house: House, key: str) -> str:
    return key if key in house.simulator.devices else point_of(house, key)


# Listening


async def attach(
    hass: HomeAssistant, name: str, target: dict[str, Any], **options: Any
) -> list[dict[str, Any]]:
    """Attach a trigger as an automation does; return a list that collects its variables."""
    fired: list[dict[str, Any]] = []

    @callback
    def note(variables: dict[str, Any], _context: Context | None = None) -> None:
        fired.append(variables["trigger"])

    config = {"trigger": f"point.{name}", "target": target, "options": options}
    valid = await async_validate_trigger_config(hass, cv.TRIGGER_SCHEMA([config]))
    said: list[int] = []
    remove = await async_initialize_triggers(
        hass, valid, note, "test", name, lambda level, *_words, **_more: said.append(level)
    )
    assert remove
    assert max(said) < logging.WARNING
    hass.bus.async_listen_once("homeassistant_stop", lambda _event: remove())
    return fired


async def prepare(house: House, name: str) -> tuple[str, str]:
    """Return two places at which a trigger can fire now."""
    one, other = places(house, name)
    for key in (one, other):
        await HAPPENINGS[name].prepare(house, key)
    await house.settle()
    return one, other


async def attach_each_way(
    house: House, name: str, *keys: str, **options: Any
) -> dict[str, list[dict[str, Any]]]:
    """Attach a trigger with each behavior; return what fires by behavior."""
    target = by_device(house, *keys)
    if name == EVENT:
        return {"": await attach(house.hass, name, target, **options)}
    return {
        behavior: await attach(house.hass, name, target, behavior=behavior, **options)
        for behavior in ("each", "first", "all")
    }


def counts(fired: dict[str, list[dict[str, Any]]]) -> set[int]:
    """Return the different numbers of times that triggers have fired."""
    return {len(triggers) for triggers in fired.values()}
