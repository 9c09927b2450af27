"""What the hook delivers: verified, applied, fired and answered at once."""

from collections.abc import Awaitable, Callable, Mapping
from hmac import compare_digest
from http import HTTPStatus
import logging
from types import MappingProxyType
from typing import Final

from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_FORMER_HOOKS,
    CONF_HOOK_ASKED_FOR,
    CONF_HOOK_ID,
    CONF_HOOK_SCHEME,
    CONF_HOOK_SECRET,
    CONF_HOOK_TOKEN,
    CONF_HOOK_URL,
    EVENT_RECEIVED,
)
from ..coordinator import PointCoordinator
from ..issues import Issue, async_clear_issues, async_raise_issue
from ..minut.models import ID, Event
from ..minut.webhook import Delivery, Scheme, Verdict, verify
from ..state.events import event_time
from .endpoint import Patience, async_endpoint, async_unregister_endpoint
from .ping import WebhookPing
from .registration import WebhookRegistration

_LOGGER = logging.getLogger(__name__)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


STORED: Final[Mapping[str, Callable[[object], bool]]] = MappingProxyType(
    {
        CONF_WEBHOOK_ID: _is_text,
        CONF_HOOK_ID: _is_id,
        CONF_HOOK_URL: _is_text,
        CONF_HOOK_SECRET: lambda value: value is None or _is_text(value),
        CONF_HOOK_TOKEN: _is_text,
        CONF_HOOK_SCHEME: _is_text,
        CONF_HOOK_ASKED_FOR: _is_text,
        CONF_FORMER_HOOKS: lambda value: isinstance(value, list) and all(map(_is_id, value)),
    }
)
"""What an entry holds of its hook, and how to tell that it may be that."""


class WebhookHandler:
    """Takes deliveries of one account."""

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
        self._health = coordinator.push
        self._proof = WebhookPing(entry, coordinator)
        self._registration = WebhookRegistration(
            hass, entry, coordinator, self._proof, api_root=api_root
        )
        self._patience = Patience(self._registration.settled)

    @callback
    def async_start(self) -> None:
        """Take deliveries, then see to it that Minut sends them: in that order none is lost."""
        self._drop_odd_data()
        if CONF_WEBHOOK_ID not in self._entry.data:
            self._store(CONF_WEBHOOK_ID, webhook.async_generate_id())
        async_endpoint(self._hass, self._entry).open(self._take)
        self._entry.async_on_unload(self._close)
        self._coordinator.async_on_push_change(self._show_issues)
        self._registration.async_start()

    async def async_ping(self) -> Awaitable[bool]:
        """Request a sample event. Return what waits for its arrival. Raises MinutError."""
        return await self._registration.async_prove()

    @callback
    def _drop_odd_data(self) -> None:
        """Drop what is stored of a hook and cannot be right: the hook is then made anew."""
        kept = {
            key: value
            for key, value in self._entry.data.items()
            if key not in STORED or STORED[key](value)
        }
        if kept != self._entry.data:
            self._hass.config_entries.async_update_entry(self._entry, data=kept)

    @callback
    def _close(self) -> None:
        async_endpoint(self._hass, self._entry).close()
        if self._entry.disabled_by:
            async_unregister_endpoint(self._hass, self._entry)
        async_clear_issues(self._hass, self._entry, Issue.PUSH_SILENT, Issue.PUSH_UNVERIFIED)

    @callback
    def _store(self, key: str, value: str) -> None:
        data = {**self._entry.data, key: value}
        self._hass.config_entries.async_update_entry(self._entry, data=data)

    @callback
    def _show_issues(self) -> None:
        for issue, is_there in (
            (Issue.PUSH_SILENT, self._health.is_silent),
            (Issue.PUSH_UNVERIFIED, self._health.is_unverified),
        ):
            if is_there:
                async_raise_issue(self._hass, self._entry, issue)
            else:
                async_clear_issues(self._hass, self._entry, issue)

    async def _take(
        self, headers: Mapping[str, str], body: bytes, delivery: Delivery
    ) -> HTTPStatus:
        """Verify, apply, fire and answer; what costs time comes after the answer.

        Minut may deliver before it has answered with the id of the new hook.
        """
        has_waited = self._is_ours(delivery) or await self._patience.wait()
        if self._coordinator.is_closing or not has_waited:  # Minut may try again
            return HTTPStatus.SERVICE_UNAVAILABLE
        if not self._is_ours(delivery):
            return HTTPStatus.UNAUTHORIZED
        verdict = self._verify(headers, body)
        if not verdict.is_accepted:
            self._refuse()
            return HTTPStatus.UNAUTHORIZED
        self._accept(delivery, verdict)
        return HTTPStatus.OK

    # Is it Minut's?

    def _is_ours(self, delivery: Delivery) -> bool:
        hook_id = self._entry.data.get(CONF_HOOK_ID)
        return hook_id is not None and compare_digest(
            hook_id.encode(), delivery.hook_id.encode(errors="replace")
        )

    def _verify(self, headers: Mapping[str, str], body: bytes) -> Verdict:
        data = self._entry.data
        pinned = data.get(CONF_HOOK_SCHEME)
        return verify(
            headers,
            body,
            token=data.get(CONF_HOOK_TOKEN),
            secret=data.get(CONF_HOOK_SECRET),
            pinned=Scheme(pinned) if pinned and pinned in Scheme else None,
        )

    @callback
    def _refuse(self) -> None:
        """Count it: many in a row mean that Minut proves itself in another way than before."""
        if self._health.refused():
            _LOGGER.warning("Deliveries prove no longer that they come from Minut")
            self._registration.async_renew()
            self._coordinator.async_push_changed()

    # What it says

    @callback
    def _accept(self, delivery: Delivery, verdict: Verdict) -> None:
        if verdict.scheme and self._entry.data.get(CONF_HOOK_SCHEME) != verdict.scheme:
            self._store(CONF_HOOK_SCHEME, verdict.scheme)
        self._health.delivered(dt_util.utcnow(), is_verified=verdict.scheme is not None)
        if delivery.event is not None:
            self._tell(delivery, delivery.event)
        self._proof.async_delivered()
        self._coordinator.async_push_changed()

    @callback
    def _tell(self, delivery: Delivery, event: Event) -> None:
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
