"""What an entry that is removed leaves behind: nothing, or a message that says what."""

import asyncio
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..const import CONF_HOOK_ASKED_FOR, DOMAIN
from ..minut.client import MinutClient
from ..minut.exceptions import MinutError
from .registration import ours
from .url import async_delete_cloudhook

MAX_REMOVAL: Final = 10.0
"""Seconds that the removal of an entry waits for Minut."""
SECOND_LOOK: Final = 3.0
"""Seconds after which a hook is made that was asked for just before the removal."""


async def async_remove_webhook[T](
    hass: HomeAssistant, entry: ConfigEntry[T], client: MinutClient
) -> None:
    """Delete the hooks of an entry that is being removed; say so where that fails."""
    if not isinstance(entry.data.get(CONF_WEBHOOK_ID), str):  # it never had one
        return
    try:
        async with asyncio.timeout(MAX_REMOVAL):
            hooks = ours(await client.hooks(), entry.data)
            asked_for = entry.data.get(CONF_HOOK_ASKED_FOR)
            if asked_for and asked_for not in {hook.url for hook in hooks}:
                await asyncio.sleep(SECOND_LOOK)
                hooks = ours(await client.hooks(), entry.data)
            for hook in hooks:
                await client.delete_hook(hook.id)
    except (MinutError, TimeoutError) as error:
        ir.async_create_issue(
            hass,
            DOMAIN,
            f"hooks_left_{entry.entry_id}",
            is_fixable=True,
            is_persistent=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key="hooks_left",
            translation_placeholders={"reason": str(error) or "no answer in time"},
        )
    await async_delete_cloudhook(hass, entry.data[CONF_WEBHOOK_ID])
