"""Repair flows."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Final

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from .const import DOMAIN
from .data import PointConfigEntry
from .issues import Issue
from .minut.exceptions import MinutError


async def _reload(hass: HomeAssistant, entry: PointConfigEntry) -> None:
    await hass.config_entries.async_reload(entry.entry_id)


async def _test_push(_hass: HomeAssistant, entry: PointConfigEntry) -> None:
    """Create the webhook if it is missing, and wait for a sample event."""
    if entry.state is ConfigEntryState.LOADED:
        with suppress(MinutError):  # the issue says what is wrong
            sample = await entry.runtime_data.webhook.async_ping()
            await sample


class RetryFlow(RepairsFlow):
    """Retries at once what is otherwise retried later, and shows an error if it fails again."""

    def __init__(self, retry: Callable[[HomeAssistant, PointConfigEntry], Awaitable[None]]) -> None:
        self._retry = retry

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Start the flow."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Retry after the confirmation. The issue has been deleted if that succeeded."""
        if user_input is not None:
            entry_id = self.issue_id.rpartition("_")[2]
            if entry := self.hass.config_entries.async_get_entry(entry_id):
                await self._retry(self.hass, entry)
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        if issue is None:
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            description_placeholders=issue.translation_placeholders,
            errors={} if user_input is None else {"base": "as_before"},
        )


FLOWS: Final[Mapping[str, Callable[[], RepairsFlow]]] = {
    "differs_from_core": ConfirmRepairFlow,
    "hooks_left": ConfirmRepairFlow,
    Issue.NO_API_ACCESS: partial(RetryFlow, _reload),
    Issue.PUSH_REFUSED: partial(RetryFlow, _test_push),
    Issue.PUSH_SILENT: partial(RetryFlow, _test_push),
}
"""By translation key. The id of an issue is this key, an underscore, and the id of the entry."""


async def async_create_fix_flow(
    _hass: HomeAssistant, issue_id: str, _data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the repair flow of an issue."""
    return FLOWS[issue_id.rpartition("_")[0]]()
