"""What a person can do about an issue, right where it is shown."""

from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant

FLOWS: Final[Mapping[str, Callable[[], RepairsFlow]]] = {
    "differs_from_core": ConfirmRepairFlow,
    "hooks_left": ConfirmRepairFlow,
}
"""By the key of the issue's text. Its id is that, an underscore, and the id of the entry."""


async def async_create_fix_flow(
    _hass: HomeAssistant, issue_id: str, _data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return what happens when somebody chooses the issue."""
    return FLOWS[issue_id.rpartition("_")[0]]()
