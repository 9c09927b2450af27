"""The hook at Minut: one, ours, at the right address, whatever happens (API notes 6)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
import logging
import secrets
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_FORMER_HOOKS,
    CONF_HOOK_ASKED_FOR,
    CONF_HOOK_ID,
    CONF_HOOK_SCHEME,
    CONF_HOOK_SECRET,
    CONF_HOOK_TOKEN,
    CONF_HOOK_URL,
)
from ..coordinator import PointCoordinator
from ..issues import Issue, async_clear_issues, async_raise_issue
from ..minut.client import ALL_EVENTS
from ..minut.exceptions import MinutError, MinutRejectedError, MinutUnreachableError
from ..minut.models import Hook
from .ping import WebhookPing
from .url import NoUrl, async_listen_url_change, async_webhook_url

_LOGGER = logging.getLogger(__name__)

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
CHECKED_EVERY = timedelta(hours=24)
SETTLED_AFTER = timedelta(seconds=2)
"""Changes of the address come in bursts: the last one counts."""
TOLD_AFTER = 3
"""So many failures in a row are worth a person's attention."""

ADDRESS_ISSUES = {
    NoUrl.NONE: Issue.NO_PUSH_ADDRESS,
    NoUrl.INSECURE: Issue.INSECURE_PUSH_ADDRESS,
}


class WebhookRegistration:
    """Keeps one hook at Minut: made, kept, moved, checked daily, and made anew where it must be.

    Everything happens under one lock. `settled` is set while nothing is under way.
    """

    def __init__[T](
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[T],
        coordinator: PointCoordinator,
        proof: WebhookPing,
        *,
        api_root: str,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._coordinator = coordinator
        self._health = coordinator.push
        self._proof = proof
        self._api_root = api_root
        self._lock = asyncio.Lock()
        self._failures = 0
        self._deletions_failed = 0
        self._started_at = dt_util.utcnow()
        self._timers: dict[str, CALLBACK_TYPE] = {}
        self.settled = asyncio.Event()

    @callback
    def async_start(self) -> None:
        """Register in the background, and follow every change of the address."""
        self._entry.async_on_unload(self._close)
        webhook_id = self._entry.data[CONF_WEBHOOK_ID]
        for stop in async_listen_url_change(self._hass, webhook_id, self._on_address_change):
            self._entry.async_on_unload(stop)
        self._spawn(self._check())

    @callback
    def async_renew(self) -> None:
        """Have the hook made anew, once a day at most."""
        now = dt_util.utcnow()
        if self._health.may_renew(now):
            self._health.renew(self._entry.data.get(CONF_HOOK_ID), now)
            self._coordinator.store.save_soon()
            self._spawn(self._check())

    async def async_prove(self) -> asyncio.Future[bool]:
        """Have a sample sent; the future tells whether it arrived. Raises MinutError.

        Where Minut does not know our hook, it is made first, or anew.
        """
        if not self._health.is_registered:
            await self._check()
        if (hook_id := self._entry.data.get(CONF_HOOK_ID)) is None:
            raise MinutUnreachableError("Minut has no webhook of Home Assistant")
        try:
            return await self._proof.async_ask()
        except MinutRejectedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            await self._check()
            if self._entry.data[CONF_HOOK_ID] == hook_id:
                raise
        return await self._proof.async_ask()

    # What leads to order

    async def _check(self) -> None:
        async with self._in_progress():
            await self._put_in_order(await self._address())

    async def _daily_check(self) -> None:
        """Through a hook that has been silent another one may be the better way."""
        now = dt_util.utcnow()
        is_mute = self._health.is_registered and not self._health.works
        if is_mute and self._health.may_renew(now):
            self._health.renew(self._entry.data.get(CONF_HOOK_ID), now)
        await self._check()

    @callback
    def _on_address_change(self) -> None:
        self._later("address", SETTLED_AFTER, self._follow_address)

    async def _follow_address(self) -> None:
        async with self._in_progress():
            address = await self._address()
            is_there = self._health.is_registered
            if not is_there or address != self._entry.data.get(CONF_HOOK_URL):
                await self._put_in_order(address)

    async def _address(self) -> str | NoUrl:
        data = self._entry.data
        return await async_webhook_url(
            self._hass,
            data[CONF_WEBHOOK_ID],
            api_root=self._api_root,
            registered=data.get(CONF_HOOK_URL),
        )

    # Order

    async def _put_in_order(self, address: str | NoUrl) -> None:
        """Have the one hook that is right, and no other.

        When Minut cannot be reached or refuses, it is tried again later, and logged once.
        """
        for kind, issue in ADDRESS_ISSUES.items():
            if address is kind:
                async_raise_issue(self._hass, self._entry, issue)
            else:
                async_clear_issues(self._hass, self._entry, issue)
        if isinstance(address, NoUrl):
            self._health.lost()
        try:
            hooks = ours(await self._coordinator.client.hooks(), self._entry.data, address)
            kept = await self._have_hook(hooks, address) if isinstance(address, str) else None
        except MinutError as error:
            self._failed(error)
            return
        self._failures = 0
        async_clear_issues(self._hass, self._entry, Issue.PUSH_REFUSED)
        self._later("check", CHECKED_EVERY, self._daily_check)
        await self._delete([hook.id for hook in hooks if hook.id != kept])

    async def _have_hook(self, hooks: list[Hook], address: str) -> str:
        """Keep the hook that is right, or make it; return its id."""
        for hook in hooks:
            if self._is_right(hook, address):
                self._health.registered(since=self._started_at)
                return hook.id
        self._health.lost()
        return await self._create(address)

    def _is_right(self, hook: Hook, address: str) -> bool:
        """Tell whether to keep a hook.

        One that Minut shows otherwise than we made it is replaced once a day at most: perhaps
        that is just how Minut shows it.
        """
        data, now = self._entry.data, dt_util.utcnow()
        is_ours = hook.id == data.get(CONF_HOOK_ID) and hook.id != self._health.distrusted
        can_be_verified = {CONF_HOOK_TOKEN, CONF_HOOK_SECRET} <= data.keys()
        if not (is_ours and can_be_verified and data.get(CONF_HOOK_URL) == address):
            return False
        is_as_made = hook.url == address and hook.events == {ALL_EVENTS}
        if is_as_made or not self._health.may_renew(now):
            return True
        self._health.renew(hook.id, now)
        return False

    async def _create(self, address: str) -> str:
        token = secrets.token_urlsafe(32)
        try:
            hook = await self._coordinator.client.create_hook(address, token=token)
        except MinutUnreachableError, asyncio.CancelledError:  # it may be there all the same
            self._store({**self._entry.data, CONF_HOOK_ASKED_FOR: address})
            raise
        data = {key: value for key, value in self._entry.data.items() if key != CONF_HOOK_SCHEME}
        if data.get(CONF_HOOK_URL) != address:
            self._health.is_silent = False
        if former := data.get(CONF_HOOK_ID):
            data[CONF_FORMER_HOOKS] = [*data.get(CONF_FORMER_HOOKS, []), former]
        data |= {
            CONF_HOOK_ID: hook.id,
            CONF_HOOK_URL: address,
            CONF_HOOK_SECRET: hook.secret,
            CONF_HOOK_TOKEN: token,
        }
        self._store(data)
        self._health.registered(since=dt_util.utcnow())
        self.settled.set()
        try:
            await self._proof.async_ask()
        except MinutError as error:
            _LOGGER.debug("Minut sent no sample event: %s", error)
        return hook.id

    async def _delete(self, hook_ids: list[str]) -> None:
        """Delete hooks; those that stay for now are remembered, and tried again."""
        left: list[str] = []
        for hook_id in hook_ids:
            try:
                await self._coordinator.client.delete_hook(hook_id)
            except MinutError as error:
                _LOGGER.debug("A former webhook could not be deleted yet: %s", error)
                left.append(hook_id)
        done = {CONF_FORMER_HOOKS, CONF_HOOK_ASKED_FOR}
        data = {key: value for key, value in self._entry.data.items() if key not in done}
        self._store(data | ({CONF_FORMER_HOOKS: left} if left else {}))
        self._deletions_failed = self._deletions_failed + 1 if left else 0
        if left:
            self._later("deletion", _wait(self._deletions_failed), self._check)

    @callback
    def _store(self, data: dict[str, Any]) -> None:
        if data != self._entry.data:
            self._hass.config_entries.async_update_entry(self._entry, data=data)

    @callback
    def _failed(self, error: MinutError) -> None:
        log = _LOGGER.debug if self._failures else _LOGGER.warning
        log("The webhook at Minut could not be set in order, polling goes on: %s", error)
        self._failures += 1
        self._later("check", _wait(self._failures), self._check)
        if self._failures >= TOLD_AFTER:
            async_raise_issue(self._hass, self._entry, Issue.PUSH_REFUSED, reason=str(error))

    # Time

    @asynccontextmanager
    async def _in_progress(self) -> AsyncIterator[None]:
        """Hold the lock; deliveries that overtake Minut's answer may wait for the end."""
        async with self._lock:
            self.settled.clear()
            try:
                yield
            except Exception:
                self._later("check", LONGEST_RETRY, self._check)
                raise
            finally:
                self._health.is_checked = True
                self.settled.set()
                self._coordinator.async_push_changed()

    @callback
    def _later(
        self, purpose: str, wait: timedelta, work: Callable[[], Coroutine[None, None, None]]
    ) -> None:
        """Do it after a while; what was planned before for the same purpose is dropped."""
        if cancel := self._timers.pop(purpose, None):
            cancel()

        @callback
        def start(_now: datetime) -> None:
            del self._timers[purpose]
            self._spawn(work())

        self._timers[purpose] = async_call_later(self._hass, wait, start)

    @callback
    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        self._entry.async_create_background_task(self._hass, work, name="Minut push registration")

    @callback
    def _close(self) -> None:
        for cancel in self._timers.values():
            cancel()
        self._timers.clear()
        self.settled.set()
        issues = (*ADDRESS_ISSUES.values(), Issue.PUSH_REFUSED)
        async_clear_issues(self._hass, self._entry, *issues)


def _wait(failures: int) -> timedelta:
    return min(FIRST_RETRY * (1 << min(failures - 1, 10)), LONGEST_RETRY)


def ours(
    hooks: Iterable[Hook], data: Mapping[str, Any], address: str | NoUrl | None = None
) -> list[Hook]:
    """Pick the hooks that lead to this entry, at whatever address; strangers' are not touched."""
    kept = (CONF_HOOK_ID, CONF_HOOK_URL, CONF_HOOK_ASKED_FOR)
    known = {address, *(data.get(key) for key in kept)} - {None}
    known |= set(data.get(CONF_FORMER_HOOKS, []))
    path = f"/api/webhook/{data.get(CONF_WEBHOOK_ID)}"
    return [
        hook
        for hook in hooks
        if hook.id in known or (hook.url and (hook.url in known or hook.url.endswith(path)))
    ]
