"""Polls an account's homes and Points, each when due."""

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..registry.shared_homes import SharedHomes
from .account import Account
from .schedule import PollSchedule


class Poller:
    """The polls of one account."""

    def __init__(self, account: Account) -> None:
        self.schedule = PollSchedule()
        self._account = account
        self._state = account.data
        self._shared_homes = SharedHomes(account.hass, account.config_entry)
        self._searched_homes: set[str] = set()
        """Homes that Points named and no list contained."""
        self._changed: set[str] = set()

    async def async_poll(self) -> None:
        """Poll what is due. Raises MinutError; what was merged before the error stays."""
        if self.schedule.wants_homes(dt_util.utcnow()):
            await self._poll_homes()
        if self.schedule.wants_devices(dt_util.utcnow()):
            await self._poll_devices()

    @callback
    def pop_changed(self) -> set[str]:
        """Return the homes and Points that changed since the last call, by their ids."""
        changed, self._changed = self._changed, set()
        return changed

    async def _poll_homes(self) -> None:
        asked_at = dt_util.utcnow()
        homes = await self._account.client.homes()
        self._changed |= self._state.merge_homes(
            homes.items,
            asked_at,
            is_complete=homes.is_complete,
            left=self._shared_homes.leave(
                {home.id for home in homes.items}, is_complete=homes.is_complete
            ),
        )
        self.schedule.note_homes(self._state, asked_at)

    async def _poll_devices(self) -> None:
        asked_at = dt_util.utcnow()
        devices = await self._account.client.devices()
        # A Point is registered with the name of its home: read that first if it is new.
        if unlisted := self._state.unlisted_homes(devices.items) - self._searched_homes:
            await self._poll_homes()
            self._searched_homes |= unlisted
        self._changed |= self._state.merge_devices(
            devices.items, asked_at, is_complete=devices.is_complete
        )
        self.schedule.note_devices(self._state, asked_at)
