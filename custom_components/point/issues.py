"""What a person is asked to mend, one issue of a kind for each account."""

from enum import StrEnum

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN


class Issue(StrEnum):
    """The kinds; each is a translation key."""

    ENTITY_LIMIT = "entity_limit"
    NO_API_ACCESS = "no_api_access"
    NO_PUSH_ADDRESS = "no_push_address"
    INSECURE_PUSH_ADDRESS = "insecure_push_address"
    PUSH_REFUSED = "push_refused"
    PUSH_SILENT = "push_silent"
    PUSH_UNVERIFIED = "push_unverified"


LEARN_MORE = {
    Issue.ENTITY_LIMIT: (
        "https://github.com/minut-point/home-assistant-point/blob/main/docs/guide.md#many-homes"
    )
}
SERIOUS = {Issue.NO_API_ACCESS}
"""Nothing works until they are mended."""


@callback
def async_raise_issue[T](
    hass: HomeAssistant, entry: ConfigEntry[T], issue: Issue, **placeholders: str
) -> None:
    """Ask a person to mend something."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{issue}_{entry.entry_id}",
        is_fixable=False,
        learn_more_url=LEARN_MORE.get(issue),
        severity=ir.IssueSeverity.ERROR if issue in SERIOUS else ir.IssueSeverity.WARNING,
        translation_key=issue,
        translation_placeholders={"account": entry.title, **placeholders},
    )


@callback
def async_clear_issues[T](hass: HomeAssistant, entry: ConfigEntry[T], *issues: Issue) -> None:
    """Take back what needs no mending any more."""
    for issue in issues:
        ir.async_delete_issue(hass, DOMAIN, f"{issue}_{entry.entry_id}")
