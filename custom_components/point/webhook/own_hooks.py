"""Which webhooks at Minut are ours: list, recognize and delete them."""

import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry

from ..minut.client import MinutClient
from ..minut.exceptions import (
    MinutError,
    MinutForbiddenError,
    MinutRejectedError,
    MinutUnexpectedAnswerError,
)
from ..minut.models import Hook
from ..minut.paging import Listing
from .stored import StoredHook, registered_urls

_LOGGER = logging.getLogger(__name__)

UNKNOWN: Final = Listing[Hook]((), is_complete=False)
"""Stands for a list that Minut does not return."""


async def async_list(client: MinutClient) -> Listing[Hook] | None:
    """Return the account's webhooks, None if Minut does not list them. Raises MinutError."""
    try:
        return await client.hooks()
    except (MinutRejectedError, MinutForbiddenError, MinutUnexpectedAnswerError) as error:
        _LOGGER.debug("Minut does not list the webhooks: %s", error)
        return None


async def async_delete_each(client: MinutClient, hook_ids: list[str]) -> MinutError | None:
    """Delete webhooks, and remove their ids from the list. Return the last error.

    One that cannot be deleted does not keep the next ones from being deleted.
    """
    failure: MinutError | None = None
    for hook_id in tuple(hook_ids):
        try:
            await client.delete_hook(hook_id)
        except MinutError as error:
            _LOGGER.debug("Couldn't delete a webhook: %s", error)
            failure = error
        else:
            hook_ids.remove(hook_id)
    return failure


def own_ids[T](
    listed: Listing[Hook], entry: ConfigEntry[T], *, url: str | None = None
) -> list[str]:
    """Return the ids of the webhooks that this entry has registered, at whatever address.

    Others are never ours, not even with our path: a copy of this Home Assistant has the same. An
    incomplete list may lack some of ours.
    """
    stored, urls = StoredHook.read(entry), {url, *registered_urls(entry)} - {None}
    found = [hook.id for hook in listed.items if hook.id in stored.ids or hook.url in urls]
    if listed.is_complete:
        return found
    return [*found, *(hook_id for hook_id in stored.ids if hook_id not in ids_of(listed))]


def ids_of(listed: Listing[Hook]) -> set[str]:
    """Return the ids of the listed webhooks."""
    return {hook.id for hook in listed.items}
