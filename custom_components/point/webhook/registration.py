"""Registration of the webhook at Minut: when it is checked, retried and moved (API notes 6)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
import logging

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..coordinator import PointCoordinator
from ..errors import reason_text
from ..issues import Issue, async_clear_issues, async_update_issue
from ..minut.exceptions import MinutError, MinutRejectedError, MinutUnreachableError
from ..state.push import PushState
from .ping import WebhookPing
from .reconciler import DELETION_GRACE_PERIOD, HookReconciler
from .stored import StoredHook, async_ensure_webhook_id
from .url import NoUrl, async_listen_url_change, async_webhook_url

_LOGGER = logging.getLogger(__name__)

FIRST_RETRY_DELAY = timedelta(minutes=1)
MAX_RETRY_DELAY = timedelta(hours=1)
CHECK_INTERVAL = timedelta(hours=24)
URL_CHANGE_DELAY = timedelta(seconds=2)
"""Debounce: URL changes arrive in bursts."""
FAILURES_BEFORE_ISSUE = 3
"""Failures in a row after which an issue is created."""

URL_ISSUES = {
    NoUrl.NONE: Issue.NO_PUSH_ADDRESS,
    NoUrl.INSECURE: Issue.INSECURE_PUSH_ADDRESS,
}
FAILURE_ISSUES = (Issue.PUSH_REFUSED, Issue.CLOUD_UNAVAILABLE)


class WebhookRegistration:
    """Keeps the webhook of one account registered. One registration runs at a time."""

    def __init__(
        self,
        coordinator: PointCoordinator,
        ping: WebhookPing,
        *,
        api_root: str,
        on_settled: CALLBACK_TYPE,
    ) -> None:
        self._hass = coordinator.hass
        self._entry = coordinator.config_entry
        self._coordinator = coordinator
        self._push = coordinator.push
        self._ping = ping
        self._api_root = api_root
        self._on_settled = on_settled
        self._hooks = HookReconciler(coordinator, ping, on_created=self._settle)
        self._lock = asyncio.Lock()
        self._failures = 0
        self._failed_deletions = 0
        self._timers: dict[str, CALLBACK_TYPE] = {}
        self.is_pending = True
        """Whether a webhook may be in creation, so that its id is not known yet."""

    @property
    def is_creating(self) -> bool:
        """Return whether a webhook is being created right now."""
        return self._hooks.is_creating

    @callback
    def async_start(self) -> None:
        """Register in the background, and follow changes of the URL."""
        self._entry.async_on_unload(self._cancel_timers)
        webhook_id = async_ensure_webhook_id(self._hass, self._entry)
        for stop in async_listen_url_change(self._hass, webhook_id, self._on_url_change):
            self._entry.async_on_unload(stop)
        self._start_task(self._async_check())

    @callback
    def async_replace(self) -> None:
        """Replace the webhook by a new one (at most once a day)."""
        if self._mark_for_replacement():
            self._coordinator.store.save_soon()
            self._start_task(self._async_check())

    async def async_ping(self, *, is_verdict: bool = False) -> asyncio.Future[bool]:
        """Request a sample event. The future returns whether it arrived. Raises MinutError.

        If Minut does not have our webhook, it is created first.
        """
        if not self._push.is_registered:
            await self._async_check()
        if (hook_id := StoredHook.read(self._entry).id) is None:
            raise MinutUnreachableError(
                "Minut has no webhook of Home Assistant", reason="no_webhook"
            )
        try:
            return await self._ping.async_send(hook_id, is_verdict=is_verdict)
        except MinutRejectedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            await self._async_check()
            new_id = StoredHook.read(self._entry).id
            if new_id is None or new_id == hook_id:
                raise
        return await self._ping.async_send(new_id, is_verdict=is_verdict)

    async def async_examine(self, *, with_sample: bool) -> None:
        """Find out why events do not arrive: check the webhook, then request a sample event.

        If the webhook was gone, that explains the lost events. Otherwise a sample shows whether
        deliveries arrive. If Minut refuses to send one, they do not.
        """
        before = StoredHook.read(self._entry).id
        await self._async_check()
        if not with_sample or StoredHook.read(self._entry).id != before:
            return
        try:
            await self.async_ping(is_verdict=True)
        except MinutError as error:
            _LOGGER.debug("Minut sent no sample event: %s", error)
            self._push.not_delivered()

    async def _async_check(self) -> None:
        async with self._in_progress():
            await self._async_register(await self._async_url())

    async def _async_daily_check(self) -> None:
        """Check the webhook. Replace one through which nothing arrives: another may work."""
        if self._push.state in {PushState.SILENT, PushState.UNVERIFIED}:
            self._mark_for_replacement()
        await self._async_check()

    def _mark_for_replacement(self) -> bool:
        """Mark the webhook to be replaced, at most once a day. Return whether it is marked now."""
        now = dt_util.utcnow()
        if not self._push.may_replace(now):
            return False
        self._push.replace(StoredHook.read(self._entry).id, now)
        return True

    @callback
    def _on_url_change(self) -> None:
        self._schedule("url", URL_CHANGE_DELAY, self._async_follow_url)

    async def _async_follow_url(self) -> None:
        async with self._in_progress():
            url = await self._async_url()
            if not self._push.is_registered or url != StoredHook.read(self._entry).url:
                await self._async_register(url)

    async def _async_url(self) -> str | NoUrl:
        return await async_webhook_url(
            self._hass,
            async_ensure_webhook_id(self._hass, self._entry),
            api_root=self._api_root,
            registered=StoredHook.read(self._entry).url,
        )

    async def _async_register(self, url: str | NoUrl) -> None:
        """Reconcile the webhooks at Minut, and schedule the next check or retry."""
        for reason, issue in URL_ISSUES.items():
            self._update_issue(issue, is_active=url is reason)
        if url is NoUrl.CLOUD_UNAVAILABLE:
            self._push.unregistered()
            self._handle_failure(Issue.CLOUD_UNAVAILABLE, "no address of Home Assistant Cloud")
            return
        try:
            deletion_error = await self._hooks.async_reconcile(url)
        except MinutError as error:
            text = reason_text(self._hass, error)
            self._handle_failure(Issue.PUSH_REFUSED, str(error), reason=text)
            return
        self._failures = 0
        async_clear_issues(self._hass, self._entry, *FAILURE_ISSUES)
        self._schedule("check", CHECK_INTERVAL, self._async_daily_check)
        self._handle_deletion(deletion_error)
        self._update_issue(Issue.COPY_FOUND, is_active=bool(StoredHook.read(self._entry).copy_ids))

    @callback
    def _handle_failure(self, issue: Issue, message: str, *, reason: str = "") -> None:
        """Retry later. Log the first failure in a row, and create an issue at the third."""
        log = _LOGGER.debug if self._failures else _LOGGER.warning
        log("Couldn't register the webhook at Minut, polling continues: %s", message)
        self._failures += 1
        self._schedule("check", _retry_delay(self._failures), self._async_check)
        if self._failures >= FAILURES_BEFORE_ISSUE:
            for other in FAILURE_ISSUES:
                self._update_issue(other, is_active=other is issue, reason=reason)

    @callback
    def _handle_deletion(self, error: MinutError | None) -> None:
        """Retry failed deletions later. Create an issue if they have failed for days."""
        since = StoredHook.read(self._entry).former_since
        is_late = since is not None and dt_util.utcnow() - since >= DELETION_GRACE_PERIOD
        reason = reason_text(self._hass, error) if error else ""
        self._update_issue(Issue.HOOKS_NOT_DELETED, is_active=is_late, reason=reason)
        self._failed_deletions = self._failed_deletions + 1 if error else 0
        if error:
            self._schedule("deletion", _retry_delay(self._failed_deletions), self._async_check)

    @callback
    def _update_issue(self, issue: Issue, *, is_active: bool, **placeholders: str) -> None:
        async_update_issue(self._hass, self._entry, issue, is_active=is_active, **placeholders)

    @asynccontextmanager
    async def _in_progress(self) -> AsyncIterator[None]:
        """Hold the lock. Retry after an unexpected error, too."""
        async with self._lock:
            self.is_pending = True
            try:
                yield
            except Exception:
                self._schedule("check", MAX_RETRY_DELAY, self._async_check)
                raise
            finally:
                self._push.checked()
                self._settle()
                self._coordinator.async_push_changed()

    @callback
    def _settle(self) -> None:
        """Pass waiting deliveries on: the id of the webhook is known, or there is none."""
        self.is_pending = False
        self._on_settled()

    @callback
    def _schedule(
        self, purpose: str, delay: timedelta, work: Callable[[], Coroutine[None, None, None]]
    ) -> None:
        """Start a task later, in place of the one scheduled for the same purpose."""
        if cancel := self._timers.pop(purpose, None):
            cancel()

        @callback
        def start(_now: datetime) -> None:
            del self._timers[purpose]
            self._start_task(work())

        self._timers[purpose] = async_call_later(self._hass, delay, start)

    @callback
    def _start_task(self, work: Coroutine[None, None, None]) -> None:
        self._entry.async_create_background_task(self._hass, work, name="Minut push registration")

    @callback
    def _cancel_timers(self) -> None:
        for cancel in self._timers.values():
            cancel()
        self._timers.clear()


def _retry_delay(failures: int) -> timedelta:
    return min(FIRST_RETRY_DELAY * (1 << min(failures - 1, 10)), MAX_RETRY_DELAY)
