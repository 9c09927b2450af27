"""What is to be done because of what is known: read anew, check noise, end what was brief."""

from collections.abc import Callable, Iterable
from datetime import datetime

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..minut.client import MinutClient
from ..state.account import AccountState, Change
from .fresh_reads import FreshReads
from .noise_checks import NoiseChecks


class FollowUps:
    """The plans of an account. `tell` learns which keys changed, `save` that it has to last."""

    def __init__[T](
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[T],
        client: MinutClient,
        state: AccountState,
        *,
        tell: Callable[[Iterable[str]], None],
        save: Callable[[], None],
    ) -> None:
        def tell_and_save(keys: Iterable[str]) -> None:
            tell(keys)
            save()

        self._hass = hass
        self._state = state
        self._tell = tell
        self.reads = FreshReads(hass, entry, client, state, tell)
        self._noise_checks = NoiseChecks(hass, entry, client, state, tell_and_save)
        self._expiry: tuple[datetime, CALLBACK_TYPE] | None = None
        entry.async_on_unload(self._cancel_expiry)

    @callback
    def plan(self) -> None:
        """Plan what any home or Point calls for."""
        self._expect_expiry()
        for home_id in self._state.homes:
            self._watch(home_id)

    @callback
    def plan_after(self, change: Change) -> None:
        """Plan what an event calls for."""
        self._expect_expiry()
        if change.home_id:
            self._watch(change.home_id)
        if change.home_to_read:
            self.reads.read_home_soon(change.home_to_read)
        if change.device_to_read:
            self.reads.read_device_later(change.device_to_read)

    @callback
    def _watch(self, home_id: str) -> None:
        self._noise_checks.expect(home_id)
        self.reads.watch_alarm(home_id)

    # What ends by itself

    @callback
    def _expect_expiry(self) -> None:
        """Keep one timer: for the earliest end."""
        expiry = self._state.next_expiry
        if self._expiry and self._expiry[0] == expiry:
            return
        self._cancel_expiry()
        if expiry:
            cancel = async_track_point_in_utc_time(self._hass, self._on_expiry, expiry)
            self._expiry = expiry, cancel

    @callback
    def _on_expiry(self, _now: datetime) -> None:
        self._expiry = None
        self._tell(self._state.end_expired(dt_util.utcnow()))
        self._expect_expiry()

    @callback
    def _cancel_expiry(self) -> None:
        if self._expiry:
            self._expiry[1]()
            self._expiry = None
