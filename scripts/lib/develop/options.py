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
    """The person enters the API client in Home Assistant's dialog and links the account."""
    yaml: bool
    """The API client is in YAML; the person links the account from the card under Discovered."""
    port: int
    simulator_port: int

    @property
    def links_account(self) -> bool:
        """Whether the account is linked automatically."""
        return not (self.unlinked or self.yaml)

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
    linking = parser.add_mutually_exclusive_group()
    linking.add_argument(
        "--unlinked",
        action="store_true",
        help="do not link the account: add the integration and enter the API client yourself",
    )
    linking.add_argument(
        "--yaml",
        action="store_true",
        help="do not link the account: the API client is in YAML, and a card under Discovered "
        "offers to link it",
    )
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
