"""The command line of scripts/develop, and the URLs derived from it."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

HOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of one run."""

    fresh: bool
    homes: int
    points: int
    unlinked: bool
    port: int
    simulator_port: int

    @property
    def home_assistant_url(self) -> str:
        """URL of Home Assistant, without a trailing slash."""
        return f"http://{HOST}:{self.port}"

    @property
    def simulator_url(self) -> str:
        """URL of the simulator's page, without a trailing slash."""
        return f"http://{HOST}:{self.simulator_port}"

    @property
    def api_url(self) -> str:
        """Root of the simulated API."""
        return f"{self.simulator_url}/v8"


def parse(arguments: Sequence[str] | None = None) -> Options:
    """Parse the command line. Exit with a message if it is invalid."""
    parser = argparse.ArgumentParser(
        prog="scripts/develop",
        description="Start a simulated Minut cloud and a Home Assistant linked to it.",
    )
    parser.add_argument("--fresh", action="store_true", help="delete the data of previous runs")
    for name, kind, default, meaning in (
        ("--homes", count, 2, "number of homes"),
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
        parser.error("--port and --simulator-port must differ")
    return options


def count(text: str) -> int:
    """Parse a positive integer."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def port(text: str) -> int:
    """Parse an unprivileged port."""
    number = int(text)
    if not 1024 <= number <= 65535:
        raise ValueError
    return number
