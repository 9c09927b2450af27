"""Switches the alarm and the noise monitoring of a home, and reads what became of it."""

import logging

from ..minut.client import MinutClient
from ..minut.exceptions import MinutError
from ..minut.rate_limit import Priority
from ..polling.fresh_reads import HOME_READ_EVERY, FreshReads
from ..state.account import AccountState
from ..state.home import AlarmStatus

_LOGGER = logging.getLogger(__name__)


class HomeCommands:
    """What people switch in an account's homes.

    Where only the reading afterwards fails, or tells nothing new yet, the wish is fulfilled all
    the same: the home is read again soon.
    """

    def __init__(self, client: MinutClient, state: AccountState, reads: FreshReads) -> None:
        self._client = client
        self._state = state
        self._reads = reads

    async def async_set_alarm(self, home_id: str, *, armed: bool) -> None:
        """Arm or disarm a home. Raises MinutError."""
        await self._client.set_alarm(home_id, armed=armed)
        await self._read(home_id)
        home = self._state.homes.get(home_id)
        if home is None or (home.polled.alarm_status == AlarmStatus.OFF) is armed:
            self._reads.read_home_soon(home_id, after=HOME_READ_EVERY)

    async def async_set_noise_monitoring(self, home_id: str, *, active: bool) -> None:
        """Switch noise monitoring of a home. Raises MinutError."""
        await self._client.set_noise_monitoring(home_id, active=active)
        await self._read(home_id)
        home = self._state.homes.get(home_id)
        if home is None or home.polled.noise_monitoring is not active:
            self._reads.read_home_soon(home_id, after=HOME_READ_EVERY)

    async def _read(self, home_id: str) -> None:
        try:
            await self._reads.read_home(home_id, Priority.COMMAND)
        except MinutError as error:
            _LOGGER.debug("The switched home could not be read: %s", error)
