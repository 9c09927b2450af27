"""The button that requests a sample event."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.point.webhook.handler import WebhookHandler

from ..helpers.house import House
from .push_helpers import push


async def press_test(house: House) -> None:
    entity_id = house.entity_id("button.test_push", house.simulator.account.user_id)
    await house.hass.services.async_call("button", "press", {"entity_id": entity_id}, blocking=True)


async def test_the_button_tries_the_way(linked: House) -> None:
    await press_test(linked)
    await linked.settle()
    assert linked.simulator.deliveries[-1].status == 200


async def test_the_button_says_that_the_sample_was_lost(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked.simulator.switches.lose_deliveries = True
    ask, has_asked = WebhookHandler.async_ping, asyncio.Event()

    async def ask_and_tell(handler: WebhookHandler) -> Awaitable[bool]:
        answer = await ask(handler)
        has_asked.set()
        return answer

    monkeypatch.setattr(WebhookHandler, "async_ping", ask_and_tell)
    press = asyncio.create_task(press_test(linked))
    await has_asked.wait()
    linked.freezer.tick(timedelta(seconds=31))
    async_fire_time_changed(linked.hass)
    with pytest.raises(HomeAssistantError) as raised:
        await press
    assert raised.value.translation_key == "sample_event_lost"
    assert push(linked) == "off"


async def test_the_button_finds_a_hook_that_is_gone_and_makes_it_anew(linked: House) -> None:
    linked.simulator.hooks.clear()
    await press_test(linked)
    assert len(linked.simulator.hooks) == 1
    assert push(linked) == "on"


@pytest.mark.parametrize(
    ("status", "key"),
    [(404, "no_sample_events"), (405, "no_sample_events"), (503, "sample_event_failed")],
)
async def test_the_button_says_that_minut_sent_none(linked: House, status: int, key: str) -> None:
    linked.simulator.faults.add(method="POST", path="/webhooks/*/ping", status=status)
    with pytest.raises(HomeAssistantError) as raised:
        await press_test(linked)
    assert raised.value.translation_key == key
    assert push(linked) == "on"


async def test_the_button_says_that_the_login_has_ended(linked: House) -> None:
    linked.simulator.revoke_tokens()
    with pytest.raises(HomeAssistantError) as raised:
        await press_test(linked)
    assert raised.value.translation_key == "unauthorized"


async def test_the_button_waits_for_a_hook(house: House) -> None:
    house.simulator.faults.add(method="POST", path="/webhooks", status=403, times=None)
    await house.link()
    assert house.state("button.test_push", house.simulator.account.user_id) == "unavailable"
