"""Areas of homes: made with an icon and readings; what the user has set stays."""

from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
import pytest

from custom_components.point.const import DOMAIN

from ..helpers.house import House

pytestmark = pytest.mark.homes(2)


def area_of(house: House, name: str) -> ar.AreaEntry:
    area = ar.async_get(house.hass).async_get_area_by_name(name)
    assert area
    return area


@pytest.mark.points(2)
async def test_an_area_shows_its_icon_and_the_climate_of_its_first_point(linked: House) -> None:
    for home in linked.homes:
        area = area_of(linked, home.name)
        first = next(each for each in linked.devices if each.home_id == home.home_id)
        assert area.icon == "mdi:home"
        assert area.temperature_entity_id == linked.entity_id("sensor.temperature", first.device_id)
        assert area.humidity_entity_id == linked.entity_id("sensor.humidity", first.device_id)


async def test_an_area_that_was_there_stays_as_it_is(house: House) -> None:
    areas = ar.async_get(house.hass)
    before = areas.async_create(house.homes[0].name, icon="mdi:castle")
    await house.link()
    after = area_of(house, house.homes[0].name)
    assert (after.id, after.icon) == (before.id, "mdi:castle")
    assert (after.temperature_entity_id, after.humidity_entity_id) == (None, None)
    point = house.ha_device(house.point)
    assert point
    assert point.area_id == before.id


async def test_what_the_user_changes_stays(linked: House) -> None:
    areas, area = ar.async_get(linked.hass), area_of(linked, linked.homes[0].name)
    areas.async_update(area.id, icon=None, temperature_entity_id=None)
    await linked.advance(minutes=61)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    area = area_of(linked, linked.homes[0].name)
    assert (area.icon, area.temperature_entity_id) == (None, None)
    assert area.humidity_entity_id


async def test_the_first_point_of_a_new_home_completes_its_area(linked: House) -> None:
    key = (await linked.simulator.add_home("Boathouse")).home_id
    await linked.advance(minutes=61)
    assert area_of(linked, "Boathouse").temperature_entity_id is None
    point = await linked.simulator.add_device(key, "Jetty")
    await linked.advance(minutes=61)
    temperature = linked.entity_id("sensor.temperature", point.device_id)
    assert area_of(linked, "Boathouse").temperature_entity_id == temperature
    assert temperature == "sensor.boathouse_jetty_temperature"


async def test_a_new_point_joins_its_home_where_that_has_been_moved(linked: House) -> None:
    home = linked.ha_device(linked.home)
    assert home
    area = ar.async_get(linked.hass).async_create("Rented")
    dr.async_get(linked.hass).async_update_device(home.id, area_id=area.id)
    new = await linked.simulator.add_device(linked.home, "Attic")
    await linked.advance(minutes=61)
    point = linked.ha_device(new.device_id)
    assert point
    assert point.area_id == area.id


async def test_a_new_point_has_no_area_where_the_user_has_removed_that_of_the_home(
    linked: House,
) -> None:
    home = linked.ha_device(linked.home)
    assert home
    dr.async_get(linked.hass).async_update_device(home.id, area_id=None)
    new = await linked.simulator.add_device(linked.home, "Attic")
    await linked.advance(minutes=61)
    point = linked.ha_device(new.device_id)
    assert point
    assert point.area_id is None


@pytest.mark.parametrize("moved_by_user", [False, True])
async def test_a_point_that_moves_goes_to_the_area_of_its_home(
    linked: House, *, moved_by_user: bool
) -> None:
    devices, point = dr.async_get(linked.hass), linked.ha_device(linked.point)
    assert point
    kitchen = ar.async_get(linked.hass).async_create("Kitchen")
    if moved_by_user:
        devices.async_update_device(point.id, area_id=kitchen.id)
    linked.devices[0].home_id = linked.homes[1].home_id
    await linked.advance(minutes=61)
    there = area_of(linked, linked.homes[1].name)
    point = linked.ha_device(linked.point)
    assert point
    assert point.area_id == (kitchen.id if moved_by_user else there.id)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        pytest.param("Point v2", "Hallway", id="core"),
        pytest.param("Point", "Lakeside 4 Hallway", id="earlier version"),
    ],
)
async def test_devices_of_core_and_of_earlier_versions_get_their_area(
    house: House, model: str, name: str
) -> None:
    """Without the name of the home, Points of many homes could not be told apart."""
    house.entry = await house.make_entry()
    devices = dr.async_get(house.hass)
    for key, registered_model in ((house.home, model.removeprefix("Point")), (house.point, model)):
        devices.async_get_or_create(
            config_entry_id=house.entry.entry_id,
            identifiers={(DOMAIN, key)},
            model=registered_model or "Home",
            name=name if key == house.point else "Lakeside 4",
        )
    temperature = er.async_get(house.hass).async_get_or_create(
        "sensor", DOMAIN, f"{DOMAIN}.{house.point}-temperature", config_entry=house.entry
    )
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.settle()
    area = area_of(house, "Lakeside 4")
    for key, expected in ((house.home, "Lakeside 4"), (house.point, "Hallway")):
        device = house.ha_device(key)
        assert device
        assert (device.name, device.area_id) == (expected, area.id)
    assert house.entity_id("sensor.temperature") == temperature.entity_id
