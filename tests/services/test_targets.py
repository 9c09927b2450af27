"""Which Points a target means."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)
import pytest

from custom_components.point.services.targets import async_points

from ..helpers.house import House

pytestmark = pytest.mark.points(2)


def ha_id(house: House, key: str) -> str:
    device = house.ha_device(key)
    assert device
    return device.id


def area(house: House, name: str, *keys: str) -> str:
    """Return an area with these homes and Points in it, and nothing else of theirs."""
    found = ar.async_get(house.hass).async_create(name)
    for key in keys:
        dr.async_get(house.hass).async_update_device(ha_id(house, key), area_id=found.id)
    return found.id


def label(hass: HomeAssistant) -> str:
    return lr.async_get(hass).async_create("Rented").label_id


def points(house: House, of: str | None = None) -> list[str]:
    """Return the ids of all Points, or of those of a home."""
    return [point.device_id for point in house.devices if of in {None, point.home_id}]


def meant(house: House, **target: object) -> set[str]:
    return {point.key for point in async_points(house.hass, target)}


@pytest.mark.homes(2)
async def test_a_home_that_is_excluded_takes_out_its_points(linked: House) -> None:
    all_of_them = area(linked, "All", *points(linked))
    exclude = {"device_id": [ha_id(linked, linked.home)]}
    there = points(linked, linked.homes[1].home_id)
    assert meant(linked, area_id=[all_of_them], exclude=exclude) == set(there)


async def test_an_area_that_is_excluded_takes_out_the_points_in_it_alone(linked: House) -> None:
    here, there = points(linked, linked.home)
    kitchen = area(linked, "Kitchen", linked.home, here)
    exclude = {"area_id": [kitchen]}
    assert meant(linked, device_id=ha_id(linked, linked.home), exclude=exclude) == {there}


async def test_an_entity_that_is_excluded_takes_out_its_point(linked: House) -> None:
    here, there = points(linked, linked.home)
    exclude = {"entity_id": linked.entity_id("sensor.temperature", here)}
    assert meant(linked, device_id=ha_id(linked, linked.home), exclude=exclude) == {there}


async def test_excluding_everything_leaves_nothing(linked: House) -> None:
    home = ha_id(linked, linked.home)
    with pytest.raises(ServiceValidationError) as refused:
        meant(linked, device_id=home, exclude={"device_id": home})
    assert refused.value.translation_key == "no_point_targeted"


async def test_an_area_with_the_device_of_a_home_means_only_the_points_in_it(
    linked: House,
) -> None:
    here, there = points(linked, linked.home)
    kitchen = area(linked, "Kitchen", linked.home, here)
    area(linked, "Attic", there)
    assert meant(linked, area_id=kitchen) == {here}


async def test_a_home_that_is_named_beside_its_area_means_all_its_points(linked: House) -> None:
    here, there = points(linked, linked.home)
    kitchen = area(linked, "Kitchen", linked.home, here)
    area(linked, "Attic", there)
    assert meant(linked, area_id=kitchen, device_id=ha_id(linked, linked.home)) == {here, there}


async def test_a_label_on_an_area_means_the_points_in_it(linked: House) -> None:
    here, _ = points(linked, linked.home)
    kitchen = area(linked, "Kitchen", linked.home, here)
    worn = label(linked.hass)
    ar.async_get(linked.hass).async_update(kitchen, labels={worn})
    assert meant(linked, label_id=worn) == {here}


async def test_a_label_on_a_home_means_all_its_points(linked: House) -> None:
    worn = label(linked.hass)
    devices = dr.async_get(linked.hass)
    devices.async_update_device(ha_id(linked, linked.home), labels={worn})
    assert meant(linked, label_id=worn) == set(points(linked, linked.home))


async def test_a_label_on_an_entity_means_its_point(linked: House) -> None:
    worn = label(linked.hass)
    entity_id = linked.entity_id("sensor.temperature")
    er.async_get(linked.hass).async_update_entity(entity_id, labels={worn})
    assert meant(linked, label_id=[worn]) == {linked.point}


async def test_a_label_on_the_alarm_of_a_home_means_all_its_points(linked: House) -> None:
    worn = label(linked.hass)
    entity_id = linked.entity_id("alarm_control_panel.alarm")
    er.async_get(linked.hass).async_update_entity(entity_id, labels={worn})
    assert meant(linked, label_id=[worn]) == set(points(linked, linked.home))
