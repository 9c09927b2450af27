"""The command line: `python -m simulator --port 8765 --homes 2 --devices 2`."""

from argparse import ArgumentParser, Namespace
import asyncio
from contextlib import suppress
from datetime import timedelta
import signal
import sys

from simulator import Simulator
from simulator.backend.alternatives import ALTERNATIVES

TICK = 0.2
"""Seconds between two checks for due actions."""


def parse(arguments: list[str] | None = None) -> Namespace:
    """Parse the command line."""
    parser = ArgumentParser(
        prog="python -m simulator", description="Serve a simulated Minut cloud."
    )
    for name, kind, default, meaning in (
        ("--host", str, "127.0.0.1", "address to listen on"),
        ("--port", int, 8765, "port to listen on; 0: any free port"),
        ("--homes", int, 2, "number of homes"),
        ("--devices", int, 2, "Points in each home"),
        ("--heartbeat", float, 3600, "seconds between two reports of a Point"),
        ("--seed", int, 1, "seed of ids and weather"),
    ):
        parser.add_argument(name, type=kind, default=default, help=f"{meaning} (%(default)s)")
    parser.add_argument(
        "--home-assistant", metavar="URL", help="URL of a Home Assistant to which the page links"
    )
    parser.add_argument(
        "--alternative",
        action="append",
        default=[],
        choices=ALTERNATIVES,
        metavar="NAME",
        help="another way in which Minut may behave, such as list_bare; repeatable. The page "
        "describes them all",
    )
    return parser.parse_args(arguments)


def show(text: str) -> None:
    """Print a line and flush it, also into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def run(options: Namespace, stop: asyncio.Event) -> None:
    """Serve until `stop` is set."""
    simulator = Simulator(
        homes=options.homes,
        devices=options.devices,
        heartbeat=timedelta(seconds=options.heartbeat),
        seed=options.seed,
        alternatives=options.alternative,
        home_assistant=options.home_assistant,
        host=options.host,
        port=options.port,
    )
    simulator.switches.enforce_limits = True
    simulator.switches.real_delays = True
    async with simulator:
        show(f"Page           {simulator.page}")
        show(f"API root       {simulator.root}")
        show(f"Client id      {simulator.client_id}")
        show(f"Client secret  {simulator.client_secret}")
        while not stop.is_set():
            await simulator.run_due()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), TICK)


async def main() -> None:
    """Serve until Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await run(parse(), stop)


if __name__ == "__main__":
    asyncio.run(main())
