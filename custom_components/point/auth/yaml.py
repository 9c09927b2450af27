"""The section `point:` of `configuration.yaml`: an API client and the address of the API.

An error here keeps every account from loading, so only shapes are validated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.typing import ConfigType
from homeassistant.util.hass_dict import HassKey
import voluptuous as vol
from yarl import URL

from ..const import CONF_API_URL, DOMAIN
from ..minut.client import API_ROOT
from ..minut.connection import is_loopback


def _api_url(value: object) -> str:
    """Validate an API root and return it without trailing slash.

    Tokens are sent there: the connection must be encrypted, or stay on this machine.
    """
    try:
        url = URL(str(value).strip())
    except ValueError:
        raise vol.Invalid("not a web address") from None
    if not url.host or (url.scheme, is_loopback(url)) not in {
        ("https", False),
        ("https", True),
        ("http", True),
    }:
        raise vol.Invalid("must start with https:// (http:// only for 127.0.0.1, ::1 or localhost)")
    if "@" in url.raw_authority or url.query_string or url.fragment:
        raise vol.Invalid("must not have a user, a query or a fragment")
    return str(url).rstrip("/")


def _text(key: str) -> Callable[[object], str]:
    def text(value: object) -> str:
        # Not vol.Invalid: its log message quotes the value, which may be the secret.
        if not isinstance(value, str):
            raise HomeAssistantError(f"'{key}' must be a text, put it in quotes")
        if not (stripped := value.strip()):
            raise HomeAssistantError(f"'{key}' is empty")
        return stripped

    return text


def _whole_client(value: ConfigType) -> ConfigType:
    missing = {CONF_CLIENT_ID, CONF_CLIENT_SECRET} - value.keys()
    if len(missing) == 1:
        raise vol.RequiredFieldInvalid("required key not provided", path=[missing.pop()])
    return value


CONFIG_SCHEMA: Final = vol.Schema(
    {
        DOMAIN: vol.All(
            vol.Schema(  # a separate schema, as this one refuses unknown keys
                {
                    vol.Optional(CONF_CLIENT_ID): _text(CONF_CLIENT_ID),
                    vol.Optional(CONF_CLIENT_SECRET): _text(CONF_CLIENT_SECRET),
                    vol.Optional(CONF_API_URL): _api_url,
                }
            ),
            _whole_client,
        )
    },
    extra=vol.ALLOW_EXTRA,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Configuration:
    """The validated section `point:`."""

    client: ClientCredential | None = None
    api_root: str = API_ROOT

    @classmethod
    def from_yaml(cls, section: ConfigType) -> Self:
        """Create from the section. All keys are optional."""
        client = None
        if CONF_CLIENT_ID in section:
            client = ClientCredential(section[CONF_CLIENT_ID], section[CONF_CLIENT_SECRET])
        return cls(client=client, api_root=section.get(CONF_API_URL, API_ROOT))


_CONFIGURATION: Final[HassKey[Configuration]] = HassKey(f"{DOMAIN}_configuration")


@callback
def async_store(hass: HomeAssistant, configuration: Configuration) -> None:
    """Store the configuration until the next restart."""
    hass.data[_CONFIGURATION] = configuration


@callback
def configuration(hass: HomeAssistant) -> Configuration:
    """Return the configuration, or the defaults before the integration is set up."""
    return hass.data.get(_CONFIGURATION, Configuration())


@callback
def api_root(hass: HomeAssistant) -> str:
    """Return the root URL of Minut's API."""
    return configuration(hass).api_root
