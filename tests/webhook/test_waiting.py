"""Deliveries that overtake the registration, and those that come through a cloudhook."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
import json

from aiohttp.web import Response
from homeassistant.components import webhook
from homeassistant.util.aiohttp import MockRequest
import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.point.const import EVENT_RECEIVED
from custom_components.point.webhook.endpoint import MAX_WAIT, MAX_WAITING

from ..helpers.deliveries import answer_registrations_late, signed
from ..helpers.house import House


class SlowMinut:
    """A cloud whose answer to the registration takes its time."""

    def __init__(self, house: House, created: asyncio.Event, answers: asyncio.Event) -> None:
        self.house = house
        self.created = created
        self.answers = answers

    async def set_up(self) -> None:
        """Begin to link an account, up to where the hook exists at the cloud."""
        self.entry = await self.house.make_entry()
        await self.house.hass.config_entries.async_setup(self.entry.entry_id)
        await self.created.wait()

    def deliver(self) -> asyncio.Task[Response]:
        """Deliver an event as the cloud does that knows its hook."""
        [hook_id] = self.house.simulator.hooks
        event = {"type": "short_button_press", "device_id": self.house.point}
        return deliver(self.house, {"hook_id": hook_id, "event": event})


def deliver(house: House, payload: object) -> asyncio.Task[Response]:
    """Deliver without a socket, in the way of a cloudhook."""
    body = json.dumps(payload).encode()
    request = MockRequest(
        content=body, mock_source="cloud", method="POST", headers=signed(house, body)
    )
    webhook_id = "0123456789abcdef" * 4
    handle = webhook.async_handle_webhook(house.hass, webhook_id, request)
    return house.hass.async_create_background_task(handle, "delivery")


async def until_it_waits() -> None:
    """Let what has begun go as far as it can by itself."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def slow(house: House, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlowMinut]:
    cloud = SlowMinut(house, *answer_registrations_late(monkeypatch))
    await cloud.set_up()
    yield cloud
    cloud.answers.set()
    await house.settle()


async def test_a_delivery_through_a_cloudhook_is_taken(linked: House) -> None:
    """Such a request has a stream, but no `read()`."""
    received = async_capture_events(linked.hass, EVENT_RECEIVED)
    event = {"type": "short_button_press", "device_id": linked.point}
    response = await deliver(linked, {"hook_id": linked.entry.data["hook_id"], "event": event})
    assert response.status == 200
    assert len(received) == 1
    assert linked.state("binary_sensor.button_press") == "on"


async def test_a_delivery_waits_for_the_registration_but_not_for_ever(slow: SlowMinut) -> None:
    delivery = slow.deliver()
    await until_it_waits()
    assert not delivery.done()
    slow.house.freezer.tick(timedelta(seconds=MAX_WAIT + 1))
    async_fire_time_changed(slow.house.hass)
    assert (await delivery).status == 503  # Minut may try again


async def test_only_so_many_deliveries_wait(slow: SlowMinut) -> None:
    waiting = [slow.deliver() for _ in range(MAX_WAITING)]
    await until_it_waits()
    assert (await slow.deliver()).status == 503
    slow.answers.set()
    assert {(await delivery).status for delivery in waiting} == {200}


async def test_a_sample_is_answered_at_once(slow: SlowMinut) -> None:
    """Minut may check the address by one, and create the webhook only after the answer."""
    [hook_id] = slow.house.simulator.hooks
    for payload in (
        {"hook_id": hook_id, "event": {"id": "1", "type": "test"}},
        {"hook_id": hook_id},
        {"challenge": "x"},
    ):
        assert (await deliver(slow.house, payload)).status == 200
    slow.answers.set()
    await slow.house.settle()
    assert (await deliver(slow.house, {"challenge": "x"})).status == 400


async def test_a_delivery_whose_entry_is_unloaded_meanwhile_may_be_sent_again(
    slow: SlowMinut,
) -> None:
    received = async_capture_events(slow.house.hass, EVENT_RECEIVED)
    delivery = slow.deliver()
    await until_it_waits()
    await slow.house.hass.config_entries.async_unload(slow.entry.entry_id)
    slow.house.freezer.tick(timedelta(seconds=MAX_WAIT + 1))
    async_fire_time_changed(slow.house.hass)
    assert (await delivery).status == 503
    assert not received


async def test_an_entry_that_never_had_a_hook_is_removed_without_asking_the_cloud(
    house: House,
) -> None:
    entry = await house.make_entry()
    data = {key: value for key, value in entry.data.items() if key != "webhook_id"}
    house.hass.config_entries.async_update_entry(entry, data=data)
    await house.hass.config_entries.async_remove(entry.entry_id)
    assert house.requests("GET", "/webhooks") == 0
