"""The account's webhooks at Minut: reconciled with what the entry stores, and removed with it."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
import logging
import secrets
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..coordinator import PointConfigEntry, PointCoordinator
from ..minut.client import ALL_EVENTS, MinutClient
from ..minut.exceptions import MinutError, MinutUnreachableError
from ..minut.models import Hook
from .ping import WebhookPing
from .stored import NO_SECRET, StoredHook, webhook_id_of
from .url import NoUrl, async_delete_cloudhook

_LOGGER = logging.getLogger(__name__)

REMOVAL_TIMEOUT: Final = 10.0
"""Timeout for the removal of the webhooks at Minut together with the entry, in seconds."""
SECOND_LIST_DELAY: Final = 3.0
"""Delay before the webhooks are listed again, in seconds: one may still be being created."""


class HookReconciler:
    """Creates, keeps and deletes webhooks of one account at Minut."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PointConfigEntry,
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

    async def async_reconcile(self, url: str | NoUrl) -> bool:
        """Ensure exactly one webhook with our URL and all events; delete our others.

        Without a URL, delete all of ours. Return whether every deletion succeeded. Raises
        MinutError.
        """
        if isinstance(url, NoUrl):
            self._push.unregistered()
        hooks = own_hooks(await self._client.hooks(), self._entry, url)
        kept = await self._async_ensure(hooks, url) if isinstance(url, str) else None
        return await self._async_delete([hook.id for hook in hooks if hook.id != kept])

    async def _async_ensure(self, hooks: Iterable[Hook], url: str) -> str:
        """Keep the right webhook, or create it. Return its id."""
        for hook in hooks:
            if self._is_right(hook, url):
                self._push.registered(since=self._started_at)
                return hook.id
        self._push.unregistered()
        return await self._async_create(url)

    def _is_right(self, hook: Hook, url: str) -> bool:
        """Return whether to keep a webhook.

        One that Minut shows with another URL or other events than we registered is replaced, but
        at most once a day: Minut may always show it that way.
        """
        stored, now = StoredHook.read(self._entry), dt_util.utcnow()
        is_current = hook.id == stored.id and hook.id != self._push.replaced_hook
        if not (is_current and stored.is_verifiable and stored.url == url):
            return False
        is_as_registered = hook.url == url and hook.events == {ALL_EVENTS}
        if is_as_registered or not self._push.may_replace(now):
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
                former_ids=(*stored.former_ids, *([stored.id] if stored.id else [])),
            )
        )
        self._push.registered(since=dt_util.utcnow())
        self._on_created()
        try:
            await self._ping.async_send(hook.id)
        except MinutError as error:
            _LOGGER.debug("Minut sent no sample event: %s", error)
        return hook.id

    async def _async_delete(self, hook_ids: Iterable[str]) -> bool:
        """Delete webhooks. Store those that could not be deleted. Return whether there are none."""
        left: list[str] = []
        for hook_id in hook_ids:
            try:
                await self._client.delete_hook(hook_id)
            except MinutError as error:
                _LOGGER.debug("A former webhook could not be deleted yet: %s", error)
                left.append(hook_id)
        stored = StoredHook.read(self._entry)
        self._store(replace(stored, requested_url=None, former_ids=tuple(left)))
        return not left

    @callback
    def _store(self, stored: StoredHook) -> None:
        stored.write(self._hass, self._entry)


async def async_remove_webhook(
    hass: HomeAssistant, entry: PointConfigEntry, client: MinutClient
) -> None:
    """Delete the webhooks of an entry that is being removed. Create an issue if that fails."""
    if (webhook_id := webhook_id_of(entry)) is None:  # it never had a webhook
        return
    try:
        async with asyncio.timeout(REMOVAL_TIMEOUT):
            hooks = own_hooks(await client.hooks(), entry)
            requested_url = StoredHook.read(entry).requested_url
            if requested_url and requested_url not in {hook.url for hook in hooks}:
                await asyncio.sleep(SECOND_LIST_DELAY)
                hooks = own_hooks(await client.hooks(), entry)
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
    await async_delete_cloudhook(hass, webhook_id)


def own_hooks(
    hooks: Iterable[Hook], entry: PointConfigEntry, url: str | NoUrl | None = None
) -> list[Hook]:
    """Return the webhooks that this entry has registered, at whatever address."""
    stored = StoredHook.read(entry)
    known = {url, stored.id, stored.url, stored.requested_url, *stored.former_ids} - {None}
    path = f"/api/webhook/{webhook_id_of(entry)}"
    return [
        hook
        for hook in hooks
        if hook.id in known or (hook.url and (hook.url in known or hook.url.endswith(path)))
    ]
