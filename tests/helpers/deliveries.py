"""Deliveries to the webhook, by Minut or by anybody else."""

import asyncio
from collections.abc import Iterable
from hashlib import sha256
import hmac
import json

from aiohttp import ClientResponse
from homeassistant.core import Event, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.point.const import EVENT_RECEIVED
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.models import Hook

from .house import House

WEBHOOK_ID = "0123456789abcdef" * 4


def address(house: House) -> str:
    """Return the URL of the webhook."""
    return f"{house.hass.config.internal_url}/api/webhook/{WEBHOOK_ID}"


def delivery(house: House, **changed: object) -> dict[str, object]:
    """Return the payload of a delivery by Minut."""
    event = {
        "id": "66bb00112233445566778899",
        "type": "short_button_press",
        "created_at": house.simulator.time().isoformat(),
        "home_id": house.home,
        "device_id": house.point,
    }
    return {"hook_id": house.entry.data["hook_id"], "event": event, **changed}


def signed(house: House, body: bytes) -> dict[str, str]:
    """Return the headers with which the cloud signs a body."""
    hooks = house.simulator.hooks.values()
    hook = next(hook for hook in hooks if hook.url.endswith(WEBHOOK_ID))
    return {"X-Minut-Signature": hmac.new(hook.secret.encode(), body, sha256).hexdigest()}


async def post(
    house: House, payload: object, *, headers: dict[str, str] | None = None
) -> ClientResponse:
    """Deliver a payload, signed unless headers are given, and wait for its effects."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    proof = signed(house, body) if headers is None else headers
    response = await house.browser.post(f"/api/webhook/{WEBHOOK_ID}", data=body, headers=proof)
    await house.settle()
    return response


async def register_hook(house: House, url: str) -> str:
    """Register a webhook of the account directly at the cloud; return its id."""
    session = house.browser.session
    token = house.simulator.issue_token()["access_token"]
    response = await session.post(
        f"{house.simulator.root}/webhooks",
        json={"url": url, "events": ["*"]},
        headers={"Authorization": f"Bearer {token}"},
    )
    return str((await response.json())["hook_id"])


async def register_former_hook(house: House, root: str) -> str:
    """Register a hook that the entry knows as its own, at an address it had before; return its id.

    It could not be deleted when the address changed.
    """
    hook_id = await register_hook(house, f"{root}/api/webhook/{WEBHOOK_ID}")
    former = [*house.entry.data.get("former_hooks", []), hook_id]
    data = {**house.entry.data, "former_hooks": former}
    house.hass.config_entries.async_update_entry(house.entry, data=data)
    return hook_id


async def lose_everything(house: House) -> None:
    """Link an account of which no delivery ever arrives, until Home Assistant has noticed."""
    house.simulator.switches.lose_deliveries = True
    await house.link()
    await house.advance(minutes=6)
    await house.simulator.motion(house.point)
    for _ in range(3):
        await house.advance(minutes=15)


def answer_registrations_late(
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[asyncio.Event, asyncio.Event]:
    """Delay the answers to registrations of webhooks.

    The first event is set when the webhook has been created; setting the second sends the answer.
    """
    created, go_on = asyncio.Event(), asyncio.Event()
    create_hook = MinutClient.create_hook

    async def answer_late(
        client: MinutClient, url: str, *, token: str | None, events: Iterable[str]
    ) -> Hook | None:
        hook = await create_hook(client, url, token=token, events=events)
        created.set()
        await go_on.wait()
        return hook

    monkeypatch.setattr(MinutClient, "create_hook", answer_late)
    return created, go_on


@pytest.fixture
def received(hass: HomeAssistant) -> list[Event]:
    """Return a list that collects the events on Home Assistant's bus."""
    events: list[Event] = async_capture_events(hass, EVENT_RECEIVED)
    return events
