"""The account's webhooks at Minut: reconciled with what the entry stores, and deleted with it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
import logging
import secrets
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..coordinator import PointCoordinator
from ..minut.client import ALL_EVENTS, MinutClient
from ..minut.exceptions import MinutError, MinutUnexpectedAnswerError, MinutUnreachableError
from ..minut.models import Hook
from ..minut.paging import Listing
from .ping import WebhookPing
from .stored import NO_SECRET, StoredHook, registered_urls
from .url import NoUrl

_LOGGER = logging.getLogger(__name__)

DELETION_GRACE_PERIOD: Final = timedelta(days=2)
"""Time after which a webhook that cannot be deleted is reported."""


class HookReconciler:
    """Creates, keeps and deletes webhooks of one account at Minut."""

    def __init__[T](
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[T],
        coordinator: PointCoordinator,
        ping: WebhookPing,
        *,
        on_created: CALLBACK_TYPE,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._client = coordinator.client
        self._push = coordinator.push
        self._ping = ping
        self._on_created = on_created
        self._started_at = dt_util.utcnow()

    async def async_reconcile(self, url: str | NoUrl) -> MinutError | None:
        """Ensure exactly one webhook with our URL and all events; delete our others.

        Without a URL, delete all of ours. Return the error of a deletion that failed. Raises
        MinutError if anything else failed.
        """
        if isinstance(url, NoUrl):
            self._push.unregistered()
        listed = await self._client.hooks()
        kept: str | None = None
        if isinstance(url, str):
            kept = await self._async_ensure(listed, url)
        obsolete = own_ids(listed, self._entry, url=url if isinstance(url, str) else None)
        return await self._async_delete([hook_id for hook_id in obsolete if hook_id != kept])

    async def _async_ensure(self, listed: Listing[Hook], url: str) -> str:
        """Keep the right webhook, or create it. Return its id."""
        stored = StoredHook.read(self._entry)
        for hook in listed.items:
            if self._is_right(hook, stored, url):
                self._push.registered(since=self._started_at)
                return hook.id
        if stored.id and not listed.is_complete and stored.id not in ids_of(listed):
            raise MinutUnexpectedAnswerError("Minut's list of webhooks is incomplete")
        self._push.unregistered()
        # Our others are stored before anything can fail: the URL of some may be known no longer.
        former_ids = own_ids(listed, self._entry, url=url)
        former_ids = [hook_id for hook_id in former_ids if hook_id != stored.id]
        self._store(replace(stored, former_ids=tuple(former_ids)))
        return await self._async_create(url)

    def _is_right(self, hook: Hook, stored: StoredHook, url: str) -> bool:
        """Return whether to keep a webhook.

        One that Minut shows neither as we registered it nor as right after its creation has been
        changed. It is replaced, but at most once a day.
        """
        now = dt_util.utcnow()
        is_current = hook.id == stored.id and hook.id != self._push.replaced_hook
        if not (is_current and stored.is_verifiable and stored.url == url):
            return False
        registered = Hook(id=hook.id, url=url, events=frozenset({ALL_EVENTS}))
        is_unchanged = replace(hook, secret=None) in {registered, stored.shown}
        if is_unchanged or not self._push.may_replace(now):
            return True
        self._push.replace(hook.id, now)
        return False

    async def _async_create(self, url: str) -> str:
        """Create a webhook, store it and request a sample event. Return its id."""
        stored = StoredHook.read(self._entry)
        token = secrets.token_urlsafe(32)
        try:
            hook = await self._client.create_hook(url, token=token)
        except MinutUnreachableError, asyncio.CancelledError:  # Minut may have created it
            self._store(replace(stored, requested_url=url))
            raise
        if stored.url != url:
            self._push.moved()
        self._store(
            StoredHook(
                id=hook.id,
                url=url,
                secret=hook.secret or NO_SECRET,
                token=token,
                requested_url=stored.requested_url,
                former_ids=stored.ids,
                former_since=stored.former_since,
            )
        )
        self._push.registered(since=dt_util.utcnow())
        self._on_created()
        try:
            await self._ping.async_send(hook.id)
        except MinutError as error:
            _LOGGER.debug("Minut sent no sample event: %s", error)
        await self._async_learn(hook.id)
        return hook.id

    async def _async_learn(self, hook_id: str) -> None:
        """Store how Minut shows a webhook right after its creation.

        Minut may list the events instead of `*`, or normalise the URL.
        """
        try:
            listed = await self._client.hooks()
        except MinutError as error:
            _LOGGER.debug("Couldn't read the new webhook: %s", error)
            return
        for hook in listed.items:
            if hook.id == hook_id:
                shown = replace(hook, secret=None)
                self._store(replace(StoredHook.read(self._entry), shown=shown))

    async def _async_delete(self, hook_ids: list[str]) -> MinutError | None:
        """Delete webhooks, and store those that could not be deleted. Return the last error."""
        left = hook_ids.copy()
        error = await async_delete_each(self._client, left)
        stored = StoredHook.read(self._entry)
        self._store(
            replace(
                stored,
                requested_url=None,
                former_ids=tuple(left),
                former_since=(stored.former_since or dt_util.utcnow()) if left else None,
            )
        )
        return error

    @callback
    def _store(self, stored: StoredHook) -> None:
        stored.write(self._hass, self._entry)


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
