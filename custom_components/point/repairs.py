"""What a person can do about an issue, right where it is shown."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Final

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import probatio

from .const import DOMAIN
from .data import PointConfigEntry
from .issues import Issue
from .minut.exceptions import MinutError


async def _reload(hass: HomeAssistant, entry: PointConfigEntry) -> None:
    await hass.config_entries.async_reload(entry.entry_id)


async def _try_push(_hass: HomeAssistant, entry: PointConfigEntry) -> None:
    """Have the webhook made where it is missing, and a sample sent through it."""
    if entry.state is ConfigEntryState.LOADED:
        with suppress(MinutError):  # the issue itself says what is wrong
            await (await entry.runtime_data.webhook.async_ping())


class TryAgain(RepairsFlow):
    """Does at once what is else done in a while, and says when that was in vain."""

    def __init__(self, work: Callable[[HomeAssistant, PointConfigEntry], Awaitable[None]]) -> None:
        self._work = work

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Try again when asked to. The issue is gone when that has helped."""
        if user_input is not None:
            entry_id = self.issue_id.rpartition("_")[2]
            if entry := self.hass.config_entries.async_get_entry(entry_id):
                await self._work(self.hass, entry)
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        if issue is None:
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="confirm",
            data_schema=probatio.Schema({}),
            description_placeholders=issue.translation_placeholders,
            errors={} if user_input is None else {"base": "as_before"},
        )


FLOWS: Final[Mapping[str, Callable[[], RepairsFlow]]] = {
    "differs_from_core": ConfirmRepairFlow,
    "hooks_left": ConfirmRepairFlow,
    Issue.NO_API_ACCESS: partial(TryAgain, _reload),
    Issue.PUSH_REFUSED: partial(TryAgain, _try_push),
    Issue.PUSH_SILENT: partial(TryAgain, _try_push),
}
"""By the key of the issue's text. Its id is that, an underscore, and the id of the entry."""


async def async_create_fix_flow(
    _hass: HomeAssistant, issue_id: str, _data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return what happens when somebody chooses the issue."""
    return FLOWS[issue_id.rpartition("_")[0]]()
