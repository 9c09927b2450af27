"""The to-do list of the account, as Home Assistant shows it."""

from datetime import date, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_load_integrations
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.point.const import DOMAIN

from ..helpers.house import House


def todo(house: House) -> str:
    return house.entity_id("todo.needs_a_hand", house.simulator.account.user_id)


async def items(house: House) -> list[dict[str, Any]]:
    entity_id = todo(house)
    answer = await house.hass.services.async_call(
        "todo",
        "get_items",
        {"entity_id": entity_id, "status": ["needs_action", "completed"]},
        blocking=True,
        return_response=True,
    )
    assert answer
    found: Any = answer[entity_id]
    return list(found["items"])


async def summaries(house: House) -> list[str]:
    return [item["summary"] for item in await items(house)]


async def check(house: House, summary: str, status: str = "completed") -> None:
    await house.hass.services.async_call(
        "todo",
        "update_item",
        {"entity_id": todo(house), "item": summary, "status": status},
        blocking=True,
    )


async def test_is_empty_at_first(linked: House) -> None:
    state = linked.hass.states.get(todo(linked))
    assert state
    assert state.state == "0"
    assert await items(linked) == []


@pytest.mark.points(2)
@pytest.mark.homes(2)
async def test_each_need_is_a_row_with_its_home(linked: House) -> None:
    for device in linked.devices[:2]:
        await linked.simulator.take_offline(device.device_id)
    await linked.simulator.remove_from_mount(linked.devices[2].device_id)
    await linked.simulator.low_battery(linked.devices[3].device_id)
    await linked.advance(seconds=6)
    found = await summaries(linked)
    assert len(found) == 3
    charge, mount, contact = found
    assert charge.startswith("Charge ")
    assert charge.endswith("(Harbour Loft)")
    assert mount.startswith("Put back on the mount: ")
    assert "Harbour Loft" in mount
    # A list on a phone cuts off the end, so the place is first.
    assert contact == "Bedroom, Hallway (Lakeside 4): no contact"
    described = [item["description"] for item in await items(linked)]
    assert all(described)
    assert described[-1].startswith("Last contact: 2026-11-20 ")


async def test_rows_end_by_themselves(linked: House) -> None:
    await linked.simulator.take_offline(linked.point)
    await linked.advance(seconds=6)
    assert len(await items(linked)) == 1
    await linked.simulator.bring_online(linked.point)
    await linked.advance(seconds=6)
    assert await items(linked) == []


async def test_checking_off_silences_until_it_comes_again(linked: House) -> None:
    await linked.simulator.take_offline(linked.point)
    await linked.advance(seconds=6)
    [summary] = await summaries(linked)
    await check(linked, summary)
    state = linked.hass.states.get(todo(linked))
    assert state
    assert state.state == "0"
    assert [item["status"] for item in await items(linked)] == ["completed"]
    await linked.stop()
    await linked.start()
    assert [item["status"] for item in await items(linked)] == ["completed"]
    await check(linked, summary, "needs_action")
    assert [item["status"] for item in await items(linked)] == ["needs_action"]
    await check(linked, summary)
    await linked.simulator.bring_online(linked.point)
    await linked.advance(seconds=6)
    await linked.simulator.take_offline(linked.point)
    await linked.advance(seconds=6)
    assert [item["status"] for item in await items(linked)] == ["needs_action"]


async def test_a_row_that_ended_meanwhile_cannot_be_checked_off(linked: House) -> None:
    await linked.simulator.take_offline(linked.point)
    await linked.advance(seconds=6)
    [item] = await items(linked)
    entity = linked.hass.data["todo"].get_entity(todo(linked))
    await linked.simulator.bring_online(linked.point)
    await linked.advance(seconds=6)
    gone = type("Item", (), {"uid": item["uid"], "status": "completed"})()
    with pytest.raises(ServiceValidationError) as raised:
        await entity.async_update_todo_item(gone)
    assert raised.value.translation_key == "todo_item_gone"


@pytest.mark.points(2)
async def test_a_new_row_starts_automations(linked: House, hass: HomeAssistant) -> None:
    calls = async_mock_service(hass, "test", "note")
    automation = {
        "alias": "Help",
        "triggers": [{"trigger": "todo.item_added", "target": {"entity_id": todo(linked)}}],
        "actions": [{"action": "test.note"}],
    }
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    await linked.settle()
    await linked.simulator.take_offline(linked.point)
    await linked.advance(seconds=6)
    assert len(calls) == 1
    await linked.simulator.take_offline(linked.devices[1].device_id)
    await linked.advance(seconds=6)
    assert len(calls) == 2
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


async def test_a_limit_that_the_point_does_not_fetch(linked: House) -> None:
    device = linked.devices[0]
    device.config_updated_at = linked.simulator.time()
    device.changed["configuration"] = {
        "reactions": [],
        "updated_at": linked.simulator.time().isoformat(),
        "installed_on_device_at": (linked.simulator.time() - timedelta(days=1)).isoformat(),
    }
    for _ in range(3):
        await linked.advance(minutes=61)
    assert await summaries(linked) == []
    await linked.advance(minutes=61)
    [summary] = await summaries(linked)
    assert summary.startswith("Settings not applied: ")
    assert "Hallway" in summary


@pytest.mark.homes(2)
async def test_events_that_do_not_arrive(house: House) -> None:
    house.simulator.faults.add(method="GET", path="/webhooks", status=500, times=None)
    await house.link()
    await house.advance(seconds=6)
    [summary] = await summaries(house)
    assert summary == "Events from Minut do not arrive: Harbour Loft, Lakeside 4"
    house.simulator.faults.clear()
    await house.advance(minutes=2)
    assert await summaries(house) == []


@pytest.mark.homes(2)
async def test_events_that_stop_arriving(linked: House) -> None:
    """Push ends and comes back without any change of a home or Point."""
    coordinator = linked.entry.runtime_data.coordinator
    await linked.advance(seconds=6)
    coordinator.push.not_delivered()
    coordinator.async_push_changed()
    await linked.advance(seconds=6)
    assert await summaries(linked) == ["Events from Minut do not arrive: Harbour Loft, Lakeside 4"]
    await linked.simulator.press_button(linked.point)
    await linked.advance(seconds=6)
    assert await summaries(linked) == []


@pytest.mark.homes(2)
async def test_homes_with_the_same_name(linked: House) -> None:
    for home in linked.homes:
        home.changed["name"] = "Lakeside 4"
    await linked.advance(minutes=16)
    await linked.advance(seconds=6)
    assert await summaries(linked) == ["Several homes are called Lakeside 4"]


@pytest.mark.points(2)
async def test_a_drained_battery_is_due_within_two_days(linked: House) -> None:
    device = linked.devices[0]
    start = linked.simulator.time()
    for other in linked.devices:
        await linked.simulator.set_battery(other.device_id, 26 if other is device else 90)
    truth = start + timedelta(days=52)  # half a point a day
    for _ in range(41):
        await linked.advance(days=1)
    [item] = await items(linked)
    assert "Hallway" in item["summary"]
    assert abs(date.fromisoformat(item["due"]) - truth.date()) <= timedelta(days=2)
    await linked.simulator.charge(device.device_id)
    await linked.advance(hours=2)
    await linked.advance(seconds=6)
    assert await items(linked) == []


async def test_is_not_lost_while_its_entity_is_disabled(linked: House, hass: HomeAssistant) -> None:
    await linked.simulator.take_offline(linked.point)
    await linked.advance(seconds=6)
    await check(linked, (await summaries(linked))[0])
    registry, entity_id = er.async_get(hass), todo(linked)
    for disabled_by in (er.RegistryEntryDisabler.USER, None):
        registry.async_update_entity(entity_id, disabled_by=disabled_by)
        await linked.advance(seconds=31)
    await linked.advance(seconds=6)
    assert [item["status"] for item in await items(linked)] == ["completed"]


async def test_speaks_the_language_of_the_system(house: House, hass: HomeAssistant) -> None:
    await hass.config.async_update(language="sv")
    await house.link()
    await house.simulator.low_battery(house.point)
    await house.advance(seconds=6)
    [summary] = await summaries(house)
    assert summary.startswith("Ladda ")


async def test_the_language_of_the_system_may_change(linked: House, hass: HomeAssistant) -> None:
    await linked.simulator.low_battery(linked.point)
    await linked.advance(seconds=6)
    hass.config.language = "not loaded"  # Home Assistant loads a new one a moment later
    await linked.simulator.take_offline(linked.point)
    await linked.advance(seconds=6)
    assert len(await summaries(linked)) == 2
    assert (await summaries(linked))[0].startswith("Charge ")
    hass.config.language = "sv"
    await async_load_integrations(hass, {DOMAIN})
    assert (await summaries(linked))[0].startswith("Ladda ")
