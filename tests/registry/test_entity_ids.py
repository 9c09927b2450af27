"""Entity ids: present ones stay, and Home Assistant's "Recreate entity IDs" proposes them."""

from typing import Any

from homeassistant.components.config import entity_registry as config_entity_registry
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.point.const import DOMAIN

from ..helpers.house import House


def entities_of(house: House) -> list[er.RegistryEntry]:
    return er.async_entries_for_config_entry(er.async_get(house.hass), house.entry.entry_id)


def recreated(house: House) -> dict[str, str]:
    """Return the entity ids that Home Assistant would change, with what it proposes."""
    registry = er.async_get(house.hass)
    proposed = {
        each.entity_id: registry.async_regenerate_entity_id(each) for each in entities_of(house)
    }
    return {present: new for present, new in proposed.items() if new != present}


async def reload(house: House) -> None:
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()


@pytest.mark.parametrize("homes", [1, 2])
async def test_recreating_ids_changes_none(house: House, homes: int) -> None:
    for home in house.homes[homes:]:
        await house.simulator.remove_home(home.home_id)
    await house.link()
    assert len(entities_of(house)) > 40
    for _ in range(2):
        assert recreated(house) == {}
        await reload(house)


async def test_the_frontend_is_told_the_same(
    linked: House, hass_ws_client: WebSocketGenerator
) -> None:
    config_entity_registry.async_setup(linked.hass)
    client = await hass_ws_client(linked.hass)
    ids = [each.entity_id for each in entities_of(linked)]
    await client.send_json_auto_id(
        {"type": "config/entity_registry/get_automatic_entity_ids", "entity_ids": ids}
    )
    answer: dict[str, Any] = await client.receive_json()
    assert answer["result"] == {entity_id: entity_id for entity_id in ids}


async def test_ids_from_earlier_names_stay_and_are_proposed(house: House) -> None:
    """As an earlier version has made them: the device of a Point was named after its home."""
    house.entry = await house.make_entry()
    devices, entities = dr.async_get(house.hass), er.async_get(house.hass)
    area = ar.async_get(house.hass).async_create(house.homes[0].name)
    earlier = {
        house.home: ("Home", "Lakeside 4"),
        house.point: ("Point", "Lakeside 4 Hallway"),
    }
    for key, (model, name) in earlier.items():
        device = devices.async_get_or_create(
            config_entry_id=house.entry.entry_id,
            identifiers={(DOMAIN, key)},
            model=model,
            name=name,
        )
        devices.async_update_device(device.id, area_id=area.id)
    given = {
        ("alarm_control_panel", house.home): "alarm_control_panel.lakeside_4",
        ("event", f"{house.home}-activity"): "event.lakeside_4_activity",
        ("event", f"{house.point}-activity"): "event.lakeside_4_hallway_activity",
        ("binary_sensor", f"{house.point}-tamper"): "binary_sensor.lakeside_4_hallway_removal",
        ("sensor", f"{house.point}-temperature"): "sensor.lakeside_4_hallway_temperature",
    }
    for (platform, unique_id), entity_id in given.items():
        registered = entities.async_get_or_create(
            platform, DOMAIN, f"{DOMAIN}.{unique_id}", config_entry=house.entry
        )
        entities.async_update_entity(registered.entity_id, new_entity_id=entity_id)

    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.settle()

    point = house.ha_device(house.point)
    assert point
    assert (point.name, point.area_id) == ("Hallway", area.id)
    for (platform, unique_id), entity_id in given.items():
        found = entities.async_get_entity_id(platform, DOMAIN, f"{DOMAIN}.{unique_id}")
        assert found == entity_id
        assert house.hass.states.get(entity_id)
    # What comes now is named as its neighbours are.
    assert house.entity_id("binary_sensor.motion") == "binary_sensor.lakeside_4_hallway_motion"
    assert house.entity_id("binary_sensor.noise", house.home) == (
        "binary_sensor.lakeside_4_noise_disturbance"
    )
    assert recreated(house) == {}


@pytest.mark.homes(2)
async def test_a_renamed_device_can_have_ids_of_its_new_name(linked: House) -> None:
    """Home Assistant asks for that in the dialog of the name."""
    point = linked.ha_device(linked.point)
    assert point
    dr.async_get(linked.hass).async_update_device(point.id, name_by_user="Entrance")
    proposed = recreated(linked)
    assert proposed[linked.entity_id("sensor.temperature")] == (
        "sensor.lakeside_4_entrance_temperature"
    )
