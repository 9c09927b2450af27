"""Homes and Points as devices of Home Assistant: names, areas, versions and links."""

from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.util import slugify
import pytest

from ..helpers.house import House


@pytest.mark.homes(2)
async def test_a_point_has_its_own_name_and_lies_in_the_area_of_its_home(linked: House) -> None:
    """In accounts with more than one home."""
    point, home = linked.ha_device(linked.point), linked.ha_device(linked.home)
    assert point
    assert home
    simulated = linked.devices[0]
    assert home.name == linked.homes[0].name
    assert home.entry_type is dr.DeviceEntryType.SERVICE
    assert point.name == simulated.description
    assert point.via_device_id == home.id
    assert (point.manufacturer, point.model) == ("Minut", "Point")
    assert point.hw_version == str(simulated.hardware_version)
    assert point.sw_version == str(simulated.firmware)
    assert point.connections == {(dr.CONNECTION_NETWORK_MAC, dr.format_mac(simulated.mac))}
    area = ar.async_get(linked.hass).async_get_area_by_name(linked.homes[0].name)
    assert area
    assert point.area_id == home.area_id == area.id
    ids = {linked.entity_id("sensor.temperature"), linked.entity_id("binary_sensor.button_press")}
    name = slugify(f"{home.name} {point.name}")  # from the names of the area and the device
    assert ids == {f"sensor.{name}_temperature", f"binary_sensor.{name}_button_press"}
    panel = linked.entity_id("alarm_control_panel", linked.home)
    assert panel == f"alarm_control_panel.{slugify(home.name)}_alarm"


async def test_the_page_of_the_account_lists_its_homes_and_alone_links_to_minut(
    linked: House,
) -> None:
    """Minut's addresses of a home or a Point are not known."""
    account = linked.ha_device(linked.simulator.account.user_id)
    home, point = linked.ha_device(linked.home), linked.ha_device(linked.point)
    assert account
    assert home
    assert point
    assert home.via_device_id == account.id
    assert account.configuration_url == "https://web.minut.com"
    assert home.configuration_url is None
    assert point.configuration_url is None


async def test_a_link_of_an_earlier_version_is_removed(linked: House) -> None:
    point = linked.ha_device(linked.point)
    assert point
    dr.async_get(linked.hass).async_update_device(
        point.id, configuration_url="https://web.minut.com"
    )
    await linked.advance(minutes=61)
    point = linked.ha_device(linked.point)
    assert point
    assert point.configuration_url is None


async def test_with_one_home_a_point_has_its_own_name(linked: House) -> None:
    point = linked.ha_device(linked.point)
    assert point
    assert point.name == linked.devices[0].description
    assert point.area_id is None
    home = linked.ha_device(linked.home)
    assert home
    assert home.area_id is None


async def test_a_new_home_gets_an_area_once_its_entities_have_their_ids(linked: House) -> None:
    key = (await linked.simulator.add_home("Boathouse")).home_id
    await linked.advance(minutes=61)
    home = linked.ha_device(key)
    area = ar.async_get(linked.hass).async_get_area_by_name("Boathouse")
    assert home
    assert area
    assert home.area_id == area.id
    assert linked.entity_id("sensor.disturbance", key) == "sensor.boathouse_noise_notice"


async def test_a_home_stays_where_the_user_has_put_it(linked: House) -> None:
    home = linked.ha_device(linked.home)
    assert home
    dr.async_get(linked.hass).async_update_device(home.id, area_id=None)
    await linked.advance(minutes=61)
    await linked.stop()
    await linked.start()
    home = linked.ha_device(linked.home)
    assert home
    assert home.area_id is None


async def test_devices_without_a_name_are_named_in_the_language_of_the_system(
    house: House,
) -> None:
    await house.hass.config.async_update(language="sv")
    house.homes[0].name = ""
    await house.link()
    home, account = house.ha_device(house.home), house.ha_device(house.simulator.account.user_id)
    assert home
    assert account
    assert (home.name, account.name) == ("Hem", "Minut-konto")
    assert house.entity_id("binary_sensor.push", house.simulator.account.user_id).startswith(
        "binary_sensor.minut_konto_"
    )
    house.homes[0].name = "Sommarhuset"
    await house.advance(minutes=61)
    home = house.ha_device(house.home)
    assert home
    assert home.name == "Sommarhuset"
    house.homes[0].name = ""
    await house.advance(minutes=61)
    home = house.ha_device(house.home)
    assert home
    assert home.name == "Hem"


async def test_homes_without_alarm_are_devices_too(house: House) -> None:
    """Predecessor's defect 39."""
    house.simulator.switches.alarm_status = False
    await house.link()
    assert house.ha_device(house.home)


@pytest.mark.homes(2)
async def test_renames_moves_and_firmware_follow(linked: House) -> None:
    """Predecessor's defect 35: device info was read once."""
    here, there = linked.homes
    device = linked.devices[0]
    here.name = "Summer house"
    device.description = "Sauna"
    device.firmware = 5000
    await linked.advance(minutes=61)
    point = linked.ha_device(linked.point)
    assert point
    assert point.name == "Sauna"
    assert point.sw_version == "5000"

    device.home_id = there.home_id
    await linked.advance(minutes=61)
    point, home = linked.ha_device(linked.point), linked.ha_device(there.home_id)
    assert point
    assert home
    assert point.via_device_id == home.id
    assert point.area_id == home.area_id
    await linked.simulator.emit("disturbance_first_notice", home=there.home_id)
    await linked.settle()
    assert linked.state("binary_sensor.noise") == "on"


async def test_what_the_user_renamed_stays(linked: House) -> None:
    point = linked.ha_device(linked.point)
    assert point
    dr.async_get(linked.hass).async_update_device(point.id, name_by_user="Mine")
    linked.devices[0].description = "Sauna"
    await linked.advance(minutes=61)
    point = linked.ha_device(linked.point)
    assert point
    assert point.name_by_user == "Mine"


async def test_half_a_character_in_a_name_harms_no_registry(house: House) -> None:
    house.devices[0].changed["description"] = "Kitchen \ud83d"
    await house.link()
    point = house.ha_device(house.point)
    assert point
    assert point.name
    assert point.name.encode()
