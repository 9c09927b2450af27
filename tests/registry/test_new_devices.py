"""Homes and Points that appear while the account is loaded."""

from homeassistant.helpers import area_registry as ar
from homeassistant.util import slugify
import pytest

from ..helpers.house import House

pytestmark = pytest.mark.homes(2)


async def test_a_new_point_appears_without_a_reload(linked: House) -> None:
    device = await linked.simulator.add_device(linked.home, "Attic")
    await linked.advance(minutes=61)
    name = slugify(f"{linked.homes[0].name} Attic")
    assert linked.entity_id("sensor.temperature", device.device_id) == f"sensor.{name}_temperature"
    assert linked.state("sensor.temperature", device.device_id) not in {"unknown", "unavailable"}
    assert linked.state("binary_sensor.motion", device.device_id) == "off"


async def test_a_new_point_appears_as_soon_as_it_says_something(linked: House) -> None:
    """What it said before it was known shows once the missed events are fetched."""
    polls = linked.requests("GET", "/devices")
    home = await linked.simulator.add_home("Boathouse")
    device = await linked.simulator.add_device(home.home_id, "Jetty")
    await linked.simulator.make_noise(home.home_id, 2)
    await linked.advance(seconds=10)
    key = device.device_id
    await linked.simulator.emit("temperature_high", device=key, sensor_value=31.5)
    await linked.simulator.emit("alarm_heard", device=key)
    await linked.advance(minutes=1)
    assert linked.requests("GET", "/devices") == polls + 1
    assert linked.state("binary_sensor.alarm", key) == "off"
    assert linked.state("sensor.temperature", key) not in {"unavailable", "unknown"}
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert linked.state("sensor.temperature", key) == "31.5"
    assert linked.state("binary_sensor.heat", key) == "on"
    assert linked.state("binary_sensor.noise", key) == "on"
    assert linked.state("sensor.disturbance", home.home_id) == "second_notice"
    assert linked.state("binary_sensor.alarm", key) == "off"


async def test_an_entity_that_comes_later_is_named_after_the_home_once(linked: House) -> None:
    await linked.simulator.emit("tamper", device=linked.point)
    await linked.settle()
    found = linked.entity_id("binary_sensor.tamper_old")
    assert found == "binary_sensor.lakeside_4_hallway_removed_or_attached"
    options = linked.hass.config_entries.options
    form = await options.async_init(linked.entry.entry_id)
    await options.async_configure(form["flow_id"], {"stays": True})
    await linked.settle()
    assert linked.entity_id("calendar.stays", linked.home) == "calendar.lakeside_4_stays"


async def test_what_the_account_never_lists_is_looked_for_once(linked: House) -> None:
    polls = linked.requests("GET", "/devices")
    device = await linked.simulator.add_device(linked.home)
    device.active = False
    for _ in range(3):
        await linked.simulator.emit("pir_motion", device=device.device_id)
        await linked.advance(minutes=2)
    assert linked.requests("GET", "/devices") == polls + 1


async def with_many_homes(house: House) -> None:
    """Link an account whose homes are read once an hour, and its Points more often."""
    for number in range(40):
        await house.simulator.add_home(f"Flat {number}")
    await house.link()


async def test_a_point_that_is_listed_before_its_home_lies_in_its_area_too(
    house: House,
) -> None:
    await with_many_homes(house)
    asked = house.requests("GET", "/homes")
    home = await house.simulator.add_home("Boathouse")
    device = await house.simulator.add_device(home.home_id, "Jetty")
    polls = house.requests("GET", "/devices")
    while house.requests("GET", "/devices") == polls:
        await house.advance(minutes=1)
    assert house.requests("GET", "/homes") == asked + 1
    area = ar.async_get(house.hass).async_get_area_by_name("Boathouse")
    point = house.ha_device(device.device_id)
    assert area
    assert point
    assert (point.name, point.area_id) == ("Jetty", area.id)
    temperature = house.entity_id("sensor.temperature", device.device_id)
    assert temperature == "sensor.boathouse_jetty_temperature"


@pytest.mark.points(2)
async def test_a_home_that_is_never_listed_is_asked_for_once(house: House) -> None:
    await with_many_homes(house)
    house.devices[0].changed["home_id"] = "unlisted"
    homes, devices = (house.requests("GET", path) for path in ("/homes", "/devices"))
    for _ in range(59):
        await house.advance(minutes=1)
    assert house.requests("GET", "/devices") > devices + 2
    assert house.requests("GET", "/homes") == homes + 1
