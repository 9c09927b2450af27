"""Commands for the alarm and the noise monitoring of a home."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
import logging
from typing import Final

from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, callback
from homeassistant.helpers.event import async_call_later

from ..minut.alarm import (
    ALARM_OPTION_WAYS,
    ALARM_WAYS,
    DEFAULT_OPTIONS,
    NOISE_WAYS,
    UNSUPPORTED,
    CommandWay,
)
from ..minut.exceptions import (
    MinutError,
    MinutForbiddenError,
    MinutNotConfirmedError,
    MinutRejectedError,
    MinutUnexpectedAnswerError,
    MinutUnreachableError,
)
from ..minut.models import Home
from ..minut.parsing import Json, JsonObject, mapping
from ..polling.account import Account
from ..polling.refresh import HOME_READ_INTERVAL, Refresher
from ..state.home import ARMED, AlarmStatus

_LOGGER = logging.getLogger(__name__)

FIRST_READS: Final = (0, 5, 15, 30)
"""Seconds after an accepted command at which the home is read, until it shows the effect."""
FURTHER_READS: Final = (0, 5, 15)
"""The same for each further way to send the command. With all ways, a command takes 75 seconds."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a home is to do. `name`: under which the way that works is remembered."""

    name: str
    ways: Mapping[str, CommandWay]
    body: JsonObject
    is_done: Callable[[Home], bool]
    arms: bool | None = None
    """Whether the panel shows arming (True) or disarming (False) until the effect is known."""


class HomeCommands:
    """Commands for the homes of an account.

    A command is done when the home shows its effect: Minut may accept a request and do nothing.
    Other ways to send the command are tried if Minut does not support the first one, or ignores it.
    """

    def __init__(self, account: Account, refresher: Refresher) -> None:
        self._account = account
        self._refresher = refresher
        self._reader = refresher.command_reader
        self._working: dict[str, str] = {}
        """By command, the name of the way that worked last."""
        self._newest: dict[tuple[str, str], object] = {}
        """By home and command, the newest command that runs."""
        self._waits: set[asyncio.Future[None]] = set()
        account.config_entry.async_on_unload(self._end_waits)
        account.config_entry.async_on_unload(
            account.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._end_waits)
        )

    @property
    def _is_closing(self) -> bool:
        return self._account.is_closing or self._account.hass.is_stopping

    async def async_set_alarm(self, home_id: str, *, armed: bool) -> None:
        """Arm or disarm a home. Raises MinutError."""

        def is_done(home: Home) -> bool:
            return home.alarm_status in ARMED if armed else home.alarm_status == AlarmStatus.OFF

        status = "on" if armed else "off"
        body: dict[str, Json] = {"alarm_status": status}
        await self._async_execute(
            home_id,
            Command(name="alarm", ways=ALARM_WAYS, body=body, is_done=is_done, arms=armed),
        )

    async def async_set_noise_monitoring(self, home_id: str, *, active: bool) -> None:
        """Turn the noise monitoring of a home on or off. Raises MinutError."""
        body: dict[str, Json] = {"disturbance_monitoring_active": active}
        await self._async_execute(
            home_id,
            Command(
                name="noise_monitoring",
                ways=NOISE_WAYS,
                body=body,
                is_done=lambda home: home.noise_monitoring is active,
            ),
        )

    async def async_set_alarm_option(self, home_id: str, option: str, *, active: bool) -> None:
        """Change an option of the alarm, and nothing else of it. Raises MinutError."""
        body: dict[str, Json] = {option: active}
        await self._async_execute(
            home_id,
            Command(
                name=option,
                ways=ALARM_OPTION_WAYS,
                body=body,
                is_done=lambda home: home.alarm_options.get(option) is active,
            ),
        )

    async def _async_execute(self, home_id: str, command: Command) -> None:
        """Send a command until it is done. Raises MinutError.

        A newer command for the same home ends the wait: only that one is sent again.
        """
        key, token = (home_id, command.name), object()
        self._newest[key] = token
        try:
            await self._async_try_ways(
                home_id, command, is_newest=lambda: self._newest.get(key) is token
            )
        finally:
            if self._newest.get(key) is token:
                del self._newest[key]
                if command.arms is not None:
                    self._show_request(home_id, arms=None)

    async def _async_try_ways(
        self, home_id: str, command: Command, *, is_newest: Callable[[], bool]
    ) -> None:
        error: MinutError | None = None
        reads: Sequence[int] = FIRST_READS
        was_done = self._is_done(home_id, command)
        for name in self._ways(command):
            try:
                await self._async_send(home_id, command, command.ways[name])
            except (MinutRejectedError, MinutForbiddenError) as refusal:
                if error is None and not _is_unsupported(refusal):
                    raise
                error = error or refusal
                continue
            if command.arms is not None and is_newest():
                self._show_request(home_id, arms=command.arms)
            failure = await self._async_confirm(home_id, command, reads, is_newest=is_newest)
            if failure is None:
                if not was_done:  # otherwise nothing shows that this way works
                    self._remember(command, name)
                return
            error, reads = failure, FURTHER_READS
            if not is_newest() or self._is_closing:
                break
        self._refresher.read_home_soon(home_id, delay=HOME_READ_INTERVAL)
        raise error or MinutNotConfirmedError("no way to send the command")

    async def _async_send(self, home_id: str, command: Command, way: CommandWay) -> None:
        """Send a command. Raises MinutError if it was not, or may not have been executed."""
        home = self._account.data.homes.get(home_id)
        shown = home.polled.alarm_options if home else {}
        options = {**DEFAULT_OPTIONS, **shown} if way.sends_options else {}
        try:
            with self._reader.sending():
                await self._account.client.command_home(home_id, way, {**options, **command.body})
        except MinutUnexpectedAnswerError as error:
            _LOGGER.debug("The answer to a command is not understood: %s", error)
        except MinutUnreachableError:
            self._refresher.read_home_soon(home_id, delay=HOME_READ_INTERVAL)
            raise

    async def _async_confirm(
        self,
        home_id: str,
        command: Command,
        reads: Sequence[int],
        *,
        is_newest: Callable[[], bool],
    ) -> MinutError | None:
        """Read a home until it shows the effect of a command. Return why it is not confirmed."""
        failure: MinutError | None = None
        has_read = False
        elapsed = 0
        for read_at in reads:
            if read_at > elapsed:
                await self._async_wait(read_at - elapsed)
                elapsed = read_at
            if self._is_closing:
                break
            try:
                await self._reader.async_read(home_id)
            except MinutError as error:
                _LOGGER.debug("Cannot read a home after a command: %s", error)
                failure = error
            else:
                has_read = True
                if self._is_done(home_id, command):
                    return None
            if not is_newest():
                break
        return MinutNotConfirmedError("no effect") if has_read or failure is None else failure

    def _is_done(self, home_id: str, command: Command) -> bool:
        home = self._account.data.homes.get(home_id)
        return home is not None and command.is_done(home.polled)

    def _ways(self, command: Command) -> list[str]:
        """Return the names of the ways to send a command, the one that worked last first."""
        working = self._working.get(command.name)
        return sorted(command.ways, key=lambda name: name != working)

    @callback
    def _remember(self, command: Command, way: str) -> None:
        if self._working.get(command.name) != way:
            self._working[command.name] = way
            self._account.store.save_soon()

    @callback
    def _show_request(self, home_id: str, *, arms: bool | None) -> None:
        """Show on the panel of a home that a command is not confirmed yet."""
        home = self._account.data.homes.get(home_id)
        if home and home.requested is not arms:
            home.requested = arms
            self._account.async_notify({home_id})

    async def _async_wait(self, seconds: float) -> None:
        """Wait, but not longer than the account is loaded."""
        wait = self._account.hass.loop.create_future()

        @callback
        def end(_now: datetime) -> None:
            if not wait.done():
                wait.set_result(None)

        cancel = async_call_later(self._account.hass, seconds, end)
        self._waits.add(wait)
        try:
            await wait
        finally:
            self._waits.discard(wait)
            cancel()

    @callback
    def _end_waits(self, _event: Event | None = None) -> None:
        for wait in self._waits:
            if not wait.done():
                wait.set_result(None)

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return the ways that worked, as JSON."""
        return dict(self._working)

    def load(self, stored: Json) -> None:
        """Load the ways that worked. Names of no way are ignored."""
        self._working = {name: way for name, way in mapping(stored).items() if isinstance(way, str)}


def _is_unsupported(refusal: MinutError) -> bool:
    """Return whether another way to send a command may work."""
    return isinstance(refusal, MinutRejectedError) and refusal.status in UNSUPPORTED
