"""Deliveries while their account is not loaded: they wait for it, but not for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
import logging

from aiohttp.web import Response
from homeassistant.components.webhook import DOMAIN as WEBHOOK
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.point.webhook.endpoint import (
    MAX_WAIT,
    async_register_endpoints,
    async_unregister_endpoint,
)

from ..helpers.deliveries import WEBHOOK_ID, post
from ..helpers.house import House
from .test_waiting import deliver, until_it_waits


def press(house: House) -> dict[str, object]:
    event = {"id": "p1", "type": "short_button_press", "device_id": house.point}
    return {"hook_id": house.entry.data["hook_id"], "event": event}


def is_listening(house: House) -> bool:
    return house.entry.data["webhook_id"] in house.hass.data[WEBHOOK]


async def test_a_press_during_a_reload_triggers_after_it(
    linked: House, received: list[Event]
) -> None:
    entries = linked.hass.config_entries
    await entries.async_unload(linked.entry.entry_id)
    delivery = deliver(linked, press(linked))
    await until_it_waits()
    assert not delivery.done()
    await entries.async_setup(linked.entry.entry_id)
    assert (await delivery).status == 200
    assert linked.state("binary_sensor.button_press") == "on"
    assert linked.get("event.button").attributes["event_type"] == "press_end"
    assert [event.data["event"]["id"] for event in received] == ["p1"]


async def test_what_comes_while_an_unload_fails_is_taken_after_it(
    linked: House, received: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    deliveries: list[asyncio.Task[Response]] = []

    async def fail(_entry: object, _platforms: object) -> bool:
        deliveries.append(deliver(linked, press(linked)))
        await until_it_waits()
        assert not received
        return False

    entries = linked.hass.config_entries
    monkeypatch.setattr(entries, "async_unload_platforms", fail)
    assert not await entries.async_unload(linked.entry.entry_id)
    assert [(await delivery).status for delivery in deliveries] == [200]
    assert len(received) == 1
    linked.entry.mock_state(linked.hass, ConfigEntryState.LOADED)
    monkeypatch.undo()
    assert await entries.async_unload(linked.entry.entry_id)


async def test_what_comes_while_home_assistant_starts_waits_for_the_set_up(linked: House) -> None:
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    async_unregister_endpoint(linked.hass, linked.entry)
    assert not is_listening(linked)
    async_register_endpoints(linked.hass)
    async_register_endpoints(linked.hass)
    delivery = deliver(linked, press(linked))
    await until_it_waits()
    assert not delivery.done()
    await linked.hass.config_entries.async_setup(linked.entry.entry_id)
    assert (await delivery).status == 200
    assert linked.state("binary_sensor.button_press") == "on"


async def test_what_comes_while_nothing_is_loaded_may_be_sent_again(
    linked: House, received: list[Event]
) -> None:
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    delivery = deliver(linked, press(linked))
    await until_it_waits()
    linked.freezer.tick(timedelta(seconds=MAX_WAIT + 1))
    async_fire_time_changed(linked.hass)
    assert (await delivery).status == 503
    assert not received


async def test_delivery_for_a_disabled_account_is_refused_at_once(
    linked: House, received: list[Event]
) -> None:
    entries, entry_id = linked.hass.config_entries, linked.entry.entry_id
    former = press(linked)
    await entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
    assert (await post(linked, former, headers={})).status == 410
    async_unregister_endpoint(linked.hass, linked.entry)
    async_register_endpoints(linked.hass)  # as after a restart
    assert (await post(linked, former, headers={})).status == 410
    await entries.async_set_disabled_by(entry_id, None)
    await linked.settle()
    assert (await post(linked, former, headers={})).status == 401
    assert (await post(linked, press(linked))).status == 200
    assert len(received) == 2  # the sample of the new webhook, too


async def load(_house: House) -> None:
    """Leave the account loaded."""


async def unload(house: House) -> None:
    await house.hass.config_entries.async_unload(house.entry.entry_id)


async def disable(house: House) -> None:
    entries = house.hass.config_entries
    await entries.async_set_disabled_by(house.entry.entry_id, ConfigEntryDisabler.USER)


@pytest.mark.parametrize("state", [load, unload, disable])
@pytest.mark.parametrize(("method", "status"), [("GET", 405), ("HEAD", 200), ("DELETE", 405)])
async def test_other_methods_are_refused_without_the_address_in_the_log(
    linked: House,
    caplog: pytest.LogCaptureFixture,
    state: Callable[[House], Awaitable[None]],
    method: str,
    status: int,
) -> None:
    """Home Assistant would warn, and name the address."""
    await state(linked)
    await linked.settle()
    caplog.clear()
    response = await linked.browser.request(method, f"/api/webhook/{WEBHOOK_ID}")
    assert response.status == status
    logged = [record for record in caplog.records if record.levelno > logging.DEBUG]
    assert not [record for record in logged if WEBHOOK_ID in record.getMessage()]


async def test_delivery_for_a_disabled_account_leaves_no_address_in_the_log(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    """For an unknown webhook Home Assistant would name it."""
    former = press(linked)
    await disable(linked)
    caplog.clear()
    await post(linked, former, headers={})
    logged = [record for record in caplog.records if record.levelno > logging.DEBUG]
    assert not [record for record in logged if WEBHOOK_ID in record.getMessage()]


async def test_an_account_that_is_removed_takes_nothing(linked: House) -> None:
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    assert not is_listening(linked)


async def test_push_is_unknown_after_a_reload_until_minut_has_been_asked(linked: House) -> None:
    """Nobody is told that it went off."""
    shown: list[str] = []

    @callback
    def note(change: Event[EventStateChangedData]) -> None:
        if state := change.data["new_state"]:
            shown.append(state.state)

    entity_id = linked.entity_id("binary_sensor.push", linked.simulator.account.user_id)
    async_track_state_change_event(linked.hass, entity_id, note)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert shown == ["unavailable", "unknown", "on"]


async def test_account_that_is_disabled_before_it_was_loaded_refuses_deliveries(
    house: House,
) -> None:
    await house.link()
    house.simulator.faults.add(path="/homes", status=500, times=None)
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    former = press(house)
    await disable(house)
    assert (await post(house, former, headers={})).status == 410


async def test_an_odd_webhook_id_does_not_keep_an_account_from_being_removed(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.entry = await house.make_entry()
    data = {**house.entry.data, "webhook_id": ["x"]}
    house.hass.config_entries.async_update_entry(house.entry, data=data)
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert "Error" not in caplog.text
