"""Texts in the language of the system, for what Home Assistant does not translate itself."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN

CATEGORY = "selector"


@callback
def texts(hass: HomeAssistant, selector: str) -> Mapping[str, str]:
    """Return the options of a selector of the translations, by key."""
    prefix = f"component.{DOMAIN}.{CATEGORY}.{selector}.options."
    found = _loaded(hass, CATEGORY)
    return {
        key.removeprefix(prefix): value for key, value in found.items() if key.startswith(prefix)
    }


def _loaded(hass: HomeAssistant, category: str) -> Mapping[str, str]:
    """Return the translations of a category, in English while those of a new language are loaded.

    Home Assistant loads them with the integration, and again when the language changes.
    """
    languages = (hass.config.language, "en")
    found = (async_get_cached_translations(hass, each, category, DOMAIN) for each in languages)
    return next(filter(None, found), {})


@callback
def decimal(hass: HomeAssistant, value: float) -> str:
    """Return a number with the decimal mark of the system's language."""
    return with_mark(value, decimal_mark(hass))


@callback
def decimal_mark(hass: HomeAssistant) -> str:
    """Return the decimal mark of the system's language."""
    return texts(hass, "number")["decimal_mark"]


def with_mark(value: float, mark: str) -> str:
    """Return a number with a decimal mark, without trailing zeros."""
    return f"{value:g}".replace(".", mark)


@callback
def error_text(hass: HomeAssistant, error: HomeAssistantError) -> str:
    """Return the message of an error without its full stop, as a part of another text.

    `str(error)` is in English in any language.
    """
    key = f"component.{error.translation_domain}.exceptions.{error.translation_key}.message"
    found = _loaded(hass, "exceptions")
    if key not in found:
        return str(error)
    return found[key].format_map(error.translation_placeholders or {}).rstrip(".")
