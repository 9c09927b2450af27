"""Homes that the user excludes: Home Assistant knows nothing of them, and asks nothing for them."""

import json
from typing import Any

from homeassistant.core import Event
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.point.const import DOMAIN, EVENT_RECEIVED
from custom_components.point.state.account import AccountState
from custom_components.point.state.counts import Count

from ..helpers.account import DEVICES, HOMES, NOON, after, device, home
from ..helpers.house import House

pytestmark = [pytest.mark.homes(2), pytest.mark.points(2)]


async def exclude(house: House, *home_ids: str) -> None:
    """Choose the excluded homes in the dialog."""
    options = house.hass.config_entries.options
    form = await options.async_init(house.entry.entry_id)
    await options.async_configure(form["flow_id"], {"excluded_homes": list(home_ids)})
    await house.settle()


def registered(house: House) -> dict[str, er.RegistryEntry]:
    """Return the account's entities, by unique id and platform."""
    entities = er.async_entries_for_config_entry(er.async_get(house.hass), house.entry.entry_id)
    return {f"{entity.domain} {entity.unique_id}": entity for entity in entities}


def of(house: House, home_id: str) -> set[str]:
    """Return the ids of a home and its Points."""
    inside = {point.device_id for point in house.devices if point.home_id == home_id}
    return {home_id, *inside}


async def test_an_excluded_home_and_its_points_are_removed(linked: House) -> None:
    gone = of(linked, linked.homes[1].home_id)
    await exclude(linked, linked.homes[1].home_id)
    assert not [key for key in gone if linked.ha_device(key)]
    assert not [name for name in registered(linked) if any(key in name for key in gone)]
    for key in of(linked, linked.home):
        assert linked.ha_device(key)
    assert linked.state("sensor.temperature") != "unavailable"


async def test_all_homes_can_be_excluded(linked: House) -> None:
    """Then the account alone is left, and it goes on."""
    await exclude(linked, *(home.home_id for home in linked.homes))
    account = linked.simulator.account.user_id
    devices = dr.async_entries_for_config_entry(dr.async_get(linked.hass), linked.entry.entry_id)
    assert [device.identifiers for device in devices] == [{(DOMAIN, account)}]
    assert linked.state("binary_sensor.push", account) == "on"


async def test_an_included_home_comes_back_as_it_was(linked: House) -> None:
    there = linked.homes[1].home_id
    point = next(key for key in of(linked, there) if key != there)
    entities = er.async_get(linked.hass)
    mine = linked.entity_id("sensor.temperature", point)
    entities.async_update_entity(mine, name="Mine", new_entity_id="sensor.mine")
    entities.async_update_entity(
        linked.entity_id("sensor.humidity", point), disabled_by=er.RegistryEntryDisabler.USER
    )
    device = linked.ha_device(point)
    assert device
    area = ar.async_get(linked.hass).async_create("Attic")
    dr.async_get(linked.hass).async_update_device(device.id, name_by_user="Mine", area_id=area.id)
    before = {name: (entity.id, entity.entity_id) for name, entity in registered(linked).items()}

    await exclude(linked, there)
    await linked.advance(hours=1)
    await exclude(linked)

    after_ = {name: (entity.id, entity.entity_id) for name, entity in registered(linked).items()}
    assert after_ == before
    restored = linked.ha_device(point)
    assert restored
    assert (restored.id, restored.name_by_user, restored.area_id) == (device.id, "Mine", area.id)
    assert linked.entity_id("sensor.temperature", point) == "sensor.mine"
    assert linked.state("sensor.temperature", point) not in {"unknown", "unavailable"}
    humidity = entities.async_get(linked.entity_id("sensor.humidity", point))
    assert humidity
    assert humidity.disabled_by is er.RegistryEntryDisabler.USER


async def test_a_new_home_is_included(linked: House) -> None:
    await exclude(linked, linked.homes[1].home_id)
    new = await linked.simulator.add_home("Boathouse")
    await linked.advance(minutes=61)
    assert linked.ha_device(new.home_id)


async def test_a_point_that_moves_to_an_excluded_home_goes_and_one_that_moves_out_comes(
    linked: House,
) -> None:
    here, there = linked.homes
    inside = next(point for point in linked.devices if point.home_id == there.home_id)
    await exclude(linked, there.home_id)
    moving = linked.devices[0]
    moving.home_id, inside.home_id = there.home_id, here.home_id
    await linked.advance(minutes=61)
    assert not linked.ha_device(moving.device_id)
    assert linked.ha_device(inside.device_id)
    assert linked.state("sensor.temperature", inside.device_id) != "unavailable"


async def test_a_point_without_a_home_is_not_excluded(linked: House) -> None:
    await exclude(linked, linked.homes[1].home_id)
    linked.devices[0].changed["home_id"] = linked.devices[0].changed["home"] = None
    await linked.advance(minutes=61)
    assert linked.ha_device(linked.point)
    assert linked.state("sensor.temperature") != "unavailable"


async def test_deliveries_of_an_excluded_home_reach_automations_and_change_no_state(
    linked: House,
) -> None:
    there = linked.homes[1].home_id
    point = next(key for key in of(linked, there) if key != there)
    await exclude(linked, there)
    await linked.advance(seconds=1)
    heard: list[Event[dict[str, Any]]] = async_capture_events(linked.hass, EVENT_RECEIVED)
    states = {state.entity_id: state.state for state in linked.hass.states.async_all()}
    await linked.simulator.emit("alarm_heard", device=point)
    await linked.simulator.emit("disturbance_first_notice", home=there)
    await linked.advance(seconds=1)
    assert [event.data["event"]["type"] for event in heard] == [
        "alarm_heard",
        "disturbance_first_notice",
    ]
    assert {(event.data["device"], event.data["home"]) for event in heard} == {(None, None)}
    assert linked.entry.runtime_data.coordinator.counts[Count.DISTURBANCES] == 0
    account = linked.simulator.account.user_id
    left_out = {linked.entity_id("binary_sensor.push", account)}
    now = {state.entity_id: state.state for state in linked.hass.states.async_all()}
    assert {key: now[key] for key in now if key not in left_out} == {
        key: states[key] for key in states if key not in left_out
    }


def remembered(house: House) -> str:
    """Return what would be stored now, as JSON."""
    return json.dumps(house.entry.runtime_data.coordinator.store._content())


async def test_what_is_stored_of_an_excluded_home_is_dropped(house: House) -> None:
    await house.link()
    options = house.hass.config_entries.options
    form = await options.async_init(house.entry.entry_id)
    await options.async_configure(form["flow_id"], {"stays": True})
    await house.settle()
    gone = of(house, house.homes[1].home_id)
    await house.simulator.emit("alarm_silenced", home=house.homes[1].home_id)
    await house.advance(minutes=1)
    assert all(key in remembered(house) for key in gone)
    await exclude(house, house.homes[1].home_id)
    await house.advance(minutes=1)
    assert not [key for key in gone if key in remembered(house)]
    assert house.home in remembered(house)


async def test_what_is_stored_of_a_removed_home_is_dropped_with_its_device(house: House) -> None:
    await house.link()
    options = house.hass.config_entries.options
    form = await options.async_init(house.entry.entry_id)
    await options.async_configure(form["flow_id"], {"stays": True})
    await house.settle()
    there = house.homes[1].home_id
    gone = of(house, there)
    await house.simulator.emit("alarm_silenced", home=there)
    for point in gone - {there}:
        await house.simulator.remove_device(point)
    await house.simulator.remove_home(there)
    await house.advance(hours=2)
    assert there in remembered(house)
    for _ in range(27):
        await house.advance(hours=1)
    assert not [key for key in gone if house.ha_device(key) or key in remembered(house)]


async def test_nothing_is_asked_for_an_excluded_home(house: House) -> None:
    await house.link()
    gone = of(house, house.homes[1].home_id)
    await exclude(house, house.homes[1].home_id)
    options = house.hass.config_entries.options
    form = await options.async_init(house.entry.entry_id)
    await options.async_configure(form["flow_id"], {"stays": True})
    await house.settle()
    house.simulator.requests.clear()
    for _ in range(7):
        await house.advance(hours=1)
    asked = [request.path for request in house.simulator.requests]
    assert any(house.home in path for path in asked)
    assert not [path for path in asked if any(key in path for key in gone)]


@pytest.mark.parametrize("is_complete", [True, False])
def test_excluded_points_are_known_as_such_by_whole_lists_and_by_parts(
    *, is_complete: bool
) -> None:
    state = AccountState(excluded_homes=["h2"])
    state.merge_homes([home(home_id) for home_id in HOMES], NOON)
    state.merge_devices([device(device_id) for device_id in DEVICES], NOON)
    assert (list(state.homes), list(state.devices)) == (["h1"], ["p1", "p2"])
    assert state.excluded_devices == {"p3", "p4"}
    told = [device("p1", home_id="h2"), device("p3", home_id="h1")]
    changed = state.merge_devices(told, after(minutes=1), is_complete=is_complete)
    assert changed == {"p1", "p3"} if not is_complete else {"p1", "p2", "p3"}
    assert set(state.devices) == ({"p3"} if is_complete else {"p2", "p3"})
    assert state.excluded_devices == ({"p1"} if is_complete else {"p1", "p4"})
