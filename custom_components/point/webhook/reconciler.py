"""The account's webhooks at Minut: reconciled with what the entry stores, and deleted with it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util import dt as dt_util
from yarl import URL

from ..coordinator import PointCoordinator
from ..minut.exceptions import (
    MinutError,
    MinutRejectedError,
    MinutUnexpectedAnswerError,
    MinutUnreachableError,
)
from ..minut.models import Hook
from ..minut.paging import Listing
from .creation import EVENTS, NO_SUCH_ENDPOINT, Created, async_create
from .own_hooks import UNKNOWN, async_delete_each, async_list, ids_of, own_ids
from .ping import WebhookPing
from .stored import NOT_GIVEN, CreationWay, StoredHook
from .url import NoUrl

_LOGGER = logging.getLogger(__name__)

DELETION_GRACE_PERIOD: Final = timedelta(days=2)
"""Time after which a webhook that cannot be deleted is reported."""


class HookReconciler:
    """Creates, keeps and deletes webhooks of one account at Minut."""

    def __init__(
        self, coordinator: PointCoordinator, ping: WebhookPing, *, on_created: CALLBACK_TYPE
    ) -> None:
        self._hass = coordinator.hass
        self._entry = coordinator.config_entry
        self._client = coordinator.client
        self._push = coordinator.push
        self._ping = ping
        self._on_created = on_created
        self._started_at = dt_util.utcnow()
        self._kept: str | None = None
        """Id of the webhook that the last registration has kept or created."""
        self.is_creating = False
        """Whether a webhook is being created: Minut may check its address now."""

    async def async_reconcile(self, url: str | NoUrl) -> MinutError | None:
        """Ensure exactly one webhook with our URL and all events; delete our others.

        Without a URL, delete all of ours. Return the error of a deletion that failed. Raises
        MinutError if anything else failed.
        """
        own_url = url if isinstance(url, str) else None
        self._kept = None
        if own_url is None:
            self._push.unregistered()
        listed = await async_list(self._client)
        if own_url is not None:
            await self._async_ensure(listed, own_url)
        obsolete = own_ids(listed or UNKNOWN, self._entry, url=own_url)
        return await self._async_delete([hook_id for hook_id in obsolete if hook_id != self._kept])

    async def _async_ensure(self, listed: Listing[Hook] | None, url: str) -> None:
        """Keep the right webhook, or create it."""
        stored = self._identified(listed, url)
        if self._is_registered(listed, stored, url):
            self._kept = stored.id
            self._push.registered(since=self._started_at)
            return
        if listed is not None:
            if stored.id and not listed.is_complete and stored.id not in ids_of(listed):
                raise MinutUnexpectedAnswerError(
                    "Minut's list of webhooks is incomplete", reason="webhooks_not_listed"
                )
            stored = replace(stored, copy_ids=self._copies(listed, stored, url))
        self._push.unregistered()
        # Our others are stored before anything can fail: the URL of some may be known no longer.
        former_ids = own_ids(listed or UNKNOWN, self._entry, url=url)
        former_ids = [hook_id for hook_id in former_ids if hook_id != stored.id]
        self._store(replace(stored, former_ids=tuple(former_ids)))
        await self._async_create(listed, url)

    def _identified(self, listed: Listing[Hook] | None, url: str) -> StoredHook:
        """Return the stored webhook. Learn its id from the list if Minut has not returned it."""
        stored = StoredHook.read(self._entry)
        if listed is None:
            return stored
        present = ids_of(listed)
        stored = replace(
            stored, copy_ids=tuple(each for each in stored.copy_ids if each in present)
        )
        if stored.id is None and stored.is_verifiable and stored.url == url:
            for hook in listed.items:
                if hook.url == url:
                    stored = replace(stored, id=hook.id, shown=replace(hook, secret=None))
        self._store(stored)
        return stored

    def _is_registered(self, listed: Listing[Hook] | None, stored: StoredHook, url: str) -> bool:
        """Return whether Minut has the right webhook. Without a list, trust what is stored."""
        if listed is not None:
            return any(self._is_right(hook, stored, url) for hook in listed.items)
        is_replaced = stored.id is not None and stored.id == self._push.replaced_hook
        return stored.is_verifiable and stored.url == url and not is_replaced

    def _is_right(self, hook: Hook, stored: StoredHook, url: str) -> bool:
        """Return whether to keep a webhook.

        It has been changed if Minut shows it differently than we registered it, and differently
        than right after its creation. A changed one is replaced, at most once a day.
        """
        now = dt_util.utcnow()
        is_current = hook.id == stored.id and hook.id != self._push.replaced_hook
        if not (is_current and stored.is_verifiable and stored.url == url):
            return False
        events = frozenset(EVENTS[stored.way or CreationWay.ALL])
        registered = Hook(id=hook.id, url=url, events=events)
        is_unchanged = replace(hook, secret=None) in {registered, stored.shown}
        if is_unchanged or not self._push.may_replace(now):
            return True
        self._push.replace(hook.id, now)
        return False

    def _copies(self, listed: Listing[Hook], stored: StoredHook, url: str) -> tuple[str, ...]:
        """Return the webhooks of copies of this Home Assistant, if ours is gone.

        A restored backup or a clone has the same path at another address, and has deleted our
        webhook as its own former one. Its webhook stays: then both receive events.
        """
        if stored.id is None or stored.id in ids_of(listed) or stored.url != url:
            return stored.copy_ids
        own, path = own_ids(listed, self._entry, url=url), _path(url)
        others = (hook for hook in listed.items if hook.id not in own)
        return tuple(hook.id for hook in others if hook.url and _path(hook.url) == path)

    async def _async_create(self, listed: Listing[Hook] | None, url: str) -> None:
        """Create a webhook, store it and request a sample event."""
        created = await self._async_register(listed, url)
        hook = created.hook or await self._async_find_new(listed, url)
        stored = StoredHook.read(self._entry)
        if stored.url != url:
            self._push.moved()
        self._kept = None if hook is None else hook.id
        self._store(
            StoredHook(
                id=self._kept,
                url=url,
                secret=(hook and hook.secret) or NOT_GIVEN,
                token=created.token or NOT_GIVEN,
                way=created.way,
                requested_url=stored.requested_url,
                former_ids=stored.ids,
                former_since=stored.former_since,
                copy_ids=stored.copy_ids,
            )
        )
        self._push.registered(since=dt_util.utcnow())
        self._on_created()
        if self._kept is None:
            return
        try:
            await self._ping.async_send(self._kept)
        except MinutError as error:
            _LOGGER.debug("Minut sent no sample event: %s", error)
        await self._async_learn(self._kept)

    async def _async_register(self, listed: Listing[Hook] | None, url: str) -> Created:
        """Create a webhook. If Minut rejects it, one of ours may be in the way."""
        stored = StoredHook.read(self._entry)
        self.is_creating = True
        try:
            try:
                return await async_create(self._client, url, first=stored.way)
            except MinutRejectedError as error:
                if error.status in NO_SUCH_ENDPOINT:
                    raise
                own = own_ids(listed or UNKNOWN, self._entry, url=url)
                left = own.copy()
                await async_delete_each(self._client, left)
                if left == own:
                    raise
                deleted = StoredHook(
                    url=stored.url,
                    way=stored.way,
                    former_ids=tuple(left),
                    former_since=stored.former_since,
                    copy_ids=stored.copy_ids,
                )
                self._store(deleted)
                return await async_create(self._client, url, first=stored.way)
        except MinutUnreachableError, asyncio.CancelledError:  # Minut may have created it
            self._store(replace(StoredHook.read(self._entry), requested_url=url))
            raise
        finally:
            self.is_creating = False

    async def _async_find_new(self, listed: Listing[Hook] | None, url: str) -> Hook | None:
        """Find a webhook that Minut has created without saying which one it is.

        Return None if Minut does not list webhooks. Raises MinutError if there is no new one.
        """
        stored = StoredHook.read(self._entry)
        self._store(replace(stored, requested_url=url))
        former_ids = ids_of(listed or UNKNOWN)
        after = await async_list(self._client)
        if after is None:
            return None
        for hook in reversed(after.items):
            if hook.url == url and hook.id not in former_ids:
                return hook
        raise MinutUnexpectedAnswerError(
            "Minut has not created the webhook", reason="webhook_not_created"
        )

    async def _async_learn(self, hook_id: str) -> None:
        """Store how Minut shows a webhook right after its creation.

        Minut may list the events instead of `*`, or normalize the URL.
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


def _path(url: str) -> str:
    try:
        return URL(url).path
    except ValueError:
        return ""
