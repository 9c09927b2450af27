"""What a poll finds wrong with an account: reported as issues in Repairs."""

from collections.abc import Set as AbstractSet

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..issues import Issue, async_clear_issues, async_raise_issue, async_update_issue
from ..minut.client import MinutClient
from ..minut.clock import ClockOffset
from ..minut.exceptions import MinutError, MinutForbiddenError, is_retired
from ..state.account import AccountState
from ..state.events import MAX_AGE
from .poller import Part


@callback
def async_report_failure[T](hass: HomeAssistant, entry: ConfigEntry[T], error: MinutError) -> None:
    """Report the error of a poll if a retry cannot help."""
    if isinstance(error, MinutForbiddenError):
        async_raise_issue(hass, entry, Issue.NO_API_ACCESS)
    if is_retired(error):
        async_raise_issue(hass, entry, Issue.API_RETIRED)


@callback
def async_report_success[T](
    hass: HomeAssistant,
    entry: ConfigEntry[T],
    state: AccountState,
    client: MinutClient,
    forbidden: AbstractSet[Part],
) -> None:
    """Report what a successful poll finds, and clear what it disproves."""
    async_clear_issues(hass, entry, Issue.NO_API_ACCESS, Issue.API_RETIRED)
    _report_lists(hass, entry, state, client, forbidden)
    _report_clock(hass, entry, client.clock)


def _report_lists[T](
    hass: HomeAssistant,
    entry: ConfigEntry[T],
    state: AccountState,
    client: MinutClient,
    forbidden: AbstractSet[Part],
) -> None:
    """Report what the account does not show: parts that are forbidden, or everything."""
    is_empty = not (state.homes or state.excluded_homes or state.devices)
    missing = {
        Issue.HOMES_FORBIDDEN: Part.HOMES in forbidden,
        Issue.DEVICES_FORBIDDEN: Part.DEVICES in forbidden,
        Issue.ORGANIZATION_EMPTY: is_empty and client.is_in_organization,
    }
    for issue, is_missing in missing.items():
        async_update_issue(hass, entry, issue, is_active=is_missing)


def _report_clock[T](hass: HomeAssistant, entry: ConfigEntry[T], clock: ClockOffset) -> None:
    """Report a clock that differs from Minut's by more than the maximum age of an event."""
    offset = abs(clock.value)
    minutes = str(round(offset.total_seconds() / 60))
    async_update_issue(
        hass, entry, Issue.CLOCKS_DIFFER, is_active=offset > MAX_AGE, minutes=minutes
    )
