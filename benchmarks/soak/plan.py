"""The size and duration of a soak, and its command line."""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.soak.verdicts import FLAT

DESCRIPTION = """\
A day of many homes in a real Home Assistant process, compressed to minutes, with faults.

Checked: memory stays flat, no task, timer or listener leaks, the log is short and contains only
expected lines, and at the end every state equals that of the simulated cloud.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Number of homes (with two Points each), simulated hours and real minutes."""

    homes: int = 40
    hours: float = 24
    minutes: float = 12
    settle_minutes: float = 1.0
    samples: int = 72
    commands: int = 96
    reloads: int = 4
    history: bool = True
    flat: Mapping[str, float] = field(default_factory=lambda: FLAT)
    seed: int = 1
    keep: Path | None = None

    @property
    def speed(self) -> float:
        """Speed of the simulated time as a multiple of real time."""
        return self.hours * 60 / self.minutes


QUICK: dict[str, Any] = {
    "homes": 10,
    "hours": 2.0,
    "minutes": 0.8,  # leaves time for samples on a busy machine
    "settle_minutes": 0.3,
    "samples": 24,
    "commands": 24,
    "reloads": 1,
    "history": False,
    # The whole run is warm-up, in which only a large memory leak shows.
    "flat": {"memory": 0.15, "objects": 0.05},
}


def parse(arguments: Iterable[str] | None = None) -> Plan:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench soak", description=DESCRIPTION)
    parser.add_argument(
        "--quick", action="store_true", help="10 homes, 2 hours; takes one to two minutes"
    )
    parser.add_argument("--homes", type=int, metavar="N", help="homes with two Points each")
    parser.add_argument("--hours", type=float, metavar="H", help="simulated hours")
    parser.add_argument("--minutes", type=float, metavar="M", help="real minutes for these hours")
    parser.add_argument(
        "--no-history",
        dest="history",
        action="store_false",
        default=None,
        help="do not import the last 30 days of history",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="seed of the random events")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="folder to keep configuration and log in"
    )
    options = vars(parser.parse_args(None if arguments is None else list(arguments)))
    preset = QUICK if options.pop("quick") else {}
    return Plan(**preset | {name: value for name, value in options.items() if value is not None})
