"""How Home Assistant signs in at Minut (API notes 2), with which client and which redirect."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
import json
import re
from typing import Any, Final, override

from aiohttp import ClientError, ClientResponse
from homeassistant.components.application_credentials import (
    AuthImplementation,
    AuthorizationServer,
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY, ConfigFlowContext
from homeassistant.const import CONF_ACCESS_TOKEN
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import (
    OAuth2TokenRequestConnectionError,
    OAuth2TokenRequestError,
    OAuth2TokenRequestReauthError,
    OAuth2TokenRequestTransientError,
)
from homeassistant.helpers import discovery_flow, http
from homeassistant.helpers.aiohttp_client import async_get_clientsession
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
from ..minut.connection import read_body
from ..minut.exceptions import MinutError
from ..minut.parsing import mapping, text
from .callback import CALLBACK_PATH, MinutCallbackView
from .yaml import Configuration, api_root, async_store, configuration

EXAMPLE_ADDRESS: Final = "http://homeassistant.local:8123"

TOKEN_TIMEOUT = 20
"""Seconds for one request to the token endpoint; Home Assistant itself sets no limit."""
ACCESS_TOKEN = re.compile(r"[\x21-\x7e]+")
"""What a header can carry (RFC 6750)."""
BY_CLIENT: Final = {"grant_type": "client_credentials"}
"""Asks for a token of the account that the client belongs to, and marks it (API notes 2.3)."""
TOKEN_TEXTS: Final = (CONF_ACCESS_TOKEN, "refresh_token", "token_type", "scope", "user_id")
MAX_TOKEN: Final = 16 * 1024
"""Characters."""
LONGEST_LIFETIME: Final = 366 * 86_400
"""Seconds."""
LOGIN_REFUSED: Final = {400, 401, 403}
"""Statuses of the token endpoint by which Minut refuses the login itself (API notes 1)."""


def browser_address() -> str | None:
    """Return the address under which the user's browser knows Home Assistant.

    The frontend names it in its requests; its websocket has only what the browser adds.
    """
    if (request := http.current_request.get()) is None:
        return None
    headers = request.headers
    address = headers.get(HEADER_FRONTEND_BASE) or headers.get("Origin") or ""
    return address.rstrip("/") if address.startswith(("http://", "https://")) else None


def _is_from_yaml(hass: HomeAssistant, client_id: str | None) -> bool:
    own = configuration(hass).client
    return own is not None and own.client_id == client_id


def redirect_uri(
    hass: HomeAssistant, client_id: str | None = None, *, address: str | None = EXAMPLE_ADDRESS
) -> str:
    """Return the address to which Minut sends the browser back, to be entered there.

    For a client that YAML names it is our own. `address` stands in for that of the browser where
    there is none at the other end: an example is good enough to be shown, not to be used.
    """
    from_yaml = _is_from_yaml(hass, client_id)
    if not from_yaml and "my" in hass.config.components:
        return MY_AUTH_CALLBACK_PATH
    if (base := browser_address() or address) is None:
        raise NoURLAvailableError
    return base + (CALLBACK_PATH if from_yaml else AUTH_CALLBACK_PATH)


def is_by_client(token: Mapping[str, Any]) -> bool:
    """Tell whether a token was had by the client itself, without anybody signing in."""
    return token.items() >= BY_CLIENT.items()


class MinutImplementation(AuthImplementation):
    """Signs in with one API client."""

    @property
    @override
    def name(self) -> str:
        """Tell the clients apart, in the dialog that offers them."""
        return f"{self._name} ({self.client_id})" if self._name else self.client_id

    @property
    @override
    def redirect_uri(self) -> str:
        return redirect_uri(self.hass, self.client_id, address=None)

    @override
    async def async_resolve_external_data(self, external_data: Any) -> dict[str, Any]:
        """Get the first tokens, with Minut's answer or by the client itself."""
        if external_data == BY_CLIENT:
            return await self._by_client()
        return await super().async_resolve_external_data(external_data)

    @override
    async def _async_refresh_token(self, token: dict[str, Any]) -> dict[str, Any]:
        """Get new tokens; what a client got by itself, it gets by itself again."""
        if is_by_client(token):
            return await self._by_client()
        return await super()._async_refresh_token(token)

    async def _by_client(self) -> dict[str, Any]:
        return {**await self._token_request(dict(BY_CLIENT)), **BY_CLIENT}

    @override
    async def _token_request(self, data: dict[str, Any]) -> dict[str, Any]:
        """Ask for a token, and nobody but Minut: a redirect would take the secrets elsewhere.

        Home Assistant's own request follows redirects, reads answers of any size, and writes to
        the log what they say.
        """
        session = async_get_clientsession(self.hass)
        secrets = {"client_id": self.client_id, "client_secret": self.client_secret}
        try:
            async with (
                asyncio.timeout(TOKEN_TIMEOUT),
                session.post(
                    self.token_url, data=data | secrets, allow_redirects=False
                ) as response,
            ):
                content = await read_body(response)
                self._raise_for_status(response)
        except OAuth2TokenRequestError:
            raise
        except (ClientError, MinutError) as error:
            raise OAuth2TokenRequestConnectionError(domain=self.service_domain) from error
        if (token := _token_in(content)) is None:
            raise OAuth2TokenRequestConnectionError(domain=self.service_domain)
        return token

    def _raise_for_status(self, response: ClientResponse) -> None:
        status = response.status
        if 200 <= status < 300:
            return
        kind: type[OAuth2TokenRequestError]
        if status in LOGIN_REFUSED:
            kind = OAuth2TokenRequestReauthError
        elif status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500:
            kind = OAuth2TokenRequestTransientError
        else:
            raise OAuth2TokenRequestConnectionError(domain=self.service_domain)
        raise kind(
            request_info=response.request_info,
            status=status,
            headers=response.headers,
            domain=self.service_domain,
        )


def _token_in(content: bytes) -> dict[str, Any] | None:
    """Return the members of a token that may be stored; None where there is none.

    Home Assistant adds `expires_in` to the clock, and stores all entries in one file.
    """
    try:
        answer = mapping(json.loads(content))
        match answer.get("expires_in"):
            case int() | float() | str() as told:
                expires_in = int(float(told))
            case _:
                return None
    except ValueError, OverflowError, RecursionError:
        return None
    texts = {key: value for key in TOKEN_TEXTS if isinstance(value := answer.get(key), str)}
    found = {
        key: kept for key, value in texts.items() if (kept := text(value, max_length=MAX_TOKEN))
    }
    if not ACCESS_TOKEN.fullmatch(found.get(CONF_ACCESS_TOKEN, "")):
        return None
    return {**found, "expires_in": min(max(0, expires_in), LONGEST_LIFETIME)}


def implementation(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> MinutImplementation:
    """Return the way to sign in with a stored client.

    Stored clients cannot be changed, so the secret of one that YAML names comes from there.
    """
    own = configuration(hass).client
    if own is not None and _is_from_yaml(hass, credential.client_id):
        credential = ClientCredential(own.client_id, own.client_secret, "configuration.yaml")
    root = URL(api_root(hass))
    server = AuthorizationServer(
        authorize_url=str(root / "oauth" / "authorize"), token_url=str(root / "oauth" / "token")
    )
    return MinutImplementation(hass, auth_domain, credential, server)


async def async_setup_oauth(hass: HomeAssistant, section: ConfigType | None) -> None:
    """Take over the YAML section, and offer to link an account where it names a client."""
    yaml = Configuration.from_yaml(section or {})
    async_store(hass, yaml)
    hass.http.register_view(MinutCallbackView)
    if yaml.client is None:
        return
    # Stored, so that entries go on without YAML, and with core's own `point`.
    await async_store_client(hass, yaml.client)
    async_offer(hass)


async def async_store_client(hass: HomeAssistant, client: ClientCredential) -> str:
    """Store a client where it is not known yet; return the name by which entries refer to it.

    Filed as one typed in by hand is: Home Assistant then refuses to delete it while an entry
    needs it.
    """
    auth_domain = slugify(f"{DOMAIN}.{client.client_id}")
    await async_import_client_credential(hass, DOMAIN, client, auth_domain)
    known = await async_get_implementations(hass, DOMAIN)
    return next(
        name
        for name, each in known.items()
        if isinstance(each, MinutImplementation) and each.client_id == client.client_id
    )


@callback
def async_offer(hass: HomeAssistant) -> None:
    """Show the card under Discovered; the flow ends by itself where an account is linked."""
    context = ConfigFlowContext(source=SOURCE_INTEGRATION_DISCOVERY)
    discovery_flow.async_create_flow(hass, DOMAIN, context, {})
