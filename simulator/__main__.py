"""The command line: `python -m simulator --port 8765 --homes 2 --devices 2`."""

from argparse import ArgumentParser, Namespace
import asyncio
from contextlib import suppress
from datetime import timedelta
import signal
import sys

from simulator import Simulator

TICK = 0.2


def parse(arguments: list[str] | None = None) -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(prog="python -m simulator", description="A Minut cloud on loopback.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765, help="0: any free one")
    parser.add_argument("--homes", type=int, default=2)
    parser.add_argument("--devices", type=int, default=2, help="Points in each home")
    parser.add_argument("--heartbeat", type=float, default=3600, help="seconds between reports")
    parser.add_argument("--seed", type=int, default=1, help="decides ids and weather")
    return parser.parse_args(arguments)


def say(text: str) -> None:
    """Print at once, even into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def run(options: Namespace, ended: asyncio.Event) -> None:
    """Serve until `ended` is set."""
    simulator = Simulator(
        homes=options.homes,
        devices=options.devices,
        heartbeat=timedelta(seconds=options.heartbeat),
        seed=options.seed,
        host=options.host,
        port=options.port,
    )
    simulator.switches.enforce_limits = True
    simulator.switches.real_delays = True
    async with simulator:
        say(f"Page           {simulator.page}")
        say(f"API root       {simulator.root}")
        say(f"Client id      {simulator.client_id}")
        say(f"Client secret  {simulator.client_secret}")
        while not ended.is_set():
            await simulator.run_due()
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), TICK)


async def main() -> None:
    """Serve until Ctrl-C or SIGTERM."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    await run(parse(), ended)


if __name__ == "__main__":
    asyncio.run(main())
