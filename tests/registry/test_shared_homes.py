"""A home of which two linked accounts are members: one account shows it."""

import asyncio
import logging

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.helpers import entity_registry as er
import pytest

from ..helpers.house import House
from ..helpers.neighbour import Neighbour, link_neighbour

pytestmark = pytest.mark.points(2)


async def share(house: House, neighbour: Neighbour) -> None:
    """Make the neighbour a member of the first home, and let both accounts notice."""
    assert neighbour.entry.unique_id
    house.homes[0].members.append(neighbour.entry.unique_id)
    await house.advance(minutes=61)


@pytest.fixture
async def neighbour(linked: House) -> Neighbour:
    """Return a second account that shares the first home."""
    neighbour = await link_neighbour(linked)
    await share(linked, neighbour)
    return neighbour


def owners(house: House) -> set[str | None]:
    """Return the entries that the entities of the first home and its Points belong to."""
    inside = [point.device_id for point in house.devices if point.home_id == house.home]
    registry = er.async_get(house.hass)
    return {
        entity.config_entry_id
        for entity in registry.entities.values()
        if any(key in entity.unique_id for key in (house.home, *inside))
    }


def shows(house: House) -> bool:
    """Return whether the first home and its Point show current states."""
    return house.panel() == "disarmed" and house.state("sensor.temperature") not in {
        "unavailable",
        "unknown",
    }


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_home_stays_with_the_account_that_shows_it(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    neighbour = await link_neighbour(linked)
    caplog.clear()
    await share(linked, neighbour)
    assert complaints(caplog) == []
    assert owners(linked) == {linked.entry.entry_id}
    assert shows(linked)
    assert linked.state("sensor.temperature", neighbour.point) != "unavailable"


async def test_that_it_is_left_to_another_account_is_told_once(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    neighbour = await link_neighbour(linked)
    with caplog.at_level(logging.INFO):
        await share(linked, neighbour)
        await linked.advance(minutes=61)
    told = [record for record in caplog.records if "ignores them" in record.getMessage()]
    assert len(told) == 1


async def test_removing_the_account_that_does_not_show_it_takes_nothing_away(
    linked: House, neighbour: Neighbour
) -> None:
    await linked.hass.config_entries.async_remove(neighbour.entry.entry_id)
    await linked.advance(minutes=61)
    assert owners(linked) == {linked.entry.entry_id}
    assert shows(linked)


@pytest.mark.usefixtures("neighbour")
async def test_an_event_of_it_makes_nobody_look_for_it(linked: House) -> None:
    polls = linked.requests("GET", "/devices")
    await linked.simulator.emit("alarm_heard", device=linked.point)
    await linked.simulator.emit("disturbance_first_notice", home=linked.home)
    await linked.advance(seconds=70)
    assert linked.state("sensor.disturbance", linked.home) == "first_notice"
    assert linked.state("binary_sensor.alarm") == "on"
    assert linked.requests("GET", "/devices") == polls


@pytest.mark.parametrize("is_shown_first", [True, False])
async def test_after_a_restart_it_is_where_it_was(
    linked: House,
    neighbour: Neighbour,
    caplog: pytest.LogCaptureFixture,
    *,
    is_shown_first: bool,
) -> None:
    """Whichever account is set up first."""
    device = linked.ha_device(linked.point)
    entries = [linked.entry.entry_id, neighbour.entry.entry_id]
    for entry_id in entries:
        await linked.hass.config_entries.async_unload(entry_id)
    caplog.clear()
    for entry_id in entries if is_shown_first else reversed(entries):
        await linked.hass.config_entries.async_setup(entry_id)
        await linked.settle()
    await linked.advance(minutes=61)
    assert complaints(caplog) == []
    assert owners(linked) == {linked.entry.entry_id}
    assert shows(linked)
    assert linked.ha_device(linked.point) == device


async def test_an_account_that_cannot_be_loaded_keeps_it(
    linked: House, neighbour: Neighbour
) -> None:
    """It is tried again, and its devices have names and areas that would be lost."""
    entries = linked.hass.config_entries
    await entries.async_unload(linked.entry.entry_id)
    await linked.advance(minutes=61)
    assert owners(linked) == {linked.entry.entry_id}
    await entries.async_setup(linked.entry.entry_id)
    await linked.settle()
    assert shows(linked)


@pytest.mark.parametrize("is_removed", [True, False], ids=["removed", "disabled"])
async def test_the_other_account_takes_it_over_from_one_that_is_gone(
    linked: House, neighbour: Neighbour, caplog: pytest.LogCaptureFixture, *, is_removed: bool
) -> None:
    entity_id = linked.entity_id("sensor.temperature")
    entries = linked.hass.config_entries
    caplog.clear()
    if is_removed:
        await entries.async_remove(linked.entry.entry_id)
    else:
        await entries.async_set_disabled_by(linked.entry.entry_id, ConfigEntryDisabler.USER)
    await linked.advance(minutes=61)
    await linked.advance(minutes=61)
    assert complaints(caplog) == []
    assert owners(linked) == {neighbour.entry.entry_id}
    assert linked.entity_id("sensor.temperature") == entity_id
    assert shows(linked)
    if not is_removed:
        await entries.async_set_disabled_by(linked.entry.entry_id, None)
        await linked.advance(minutes=61)
        assert complaints(caplog) == []
        assert owners(linked) == {neighbour.entry.entry_id}
        assert not linked.ha_device(linked.point)
        assert shows(linked)


async def test_the_other_account_takes_over_what_the_first_one_excludes(
    linked: House, neighbour: Neighbour, caplog: pytest.LogCaptureFixture
) -> None:
    options = linked.hass.config_entries.options
    form = await options.async_init(linked.entry.entry_id)
    await options.async_configure(form["flow_id"], {"excluded_homes": [linked.home]})
    caplog.clear()
    await linked.advance(minutes=61)
    await linked.advance(minutes=61)
    assert complaints(caplog) == []
    assert owners(linked) == {neighbour.entry.entry_id}
    assert shows(linked)


async def test_two_accounts_that_are_linked_at_once_do_not_both_show_it(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.link()
    neighbour = await link_neighbour(house)
    entries = [house.entry.entry_id, neighbour.entry.entry_id]
    for entry_id in entries:
        await house.hass.config_entries.async_unload(entry_id)
    registry = er.async_get(house.hass)
    for entity in list(registry.entities.values()):
        registry.async_remove(entity.entity_id)
    assert neighbour.entry.unique_id
    house.homes[0].members.append(neighbour.entry.unique_id)
    caplog.clear()
    await asyncio.gather(*(house.hass.config_entries.async_setup(key) for key in entries))
    await house.settle()
    await house.advance(minutes=61)
    assert complaints(caplog) == []
    assert len(owners(house)) == 1
    assert shows(house)


async def test_the_other_account_takes_it_over_when_the_first_one_leaves_the_home(
    linked: House, neighbour: Neighbour, caplog: pytest.LogCaptureFixture
) -> None:
    entity_id = linked.entity_id("sensor.temperature")
    assert linked.entry.unique_id
    linked.homes[0].members.remove(linked.entry.unique_id)
    caplog.clear()
    for _ in range(27):
        await linked.advance(minutes=61)
    assert complaints(caplog) == []
    assert owners(linked) == {neighbour.entry.entry_id}
    assert linked.entity_id("sensor.temperature") == entity_id
    assert shows(linked)
