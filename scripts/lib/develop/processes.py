"""Child processes: start, watch and stop."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
import os
from pathlib import Path
import signal
import socket
import time
from typing import Protocol, Self

import aiohttp

TAIL = 25
"""Number of log lines in an error message."""
SECONDS_TO_STOP = 60
"""Longer than Home Assistant's own timeout for integrations to write their data."""


class GiveUpError(Exception):
    """An error to show at the terminal without a traceback."""


def say(text: str) -> None:
    """Print progress to the terminal."""
    print(f"→ {text}", flush=True)


def require_free_port(host: str, port: int, owner: str, option: str) -> None:
    """Raise GiveUpError if another program uses a port."""
    with socket.socket() as probe:
        # Like the servers: lingering connections of a previous run do not block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise GiveUpError(
                f"Port {port} for {owner} is already in use. Stop the program that uses it, "
                f"or choose another port with {option}."
            ) from error


class Child(Protocol):
    """A process of the system, such as `asyncio.subprocess.Process`."""

    @property
    def pid(self) -> int:
        """Process id."""

    @property
    def returncode(self) -> int | None:
        """Exit status, None while it runs."""

    async def wait(self) -> int:
        """Wait until it ends, and return its exit status."""

    def send_signal(self, signal: int, /) -> None:
        """Send a signal."""

    def kill(self) -> None:
        """Kill it."""


class Process:
    """A running program with its log file."""

    def __init__(self, name: str, process: Child, log: Path) -> None:
        self._name = name
        self._process = process
        self._log = log

    @classmethod
    async def start(
        cls, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> Self:
        """Start a program that writes its output to the log.

        It gets its own session: Ctrl-C at the terminal reaches only this command, which then stops
        its programs one by one.
        """
        say(f"Starting {name} (log: {log})")
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env={**os.environ, **environment},
            )
        return cls(name, process, log)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    async def until[T](
        self, answer: Callable[[], Awaitable[T | None]], what: str, *, seconds: float
    ) -> T:
        """Poll until there is an answer. Raise GiveUpError when the program ends or time is up."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._process.returncode is not None:
                raise self._died()
            with suppress(aiohttp.ClientError, TimeoutError):
                if (result := await answer()) is not None:
                    return result
            await asyncio.sleep(0.2)
        raise GiveUpError(f"Timed out after {seconds:.0f} s waiting for {what}.{self._tail()}")

    async def wait(self) -> int:
        """Wait until the program ends, and return its exit status."""
        return await self._process.wait()

    async def watch(self) -> None:
        """Wait until the program ends unexpectedly. Raise GiveUpError."""
        await self._process.wait()
        raise self._died()

    async def stop(self) -> None:
        """Stop the program, and kill it if that takes too long."""
        if self._process.returncode is not None:
            return
        say(f"Stopping {self._name}")
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), SECONDS_TO_STOP)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def kill(self) -> None:
        """Kill the program, like a power failure."""
        self._process.kill()
        await self._process.wait()

    def log(self) -> str:
        """Return the output of the program so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _died(self) -> GiveUpError:
        status = self._process.returncode
        name = self._name[0].upper() + self._name[1:]
        return GiveUpError(f"{name} ended unexpectedly (status {status}).{self._tail()}")

    def _tail(self) -> str:
        lines = self.log().splitlines()
        return "\n".join([f" Last lines of {self._log}:", *(f"  {line}" for line in lines[-TAIL:])])
