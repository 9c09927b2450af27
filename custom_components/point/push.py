"""The hook at Minut: its address, its registration, what it delivers, and its removal."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from hmac import compare_digest
from http import HTTPStatus
import logging
import secrets
from typing import Final

from aiohttp.web import Request, Response
from homeassistant.components import webhook
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.network import NoURLAvailableError
from homeassistant.util import dt as dt_util
from yarl import URL

from .account import event_time
from .configuration import is_loopback
from .const import (
    CONF_HOOK_ID,
    CONF_HOOK_SECRET,
    CONF_HOOK_TOKEN,
    CONF_HOOK_URL,
    DOMAIN,
    EVENT_RECEIVED,
)
from .coordinator import PointConfigEntry
from .minut.client import ALL_EVENTS, MinutClient
from .minut.delivery import MAX_BYTES, Delivery, MalformedDeliveryError, Proof, parse, proof
from .minut.errors import MinutError
from .minut.models import Event, Hook

_LOGGER = logging.getLogger(__name__)

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
MAX_WAITING: Final = 20
"""So many deliveries may wait for a registration that is under way."""
MAX_WAIT: Final = 10.0
MAX_REMOVAL: Final = 10.0
"""Seconds that the removal of an entry waits for Minut."""


class Push:
    """Keeps one hook registered and takes what it delivers."""

    def __init__(self, hass: HomeAssistant, entry: PointConfigEntry, *, api_root: str) -> None:
        self._hass = hass
        self._entry = entry
        self._coordinator = entry.runtime_data
        self._api_root = api_root
        self._waiting = 0
        self._settled = asyncio.Event()
        self._is_closed = False
        self._failures = 0
        self._retry: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> None:
        """Take deliveries, then see to it that Minut sends them: in that order none is lost."""
        if CONF_WEBHOOK_ID not in self._entry.data:
            self._store({CONF_WEBHOOK_ID: webhook.async_generate_id()})
        webhook_id = self._entry.data[CONF_WEBHOOK_ID]
        webhook.async_register(
            self._hass,
            DOMAIN,
            self._entry.title,
            webhook_id,
            self._handle,
            allowed_methods=("POST",),
        )
        self._entry.async_on_unload(partial(webhook.async_unregister, self._hass, webhook_id))
        self._entry.async_on_unload(self._close)
        self._attempt()

    # Registration

    @callback
    def _attempt(self, _now: datetime | None = None) -> None:
        self._retry = None
        self._entry.async_create_background_task(
            self._hass, self._register_or_retry(), name="Minut push registration"
        )

    async def _register_or_retry(self) -> None:
        """Register; when Minut cannot be reached or refuses, try again later and log it once."""
        try:
            await self._register()
        except MinutError as error:
            log = _LOGGER.debug if self._failures else _LOGGER.warning
            log("The webhook at Minut could not be set in order, polling goes on: %s", error)
            wait = min(FIRST_RETRY * 2 ** min(self._failures, 10), LONGEST_RETRY)
            self._failures += 1
            self._retry = async_call_later(self._hass, wait, self._attempt)
        else:
            self._failures = 0

    @callback
    def _close(self) -> None:
        self._is_closed = True
        self._settled.set()
        self._show_address_issue(is_missing=False)
        if self._retry:
            self._retry()

    async def _register(self) -> None:
        """Keep the one hook that is right, or make it; delete the others that were ours."""
        data = self._entry.data
        address = hook_address(self._hass, data[CONF_WEBHOOK_ID], api_root=self._api_root)
        self._show_address_issue(is_missing=address is None)
        if address is None:
            self._settled.set()
            return
        client = self._coordinator.client
        ours = _ours(await client.hooks(), data)
        kept = next((hook for hook in ours if _is_right(hook, address, data)), None)
        if kept is None:
            kept = await self._create(client, address)
        self._settled.set()
        self._coordinator.push_works = True
        for hook in ours:
            if hook.id != kept.id:
                await client.delete_hook(hook.id)

    async def _create(self, client: MinutClient, address: str) -> Hook:
        token = secrets.token_urlsafe(32)
        hook = await client.create_hook(address, token=token)
        self._store(
            {
                CONF_HOOK_ID: hook.id,
                CONF_HOOK_URL: address,
                CONF_HOOK_SECRET: hook.secret,
                CONF_HOOK_TOKEN: token,
            }
        )
        return hook

    def _store(self, values: Mapping[str, str | None]) -> None:
        self._hass.config_entries.async_update_entry(
            self._entry, data={**self._entry.data, **values}
        )

    def _show_address_issue(self, *, is_missing: bool) -> None:
        issue_id = f"no_push_address_{self._entry.entry_id}"
        if not is_missing:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="no_push_address",
            translation_placeholders={"account": self._entry.title},
        )

    # Deliveries

    async def _handle(self, _hass: HomeAssistant, _webhook_id: str, request: Request) -> Response:
        """Verify, apply, fire and answer; what costs time comes after the answer."""
        body = await _read(request)
        if body is None:
            return Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            delivery = parse(body)
        except MalformedDeliveryError:
            return Response(status=HTTPStatus.BAD_REQUEST)
        if not self._is_ours(delivery):
            await self._wait_for_registration()
        if self._is_closed:  # the entry was unloaded meanwhile; Minut may try again
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        if not self._is_ours(delivery) or not self._is_proven(request.headers, body):
            return Response(status=HTTPStatus.UNAUTHORIZED)
        if delivery.event is not None:
            self._take(delivery, delivery.event)
        return Response()

    def _is_ours(self, delivery: Delivery) -> bool:
        hook_id = self._entry.data.get(CONF_HOOK_ID)
        return hook_id is not None and compare_digest(
            hook_id.encode(), delivery.hook_id.encode(errors="replace")
        )

    def _is_proven(self, headers: Mapping[str, str], body: bytes) -> bool:
        data = self._entry.data
        shown = proof(headers, body, token=data[CONF_HOOK_TOKEN], secret=data.get(CONF_HOOK_SECRET))
        return shown is not Proof.WRONG_TOKEN

    async def _wait_for_registration(self) -> None:
        """Minut may deliver before it has answered with the id of the new hook."""
        if self._settled.is_set() or self._waiting >= MAX_WAITING:
            return
        self._waiting += 1
        try:
            async with asyncio.timeout(MAX_WAIT):
                await self._settled.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting -= 1

    @callback
    def _take(self, delivery: Delivery, event: Event) -> None:
        self._coordinator.push_works = True  # here is the proof
        change = self._coordinator.async_apply(event)
        if change is None:
            return
        now = dt_util.utcnow()
        devices = self._coordinator.devices
        self._hass.bus.async_fire(
            EVENT_RECEIVED,
            {
                **delivery.payload,
                "config_entry_id": self._entry.entry_id,
                "device": devices.ha_id(change.device_id),
                "home": devices.ha_id(change.home_id),
                "age": round((now - event_time(event, now)).total_seconds(), 1),
            },
        )


def hook_address(hass: HomeAssistant, webhook_id: str, *, api_root: str) -> str | None:
    """Return the address that the cloud can reach; None where there is none.

    Minut takes public https only (API notes 6.1). A cloud that runs on loopback, as the simulator
    does, reaches Home Assistant there.
    """
    is_local = is_loopback(URL(api_root))
    try:
        address = webhook.async_generate_url(
            hass, webhook_id, allow_internal=is_local, prefer_external=not is_local
        )
    except NoURLAvailableError:
        return None
    return address if is_local or address.startswith("https://") else None


async def async_forget_push(
    hass: HomeAssistant, entry: PointConfigEntry, sign_in: Callable[[], Awaitable[MinutClient]]
) -> None:
    """Delete the hooks of an entry that is being removed; say so where that fails."""
    issue_id = f"hooks_left_{entry.entry_id}"
    if CONF_WEBHOOK_ID not in entry.data:  # it never had one
        return
    try:
        async with asyncio.timeout(MAX_REMOVAL):
            client = await sign_in()
            for hook in _ours(await client.hooks(), entry.data):
                await client.delete_hook(hook.id)
    except (MinutError, TimeoutError) as error:
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            is_fixable=True,
            is_persistent=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key="hooks_left",
            translation_placeholders={"reason": str(error) or "no answer in time"},
        )


def _ours(hooks: tuple[Hook, ...], data: Mapping[str, str]) -> list[Hook]:
    """Pick the hooks that lead to this entry, at whatever address; strangers' are not touched."""
    known = {data.get(CONF_HOOK_ID), data.get(CONF_HOOK_URL)} - {None}
    path = f"/api/webhook/{data.get(CONF_WEBHOOK_ID)}"
    return [
        hook
        for hook in hooks
        if hook.id in known or (hook.url and (hook.url in known or hook.url.endswith(path)))
    ]


def _is_right(hook: Hook, address: str, data: Mapping[str, str]) -> bool:
    is_known = hook.id == data.get(CONF_HOOK_ID) and CONF_HOOK_TOKEN in data
    return is_known and hook.url == address and hook.events == {ALL_EVENTS}


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
