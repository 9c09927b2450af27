"""The platform that signs in at Minut with the clients stored in Home Assistant."""

from typing import Final

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2Implementation

from .auth import implementation

API_CLIENTS_URL: Final = "https://web.minut.com/settings/api-clients"


async def async_get_auth_implementation(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> AbstractOAuth2Implementation:
    """Return the way to sign in with a stored client."""
    return implementation.implementation(hass, auth_domain, credential)


async def async_get_description_placeholders(hass: HomeAssistant) -> dict[str, str]:
    """Return what the dialog for a new client tells the user to enter at Minut, and where."""
    return {
        "api_clients_url": API_CLIENTS_URL,
        "redirect_uri": implementation.redirect_uri(hass),
    }
