"""Handles what Minut delivers: verify, apply, fire on the bus, answer."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from hmac import compare_digest
from http import HTTPStatus
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..const import EVENT_RECEIVED
from ..coordinator import PointCoordinator
from ..issues import Issue, async_clear_issues, async_raise_issue
from ..minut.models import Event
from ..minut.parsing import JsonObject
from ..minut.webhook import Delivery, Scheme, verify
from ..state.events import event_time
from ..state.push import PushState
from .endpoint import async_endpoint
from .ping import WebhookPing
from .registration import WebhookRegistration
from .stored import StoredHook

_LOGGER = logging.getLogger(__name__)

FAULT_ISSUES: Final = {
    PushState.SILENT: Issue.PUSH_SILENT,
    PushState.UNVERIFIED: Issue.PUSH_UNVERIFIED,
}


class WebhookHandler:
    """Handles the deliveries of one account."""

    def __init__[T](
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[T],
        coordinator: PointCoordinator,
        *,
        api_root: str,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._coordinator = coordinator
        self._push = coordinator.push
        self._endpoint = async_endpoint(hass, entry)
        self._ping = WebhookPing(hass, entry, coordinator)
        self._registration = WebhookRegistration(
            hass,
            entry,
            coordinator,
            self._ping,
            api_root=api_root,
            on_settled=self._endpoint.async_retry,
        )

    @callback
    def async_start(self) -> None:
        """Handle deliveries, then register at Minut: in this order none is lost."""
        self._endpoint.async_open(self._handle)
        self._entry.async_on_unload(self._close)
        self._coordinator.async_on_push_change(self._update_issues)
        self._registration.async_start()

    async def async_ping(self) -> asyncio.Future[bool]:
        """Request a sample event. The future returns whether it arrived. Raises MinutError."""
        return await self._registration.async_ping()

    @callback
    def _close(self) -> None:
        self._endpoint.async_pause()
        async_clear_issues(self._hass, self._entry, *FAULT_ISSUES.values())

    @callback
    def _update_issues(self) -> None:
        for fault, issue in FAULT_ISSUES.items():
            if self._push.fault is fault:
                async_raise_issue(self._hass, self._entry, issue)
            else:
                async_clear_issues(self._hass, self._entry, issue)

    @callback
    def _handle(
        self, headers: Mapping[str, str], body: bytes, delivery: Delivery
    ) -> HTTPStatus | None:
        """Handle a delivery. Return the status of the answer.

        Return None for an unknown webhook while ours is being created: Minut may deliver before it
        has answered with the id.
        """
        self._coordinator.client.contract.delivered(headers, dict(delivery.payload))
        stored = StoredHook.read(self._entry)
        if not _is_for(stored, delivery):
            return None if self._registration.is_pending else HTTPStatus.UNAUTHORIZED
        verdict = verify(
            headers, body, token=stored.token, secret=stored.secret, pinned=stored.scheme
        )
        if not verdict.is_accepted:
            self._refuse()
            return HTTPStatus.UNAUTHORIZED
        self._pin(stored, verdict.scheme)
        self._push.delivered(dt_util.utcnow(), is_verified=verdict.scheme is not None)
        if delivery.event is not None:
            self._apply(delivery, self._coordinator.client.clock.event(delivery.event))
        self._ping.async_delivered()
        self._coordinator.async_push_changed()
        return HTTPStatus.OK

    @callback
    def _refuse(self) -> None:
        """Count a delivery without proof. Replace the webhook at the maximum."""
        if self._push.refused():
            _LOGGER.warning("Deliveries no longer prove that they come from Minut")
            self._registration.async_replace()
            self._coordinator.async_push_changed()

    @callback
    def _pin(self, stored: StoredHook, scheme: Scheme | None) -> None:
        """Accept only this scheme from now on."""
        if scheme and stored.scheme is not scheme:
            replace(stored, scheme=scheme).write(self._hass, self._entry)

    @callback
    def _apply(self, delivery: Delivery, event: Event) -> None:
        """Apply an event to the account's state, and fire it on the bus."""
        change = self._coordinator.async_apply(event)
        if change is None:  # a duplicate
            return
        now = dt_util.utcnow()
        devices = self._coordinator.devices
        device, home = devices.ha_id(change.device_id), devices.ha_id(change.home_id)
        self._hass.bus.async_fire(
            EVENT_RECEIVED,
            {
                **delivery.payload,
                "config_entry_id": self._entry.entry_id,
                "device": device,
                "device_id": device or home,  # the logbook of a device looks for this key
                "home": home,
                "age": round((now - event_time(event, now)).total_seconds(), 1),
            },
        )

    @callback
    def async_deliver_late(self, event: Event) -> None:
        """Handle an event that was fetched as if it had been delivered: its delivery was lost."""
        if hook_id := StoredHook.read(self._entry).id:
            payload: JsonObject = {"hook_id": hook_id, "event": event.as_json()}
            self._apply(Delivery(hook_id=hook_id, payload=payload, event=event), event)


def _is_for(stored: StoredHook, delivery: Delivery) -> bool:
    """Return whether a delivery names our webhook."""
    return stored.id is not None and compare_digest(
        stored.id.encode(), delivery.hook_id.encode(errors="replace")
    )
