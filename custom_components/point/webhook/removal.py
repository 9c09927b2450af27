"""Deletion of an account's webhooks at Minut, when its entry is removed or disabled."""

import asyncio
from collections.abc import Awaitable, Callable
import logging
from typing import Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..errors import reason_text
from ..minut.client import MinutClient
from ..minut.exceptions import MinutError, MinutUnexpectedAnswerError, MinutUnreachableError
from .own_hooks import UNKNOWN, async_delete_each, async_list, own_ids
from .stored import StoredHook, webhook_id_of
from .url import async_delete_cloudhook

_LOGGER = logging.getLogger(__name__)

REMOVAL_TIMEOUT: Final = 10.0
"""Timeout for the deletion of the webhooks at Minut, in seconds."""
SECOND_LIST_DELAY: Final = 3.0
"""Delay before the webhooks are listed again, in seconds: one may still be being created."""

type ClientOf = Callable[[HomeAssistant, ConfigEntry], Awaitable[MinutClient]]
"""Returns the client of an entry that need not be loaded. Raises HomeAssistantError."""

type Deletion = tuple[list[str], MinutError | None]
"""Ids of the webhooks that may be left at Minut, and the error, None if all are deleted."""


async def async_remove_webhook[T](
    hass: HomeAssistant, entry: ConfigEntry[T], client: MinutClient
) -> None:
    """Delete the webhooks of an entry that is being removed. Create an issue if that fails."""
    if (webhook_id := webhook_id_of(entry)) is None:  # it never had a webhook
        return
    _left, error = await _async_delete(entry, client)
    if error is not None:
        ir.async_create_issue(
            hass,
            DOMAIN,
            f"hooks_left_{entry.entry_id}",
            is_fixable=True,
            is_persistent=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key="hooks_left",
            translation_placeholders={"reason": reason_text(hass, error)},
        )
    await async_delete_cloudhook(hass, webhook_id)


@callback
def async_delete_when_disabled(hass: HomeAssistant, client_of: ClientOf) -> None:
    """Delete the webhooks of each entry that gets disabled. Enabling it creates a new one."""
    in_progress: set[str] = set()

    async def delete(entry: ConfigEntry) -> None:
        try:
            await _async_delete_of_disabled(hass, entry, client_of)
        finally:
            in_progress.discard(entry.entry_id)

    @callback
    def on_entry_change(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if change is not ConfigEntryChange.UPDATED or entry.domain != DOMAIN:
            return
        if entry.disabled_by and entry.entry_id not in in_progress:
            in_progress.add(entry.entry_id)
            # Not eagerly: the entry is unloaded first, which ends a registration in progress.
            hass.async_create_task(delete(entry), "Minut webhook", eager_start=False)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, on_entry_change)


async def _async_delete_of_disabled(
    hass: HomeAssistant, entry: ConfigEntry, client_of: ClientOf
) -> None:
    async with entry.setup_lock:
        stored = StoredHook.read(entry)
        if not entry.disabled_by or not (stored.ids or stored.requested_url):
            return
        try:
            client = await client_of(hass, entry)
        except HomeAssistantError as error:
            deletion: Deletion = list(stored.ids), MinutError(type(error).__name__)
        else:
            deletion = await _async_delete(entry, client)
        left, failure = deletion
        if failure is not None:
            _LOGGER.warning(
                "Couldn't delete the webhook of a disabled account at Minut: %s", failure
            )
        StoredHook(
            requested_url=stored.requested_url if failure else None,
            former_ids=tuple(left),
            former_since=(stored.former_since or dt_util.utcnow()) if left else None,
        ).write(hass, entry)


async def _async_delete[T](entry: ConfigEntry[T], client: MinutClient) -> Deletion:
    """Delete all webhooks of an entry."""
    stored = StoredHook.read(entry)
    left = list(stored.ids)
    try:
        async with asyncio.timeout(REMOVAL_TIMEOUT):
            listed = await async_list(client) or UNKNOWN
            if stored.requested_url and stored.requested_url not in {
                hook.url for hook in listed.items
            }:
                await asyncio.sleep(SECOND_LIST_DELAY)
                listed = await async_list(client) or UNKNOWN
            left = own_ids(listed, entry)
            failure = await async_delete_each(client, left)
            if listed is UNKNOWN and stored.may_be_unlisted:
                failure = failure or MinutUnexpectedAnswerError(
                    "Minut does not list the webhooks", reason="webhooks_not_listed"
                )
    except MinutError as error:
        failure = error
    except TimeoutError:
        seconds = f"{REMOVAL_TIMEOUT:g}"
        failure = MinutUnreachableError(
            f"no answer within {seconds} seconds", reason="no_answer", detail=seconds
        )
    return left, failure
