"""Whether Minut lets the account use its API: a repair issue says so where it does not."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN


@callback
def async_show_no_access[T](hass: HomeAssistant, entry: ConfigEntry[T]) -> None:
    """Tell what to do about an account of which Minut refuses everything."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry.entry_id),
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key="no_api_access",
        translation_placeholders={"account": entry.title},
    )


@callback
def async_hide_no_access(hass: HomeAssistant, entry_id: str) -> None:
    """Take the issue back: Minut answers, or nobody asks any more."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry_id))


def _issue_id(entry_id: str) -> str:
    return f"no_api_access_{entry_id}"
