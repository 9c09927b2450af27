"""Asks for a home's events when long nothing was heard of its noise disturbance."""

from collections.abc import Callable, Iterable
from datetime import timedelta
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..minut.client import MinutClient
from ..minut.exceptions import MinutError, is_gone
from ..minut.models import Event
from ..state.account import AccountState
from ..state.noise import MAX_DURATION
from .rereads import Rereads

_LOGGER = logging.getLogger(__name__)


class NoiseChecks:
    """Checks each disturbance when its time has come; `tell` learns which keys changed."""

    def __init__[T](
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[T],
        client: MinutClient,
        state: AccountState,
        tell: Callable[[Iterable[str]], None],
    ) -> None:
        self._client = client
        self._state = state
        self._tell = tell
        self._checks = Rereads(hass, entry, self._check, every=timedelta(0))

    @callback
    def expect(self, home_id: str) -> None:
        """Plan the next check of a home, where one is due."""
        if due := self._state.homes[home_id].disturbance.next_check:
            self._checks.request(home_id, due)

    async def _check(self, home_id: str) -> None:
        now = dt_util.utcnow()
        home = self._state.homes.get(home_id)
        due = home.disturbance.next_check if home else None
        if due is None:
            return
        if due <= now:
            events: Iterable[Event] | None
            try:
                events = (
                    await self._client.home_events(home_id, start_at=now - MAX_DURATION)
                ).items
            except MinutError as error:
                _LOGGER.debug("Cannot read the events of a home: %s", error)
                events = () if is_gone(error) else None
            self._tell(self._state.settle_noise(home_id, events, now))
        if home_id in self._state.homes:
            self.expect(home_id)
