"""Where deliveries arrive, also while their account is being loaded: then they wait.

Home Assistant takes what comes for a webhook that is not registered, answers 200 and drops it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final

from aiohttp.web import Request, RequestPayloadError, Response
from homeassistant.components import webhook
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..minut.webhook import MAX_BYTES, Delivery, MalformedDeliveryError, parse

MAX_WAITING: Final = 20
"""So many deliveries may wait for the same thing."""
MAX_WAIT: Final = 10.0
"""Seconds."""
MAX_READ: Final = 10.0
"""Seconds within which a delivery has to be here."""

type Take = Callable[[Mapping[str, str], bytes, Delivery], Awaitable[HTTPStatus]]
"""Takes the headers, the body and what it says; tells what to answer."""


class Patience:
    """Waits for something to be, but not for long, and not with many."""

    def __init__(self, until: asyncio.Event) -> None:
        self._until = until
        self._waiting = 0

    async def wait(self) -> bool:
        """Return whether it is."""
        if self._until.is_set() or self._waiting >= MAX_WAITING:
            return self._until.is_set()
        self._waiting += 1
        try:
            async with asyncio.timeout(MAX_WAIT):
                return await self._until.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1


class WebhookEndpoint:
    """The webhook of one account."""

    def __init__(self) -> None:
        self._take: Take | None = None
        self._is_open = asyncio.Event()
        self._patience = Patience(self._is_open)

    @callback
    def open(self, take: Take) -> None:
        """Hand over what comes, and what waits."""
        self._take = take
        self._is_open.set()

    @callback
    def close(self) -> None:
        """Let what comes wait."""
        self._is_open.clear()

    @callback
    def open_again(self) -> None:
        """Hand over to whom it was handed over before."""
        self._is_open.set()

    async def async_handle(
        self, _hass: HomeAssistant, _webhook_id: str, request: Request
    ) -> Response:
        """Read a delivery and have it taken; where nobody does, Minut may send it again."""
        received = await _receive(request)
        if isinstance(received, HTTPStatus):
            return Response(status=received)
        if not await self._patience.wait() or self._take is None:
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        return Response(status=await self._take(request.headers, *received))


_ENDPOINTS: HassKey[dict[str, WebhookEndpoint]] = HassKey(f"{DOMAIN}_endpoints")
"""By webhook id."""


@callback
def async_endpoint[T](hass: HomeAssistant, entry: ConfigEntry[T]) -> WebhookEndpoint:
    """Return the endpoint of an account that has a webhook id; put it up where there is none."""
    endpoints = hass.data.setdefault(_ENDPOINTS, {})
    webhook_id = entry.data[CONF_WEBHOOK_ID]
    if (known := endpoints.get(webhook_id)) is not None:
        return known
    new = endpoints[webhook_id] = WebhookEndpoint()
    webhook.async_register(
        hass, DOMAIN, entry.title, webhook_id, new.async_handle, allowed_methods=("POST",)
    )
    return new


@callback
def async_register_endpoints(hass: HomeAssistant) -> None:
    """Let what comes wait for the accounts that are about to be loaded, until one is disabled."""
    for entry in hass.config_entries.async_entries(DOMAIN, include_disabled=False):
        webhook_id = entry.data.get(CONF_WEBHOOK_ID)
        if isinstance(webhook_id, str) and webhook_id:
            async_endpoint(hass, entry)

    @callback
    def on_change(_change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain == DOMAIN and entry.disabled_by:
            async_unregister_endpoint(hass, entry)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, on_change)


@callback
def async_unregister_endpoint[T](hass: HomeAssistant, entry: ConfigEntry[T]) -> None:
    """Take no more deliveries for an account."""
    endpoints, webhook_id = hass.data.get(_ENDPOINTS, {}), entry.data.get(CONF_WEBHOOK_ID)
    if isinstance(webhook_id, str) and webhook_id in endpoints:
        del endpoints[webhook_id]
        webhook.async_unregister(hass, webhook_id)


async def _receive(request: Request) -> tuple[bytes, Delivery] | HTTPStatus:
    """Read and parse a delivery; where that fails, return what to answer.

    Nothing may escape: Home Assistant would log it, and with it the address.
    """
    try:
        async with asyncio.timeout(MAX_READ):
            body = await _read(request)
        if body is None:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return body, parse(body)
    except TimeoutError:
        return HTTPStatus.REQUEST_TIMEOUT
    except MalformedDeliveryError, RequestPayloadError, OSError:
        return HTTPStatus.BAD_REQUEST


async def _read(request: Request) -> bytes | None:
    """Read a body of at most 64 KiB.

    A cloudhook's request gives a new stream at each access and offers no more than a stream.
    """
    stream, body = request.content, bytearray()
    while chunk := await stream.read(MAX_BYTES):
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return bytes(body)
