"""Texts in the language of the system, for what is not an entity, an error or an issue."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN

CATEGORY = "selector"


@callback
def texts(hass: HomeAssistant, selector: str) -> Mapping[str, str]:
    """Return the options of a selector of the translations, by key.

    Home Assistant loads them with the integration, and again when the language changes.
    """
    prefix = f"component.{DOMAIN}.{CATEGORY}.{selector}.options."
    found = async_get_cached_translations(hass, hass.config.language, CATEGORY, DOMAIN)
    return {
        key.removeprefix(prefix): value for key, value in found.items() if key.startswith(prefix)
    }
