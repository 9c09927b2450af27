"""Deliveries while their account is not loaded: they wait for it, but not for ever."""

import asyncio
from datetime import timedelta

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


async def test_an_account_that_is_disabled_takes_nothing(linked: House) -> None:
    entries, entry_id = linked.hass.config_entries, linked.entry.entry_id
    await entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
    assert not is_listening(linked)
    async_register_endpoints(linked.hass)
    assert not is_listening(linked)
    await entries.async_set_disabled_by(entry_id, None)
    assert is_listening(linked)


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


async def test_an_account_that_is_disabled_before_it_was_loaded_takes_nothing(
    house: House,
) -> None:
    await house.link()
    house.simulator.faults.add(path="/homes", status=500, times=None)
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    assert is_listening(house)
    await house.hass.config_entries.async_set_disabled_by(
        house.entry.entry_id, ConfigEntryDisabler.USER
    )
    assert not is_listening(house)


async def test_an_odd_webhook_id_does_not_keep_an_account_from_being_removed(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.entry = await house.make_entry()
    data = {**house.entry.data, "webhook_id": ["x"]}
    house.hass.config_entries.async_update_entry(house.entry, data=data)
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert "Error" not in caplog.text
