"""Local webhook of each account: receives deliveries and passes them to the account's handler.

It is registered before the accounts are set up, for disabled ones too, and for every method: Home
Assistant would answer 200 for an unknown webhook, drop the delivery and log the address, and log it
for a method that is not registered.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from http import HTTPStatus
import logging
from typing import Final, Protocol

from aiohttp import StreamReader
from aiohttp.hdrs import METH_HEAD, METH_POST, METH_PUT
from aiohttp.web import Request, RequestPayloadError, Response
from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..minut.parsing import Json
from ..minut.webhook import MAX_BYTES, Delivery, MalformedDeliveryError, parse
from .stored import async_ensure_webhook_id, webhook_id_of

_LOGGER = logging.getLogger(__name__)

MAX_WAITING: Final = 20
"""Maximum number of deliveries of an account that wait at the same time."""
MAX_WAIT: Final = 10.0
"""Maximum wait for the account's handler, in seconds."""
READ_TIMEOUT: Final = 10.0
"""Timeout for reading a delivery, in seconds."""

DELIVERY_METHODS: Final = {METH_POST, METH_PUT}
"""Methods with which Minut may deliver. POST is documented (API notes 6.3)."""


class DeliveryHandler(Protocol):
    """Handles the deliveries of a loaded account."""

    @property
    def is_creating(self) -> bool:
        """Return whether a webhook is being created: Minut may check its address now."""
        ...

    def handle(
        self, headers: Mapping[str, str], body: bytes, delivery: Delivery
    ) -> HTTPStatus | None:
        """Handle a delivery. Return the status of the answer, None while it cannot be judged."""
        ...

    def not_a_delivery(self, headers: Mapping[str, str], status: HTTPStatus, payload: Json) -> None:
        """Handle a refused request. `payload`: None if it is too large or not JSON."""
        ...


class WebhookEndpoint:
    """The local webhook of one account."""

    def __init__(self, is_disabled: Callable[[], bool]) -> None:
        self._is_disabled = is_disabled
        self._handler: DeliveryHandler | None = None
        self._is_paused = False
        self._changed = asyncio.Event()
        self._waiting = 0
        self.answers: Counter[int] = Counter()
        """Number of answers by status since the start of Home Assistant."""

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
        """Read a delivery and answer it."""
        try:
            status = await self._async_status(request)
        except Exception:
            # Home Assistant would answer 200, and log the error together with the webhook id.
            _LOGGER.exception("A delivery could not be handled")
            status = HTTPStatus.INTERNAL_SERVER_ERROR
        self.answers[status] += 1
        return Response(status=status)

    async def _async_status(self, request: Request) -> HTTPStatus:
        """Handle a request. Return the status of the answer.

        A HEAD only asks whether the address exists, as does any request without a real event while
        the webhook is being created: Minut may create it only after the answer.
        """
        handler = self._open_handler
        is_creating = handler is not None and handler.is_creating
        if request.method not in DELIVERY_METHODS:
            is_check = is_creating or request.method == METH_HEAD
            return HTTPStatus.OK if is_check else HTTPStatus.METHOD_NOT_ALLOWED
        if self._is_disabled():
            return HTTPStatus.GONE
        try:
            body, delivery = await _receive(request)
        except _RefusedError as refused:
            if is_creating and refused.status is HTTPStatus.BAD_REQUEST:
                return HTTPStatus.OK
            if handler is not None and refused.is_complete:
                handler.not_a_delivery(request.headers, refused.status, refused.payload)
            return refused.status
        status = self._pass_on(request.headers, body, delivery)
        if status is None and is_creating and delivery.is_sample:
            return HTTPStatus.OK
        return status or await self._async_wait(request.headers, body, delivery)

    @property
    def _open_handler(self) -> DeliveryHandler | None:
        return None if self._is_paused else self._handler

    async def _async_wait(
        self, headers: Mapping[str, str], body: bytes, delivery: Delivery
    ) -> HTTPStatus:
        """Wait until the handler accepts or refuses a delivery. Return the status of the answer.

        While the account is not loaded or its webhook is being created, it waits with a timeout
        and a limited number of others. After that Minut may send it again.
        """
        status: HTTPStatus | None = None
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
        handler = self._open_handler
        return None if handler is None else handler.handle(headers, body, delivery)


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


class _RefusedError(Exception):
    """A request that is refused before it reaches the handler.

    `is_complete`: whether the connection did not fail. `payload`: None if it is not JSON.
    """

    def __init__(
        self, status: HTTPStatus, *, is_complete: bool = False, payload: Json = None
    ) -> None:
        super().__init__(status)
        self.status = status
        self.is_complete = is_complete
        self.payload = payload


async def _receive(request: Request) -> tuple[bytes, Delivery]:
    """Read and parse a delivery. Return the raw body and its content. Raises _RefusedError.

    No other exception may escape: Home Assistant would log it together with the webhook id.
    """
    # A cloudhook's request has no `read()`, and returns a new stream at each access of `content`.
    content = request.content
    has_arrived = isinstance(content, StreamReader) and content.is_eof()
    try:
        async with asyncio.timeout(None if has_arrived else READ_TIMEOUT):
            body = await _read(content)
        if body is None:
            raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, is_complete=True)
        return body, parse(body)
    except TimeoutError as error:
        raise _RefusedError(HTTPStatus.REQUEST_TIMEOUT) from error
    except MalformedDeliveryError as error:
        raise _RefusedError(
            HTTPStatus.BAD_REQUEST, is_complete=True, payload=error.payload
        ) from error
    except (RequestPayloadError, OSError) as error:
        raise _RefusedError(HTTPStatus.BAD_REQUEST) from error


async def _read(stream: StreamReader) -> bytes | None:
    """Read a body of at most 64 KiB. Return None if it is larger."""
    body = bytearray()
    while chunk := await stream.read(MAX_BYTES):
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return bytes(body)
