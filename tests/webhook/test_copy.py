"""Two Home Assistants in one account, of which one is a copy of the other: both hear."""

from collections.abc import AsyncIterator
from copy import deepcopy

from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    async_test_home_assistant,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.point.const import DOMAIN

from ..helpers.house import House


@pytest.fixture
async def copy(linked: House, aiohttp_client: ClientSessionGenerator) -> AsyncIterator[House]:
    """Return a copy of a linked Home Assistant, at another address, before it is set up."""
    original = linked.entry
    async with async_test_home_assistant() as hass:
        hass.data.pop("custom_components", None)
        assert await async_setup_component(hass, "application_credentials", {})
        api = {DOMAIN: {"api_url": linked.simulator.root}}
        assert await async_setup_component(hass, DOMAIN, api)
        browser = await aiohttp_client(hass.http.app)
        await hass.config.async_update(internal_url=str(browser.make_url("")).rstrip("/"))
        house = House(
            hass=hass, simulator=linked.simulator, freezer=linked.freezer, browser=browser
        )
        house.entry = await house.make_entry()
        hass.config_entries.async_update_entry(
            house.entry,
            data={**deepcopy(dict(original.data)), "token": house.entry.data["token"]},
        )
        yield house
        for entry in hass.config_entries.async_entries(DOMAIN):
            await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_stop(force=True)


def is_reported(house: House) -> bool:
    issue_id = f"copy_found_{house.entry.entry_id}"
    return ir.async_get(house.hass).async_get_issue("point", issue_id) is not None


async def start(house: House) -> None:
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.settle()


async def advance(*houses: House, minutes: float) -> None:
    """Advance the clock that they share."""
    for house in houses:
        await house.settle()
    await houses[0].advance(minutes=minutes)
    for house in houses[1:]:
        async_fire_time_changed(house.hass)
        await house.settle()
    await houses[0].settle()


async def both_hear(*houses: House) -> bool:
    first = houses[0]
    await advance(*houses, minutes=2)
    await first.simulator.press_button(first.point)
    for house in houses:
        await house.settle()
    return all(house.state("binary_sensor.button_press") == "on" for house in houses)


async def test_both_hear_after_the_first_missed_event(linked: House, copy: House) -> None:
    await advance(linked, copy, minutes=20)
    await start(copy)
    hook_ids = {linked.entry.data["hook_id"], copy.entry.data["hook_id"]}
    assert set(linked.simulator.hooks) == {copy.entry.data["hook_id"]} < hook_ids
    assert not is_reported(linked)

    await linked.simulator.set_temperature(linked.point, 50)
    for _ in range(5):  # the next poll of the Points shows what no event told the original
        await advance(linked, copy, minutes=15)
    assert set(linked.simulator.hooks) == {
        linked.entry.data["hook_id"],
        copy.entry.data["hook_id"],
    }
    assert is_reported(linked)
    assert not is_reported(copy)
    assert await both_hear(linked, copy)

    for _ in range(3):  # neither deletes that of the other later
        await advance(linked, copy, minutes=25 * 60)
    assert len(linked.simulator.hooks) == 2
    assert await both_hear(linked, copy)
    assert is_reported(linked)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert is_reported(linked)


async def test_a_press_that_is_missed_is_noticed_when_events_are_fetched(
    linked: House, copy: House
) -> None:
    """No poll shows it."""
    await start(copy)
    await advance(linked, copy, minutes=6)
    await linked.simulator.press_button(linked.point)
    for _ in range(25):  # every six hours
        await advance(linked, copy, minutes=15)
    assert len(linked.simulator.hooks) == 2
    assert is_reported(linked)


async def test_the_report_ends_when_the_copy_is_removed(linked: House, copy: House) -> None:
    await start(copy)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert is_reported(linked)
    assert len(linked.simulator.hooks) == 2

    await copy.hass.config_entries.async_remove(copy.entry.entry_id)
    assert set(linked.simulator.hooks) == {linked.entry.data["hook_id"]}
    await advance(linked, copy, minutes=25 * 60)
    assert not is_reported(linked)
    assert linked.state("binary_sensor.push", linked.simulator.account.user_id) == "on"


async def test_a_copy_of_an_upgraded_account_leaves_the_original_alone(
    linked: House, copy: House
) -> None:
    """Both know the address under which core's own `point` was registered."""
    for house in (linked, copy):
        url = f"{linked.hass.config.internal_url}/api/webhook/{linked.entry.data['webhook_id']}"
        data = {**house.entry.data, "webhook_url": url}
        house.hass.config_entries.async_update_entry(house.entry, data=data)
    await start(copy)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    for _ in range(2):
        await advance(linked, copy, minutes=25 * 60)
    assert len(linked.simulator.hooks) == 2
    assert await both_hear(linked, copy)


async def test_a_webhook_that_somebody_deleted_is_no_copy(linked: House) -> None:
    linked.simulator.hooks.clear()
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert len(linked.simulator.hooks) == 1
    assert not is_reported(linked)
