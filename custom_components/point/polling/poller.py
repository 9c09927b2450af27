"""Asks for an account's homes and Points, whichever are due, and takes what is answered."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..minut.client import MinutClient
from ..registry.shared_homes import SharedHomes
from ..state.account import AccountState
from .schedule import PollSchedule


class Poller:
    """The polls of one account."""

    def __init__[T](
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[T],
        client: MinutClient,
        state: AccountState,
    ) -> None:
        self.timetable = PollSchedule()
        self._client = client
        self._state = state
        self._shared_homes = SharedHomes(hass, entry)
        self._asked_for: set[str] = set()
        """Homes that Points named and no list had."""
        self.changed: set[str] = set()
        """Ids of the homes and Points that have changed and whose entities do not know yet."""

    async def async_poll(self) -> None:
        """Ask for what is due. Raises MinutError; what was taken before that stays."""
        if self.timetable.wants_homes(dt_util.utcnow()):
            await self._poll_homes()
        if self.timetable.wants_devices(dt_util.utcnow()):
            await self._poll_devices()

    async def _poll_homes(self) -> None:
        asked_at = dt_util.utcnow()
        homes = await self._client.homes()
        self.changed |= self._state.merge_homes(
            homes.items,
            asked_at,
            is_complete=homes.is_complete,
            left=self._shared_homes.leave(
                {home.id for home in homes.items}, is_complete=homes.is_complete
            ),
        )
        self.timetable.note_homes(self._state, asked_at)

    async def _poll_devices(self) -> None:
        asked_at = dt_util.utcnow()
        devices = await self._client.devices()
        # A Point is registered by its home's name: once that is known, or cannot be had.
        if unlisted := self._state.unlisted_homes(devices.items) - self._asked_for:
            await self._poll_homes()
            self._asked_for |= unlisted
        self.changed |= self._state.merge_devices(
            devices.items, asked_at, is_complete=devices.is_complete
        )
        self.timetable.note_devices(self._state, asked_at)
