"""Home Assistant's OAuth implementation for Minut (API notes 2): the client and its redirect."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, override

from homeassistant.components.application_credentials import (
    AuthImplementation,
    AuthorizationServer,
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY, ConfigFlowContext
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import discovery_flow, http
from homeassistant.helpers.config_entry_oauth2_flow import (
    AUTH_CALLBACK_PATH,
    HEADER_FRONTEND_BASE,
    MY_AUTH_CALLBACK_PATH,
    async_get_implementations,
)
from homeassistant.helpers.network import NoURLAvailableError
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import slugify
from yarl import URL

from ..const import DOMAIN
from ..minut.token_request import RequestFormat
from .callback import CALLBACK_PATH, MinutCallbackView
from .token_endpoint import async_request_token
from .yaml import Configuration, api_root, async_store, configuration

API_CLIENTS_URL: Final = "https://web.minut.com/settings/api-clients"
EXAMPLE_ADDRESS: Final = "http://homeassistant.local:8123"

CLIENT_CREDENTIALS: Final = {"grant_type": "client_credentials"}
"""Requests a token for the account that owns the client, and marks that token (API notes 2.3)."""
CONF_REQUEST_FORMAT: Final = "request_format"
"""Format of the token request that Minut accepted, stored in the token unless it is the first."""


def browser_address() -> str | None:
    """Return the address at which the user's browser reaches Home Assistant.

    The frontend sends it with its requests. Its websocket has only the browser's own headers.
    """
    if (request := http.current_request.get()) is None:
        return None
    headers = request.headers
    address = headers.get(HEADER_FRONTEND_BASE) or headers.get("Origin") or ""
    return address.rstrip("/") if address.startswith(("http://", "https://")) else None


def _is_from_yaml(hass: HomeAssistant, client_id: str | None) -> bool:
    client = configuration(hass).client
    return client is not None and client.client_id == client_id


def redirect_uri(
    hass: HomeAssistant, client_id: str | None = None, *, fallback: str | None = EXAMPLE_ADDRESS
) -> str:
    """Return the redirect address of a client, which has to be registered at Minut.

    A client in YAML uses our own page. `fallback` replaces the browser's address when there is no
    request: the example may be displayed, but not used. Raises NoURLAvailableError without any.
    """
    is_from_yaml = _is_from_yaml(hass, client_id)
    if not is_from_yaml and "my" in hass.config.components:
        return MY_AUTH_CALLBACK_PATH
    if (base := browser_address() or fallback) is None:
        raise NoURLAvailableError
    return base + (CALLBACK_PATH if is_from_yaml else AUTH_CALLBACK_PATH)


def is_client_credentials(token: object) -> bool:
    """Return whether the client got its token without a sign-in in the browser."""
    return isinstance(token, Mapping) and token.get("grant_type") == "client_credentials"


class MinutImplementation(AuthImplementation):
    """OAuth implementation for one API client."""

    @property
    @override
    def name(self) -> str:
        """Return the name by which the user picks one of several clients."""
        return f"{self._name} ({self.client_id})" if self._name else self.client_id

    @property
    @override
    def redirect_uri(self) -> str:
        return redirect_uri(self.hass, self.client_id, fallback=None)

    @override
    async def async_resolve_external_data(self, external_data: Any) -> dict[str, Any]:
        """Request the first token, with Minut's code or as the client itself."""
        if external_data == CLIENT_CREDENTIALS:
            return {**await self._token_request(CLIENT_CREDENTIALS), **CLIENT_CREDENTIALS}
        return await super().async_resolve_external_data(external_data)

    @override
    async def _async_refresh_token(self, token: dict[str, Any]) -> dict[str, Any]:
        """Renew a token, in the format in which Minut granted it.

        Client credentials have no refresh token: repeat the first request.
        """
        parameters = CLIENT_CREDENTIALS
        if not is_client_credentials(token):
            parameters = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
        known = token.get(CONF_REQUEST_FORMAT, RequestFormat.FORM)
        formats = [each for each in RequestFormat if each == known]
        return {**token, **await self._token_request(parameters, formats or list(RequestFormat))}

    @override
    async def _token_request(
        self, data: dict[str, str], formats: Sequence[RequestFormat] = tuple(RequestFormat)
    ) -> dict[str, Any]:
        token, accepted = await async_request_token(
            self.hass,
            self.token_url,
            data,
            client=(self.client_id, self.client_secret),
            formats=formats,
            domain=self.service_domain,
        )
        if accepted is not RequestFormat.FORM:
            token[CONF_REQUEST_FORMAT] = accepted.value
        return token


def implementation_of(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> MinutImplementation:
    """Return the OAuth implementation for a stored client.

    Stored clients cannot be changed, so the secret of a client in YAML is read from there.
    """
    client = configuration(hass).client
    if client is not None and client.client_id == credential.client_id:
        credential = ClientCredential(client.client_id, client.client_secret, "configuration.yaml")
    root = URL(api_root(hass))
    server = AuthorizationServer(
        authorize_url=str(root / "oauth" / "authorize"), token_url=str(root / "oauth" / "token")
    )
    return MinutImplementation(hass, auth_domain, credential, server)


async def async_setup_oauth(hass: HomeAssistant, section: ConfigType | None) -> None:
    """Set up OAuth from the YAML section. Offer to link an account if it names a client."""
    yaml = Configuration.from_yaml(section or {})
    async_store(hass, yaml)
    hass.http.register_view(MinutCallbackView)
    if yaml.client is None:
        return
    # Stored, so that entries keep working without YAML, and with core's own `point`.
    await async_store_client(hass, yaml.client)
    async_show_discovery(hass)


async def async_store_client(hass: HomeAssistant, client: ClientCredential) -> str:
    """Store a client unless it is known. Return the name by which entries refer to it.

    Stored like a client that the user entered: Home Assistant then refuses to delete it while an
    entry uses it.
    """
    auth_domain = slugify(f"{DOMAIN}.{client.client_id}")
    await async_import_client_credential(hass, DOMAIN, client, auth_domain)
    implementations = await async_get_implementations(hass, DOMAIN)
    return next(
        name
        for name, each in implementations.items()
        if isinstance(each, MinutImplementation) and each.client_id == client.client_id
    )


@callback
def async_show_discovery(hass: HomeAssistant) -> None:
    """Show the discovery card. Its flow aborts if an account is linked already."""
    context = ConfigFlowContext(source=SOURCE_INTEGRATION_DISCOVERY)
    discovery_flow.async_create_flow(hass, DOMAIN, context, {})
