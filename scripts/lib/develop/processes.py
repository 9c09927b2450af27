"""Processes that this command starts, watches and ends."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
import os
from pathlib import Path
import signal
import socket
import time
from typing import Self

import aiohttp

TAIL = 25
# Home Assistant gives its parts this long to write what they hold, and a little more.
SECONDS_TO_STOP = 60


class GiveUpError(Exception):
    """Something that the person at the terminal has to know about; the text says it all."""


def say(text: str) -> None:
    """Tell the person at the terminal what is being done."""
    print(f"→ {text}", flush=True)


def demand_free_port(host: str, port: int, owner: str, option: str) -> None:
    """Refuse to start where another program would answer in place of ours."""
    with socket.socket() as probe:
        # As the servers do: a connection that lingers from a former run takes no port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise GiveUpError(
                f"Port {port}, for {owner}, is taken. End the program that uses it, "
                f"or choose another port with {option}."
            ) from error


class Process:
    """A program with its log file."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self._name = name
        self._process = process
        self._log = log

    @classmethod
    async def start(
        cls, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> Self:
        """Start a program, its output going to the log.

        In a session of its own: a Ctrl-C at the terminal reaches this command alone, which then
        ends its programs one after the other.
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
        """Its number at the operating system."""
        return self._process.pid

    async def until[T](
        self, answer: Callable[[], Awaitable[T | None]], what: str, *, seconds: float
    ) -> T:
        """Ask again and again until there is an answer; give up when the program ends."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._process.returncode is not None:
                raise self._died()
            with suppress(aiohttp.ClientError, TimeoutError):
                if (result := await answer()) is not None:
                    return result
            await asyncio.sleep(0.2)
        raise GiveUpError(f"Waited {seconds:.0f} s in vain for {what}.{self._tail()}")

    async def watch(self) -> None:
        """Wait for an end that nobody asked for."""
        await self._process.wait()
        raise self._died()

    async def stop(self) -> None:
        """End the program, by force when it takes too long."""
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
        """End the program at once, as a power cut does."""
        self._process.kill()
        await self._process.wait()

    def log(self) -> str:
        """Return what the program has said so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _died(self) -> GiveUpError:
        status = self._process.returncode
        name = self._name[0].upper() + self._name[1:]
        return GiveUpError(f"{name} ended by itself (status {status}).{self._tail()}")

    def _tail(self) -> str:
        lines = self.log().splitlines()
        return "\n".join([f" Last lines of {self._log}:", *(f"  {line}" for line in lines[-TAIL:])])
