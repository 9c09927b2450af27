"""Reads of homes between two polls: one request at a time, and many homes as one list."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from homeassistant.util import dt as dt_util

from ..minut.exceptions import MinutError, MinutUnreachableError
from ..minut.models import Home
from ..minut.rate_limit import Priority
from .account import Account

FEW_HOMES = 2
"""Maximum number of homes that are read one by one in a small account."""
HOMES_PER_PAGE = 30
"""Homes in one page of Minut's list (API notes 1): in a large account it is several requests."""
MAX_WAIT = 15.0
"""Maximum seconds for which a read waits for the commands that are being sent."""

type Errors = dict[str, MinutError]
"""Failed reads by home."""


class HomeReader:
    """Reads homes of an account. Reads that are requested at about the same time are merged."""

    def __init__(
        self, account: Account, merge: Callable[[Home, datetime], None], priority: Priority
    ) -> None:
        """Call `merge` with each home that was read, and the time of the request."""
        self._account = account
        self._merge = merge
        self._priority = priority
        self._wanted: set[str] = set()
        self._next: asyncio.Task[Errors] | None = None
        self._lock = asyncio.Lock()
        self._commands = 0
        """Number of commands that are being sent."""
        self._all_sent = asyncio.Event()
        self._all_sent.set()

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Delay reads until a command has been sent, so that one read shows the effect of many."""
        self._commands += 1
        self._all_sent.clear()
        try:
            yield
        finally:
            self._commands -= 1
            if not self._commands:
                self._all_sent.set()

    async def async_read(self, home_id: str) -> None:
        """Read a home. The request is sent after this call. Raises MinutError."""
        self._wanted.add(home_id)
        if self._next is None:
            self._next = self._account.config_entry.async_create_background_task(
                self._account.hass, self._async_run(), "Minut homes", eager_start=False
            )
        task = self._next
        await asyncio.wait([task])  # if this caller is cancelled, the others still need the task
        if task.cancelled():
            raise MinutUnreachableError("the account is being unloaded", reason="unloading")
        if error := task.result().get(home_id):
            raise error

    async def _async_run(self) -> Errors:
        """Read what is wanted, after the reads before."""
        async with self._lock:
            await self._async_wait_for_commands()
            wanted, self._wanted, self._next = self._wanted, set(), None
            homes = self._account.data.homes
            wanted &= homes.keys()
            listed: set[str] = set()
            if len(wanted) > max(FEW_HOMES, len(homes) // HOMES_PER_PAGE):
                try:
                    listed = await self._async_read_list()
                except MinutUnreachableError as error:
                    return dict.fromkeys(wanted, error)
                except MinutError:
                    pass  # the list may be forbidden, and each home allowed
            errors: Errors = {}
            await asyncio.gather(*(self._async_read_one(key, errors) for key in wanted - listed))
            return errors

    async def _async_wait_for_commands(self) -> None:
        try:
            async with asyncio.timeout(MAX_WAIT):
                await self._all_sent.wait()
        except TimeoutError:
            return

    async def _async_read_list(self) -> set[str]:
        """Read all homes. Return those that the list shows with their alarm. Raises MinutError."""
        asked_at = dt_util.utcnow()
        listed = await self._account.client.homes(priority=self._priority)
        homes = [home for home in listed.items if home.alarm_status is not None]
        for home in homes:
            self._merge(home, asked_at)
        return {home.id for home in homes}

    async def _async_read_one(self, home_id: str, errors: Errors) -> None:
        asked_at = dt_util.utcnow()
        try:
            home = await self._account.client.home(home_id, priority=self._priority)
        except MinutError as error:
            errors[home_id] = error
        else:
            self._merge(home, asked_at)
