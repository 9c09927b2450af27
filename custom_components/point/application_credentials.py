"""Application credentials platform: the OAuth implementation for stored API clients."""

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2Implementation

from .auth.implementation import API_CLIENTS_URL, implementation_of, redirect_uri


async def async_get_auth_implementation(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> AbstractOAuth2Implementation:
    """Return the OAuth implementation for a stored client."""
    return implementation_of(hass, auth_domain, credential)


async def async_get_description_placeholders(hass: HomeAssistant) -> dict[str, str]:
    """Return the redirect address to register at Minut, and where to register it."""
    return {
        "api_clients_url": API_CLIENTS_URL,
        "redirect_uri": redirect_uri(hass),
    }
