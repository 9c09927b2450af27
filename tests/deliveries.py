"""Deliveries to the hook, as Minut or anybody else may send them."""

import json

from aiohttp import ClientResponse
from homeassistant.core import Event, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.point.const import EVENT_RECEIVED

from .house import House

WEBHOOK_ID = "0123456789abcdef" * 4


def address(house: House) -> str:
    """Return the hook's address."""
    return f"{house.hass.config.internal_url}/api/webhook/{WEBHOOK_ID}"


def delivery(house: House, **changed: object) -> dict[str, object]:
    """Return what Minut would deliver."""
    event = {
        "id": "66bb00112233445566778899",
        "type": "short_button_press",
        "created_at": house.simulator.time().isoformat(),
        "home_id": house.home,
        "device_id": house.point,
    }
    return {"hook_id": house.entry.data["hook_id"], "event": event, **changed}


async def post(
    house: House, payload: object, *, headers: dict[str, str] | None = None
) -> ClientResponse:
    """Deliver something to the hook as anybody could, and let it take effect."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    response = await house.browser.post(f"/api/webhook/{WEBHOOK_ID}", data=body, headers=headers)
    await house.settle()
    return response


@pytest.fixture
def received(hass: HomeAssistant) -> list[Event]:
    """Return a list that collects the events on Home Assistant's bus."""
    events: list[Event] = async_capture_events(hass, EVENT_RECEIVED)
    return events
