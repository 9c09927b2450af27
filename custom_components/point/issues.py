"""Repair issues: at most one of each kind per account."""

from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .const import DOCUMENTATION, DOMAIN


class Issue(StrEnum):
    """Kinds of issues. Each value is a translation key."""

    API_RETIRED = "api_retired"
    HOMES_FORBIDDEN = "homes_forbidden"
    DEVICES_FORBIDDEN = "devices_forbidden"
    ORGANIZATION_EMPTY = "organization_empty"
    ENTITY_LIMIT = "entity_limit"
    CLOCKS_DIFFER = "clocks_differ"
    NO_API_ACCESS = "no_api_access"
    NO_PUSH_ADDRESS = "no_push_address"
    INSECURE_PUSH_ADDRESS = "insecure_push_address"
    CLOUD_UNAVAILABLE = "cloud_unavailable"
    PUSH_REFUSED = "push_refused"
    PUSH_SILENT = "push_silent"
    PUSH_UNVERIFIED = "push_unverified"
    PUSH_UNREADABLE = "push_unreadable"
    HOOKS_NOT_DELETED = "hooks_not_deleted"
    COPY_FOUND = "copy_found"


@dataclass(frozen=True, kw_only=True)
class IssueDescription:
    """How an issue is shown."""

    is_fixable: bool = False
    """Whether it has a repair flow, in repairs.py."""
    learn_more_url: str | None = None
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING


MARKUP: Final = re.compile(r"([\\`*_~\[\]<>!&|#:/.@])")
"""Characters that start a link, an image, code or HTML in Markdown, or make an address a link."""

REMOTE_ACCESS: Final = "https://www.home-assistant.io/docs/configuration/remote/"

REPAIRS: Final = f"{DOCUMENTATION}/troubleshooting.md#repairs"
PUSH: Final = f"{DOCUMENTATION}/push.md"

DESCRIPTIONS: Final = {
    Issue.API_RETIRED: IssueDescription(learn_more_url=REPAIRS, severity=ir.IssueSeverity.ERROR),
    Issue.HOMES_FORBIDDEN: IssueDescription(learn_more_url=REPAIRS),
    Issue.DEVICES_FORBIDDEN: IssueDescription(learn_more_url=REPAIRS),
    Issue.ORGANIZATION_EMPTY: IssueDescription(learn_more_url=REPAIRS),
    Issue.ENTITY_LIMIT: IssueDescription(learn_more_url=f"{DOCUMENTATION}/entities.md#many-homes"),
    Issue.CLOCKS_DIFFER: IssueDescription(learn_more_url=REPAIRS),
    Issue.NO_API_ACCESS: IssueDescription(is_fixable=True, severity=ir.IssueSeverity.ERROR),
    Issue.NO_PUSH_ADDRESS: IssueDescription(learn_more_url=REMOTE_ACCESS),
    Issue.INSECURE_PUSH_ADDRESS: IssueDescription(learn_more_url=REMOTE_ACCESS),
    Issue.CLOUD_UNAVAILABLE: IssueDescription(learn_more_url=PUSH),
    Issue.PUSH_REFUSED: IssueDescription(is_fixable=True),
    Issue.PUSH_SILENT: IssueDescription(is_fixable=True),
    Issue.PUSH_UNVERIFIED: IssueDescription(learn_more_url=PUSH),
    Issue.PUSH_UNREADABLE: IssueDescription(learn_more_url=REPAIRS),
    Issue.HOOKS_NOT_DELETED: IssueDescription(learn_more_url=REPAIRS),
    Issue.COPY_FOUND: IssueDescription(learn_more_url=REPAIRS),
}


def as_text(name: str) -> str:
    """Escape a name for the text of an issue, which is Markdown."""
    return MARKUP.sub(r"\\\1", name)


@callback
def async_raise_issue[T](
    hass: HomeAssistant, entry: ConfigEntry[T], issue: Issue, **placeholders: str
) -> None:
    """Create an issue of an account, or update its placeholders."""
    description = DESCRIPTIONS[issue]
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{issue}_{entry.entry_id}",
        is_fixable=description.is_fixable,
        learn_more_url=description.learn_more_url,
        severity=description.severity,
        translation_key=issue,
        translation_placeholders={"account": as_text(entry.title), **placeholders},
    )


@callback
def async_clear_issues[T](hass: HomeAssistant, entry: ConfigEntry[T], *issues: Issue) -> None:
    """Delete issues of an account, if they exist."""
    for issue in issues:
        ir.async_delete_issue(hass, DOMAIN, f"{issue}_{entry.entry_id}")


@callback
def async_update_issue[T](
    hass: HomeAssistant,
    entry: ConfigEntry[T],
    issue: Issue,
    *,
    is_active: bool,
    **placeholders: str,
) -> None:
    """Create or update an issue of an account, or delete it if it is not active."""
    if is_active:
        async_raise_issue(hass, entry, issue, **placeholders)
    else:
        async_clear_issues(hass, entry, issue)


@callback
def async_setup_issues(hass: HomeAssistant) -> None:
    """Delete the issues of accounts that are disabled: an account not loaded is never unloaded."""

    @callback
    def on_entry_change(_change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain == DOMAIN and entry.disabled_by:
            async_clear_issues(hass, entry, *Issue)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, on_entry_change)
