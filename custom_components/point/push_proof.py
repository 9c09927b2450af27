"""A sample event, on request: it shows whether the way from Minut is open (API notes 6.2)."""

import asyncio
from datetime import datetime, timedelta

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_call_later

from .const import CONF_HOOK_ID
from .coordinator import PointConfigEntry

PROOF_WAIT = timedelta(seconds=30)
"""A sample that has not arrived after so long is lost."""


class PushProof:
    """Waits for the samples of one account."""

    def __init__(self, entry: PointConfigEntry) -> None:
        self._entry = entry
        self._coordinator = entry.runtime_data
        self._awaited: dict[asyncio.Future[bool], CALLBACK_TYPE] = {}
        entry.async_on_unload(lambda: self._end(has_arrived=False))

    async def async_ask(self) -> asyncio.Future[bool]:
        """Have a sample sent; the future tells whether a delivery came in time.

        Raises MinutError: a MinutRefusedError of 404 or 405 where Minut sends no samples.
        """
        hass = self._coordinator.hass
        answer: asyncio.Future[bool] = hass.loop.create_future()
        self._awaited[answer] = async_call_later(hass, PROOF_WAIT, self._on_time_out)
        try:
            await self._coordinator.client.ping_hook(self._entry.data[CONF_HOOK_ID])
        except BaseException:
            if cancel := self._awaited.pop(answer, None):
                cancel()
            raise
        return answer

    @callback
    def async_delivered(self) -> None:
        """Take a delivery for the proof."""
        self._end(has_arrived=True)

    @callback
    def _on_time_out(self, _now: datetime) -> None:
        self._coordinator.push.is_failing = True
        self._end(has_arrived=False)
        self._coordinator.async_push_changed()

    @callback
    def _end(self, *, has_arrived: bool) -> None:
        awaited, self._awaited = self._awaited, {}
        for answer, cancel in awaited.items():
            cancel()
            if not answer.done():
                answer.set_result(has_arrived)
