"""How devices are identified, and when the device registry is written."""

from typing import Any

from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.point.const import DOMAIN

from ..helpers.account import NOON, after, device as told_of, home
from ..helpers.house import House
from .registered import Registered


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
        registered.devices.update(registered.state)
        assert told == [{(DOMAIN, "p1")}], change
        registered.state.merge_devices(points, after(hours=2))
        registered.devices.update(registered.state)
        assert told == [{(DOMAIN, "p1")}], change
        registered.state.merge_devices([told_of("p1"), told_of("p2")], after(hours=2))
        registered.devices.update(registered.state)

    told.clear()
    registered.state.merge_homes([home("h1", name="Summer house")], after(hours=3))
    registered.devices.update(registered.state)
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
