"""Commands for the alarm and the noise monitoring of a home."""

import logging

from ..minut.client import MinutClient
from ..minut.exceptions import MinutError
from ..minut.rate_limit import Priority
from ..polling.refresh import HOME_READ_INTERVAL, Refresher
from ..state.account import AccountState
from ..state.home import AlarmStatus

_LOGGER = logging.getLogger(__name__)


class HomeCommands:
    """Commands for the homes of an account.

    Each reads the home afterwards. If that fails, or does not show the change yet, the command
    succeeds nevertheless and the home is read again soon.
    """

    def __init__(self, client: MinutClient, state: AccountState, refresher: Refresher) -> None:
        self._client = client
        self._state = state
        self._refresher = refresher

    async def async_set_alarm(self, home_id: str, *, armed: bool) -> None:
        """Arm or disarm a home. Raises MinutError."""
        await self._client.set_alarm(home_id, armed=armed)
        await self._read(home_id)
        home = self._state.homes.get(home_id)
        if home is None or (home.polled.alarm_status == AlarmStatus.OFF) is armed:
            self._refresher.read_home_soon(home_id, delay=HOME_READ_INTERVAL)

    async def async_set_noise_monitoring(self, home_id: str, *, active: bool) -> None:
        """Turn the noise monitoring of a home on or off. Raises MinutError."""
        await self._client.set_noise_monitoring(home_id, active=active)
        await self._read(home_id)
        home = self._state.homes.get(home_id)
        if home is None or home.polled.noise_monitoring is not active:
            self._refresher.read_home_soon(home_id, delay=HOME_READ_INTERVAL)

    async def _read(self, home_id: str) -> None:
        try:
            await self._refresher.read_home(home_id, Priority.COMMAND)
        except MinutError as error:
            _LOGGER.debug("Cannot read a home after a command: %s", error)
