"""What a person may choose on the command line, and the addresses that follow from it."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

HOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Options:
    """The choices of one run."""

    fresh: bool
    homes: int
    points: int
    unlinked: bool
    port: int
    simulator_port: int

    @property
    def home_assistant_url(self) -> str:
        """Address of Home Assistant, without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    @property
    def simulator_url(self) -> str:
        """Address of the simulator's page, without a slash at its end."""
        return f"http://{HOST}:{self.simulator_port}"

    @property
    def api_url(self) -> str:
        """Root of the simulated API."""
        return f"{self.simulator_url}/v8"


def parse(arguments: Sequence[str] | None = None) -> Options:
    """Read the command line; leaves the program with a message when it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="scripts/develop",
        description="A simulated Minut cloud and a Home Assistant that is linked to it.",
    )
    parser.add_argument("--fresh", action="store_true", help="forget what former runs left")
    for name, kind, default, meaning in (
        ("--homes", count, 2, "homes"),
        ("--points", count, 2, "Points in each home"),
        ("--port", port, 8123, "port of Home Assistant"),
        ("--simulator-port", port, 8765, "port of the simulator"),
    ):
        parser.add_argument(
            name, type=kind, default=default, metavar="N", help=f"{meaning} (%(default)s)"
        )
    parser.add_argument("--unlinked", action="store_true", help="leave linking the account to you")
    options = Options(**vars(parser.parse_args(arguments)))
    if options.port == options.simulator_port:
        parser.error("--port and --simulator-port have to differ")
    return options


def count(text: str) -> int:
    """Read a number of things, at least one."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def port(text: str) -> int:
    """Read a port that needs no privileges."""
    number = int(text)
    if not 1024 <= number <= 65535:
        raise ValueError
    return number
