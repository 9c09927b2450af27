"""Config and options flow."""

from collections.abc import Mapping
from itertools import chain, count
import logging
from typing import Any, Final, override

from homeassistant.components.webhook import async_generate_id
from homeassistant.config_entries import (
    SOURCE_INTEGRATION_DISCOVERY,
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlowWithReload,
)
from homeassistant.const import CONF_TOKEN, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ImplementationUnavailableError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2Implementation,
    async_get_implementations,
)
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.helpers.translation import async_get_translations
from homeassistant.helpers.typing import DiscoveryInfoType
import voluptuous as vol

from .auth.callback import ANSWER, IMPLEMENTATION
from .auth.flow import MinutOAuth2FlowHandler
from .auth.identity import abort_reason, async_identify, async_owns_entry, client_with
from .auth.implementation import (
    API_CLIENTS_URL,
    CLIENT_CREDENTIALS,
    MinutImplementation,
    async_show_discovery,
    is_client_credentials,
    redirect_uri,
)
from .auth.yaml import configuration
from .const import (
    CONF_AUTH_IMPLEMENTATION,
    CONF_ENTITIES,
    CONF_EXCLUDED_HOMES,
    DOMAIN,
    MINOR_VERSION,
    OPTIONS,
    EntityChoice,
)
from .data import PointConfigEntry
from .issues import as_text
from .minut.client import MinutClient
from .minut.exceptions import MinutError
from .minut.models import User
from .presence.flow import HomeSubentryFlow
from .presence.settings import SUBENTRY_TYPE
from .registry.devices import HOME
from .state.account import AccountState

_LOGGER = logging.getLogger(__name__)

MAX_HOMES_NAMED: Final = 3
"""Maximum number of homes by which a dialog identifies an account."""


class OAuth2FlowHandler(MinutOAuth2FlowHandler, domain=DOMAIN):
    """Links a Minut account by OAuth."""

    DOMAIN = DOMAIN
    MINOR_VERSION = MINOR_VERSION

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: PointConfigEntry) -> PointOptionsFlow:
        return PointOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: PointConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        return {SUBENTRY_TYPE: HomeSubentryFlow}

    @callback
    @override
    def async_remove(self) -> None:
        """Clean up. Keep the card of a discovery or reauth if the sign-in failed."""
        super().async_remove()
        if self.has_failed and self.source == SOURCE_INTEGRATION_DISCOVERY:
            async_show_discovery(self.hass)
        elif self.has_failed and self.source == SOURCE_REAUTH:
            self._get_reauth_entry().async_start_reauth(self.hass)

    # First steps

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer the ways to sign in, or continue with an answer whose own flow is gone."""
        if user_input is None:
            return await self._async_show_ways("user")
        return await self._async_continue(user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Link the account of an entry again, at the user's request."""
        if user_input is None:
            account = _description(self.hass, self._get_reconfigure_entry())
            return await self._async_show_ways("reconfigure", account=account)
        return await self._async_continue(user_input)

    async def _async_show_ways(self, step_id: str, **placeholders: str) -> ConfigFlowResult:
        if not await self._implementations():
            return await self.async_step_sign_in()  # which asks for a client
        return self.async_show_menu(
            step_id=step_id,
            menu_options=["sign_in", "own_client"],
            description_placeholders=placeholders,
        )

    async def _async_continue(self, user_input: dict[str, Any]) -> ConfigFlowResult:
        self.flow_impl = user_input[IMPLEMENTATION]
        self.external_data = user_input[ANSWER]
        if "error" in self.external_data:
            return await self.async_step_authorize_rejected()
        return await self.async_step_creation()

    @override
    async def async_step_integration_discovery(
        self, discovery_info: DiscoveryInfoType
    ) -> ConfigFlowResult:
        """Offer to link an account with the client in YAML."""
        return await self.async_step_oauth_discovery()

    @override
    async def async_step_oauth_discovery(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the redirect address to register at Minut, before the browser goes there."""
        if user_input is not None:
            return await self.async_step_sign_in()
        await self._async_handle_discovery_without_unique_id()
        client = configuration(self.hass).client
        client_id = client.client_id if client is not None else None
        return self._show_redirect("oauth_discovery", client_id)

    async def async_step_reauth(self, _entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Link the account of an entry again because Minut no longer accepts its login."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask the user to sign in again, in the same way as before."""
        if user_input is None:
            return self._show_redirect("reauth_confirm", await self._client_id())
        if is_client_credentials(self._get_reauth_entry().data.get(CONF_TOKEN, {})):
            return await self.async_step_own_client()
        return await self.async_step_sign_in()

    async def async_step_sign_in(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in on Minut's page."""
        self.external_data = None
        return await self.async_step_pick_implementation()

    async def async_step_own_client(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Link the account that owns the API client, without a browser."""
        self.external_data = CLIENT_CREDENTIALS
        return await self.async_step_pick_implementation()

    def _show_redirect(self, step_id: str, client_id: str | None) -> ConfigFlowResult:
        placeholders = {
            "api_clients_url": API_CLIENTS_URL,
            "redirect_uri": redirect_uri(self.hass, client_id),
        }
        return self.async_show_form(step_id=step_id, description_placeholders=placeholders)

    async def _implementations(self) -> dict[str, AbstractOAuth2Implementation]:
        try:
            return await async_get_implementations(self.hass, DOMAIN)
        except ImplementationUnavailableError:  # another provider's; we have no client
            return {}

    async def _client_id(self) -> str | None:
        """Return the id of the client that the entry was linked with, if it still exists."""
        stored = self._get_reauth_entry().data.get(CONF_AUTH_IMPLEMENTATION)
        for name, implementation in (await self._implementations()).items():
            if name == stored and isinstance(implementation, MinutImplementation):
                return implementation.client_id
        return None

    # Result

    @override
    async def async_oauth_create_entry(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Request the account that the tokens belong to, and store them on its entry."""
        token = data[CONF_TOKEN]
        if not is_client_credentials(token) and "refresh_token" not in token:
            return self.async_abort(reason="no_refresh_token")
        client = client_with(self.hass, token)
        try:
            user = await async_identify(client, token)
            # A reauth flow that waits for the user must not block this one.
            await self.async_set_unique_id(user.id, raise_on_progress=False)
            if self.source == SOURCE_REAUTH:
                return await self._async_update(self._get_reauth_entry(), client, user, data)
            if self.source == SOURCE_RECONFIGURE:
                return await self._async_update(self._get_reconfigure_entry(), client, user, data)
        except MinutError as error:
            _LOGGER.debug("The account could not be read: %s", error)
            return self.async_abort(reason=abort_reason(error))
        self._abort_if_unique_id_configured()
        return self.async_create_entry(
            title=await self._new_title(),
            data={**data, CONF_WEBHOOK_ID: async_generate_id()},
        )

    async def _new_title(self) -> str:
        """Return the name of an account's device, in the language of the system.

        Not the name of the account's owner: Home Assistant writes titles to its log.
        """
        language = self.hass.config.language
        found = await async_get_translations(self.hass, language, "device", {DOMAIN})
        name = found[f"component.{DOMAIN}.device.account.name"]
        taken = {entry.title for entry in self._async_current_entries()}
        titles = chain([name], (f"{name} {number}" for number in count(2)))
        return next(title for title in titles if title not in taken)

    async def _async_update(
        self, entry: ConfigEntry, client: MinutClient, user: User, data: dict[str, Any]
    ) -> ConfigFlowResult:
        """Store new tokens on an entry if they belong to the same account."""
        if entry.unique_id is None:
            self._abort_if_unique_id_configured()
        if not await async_owns_entry(self.hass, entry, user, client):
            return self.async_abort(reason="wrong_account")
        return self.async_update_reload_and_abort(entry, data_updates=data, unique_id=user.id)


class PointOptionsFlow(OptionsFlowWithReload):
    """Options of an account. A change reloads it."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show and store the options; one that is not submitted keeps its value.

        The homes are only known, and asked for, while the account is loaded.
        """
        entry: PointConfigEntry = self.config_entry
        if user_input is not None:
            return self.async_create_entry(data={**entry.options, **user_input})
        values = {**OPTIONS, **entry.options}
        fields: dict[vol.Marker, object] = {
            vol.Required(key, default=values[key]): BooleanSelector() for key in OPTIONS
        }
        usual = EntityChoice.USUAL.value
        entities = vol.Required(CONF_ENTITIES, default=entry.options.get(CONF_ENTITIES, usual))
        fields[entities] = SelectSelector(
            SelectSelectorConfig(
                options=[choice.value for choice in EntityChoice], translation_key=CONF_ENTITIES
            )
        )
        if entry.state is ConfigEntryState.LOADED:
            excluded = entry.options.get(CONF_EXCLUDED_HOMES, [])
            key = vol.Required(CONF_EXCLUDED_HOMES, default=excluded)
            fields[key] = _home_selector(entry.runtime_data.coordinator.data)
        return self.async_show_form(step_id="init", data_schema=vol.Schema(fields))


def _description(hass: HomeAssistant, entry: PointConfigEntry) -> str:
    """Return the title of an account and the names of its first homes."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    homes = [device for device in devices if device.model == HOME]
    names = [name for home in homes if (name := home.name_by_user or home.name)]
    more = ["…"] if len(names) > MAX_HOMES_NAMED else []
    listed = ", ".join([*names[:MAX_HOMES_NAMED], *more])
    return as_text(f"{entry.title} ({listed})" if listed else entry.title)


def _home_selector(state: AccountState) -> SelectSelector:
    """Return a selector for homes by name. A home that Minut no longer lists shows its id."""
    names = {key: home.polled.name for key, home in state.homes.items()}
    names |= {key: home.name if home else None for key, home in state.excluded_homes.items()}
    return SelectSelector(
        SelectSelectorConfig(
            options=[SelectOptionDict(value=key, label=name or key) for key, name in names.items()],
            mode=SelectSelectorMode.DROPDOWN,
            multiple=True,
            sort=True,
        )
    )
