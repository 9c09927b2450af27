"""Start the simulator and Home Assistant, link the account, and run until interrupted."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from functools import partial
from importlib import import_module
from pathlib import Path
import shutil
import signal
import sys
from typing import Any

import aiohttp

from . import configuration
from .home_assistant import PASSWORD, USER, HomeAssistant
from .linking import DOMAIN, Linking
from .options import HOST, Options, parse
from .processes import GiveUpError, Process, require_free_port, say

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / ".develop"
STAND_INS = Path(__file__).parent / "stand_ins"
SECONDS_TO_START = 180
RESTARTED = 100
"""Exit status of a Home Assistant that its user restarts."""


async def develop(options: Options) -> None:
    """Start everything, then watch the processes until one of them ends."""
    require_free_port(HOST, options.port, "Home Assistant", "--port")
    require_free_port(HOST, options.simulator_port, "the simulator", "--simulator-port")
    prepare(options)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        simulator = await start_simulator(options, session, stack)
        start_home_assistant = partial(start, "Home Assistant", home_assistant_command(), stack)
        process = await start_home_assistant()
        home_assistant = HomeAssistant(session, options.home_assistant_url)
        await enter(home_assistant, process)
        if options.links_account:
            await Linking(options, session, home_assistant, process).link()
        is_linked = bool(await home_assistant.entries(DOMAIN))
        print(summary(options, is_linked=is_linked), flush=True)
        await first(simulator.watch(), keep_running(process, start_home_assistant))


def prepare(options: Options) -> None:
    """Write the configuration folder."""
    if options.fresh and FOLDER.exists():
        say("Deleting the data of previous runs")
        shutil.rmtree(FOLDER)
    say("Writing Home Assistant's configuration")
    simulator = import_module("simulator")
    text = configuration.configuration_yaml(options, simulator.CLIENT_ID, simulator.CLIENT_SECRET)
    configuration.prepare(FOLDER / "config", ROOT, options, text)


async def start(name: str, command: list[str], stack: AsyncExitStack) -> Process:
    """Start a Python module as a program that is stopped when this command ends."""
    log = FOLDER / f"{command[0]}.log"
    process = await Process.start(
        name, [sys.executable, "-m", *command], log, {"PYTHONPATH": str(STAND_INS)}
    )
    stack.push_async_callback(process.stop)
    return process


async def start_simulator(
    options: Options, session: aiohttp.ClientSession, stack: AsyncExitStack
) -> Process:
    """Start the simulator and wait for its page."""
    command = ["simulator", "--host", HOST, "--port", str(options.simulator_port)]
    command += ["--homes", str(options.homes), "--devices", str(options.points)]
    # Real Points report once an hour; for a person at the screen that is too slow.
    command += ["--heartbeat", "300", "--home-assistant", options.home_assistant_url]
    simulator = await start("the simulator", command, stack)

    async def page() -> bool | None:
        async with session.get(options.simulator_url) as answer:
            return answer.ok or None

    await simulator.until(page, "the simulator's page", seconds=30)
    return simulator


def home_assistant_command() -> list[str]:
    """Return the command that starts Home Assistant with our configuration folder.

    It runs without pip, which would add packages to the environment of pinned versions. Everything
    that this configuration needs is pinned.
    """
    return ["homeassistant", "--config", str(FOLDER / "config"), "--log-no-color", "--skip-pip"]


async def enter(home_assistant: HomeAssistant, process: Process) -> None:
    """Wait for Home Assistant and log in. Create the user first if there is none."""
    is_missing = await process.until(
        home_assistant.needs_onboarding, "Home Assistant's page", seconds=SECONDS_TO_START
    )
    if is_missing:
        say(f"Onboarding user {USER}")
        await home_assistant.onboard()
    await home_assistant.log_in()

    async def running() -> bool | None:
        return await home_assistant.state() == "RUNNING" or None

    await process.until(running, "Home Assistant to have started", seconds=SECONDS_TO_START)


def summary(options: Options, *, is_linked: bool) -> str:
    """Return the text to print when everything runs."""
    return f"""
Home Assistant  {options.home_assistant_url}   (user {USER}, password {PASSWORD})
Simulator       {options.simulator_url}
{linking_state(options, is_linked=is_linked)} Ctrl-C stops both.
"""


def linking_state(options: Options, *, is_linked: bool) -> str:
    """Return whether the account is linked, and otherwise how to link it."""
    if options.links_account:
        return f"{options.homes * options.points} Points in {options.homes} homes are linked."
    if is_linked:
        return "The account is still linked from a previous run. Start over with --fresh."
    if options.yaml:
        return "Link the account: Settings → Devices & services → Discovered → Minut Point."
    simulator = import_module("simulator")
    return f"""\
Client ID       {simulator.CLIENT_ID}
Client secret   {simulator.CLIENT_SECRET}
Link the account: Settings → Devices & services → Add integration → Minut Point.\
"""


async def keep_running(process: Process, start_again: Callable[[], Awaitable[Process]]) -> None:
    """Start Home Assistant again after each restart. Raise GiveUpError if it ends otherwise."""
    while await process.wait() == RESTARTED:
        process = await start_again()
    await process.watch()


async def first(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Wait until one of the coroutines ends, and raise its exception."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
    for task in done:
        task.result()


async def run(options: Options) -> None:
    """Run until Ctrl-C, SIGTERM or a closed terminal, which is the normal end."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    work = asyncio.create_task(develop(options))
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([work, waiting], return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        work.cancel()
    await asyncio.gather(work, return_exceptions=stop.is_set())


def main() -> int:
    """Return the exit status."""
    try:
        asyncio.run(run(parse()))
    except GiveUpError as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
