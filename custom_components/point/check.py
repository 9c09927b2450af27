"""The check of an account, for the action, the button and the system health."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant, callback

from .const import CONF_HISTORY, OPTIONS
from .data import PointData
from .minut.check import Push, check
from .minut.findings import Check, Findings
from .texts import texts
from .webhook.stored import StoredHook

SELECTORS: Final = (
    "check",
    "check_result",
    "check_reason",
    "check_notification",
    "reason",
)


async def async_check(data: PointData, *, with_sample: bool) -> Findings:
    """Check an account. `with_sample`: request a sample event, and wait up to 30 seconds for it.

    The check reads only. Without a webhook at Minut no sample is requested, as it would create one.
    """
    entry = data.coordinator.config_entry

    async def sample_arrives() -> bool:
        sample = await data.webhook.async_ping()
        return await sample

    is_registered = data.coordinator.push.is_registered
    findings = await check(
        data.client,
        push=Push(
            hook_id=StoredHook.read(entry).id if is_registered else None,
            sample=sample_arrives if with_sample else None,
        ),
        imports_history=entry.options.get(CONF_HISTORY, OPTIONS[CONF_HISTORY]),
    )
    if findings[Check.TOKEN].reason == "unauthorized":
        entry.async_start_reauth(data.coordinator.hass)
    return findings


@callback
def check_texts(hass: HomeAssistant) -> Mapping[str, Mapping[str, str]]:
    """Return the texts of the check in the language of the system."""
    return {selector: texts(hass, selector) for selector in SELECTORS}
