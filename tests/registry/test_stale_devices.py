"""Devices that the account no longer has, and when they are removed."""

from datetime import datetime, timedelta

from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.point import async_remove_config_entry_device
from custom_components.point.const import DOMAIN

from ..helpers.account import NOON, after
from ..helpers.house import House
from .registered import Registered


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


@pytest.mark.points(2)
async def test_an_outage_does_not_count_for_a_point_that_was_missing_before(linked: House) -> None:
    missing = linked.devices[1]
    missing.active = False
    await linked.advance(minutes=61)
    linked.simulator.faults.add(method="GET", status=502, times=None)
    for _ in range(30):
        await linked.advance(hours=1)
    assert linked.ha_device(missing.device_id)


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
