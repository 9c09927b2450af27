"""An OAuth flow that also finishes if the user closes its dialog, with our own abort texts."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
import logging
from typing import Any, Final, override

from homeassistant.config_entries import ConfigFlowResult, FlowType
from homeassistant.core import CALLBACK_TYPE, HassJob, callback
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2FlowHandler,
    AbstractOAuth2Implementation,
    async_get_implementations,
)
from homeassistant.helpers.event import async_call_later
import voluptuous as vol

from ..const import CONF_AUTH_IMPLEMENTATION, DOMAIN
from .callback import (
    SUCCESSES,
    async_add_pending_link,
    async_discard_pending_link,
    async_result_text,
    rejection,
)
from .implementation import API_CLIENTS_URL, CLIENT_CREDENTIALS

_LOGGER = logging.getLogger(__name__)

PLACEHOLDERS: Final = {
    "api_clients_url": API_CLIENTS_URL,
    "credentials_url": "/config/application_credentials",
    "minut_url": "https://web.minut.com",
}
"""Addresses in the abort texts; the second is a page of Home Assistant's frontend."""

DIALOG_DELAY: Final = 5
"""Seconds after which the flow continues without its dialog, which answers within one."""

OWN_REASONS: Final = {
    "no_url_available",
    "oauth_error",
    "oauth_failed",
    "oauth_timeout",
    "oauth_unauthorized",
    "user_rejected_authorize",
}
"""Abort reasons for which our text also says what to do, unlike Home Assistant's."""


class MinutOAuth2FlowHandler(AbstractOAuth2FlowHandler):
    """Signs in at Minut, by the browser or with client credentials."""

    has_failed = False
    """Whether the flow ended with an error, rather than being cancelled or superseded."""

    _cancel_delay: CALLBACK_TYPE | None = None

    @property
    @override
    def logger(self) -> logging.Logger:
        return _LOGGER

    @callback
    @override
    def async_abort(
        self,
        *,
        reason: str,
        description_placeholders: Mapping[str, str] | None = None,
        translation_domain: str | None = None,
        next_flow: tuple[FlowType, str] | None = None,
    ) -> ConfigFlowResult:
        """Abort with our own text where Home Assistant's does not say what to do."""
        self.has_failed = reason not in SUCCESSES
        return super().async_abort(
            reason=reason,
            description_placeholders={**PLACEHOLDERS, **(description_placeholders or {})},
            translation_domain=DOMAIN if reason in OWN_REASONS else translation_domain,
            next_flow=next_flow,
        )

    @callback
    @override
    def async_remove(self) -> None:
        """Clean up."""
        self._stop_delay()

    @override
    async def async_step_pick_implementation(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Handle the choice of an API client."""
        result = await super().async_step_pick_implementation(user_input)
        if result["type"] is FlowResultType.FORM:
            clients = await async_get_implementations(self.hass, DOMAIN)
            entry = self.hass.config_entries.async_get_entry(self.context.get("entry_id", ""))
            stored = entry.data.get(CONF_AUTH_IMPLEMENTATION) if entry is not None else None
            field = vol.Required("implementation", default=_preselected(clients, stored))
            result["data_schema"] = vol.Schema({field: vol.In(_labels(clients))})
        return result

    @override
    async def async_step_auth(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Send the browser to Minut and handle the answer, or skip it for client credentials."""
        if self.external_data == CLIENT_CREDENTIALS:
            return await self.async_step_creation()
        result = await super().async_step_auth(user_input)
        match result["type"]:
            case FlowResultType.EXTERNAL_STEP:
                async_add_pending_link(
                    self.hass,
                    result["url"],
                    flow_id=self.flow_id,
                    entry_id=self.context.get("entry_id"),
                    implementation=self.flow_impl,
                )
            case FlowResultType.EXTERNAL_STEP_DONE:
                async_discard_pending_link(self.hass, self.flow_id)
                self._cancel_delay = async_call_later(
                    self.hass,
                    DIALOG_DELAY,
                    HassJob(self._async_continue_without_dialog, cancel_on_shutdown=True),
                )
        return result

    async def _async_continue_without_dialog(self, _now: datetime) -> None:
        self._cancel_delay = None
        with suppress(UnknownFlow):
            result = await self.hass.config_entries.flow.async_configure(self.flow_id)
            if result["type"] is FlowResultType.ABORT and result["reason"] not in SUCCESSES:
                _LOGGER.warning(
                    "%s", await async_result_text(self.hass, result, self.hass.config.language)
                )

    @callback
    def _stop_delay(self) -> None:
        if self._cancel_delay is not None:
            self._cancel_delay()
            self._cancel_delay = None

    @override
    async def async_step_authorize_rejected(self, data: None = None) -> ConfigFlowResult:
        """Abort with a text for the error code that Minut sent in place of a code."""
        reason, code = rejection(self.external_data)
        return self.async_abort(reason=reason, description_placeholders={"error": code})

    @override
    async def async_step_creation(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Request the tokens. The dialog is open and waits for the result."""
        self._stop_delay()
        return await super().async_step_creation(user_input)


def _labels(clients: Mapping[str, AbstractOAuth2Implementation]) -> dict[str, str]:
    """Return the names of clients. Equal ones are numbered, in the order of addition."""
    counts = Counter[str]()
    labels = {}
    for key, client in clients.items():
        counts[client.name] += 1
        number = counts[client.name]
        labels[key] = client.name if number == 1 else f"{client.name} ({number})"
    return labels


def _preselected(clients: Mapping[str, AbstractOAuth2Implementation], stored: object) -> str:
    """Return the newest client, for an entry among those with the same client id.

    Users add a client again to correct its secret, because a stored client cannot be edited.
    """
    ids = {key: getattr(client, "client_id", key) for key, client in clients.items()}
    # A loop, because what a damaged entry stores may not be hashable.
    known = [client_id for key, client_id in ids.items() if key == stored]
    return [key for key, client_id in ids.items() if not known or client_id in known][-1]
