"""Homes and Points as devices of Home Assistant."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.util import slugify
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.point import async_remove_config_entry_device
from custom_components.point.const import DOMAIN
from custom_components.point.registry.devices import Devices
from custom_components.point.state.account import AccountState

from ..helpers.account import NOON, after, device as told_of, home
from ..helpers.house import House


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


async def test_with_one_home_a_point_has_its_own_name(house: House) -> None:
    await house.simulator.remove_home(house.homes[1].home_id)
    await house.link()
    point = house.ha_device(house.point)
    assert point
    assert point.name == house.devices[0].description
    assert point.area_id is None
    home = house.ha_device(house.home)
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


@pytest.mark.points(2)
async def test_a_point_that_is_gone_is_unavailable_and_removed_after_a_day(
    linked: House,
) -> None:
    """Predecessor's defects 27 and 28: a traceback a minute, and it stayed for ever."""
    gone = linked.devices[1].device_id
    entity_id = linked.entity_id("sensor.temperature", gone)
    await linked.simulator.remove_device(gone)
    await linked.advance(minutes=61)
    assert linked.state("sensor.temperature", gone) == "unavailable"
    for _ in range(22):
        await linked.advance(hours=1)
    assert linked.ha_device(gone)
    for _ in range(3):
        await linked.advance(hours=1)
    assert not linked.ha_device(gone)
    assert not er.async_get(linked.hass).async_get(entity_id)


@pytest.mark.points(2)
async def test_a_removed_point_that_returns_appears_again(linked: House) -> None:
    gone = linked.devices[1]
    gone.active = False
    for _ in range(27):
        await linked.advance(hours=1)
    assert not linked.ha_device(gone.device_id)
    gone.active = True
    await linked.advance(hours=1)
    await linked.advance(hours=1)
    assert linked.state("sensor.temperature", gone.device_id) != "unavailable"


async def test_an_empty_answer_removes_nothing(linked: House) -> None:
    linked.simulator.faults.add(
        method="GET", path="/devices", status=200, body={"devices": []}, times=None
    )
    for _ in range(30):
        await linked.advance(hours=1)
    assert linked.ha_device(linked.point)
    linked.simulator.faults.clear()
    await linked.advance(hours=1)
    assert linked.state("sensor.temperature") != "unavailable"


class Registered:
    """The devices of an account, and a state that tests fill."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.entry = MockConfigEntry(domain=DOMAIN)
        self.entry.add_to_hass(hass)
        self.state = AccountState()
        self.devices = Devices(hass, self.entry.entry_id, account_id="u1")

    def poll(self, at: datetime, *points: str, is_complete: bool = True) -> None:
        self.state.merge_homes([home("h1")] if points else [], at, is_complete=is_complete)
        self.state.merge_devices([told_of(point) for point in points], at, is_complete=is_complete)
        self.devices.update(self.state, at)

    def has(self, key: str) -> bool:
        return self.devices.ha_id(key) is not None


@pytest.fixture
async def registered(hass: HomeAssistant) -> Registered:
    return Registered(hass)


@pytest.mark.parametrize(
    "found_again", [after(hours=48), after(hours=-48)], ids=["much later", "much earlier"]
)
async def test_two_looks_far_apart_are_no_day_of_absence(
    registered: Registered, found_again: datetime
) -> None:
    """In between the cloud was down, the machine slept, or its clock was set."""
    registered.poll(after(hours=-1), "p1", "p2")
    registered.poll(NOON, "p1")
    registered.poll(found_again, "p1")
    assert registered.has("p2")
    for hour in range(1, 25):
        registered.poll(found_again + timedelta(hours=hour), "p1")
    assert not registered.has("p2")


@pytest.mark.parametrize("model", [None, "Point v2"])
@pytest.mark.parametrize("is_complete", [True, False])
async def test_an_empty_answer_does_not_remove_what_core_has_registered(
    registered: Registered, model: str | None, *, is_complete: bool
) -> None:
    """Core names no model of a home, and older ones another of a Point."""
    dr.async_get(registered.hass).async_get_or_create(
        config_entry_id=registered.entry.entry_id, identifiers={(DOMAIN, "old")}, model=model
    )
    for hour in range(30):
        registered.poll(after(hours=hour), is_complete=is_complete)
    assert registered.has("old")
    for hour in range(30, 56):
        registered.poll(after(hours=hour), "p1")
    assert not registered.has("old")


async def test_a_person_may_remove_only_what_the_account_no_longer_has(linked: House) -> None:
    point = linked.ha_device(linked.point)
    assert point
    assert not await async_remove_config_entry_device(linked.hass, linked.entry, point)
    await linked.simulator.remove_device(linked.point)
    await linked.advance(minutes=61)
    assert await async_remove_config_entry_device(linked.hass, linked.entry, point)


async def test_a_device_may_be_removed_while_the_account_is_not_loaded(linked: House) -> None:
    point = linked.ha_device(linked.point)
    assert point
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    assert await async_remove_config_entry_device(linked.hass, linked.entry, point)


async def test_a_point_that_was_registered_anew_keeps_its_entities(linked: House) -> None:
    """Its MAC stays, its id does not; Home Assistant would make one device of the two."""
    former = linked.devices[0]
    await linked.simulator.remove_device(former.device_id, keep_inactive=True)
    again = await linked.simulator.add_device(former.home_id, former.description)
    again.mac = former.mac
    for _ in range(27):
        await linked.advance(hours=1)
    assert not linked.ha_device(former.device_id)
    assert linked.state("sensor.temperature", again.device_id) != "unavailable"
    device = linked.ha_device(again.device_id)
    assert device
    assert device.connections == {(dr.CONNECTION_NETWORK_MAC, dr.format_mac(former.mac))}


@pytest.mark.points(2)
@pytest.mark.parametrize("mac", ["000000000000", "ffffffffffff", "not a mac", "a4c1380d7e9"])
async def test_a_mac_that_is_none_makes_no_two_points_one(house: House, mac: str) -> None:
    for device in house.devices:
        device.mac = mac
    await house.link()
    points = [house.ha_device(device.device_id) for device in house.devices]
    assert len({point.id for point in points if point}) == len(house.devices)


async def test_half_a_character_in_a_name_harms_no_registry(house: House) -> None:
    house.devices[0].changed["description"] = "Kitchen \ud83d"
    await house.link()
    point = house.ha_device(house.point)
    assert point
    assert point.name
    assert point.name.encode()


@pytest.mark.points(2)
async def test_a_point_with_the_id_of_its_home_keeps_nothing_from_loading(house: House) -> None:
    house.devices[0].changed["device_id"] = house.home
    await house.link()
    assert house.state("sensor.temperature", house.devices[1].device_id) != "unavailable"


async def test_the_registry_hears_only_of_what_changed(
    registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an account of 1,000 Points each look would otherwise cost as much as the first."""
    registered.poll(NOON, "p1", "p2")
    told: list[object] = []
    register = dr.DeviceRegistry.async_get_or_create

    def listen(self: dr.DeviceRegistry, **info: Any) -> dr.DeviceEntry:
        told.append(info["identifiers"])
        return register(self, **info)

    monkeypatch.setattr(dr.DeviceRegistry, "async_get_or_create", listen)
    registered.poll(after(hours=1), "p1", "p2")
    assert told == []

    for change in (
        {"name": "Attic"},
        {"firmware": "2"},
        {"hardware_version": "3"},
        {"home_id": None},
        {"mac": "a4c138000001"},
    ):
        told.clear()
        points = [told_of("p1", **change), told_of("p2")]
        registered.state.merge_devices(points, after(hours=2))
        registered.devices.update(registered.state, after(hours=2))
        assert told == [{(DOMAIN, "p1")}], change
        registered.state.merge_devices(points, after(hours=2))
        registered.devices.update(registered.state, after(hours=2))
        assert told == [{(DOMAIN, "p1")}], change
        registered.state.merge_devices([told_of("p1"), told_of("p2")], after(hours=2))
        registered.devices.update(registered.state, after(hours=2))

    told.clear()
    registered.state.merge_homes([home("h1", name="Summer house")], after(hours=3))
    registered.devices.update(registered.state, after(hours=3))
    assert told == [{(DOMAIN, "h1")}]


@pytest.mark.parametrize("key", ["u1", "h1", "p1"])
async def test_what_somebody_removes_from_the_registry_is_there_again(
    registered: Registered, key: str
) -> None:
    registered.poll(NOON, "p1", "p2")
    registry = dr.async_get(registered.hass)
    removed = registered.devices.ha_id(key)
    assert removed
    registry.async_remove_device(removed)
    registered.poll(after(hours=1), "p1", "p2")
    assert registered.devices.ha_id(key) == removed
    point = registry.async_get_device_by_identifier((DOMAIN, "p1"), registered.entry.entry_id)
    assert point
    assert point.via_device_id == registered.devices.ha_id("h1")


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
