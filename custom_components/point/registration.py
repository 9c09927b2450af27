"""The hook at Minut: one, ours, at the right address, whatever happens (API notes 6)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
import logging
import secrets

from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .const import (
    CONF_HOOK_ID,
    CONF_HOOK_SCHEME,
    CONF_HOOK_SECRET,
    CONF_HOOK_TOKEN,
    CONF_HOOK_URL,
)
from .coordinator import PointConfigEntry
from .hook_address import NoAddress, async_hook_address, async_listen_address_change
from .issues import Issue, async_clear_issues, async_raise_issue
from .minut.client import ALL_EVENTS
from .minut.errors import MinutError
from .minut.models import Hook
from .push_proof import PushProof

_LOGGER = logging.getLogger(__name__)

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
CHECKED_EVERY = timedelta(hours=24)
SETTLED_AFTER = timedelta(seconds=2)
"""Changes of the address come in bursts: the last one counts."""
TOLD_AFTER = 3
"""So many failures in a row are worth a person's attention."""

ADDRESS_ISSUES = {
    NoAddress.NONE: Issue.NO_PUSH_ADDRESS,
    NoAddress.INSECURE: Issue.INSECURE_PUSH_ADDRESS,
}


class Registration:
    """Keeps one hook at Minut: made, kept, moved, checked daily, and made anew where it must be.

    Everything happens under one lock. `settled` is set while nothing is under way.
    """

    def __init__(
        self, hass: HomeAssistant, entry: PointConfigEntry, proof: PushProof, *, api_root: str
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._coordinator = entry.runtime_data
        self._health = entry.runtime_data.push
        self._proof = proof
        self._api_root = api_root
        self._lock = asyncio.Lock()
        self._failures = 0
        self._distrusted: str | None = None
        self._timers: dict[str, CALLBACK_TYPE] = {}
        self.settled = asyncio.Event()

    @callback
    def async_start(self) -> None:
        """Register in the background, and follow every change of the address."""
        self._entry.async_on_unload(self._close)
        webhook_id = self._entry.data[CONF_WEBHOOK_ID]
        for stop in async_listen_address_change(self._hass, webhook_id, self._on_address_change):
            self._entry.async_on_unload(stop)
        self._spawn(self._check())

    @callback
    def async_renew(self) -> bool:
        """Have the hook made anew, once a day at most; tell whether it will be."""
        now = dt_util.utcnow()
        if not self._health.may_renew(now):
            return False
        self._health.renewed(now)
        self._distrusted = self._entry.data.get(CONF_HOOK_ID)
        self._spawn(self._check())
        return True

    # What leads to order

    async def _check(self) -> None:
        async with self._in_progress():
            await self._put_in_order(await self._address())

    async def _daily_check(self) -> None:
        """Through a hook that has long been silent another one may be the better way."""
        if not (self._health.is_failing and self.async_renew()):
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

    async def _address(self) -> str | NoAddress:
        data = self._entry.data
        return await async_hook_address(
            self._hass,
            data[CONF_WEBHOOK_ID],
            api_root=self._api_root,
            registered=data.get(CONF_HOOK_URL),
        )

    # Order

    async def _put_in_order(self, address: str | NoAddress) -> None:
        """Have the one hook that is right, and no other.

        When Minut cannot be reached or refuses, it is tried again later, and logged once.
        """
        for kind, issue in ADDRESS_ISSUES.items():
            if address is kind:
                async_raise_issue(self._hass, self._entry, issue)
            else:
                async_clear_issues(self._hass, self._entry, issue)
        if isinstance(address, NoAddress):
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
        await self._delete(hook for hook in hooks if hook.id != kept)

    async def _have_hook(self, hooks: list[Hook], address: str) -> str:
        """Keep the hook that is right, or make it; return its id."""
        for hook in hooks:
            if self._is_right(hook, address):
                self._health.registered(dt_util.utcnow())
                return hook.id
        self._health.lost()
        return await self._create(address)

    def _is_right(self, hook: Hook, address: str) -> bool:
        data = self._entry.data
        is_known = hook.id == data.get(CONF_HOOK_ID) and hook.id != self._distrusted
        can_be_verified = {CONF_HOOK_TOKEN, CONF_HOOK_SECRET} <= data.keys()
        is_as_wanted = hook.url == address and hook.events == {ALL_EVENTS}
        return is_known and can_be_verified and is_as_wanted

    async def _create(self, address: str) -> str:
        token = secrets.token_urlsafe(32)
        hook = await self._coordinator.client.create_hook(address, token=token)
        data = {key: value for key, value in self._entry.data.items() if key != CONF_HOOK_SCHEME}
        if data.get(CONF_HOOK_URL) != address:
            self._health.is_failing = False
        data |= {
            CONF_HOOK_ID: hook.id,
            CONF_HOOK_URL: address,
            CONF_HOOK_SECRET: hook.secret,
            CONF_HOOK_TOKEN: token,
        }
        self._hass.config_entries.async_update_entry(self._entry, data=data)
        self._health.registered(dt_util.utcnow())
        try:
            await self._proof.async_ask()
        except MinutError as error:
            _LOGGER.debug("Minut sent no sample event: %s", error)
        return hook.id

    async def _delete(self, hooks: Iterable[Hook]) -> None:
        try:
            for hook in hooks:
                await self._coordinator.client.delete_hook(hook.id)
        except MinutError as error:
            _LOGGER.debug("A former webhook could not be deleted yet: %s", error)
            self._later("check", FIRST_RETRY, self._check)

    @callback
    def _failed(self, error: MinutError) -> None:
        log = _LOGGER.debug if self._failures else _LOGGER.warning
        log("The webhook at Minut could not be set in order, polling goes on: %s", error)
        wait = min(FIRST_RETRY * 2 ** min(self._failures, 10), LONGEST_RETRY)
        self._failures += 1
        self._later("check", wait, self._check)
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
            finally:
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


def ours(
    hooks: Iterable[Hook], data: Mapping[str, str], address: str | NoAddress | None = None
) -> list[Hook]:
    """Pick the hooks that lead to this entry, at whatever address; strangers' are not touched."""
    known = {data.get(CONF_HOOK_ID), data.get(CONF_HOOK_URL), address} - {None}
    path = f"/api/webhook/{data.get(CONF_WEBHOOK_ID)}"
    return [
        hook
        for hook in hooks
        if hook.id in known or (hook.url and (hook.url in known or hook.url.endswith(path)))
    ]
