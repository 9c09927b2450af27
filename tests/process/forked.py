"""Home Assistant as a fork of a process that has imported it.

Importing takes most of the processor time of a start. This module imports nothing but the standard
library, because each fork imports it before Home Assistant has its own search path.
"""

import asyncio
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
import os
from pathlib import Path
import runpy
import sys

ROOT = Path(__file__).parents[2]
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "homeassistant.__main__",
        "homeassistant.bootstrap",
        *(
            f"homeassistant.components.{name}"
            for name in ("automation", "conversation", "frontend", "hassio", "logbook", "stream")
        ),
    ]
)


class Forked:
    """A fork, with what `asyncio.subprocess.Process` offers."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process

    @classmethod
    def start(
        cls, program: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> Forked:
        """Start a program, a module or the path of a file, that writes its output to the log."""
        process = FORKS.Process(target=run, args=(program, arguments, log, environment))
        process.start()
        return cls(process)

    @property
    def pid(self) -> int:
        """Process id."""
        assert self._process.pid
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Exit status, None while it runs."""
        return self._process.exitcode

    async def wait(self) -> int:
        """Wait until it ends, and return its exit status."""
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        return self._process.exitcode or 0

    def send_signal(self, signal: int) -> None:
        """Send a signal."""
        os.kill(self.pid, signal)

    def kill(self) -> None:
        """Kill it."""
        self._process.kill()


def run(program: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
    """Run a program in this fork, as Python does with `-P` in a session of its own."""
    os.setsid()
    with log.open("wb") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.environ.update(environment)
    # This repository and this folder contain integrations of the same names.
    own = {"", str(ROOT), str(Path(__file__).parent)}
    additional = environment["PYTHONPATH"].split(":")
    sys.path[:] = [*additional, *(path for path in sys.path if path not in own)]
    sys.argv = [program, *arguments]
    if program.endswith(".py"):
        runpy.run_path(program, run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)
