"""Dialogs that link a Minut account, and link it again."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
import logging
from typing import Any, Final, override

from homeassistant.components.webhook import async_generate_id
from homeassistant.config_entries import (
    SOURCE_INTEGRATION_DISCOVERY,
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
    FlowType,
)
from homeassistant.const import CONF_TOKEN, CONF_WEBHOOK_ID
from homeassistant.core import CALLBACK_TYPE, HassJob, callback
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
from homeassistant.exceptions import ImplementationUnavailableError
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2FlowHandler,
    AbstractOAuth2Implementation,
    async_get_implementations,
)
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.typing import DiscoveryInfoType

from .application_credentials import API_CLIENTS_URL
from .auth.callback import (
    ANSWER,
    IMPLEMENTATION,
    SUCCESSES,
    async_expect_answer,
    async_forget,
    async_outcome,
)
from .auth.implementation import (
    BY_CLIENT,
    MinutImplementation,
    async_offer,
    is_by_client,
    redirect_uri,
)
from .auth.yaml import configuration
from .const import CONF_AUTH_IMPLEMENTATION, DOMAIN, MINOR_VERSION
from .minut.client import MinutClient
from .minut.exceptions import MinutError
from .minut.models import User
from .options_flow import PointOptionsFlow
from .ownership import async_is_of, client_of, reason

_LOGGER = logging.getLogger(__name__)

DEFAULT_TITLE: Final = "Minut Point"
MINUT_URL: Final = "https://web.minut.com"

DIALOG_DELAY: Final = 5
"""Seconds that an open dialog has for taking up Minut's answer; it needs a fraction of one."""

OWN_WORDS: Final = {
    "no_url_available",
    "oauth_error",
    "oauth_failed",
    "oauth_timeout",
    "oauth_unauthorized",
    "user_rejected_authorize",
}
"""Reasons for which Home Assistant's words say what happened, and ours also what to do."""


class OAuth2FlowHandler(AbstractOAuth2FlowHandler, domain=DOMAIN):
    """Links an account by OAuth."""

    DOMAIN = DOMAIN
    MINOR_VERSION = MINOR_VERSION

    _cancel_delay: CALLBACK_TYPE | None = None
    _failed = False

    @staticmethod
    @callback
    @override
    def async_get_options_flow(_config_entry: ConfigEntry) -> PointOptionsFlow:
        """Return the dialog of the options."""
        return PointOptionsFlow()

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
        """End without an entry, in our own words where Home Assistant's do not help."""
        self._failed = True
        return super().async_abort(
            reason=reason,
            description_placeholders={"minut_url": MINUT_URL, **(description_placeholders or {})},
            translation_domain=DOMAIN if reason in OWN_WORDS else translation_domain,
            next_flow=next_flow,
        )

    @callback
    @override
    def async_remove(self) -> None:
        """Clean up; a failed link does not take the card under Discovered along."""
        self._stop_delay()
        if self._failed and self.source == SOURCE_INTEGRATION_DISCOVERY:
            async_offer(self.hass)

    # How it begins.

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Begin, or go on with an answer whose own flow is gone."""
        if user_input is None:
            return await self._async_offer_ways()
        self.flow_impl = user_input[IMPLEMENTATION]
        self.external_data = user_input[ANSWER]
        if "error" in self.external_data:
            return await self.async_step_authorize_rejected()
        return await self.async_step_creation()

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Link the account of an entry again, on the user's own wish."""
        return await self.async_step_user(user_input)

    @override
    async def async_step_integration_discovery(
        self, discovery_info: DiscoveryInfoType
    ) -> ConfigFlowResult:
        """Offer to link an account, as YAML names a client."""
        return await self.async_step_oauth_discovery()

    @override
    async def async_step_oauth_discovery(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Name the address that Minut has to know, before the browser goes there."""
        if user_input is not None:
            return await self.async_step_sign_in()
        await self._async_handle_discovery_without_unique_id()
        client = configuration(self.hass).client
        client_id = client.client_id if client is not None else None
        return self._show_redirect("oauth_discovery", client_id)

    async def async_step_reauth(self, _entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Link the account of an entry again, as Minut does not let it in any more."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say so, and go the way by which the account was linked."""
        if user_input is None:
            return self._show_redirect("reauth_confirm", await self._client_id())
        if is_by_client(self._get_reauth_entry().data.get(CONF_TOKEN, {})):
            return await self.async_step_own_client()
        return await self.async_step_sign_in()

    async def _async_offer_ways(self) -> ConfigFlowResult:
        """Let the user choose how to sign in, once there is a client to do it with."""
        if not await self._clients():
            return await self.async_step_sign_in()  # which asks for one
        return self.async_show_menu(step_id="user", menu_options=["sign_in", "own_client"])

    async def async_step_sign_in(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in at Minut's page."""
        self.external_data = None
        return await self.async_step_pick_implementation()

    async def async_step_own_client(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Use the account that an API client belongs to; no browser is needed."""
        self.external_data = BY_CLIENT
        return await self.async_step_pick_implementation()

    def _show_redirect(self, step_id: str, client_id: str | None) -> ConfigFlowResult:
        placeholders = {
            "api_clients_url": API_CLIENTS_URL,
            "redirect_uri": redirect_uri(self.hass, client_id),
        }
        return self.async_show_form(step_id=step_id, description_placeholders=placeholders)

    async def _clients(self) -> dict[str, AbstractOAuth2Implementation]:
        """Return the ways to sign in by the names that entries have for them."""
        try:
            return await async_get_implementations(self.hass, DOMAIN)
        except ImplementationUnavailableError:  # of somebody else; and there is none of ours
            return {}

    async def _client_id(self) -> str | None:
        """Return the client that the entry was linked with, if it is still there."""
        name = self._get_reauth_entry().data.get(CONF_AUTH_IMPLEMENTATION, "")
        match (await self._clients()).get(name):
            case MinutImplementation(client_id=client_id):
                return client_id
            case _:
                return None

    # How it comes back from Minut.

    @override
    async def async_step_auth(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Send the browser to Minut, and take the answer; or do without."""
        if self.external_data == BY_CLIENT:
            return await self.async_step_creation()
        result = await super().async_step_auth(user_input)
        match result["type"]:
            case FlowResultType.EXTERNAL_STEP:
                async_expect_answer(
                    self.hass,
                    result["url"],
                    flow_id=self.flow_id,
                    entry_id=self.context.get("entry_id"),
                    implementation=self.flow_impl,
                )
            case FlowResultType.EXTERNAL_STEP_DONE:
                async_forget(self.hass, self.flow_id)
                self._cancel_delay = async_call_later(
                    self.hass,
                    DIALOG_DELAY,
                    HassJob(self._async_go_on_alone, cancel_on_shutdown=True),
                )
        return result

    async def _async_go_on_alone(self, _now: datetime) -> None:
        """Do what an open dialog would have done by now."""
        self._cancel_delay = None
        with suppress(UnknownFlow):
            result = await self.hass.config_entries.flow.async_configure(self.flow_id)
            if result["type"] is FlowResultType.ABORT and result["reason"] not in SUCCESSES:
                _LOGGER.warning("%s", await async_outcome(self.hass, result))

    @callback
    def _stop_delay(self) -> None:
        if self._cancel_delay is not None:
            self._cancel_delay()
            self._cancel_delay = None

    @override
    async def async_step_creation(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Get the tokens; from here on the dialog waits for the end."""
        self._stop_delay()
        return await super().async_step_creation(user_input)

    # How it ends.

    @override
    async def async_oauth_create_entry(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Ask Minut whose tokens these are, and store them on the right entry."""
        client = client_of(self.hass, data[CONF_TOKEN])
        try:
            user = await client.me()
            # A waiting dialog to sign in again does not stand in the way of this one.
            await self.async_set_unique_id(user.id, raise_on_progress=False)
            if self.source == SOURCE_REAUTH:
                return await self._async_link_again(self._get_reauth_entry(), client, user, data)
            if self.source == SOURCE_RECONFIGURE:
                return await self._async_link_again(
                    self._get_reconfigure_entry(), client, user, data
                )
        except MinutError as error:
            _LOGGER.debug("Minut does not tell the account: %s", error)
            return self.async_abort(reason=reason(error))
        self._abort_if_unique_id_configured()
        return self.async_create_entry(
            title=user.name or DEFAULT_TITLE,
            data={**data, CONF_WEBHOOK_ID: async_generate_id()},
        )

    async def _async_link_again(
        self, entry: ConfigEntry, client: MinutClient, user: User, data: dict[str, Any]
    ) -> ConfigFlowResult:
        """Store new tokens on the entry, if they are the same account's."""
        if entry.unique_id is None:
            self._abort_if_unique_id_configured()
        if not await async_is_of(self.hass, entry, user, client):
            return self.async_abort(reason="wrong_account")
        return self.async_update_reload_and_abort(entry, data_updates=data, unique_id=user.id)
