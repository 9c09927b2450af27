"""A sample event, on request: it shows whether the way from Minut is open (API notes 6.2)."""

import asyncio
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_call_later

from ..const import CONF_HOOK_ID
from ..coordinator import PointCoordinator

PROOF_WAIT = timedelta(seconds=30)
"""A sample that has not arrived so long after Minut said that it sends it is lost."""


class WebhookPing:
    """Waits for the samples of one account."""

    def __init__[T](self, entry: ConfigEntry[T], coordinator: PointCoordinator) -> None:
        self._entry = entry
        self._coordinator = coordinator
        self._awaited: set[asyncio.Future[bool]] = set()
        self._timers: set[CALLBACK_TYPE] = set()
        entry.async_on_unload(self._close)

    async def async_ask(self) -> asyncio.Future[bool]:
        """Have a sample sent; the future tells whether a delivery came in time.

        Raises MinutError: a MinutRejectedError of 404 or 405 where Minut sends no samples.
        """
        hass = self._coordinator.hass
        answer: asyncio.Future[bool] = hass.loop.create_future()
        self._awaited.add(answer)  # the sample may be faster than Minut's answer
        answer.add_done_callback(self._awaited.discard)
        try:
            await self._coordinator.client.ping_hook(self._entry.data[CONF_HOOK_ID])
        except BaseException:
            answer.cancel()
            raise

        @callback
        def give_up(_now: datetime) -> None:
            self._timers.discard(cancel)
            if not answer.done():
                answer.set_result(False)
                self._coordinator.push.is_silent = True
                self._coordinator.async_push_changed()

        cancel = async_call_later(hass, PROOF_WAIT, give_up)
        self._timers.add(cancel)
        return answer

    @callback
    def async_delivered(self) -> None:
        """Take a delivery for the proof."""
        self._end(has_arrived=True)

    @callback
    def _close(self) -> None:
        self._end(has_arrived=False)
        for cancel in self._timers:
            cancel()
        self._timers.clear()

    @callback
    def _end(self, *, has_arrived: bool) -> None:
        for answer in tuple(self._awaited):
            if not answer.done():
                answer.set_result(has_arrived)
