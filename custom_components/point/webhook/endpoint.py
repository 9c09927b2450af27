"""Local webhook of each account: receives deliveries and passes them to the account's handler.

It is registered before the accounts are set up, for disabled ones too, and for every method: Home
Assistant would answer 200 for an unknown webhook, drop the delivery and log the address, and log it
for a method that is not registered.
"""

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from aiohttp.hdrs import METH_HEAD, METH_POST
from aiohttp.web import Request, RequestPayloadError, Response
from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..minut.webhook import MAX_BYTES, Delivery, MalformedDeliveryError, parse
from .stored import async_ensure_webhook_id, webhook_id_of

MAX_WAITING: Final = 20
"""Maximum number of deliveries of an account that wait at the same time."""
MAX_WAIT: Final = 10.0
"""Maximum wait for the account's handler, in seconds."""
READ_TIMEOUT: Final = 10.0
"""Timeout for reading a delivery, in seconds."""

type DeliveryHandler = Callable[[Mapping[str, str], bytes, Delivery], HTTPStatus | None]
"""Handles the headers, the raw body and the content of a delivery.

Returns the status of the answer, or None while it cannot judge the delivery yet."""


class WebhookEndpoint:
    """The local webhook of one account."""

    def __init__(self, is_disabled: Callable[[], bool]) -> None:
        self._is_disabled = is_disabled
        self._handler: DeliveryHandler | None = None
        self._is_paused = False
        self._changed = asyncio.Event()
        self._waiting = 0

    @callback
    def async_open(self, handler: DeliveryHandler) -> None:
        """Pass deliveries to a handler, those that wait first."""
        self._handler = handler
        self.async_resume()

    @callback
    def async_pause(self) -> None:
        """Make deliveries wait until `async_resume`."""
        self._is_paused = True

    @callback
    def async_resume(self) -> None:
        """Pass deliveries to the last handler again, those that wait first."""
        self._is_paused = False
        self.async_retry()

    @callback
    def async_retry(self) -> None:
        """Pass the deliveries that wait to the handler again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def async_handle(
        self, _hass: HomeAssistant, _webhook_id: str, request: Request
    ) -> Response:
        """Read a delivery and answer it. A HEAD only asks whether the address exists."""
        if request.method != METH_POST:
            is_head = request.method == METH_HEAD
            return Response(status=HTTPStatus.OK if is_head else HTTPStatus.METHOD_NOT_ALLOWED)
        if self._is_disabled():
            return Response(status=HTTPStatus.GONE)
        received = await _receive(request)
        if isinstance(received, HTTPStatus):
            return Response(status=received)
        return Response(status=await self._async_pass_on(request.headers, *received))

    async def _async_pass_on(
        self, headers: Mapping[str, str], body: bytes, delivery: Delivery
    ) -> HTTPStatus:
        """Pass a delivery to the handler. Return the status of the answer.

        While the account is not loaded or its webhook is being created, the delivery waits, with
        a timeout and a limited number of others. After that Minut may send it again.
        """
        status = self._pass_on(headers, body, delivery)
        if status is not None:
            return status
        if self._waiting >= MAX_WAITING:
            return HTTPStatus.SERVICE_UNAVAILABLE
        self._waiting += 1
        try:
            async with asyncio.timeout(MAX_WAIT):
                while status is None:
                    await self._changed.wait()
                    status = self._pass_on(headers, body, delivery)
        except TimeoutError:
            return HTTPStatus.SERVICE_UNAVAILABLE
        finally:
            self._waiting -= 1
        return status

    @callback
    def _pass_on(
        self, headers: Mapping[str, str], body: bytes, delivery: Delivery
    ) -> HTTPStatus | None:
        if self._handler is None or self._is_paused:
            return None
        return self._handler(headers, body, delivery)


_ENDPOINTS: HassKey[dict[str, WebhookEndpoint]] = HassKey(f"{DOMAIN}_endpoints")
"""By webhook id."""


@callback
def async_endpoint[T](hass: HomeAssistant, entry: ConfigEntry[T]) -> WebhookEndpoint:
    """Return the endpoint of an account. Register it first if it does not exist."""
    endpoints = hass.data.setdefault(_ENDPOINTS, {})
    webhook_id = async_ensure_webhook_id(hass, entry)
    if (known := endpoints.get(webhook_id)) is not None:
        return known
    endpoint = WebhookEndpoint(lambda: entry.disabled_by is not None)
    endpoints[webhook_id] = endpoint
    webhook.async_register(
        hass,
        DOMAIN,
        entry.title,
        webhook_id,
        endpoint.async_handle,
        allowed_methods=webhook.SUPPORTED_METHODS,
    )
    return endpoint


@callback
def async_register_endpoints(hass: HomeAssistant) -> None:
    """Register the endpoints of all accounts that have been set up before."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        if webhook_id_of(entry) is not None:
            async_endpoint(hass, entry)


@callback
def async_unregister_endpoint[T](hass: HomeAssistant, entry: ConfigEntry[T]) -> None:
    """Unregister the endpoint of an account, if there is one."""
    webhook_id = webhook_id_of(entry)
    if webhook_id and hass.data.get(_ENDPOINTS, {}).pop(webhook_id, None):
        webhook.async_unregister(hass, webhook_id)


async def _receive(request: Request) -> tuple[bytes, Delivery] | HTTPStatus:
    """Read and parse a delivery. Return the raw body and its content, or the status of a refusal.

    No exception may escape: Home Assistant would log it together with the webhook id.
    """
    try:
        async with asyncio.timeout(READ_TIMEOUT):
            body = await _read(request)
        if body is None:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return body, parse(body)
    except TimeoutError:
        return HTTPStatus.REQUEST_TIMEOUT
    except MalformedDeliveryError, RequestPayloadError, OSError:
        return HTTPStatus.BAD_REQUEST


async def _read(request: Request) -> bytes | None:
    """Read a body of at most 64 KiB. Return None if it is larger.

    A cloudhook's request has no `read()`, and returns a new stream at each access of `content`.
    """
    stream, body = request.content, bytearray()
    while chunk := await stream.read(MAX_BYTES):
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return bytes(body)
