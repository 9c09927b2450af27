"""Sample events on request: they show whether deliveries arrive (API notes 6.2)."""

import asyncio
from datetime import datetime, timedelta

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_call_later

from ..coordinator import PointCoordinator

PING_TIMEOUT = timedelta(seconds=30)
"""Timeout for the sample event after Minut has accepted the ping."""


class WebhookPing:
    """Requests sample events for one account and waits for them."""

    def __init__(self, coordinator: PointCoordinator) -> None:
        self._hass = coordinator.hass
        self._coordinator = coordinator
        self._pending: set[asyncio.Future[bool]] = set()
        self._timers: set[CALLBACK_TYPE] = set()
        coordinator.config_entry.async_on_unload(self._cancel)

    async def async_send(self, hook_id: str, *, is_verdict: bool = False) -> asyncio.Future[bool]:
        """Request a sample event. The future returns whether a delivery arrived in time.

        `is_verdict`: whether events have been lost, so that a lost sample counts even if none has
        ever arrived.

        Raises MinutError: a MinutRejectedError of 404 or 405 if Minut offers no sample events.
        """
        result: asyncio.Future[bool] = self._hass.loop.create_future()
        self._pending.add(result)  # the sample may arrive before Minut's answer
        result.add_done_callback(self._pending.discard)
        try:
            await self._coordinator.client.ping_hook(hook_id)
        except BaseException:
            result.cancel()
            raise

        @callback
        def on_timeout(_now: datetime) -> None:
            self._timers.discard(cancel)
            if not result.done():
                result.set_result(False)
                self._coordinator.push.not_sampled(is_verdict=is_verdict)
                self._coordinator.async_push_changed()

        cancel = async_call_later(self._hass, PING_TIMEOUT, on_timeout)
        self._timers.add(cancel)
        return result

    @callback
    def async_delivered(self) -> None:
        """Handle a delivery that was understood, which answers all pending pings."""
        if self._pending:
            self._coordinator.push.sampled()
        self._resolve(has_arrived=True)

    @callback
    def _cancel(self) -> None:
        """Cancel the pending pings."""
        self._resolve(has_arrived=False)
        for cancel in self._timers:
            cancel()
        self._timers.clear()

    @callback
    def _resolve(self, *, has_arrived: bool) -> None:
        for result in tuple(self._pending):
            if not result.done():
                result.set_result(has_arrived)
