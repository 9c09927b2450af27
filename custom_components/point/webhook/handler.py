"""Handles what Minut delivers: verify, apply, fire on the bus, answer."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from hmac import compare_digest
from http import HTTPStatus
import logging
from typing import Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..const import EVENT_RECEIVED
from ..coordinator import PointCoordinator
from ..issues import Issue, async_update_issue
from ..minut.models import Event
from ..minut.parsing import Json, mapping
from ..minut.proof import Proof, verify, without_secrets
from ..minut.webhook import HOOK_ID, UNREADABLE_ID, DeliveredEvent, Delivery, names_of
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
    PushState.UNREADABLE: Issue.PUSH_UNREADABLE,
}
MAX_KINDS: Final = 10
"""Maximum number of kinds of deliveries that were not understood that are logged and counted."""


class WebhookHandler:
    """Handles the deliveries of one account."""

    def __init__(self, coordinator: PointCoordinator, *, api_root: str) -> None:
        self._hass = coordinator.hass
        self._entry = coordinator.config_entry
        self._coordinator = coordinator
        self._push = coordinator.push
        self._endpoint = async_endpoint(self._hass, self._entry)
        self._stored_in: Mapping[str, object] = {}
        self._last_stored = StoredHook()
        self.not_understood: Counter[str] = Counter()
        """Deliveries of which nothing was understood, by status and names of their members."""
        self._ping = WebhookPing(coordinator)
        self._registration = WebhookRegistration(
            coordinator,
            self._ping,
            api_root=api_root,
            on_settled=self._endpoint.async_retry,
        )

    @callback
    def async_start(self) -> None:
        """Handle deliveries, then register at Minut: in this order none is lost."""
        self._endpoint.async_open(self)
        self._entry.async_on_unload(self._endpoint.async_pause)
        self._coordinator.async_on_push_change(self._update_issues)
        self._registration.async_start()

    @property
    def answers(self) -> Mapping[int, int]:
        """Return the number of answers to deliveries, by status."""
        return self._endpoint.answers

    async def async_ping(self) -> asyncio.Future[bool]:
        """Request a sample event. The future returns whether it arrived. Raises MinutError."""
        return await self._registration.async_ping()

    async def async_examine(self, *, with_sample: bool) -> None:
        """Find out why events do not arrive: check the webhook, then request a sample event."""
        await self._registration.async_examine(with_sample=with_sample)

    @callback
    def _update_issues(self) -> None:
        for fault, issue in FAULT_ISSUES.items():
            is_active = self._push.fault is fault
            async_update_issue(self._hass, self._entry, issue, is_active=is_active)

    @property
    def _stored(self) -> StoredHook:
        """Return the stored webhook. It is parsed when the entry has changed."""
        if self._stored_in is not self._entry.data:
            self._last_stored = StoredHook.read(self._entry)
            self._stored_in = self._entry.data
        return self._last_stored

    @property
    def is_creating(self) -> bool:
        """Return whether a webhook is being created: Minut may check its address now."""
        return self._registration.is_creating

    @callback
    def handle(
        self, headers: Mapping[str, str], body: bytes, delivery: Delivery
    ) -> HTTPStatus | None:
        """Handle a delivery. Return the status of the answer.

        Return None while a webhook is being created, if the delivery may be of that one: Minut may
        deliver before it has answered with the id.
        """
        self._coordinator.client.contract.delivered(headers, delivery.payload)
        stored = self._stored
        if not _is_for(stored, delivery):
            if self._registration.is_pending:
                return None
            self._not_understood(HTTPStatus.UNAUTHORIZED, delivery.names, is_foreign=True)
            return HTTPStatus.UNAUTHORIZED
        verdict = verify(
            headers,
            body,
            delivery.payload,
            token=stored.token,
            secret=stored.secret,
            pinned=stored.proof,
        )
        if not verdict.is_accepted:
            if self._registration.is_pending and not delivery.hook_ids:
                return None
            self._refuse()
            return HTTPStatus.UNAUTHORIZED
        self._pin(stored, verdict.proof, delivery)
        if not delivery.events:
            self._not_understood(HTTPStatus.OK, delivery.names)
            return HTTPStatus.OK
        before = self._push.state, self._push.fault
        if not delivery.is_sample:
            self._push.understood()
        elif delivery.has_place:
            self._push.of_unknown_type()
        self._push.delivered(dt_util.utcnow(), is_verified=verdict.proof is not None)
        for delivered in delivery.events:
            self._apply(delivered, delivery)
        self._ping.async_delivered()
        self._coordinator.async_delivered()
        if (self._push.state, self._push.fault) != before:
            self._coordinator.async_push_changed()
        return HTTPStatus.OK

    @callback
    def not_a_delivery(self, headers: Mapping[str, str], status: HTTPStatus, payload: Json) -> None:
        """Handle a request that the endpoint refused."""
        self._coordinator.client.contract.delivered(headers, payload)
        self._not_understood(status, names_of(payload))

    @callback
    def _not_understood(self, status: HTTPStatus, names: str, *, is_foreign: bool = False) -> None:
        """Count a delivery of which nothing was understood. Log each kind once."""
        kind = f"{status.value}: {names or 'no members'}"
        if kind not in self.not_understood and len(self.not_understood) < MAX_KINDS:
            log = _LOGGER.debug if is_foreign else _LOGGER.warning
            log("A delivery of Minut was not understood (%s)", kind)
        if kind in self.not_understood or len(self.not_understood) < MAX_KINDS:
            self.not_understood[kind] += 1
        before = self._push.fault
        self._push.not_understood(is_foreign=is_foreign)
        if self._push.fault is not before:
            self._coordinator.async_push_changed()

    @callback
    def _refuse(self) -> None:
        """Count a delivery without proof. Replace the webhook at the maximum."""
        if self._push.refused():
            _LOGGER.warning("Deliveries no longer prove that they come from Minut")
            self._registration.async_replace()
            self._coordinator.async_push_changed()

    @callback
    def _pin(self, stored: StoredHook, proof: Proof | None, delivery: Delivery) -> None:
        """Accept only this proof from now on, and learn the id of the webhook if it is unknown."""
        if proof is None:
            return
        hook_id = stored.id
        if hook_id is None and len(delivery.hook_ids) == 1:
            [hook_id] = delivery.hook_ids
        if (hook_id, proof) != (stored.id, stored.proof):
            replace(stored, id=hook_id, proof=proof).write(self._hass, self._entry)

    @callback
    def _apply(self, delivered: DeliveredEvent, delivery: Delivery) -> None:
        """Apply an event with its time by our clock."""
        clock = self._coordinator.client.clock
        clock.note_delivery(delivered.event, dt_util.utcnow())
        payload = _payload(delivered, delivery, self._stored)
        self._fire(clock.event(delivered.event), payload)

    @callback
    def async_deliver_late(self, event: Event) -> None:
        """Handle an event that was fetched as if it had been delivered: its delivery was lost."""
        self._fire(event, {HOOK_ID: self._stored.id, "event": event.as_json()})

    @callback
    def _fire(self, event: Event, payload: Mapping[str, Json]) -> None:
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
                **payload,
                "config_entry_id": self._entry.entry_id,
                "device": device,
                "device_id": device or home,  # the logbook of a device looks for this key
                "home": home,
                "age": round((now - event_time(event, now)).total_seconds(), 1),
            },
        )


def _payload(
    delivered: DeliveredEvent, delivery: Delivery, stored: StoredHook
) -> Mapping[str, Json]:
    """Return the payload for the bus: as delivered, or with the same members in any other shape."""
    outer = mapping(delivery.payload)
    if outer.get("event") is not delivered.data:
        outer = {}
    event: dict[str, Json] = {**delivered.data, "type": delivered.event.type}
    payload: dict[str, Json] = {**outer, HOOK_ID: stored.id, "event": event}
    return mapping(without_secrets(payload, stored.secrets))


def _is_for(stored: StoredHook, delivery: Delivery) -> bool:
    """Return whether a delivery is for our webhook.

    The URL is an identity: a delivery need not name the webhook, but must not name another one.
    """
    if stored.id is None:  # Minut may have created one without returning its id
        return stored.is_verifiable and UNREADABLE_ID not in delivery.hook_ids
    own = stored.id.encode()
    return all(
        compare_digest(own, hook_id.encode(errors="replace")) for hook_id in delivery.hook_ids
    )
