"""The result file of the account benchmark: each measured process, written as soon as it ended."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
import json
from pathlib import Path
from statistics import quantiles
from typing import Any, Self

from benchmarks.cloud import Account

ROUNDS = 5
"""Minimum number of rounds for a figure to be judged."""
MAX_SPREAD = 0.25
"""Maximum interquartile range of a ratio, as a share of its median, for it to be quoted."""
MAX_OTHERS = 0.2
"""Maximum mean number of processors that other programs use during an undisturbed run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Measurements of one process, in seconds and MiB. None: not measured.

    `memory`: increase over the same process before the account was enabled. `latency`: from sending
    a delivery to its state being written, median and 99th percentile. Bursts: medians, all of one
    size. `idle_cpu`: increase per 120 s over the same process before.
    """

    entities: int
    disabled: int
    setup_seconds: float
    setup_cpu: float
    setup_requests: int
    memory: float
    latency: float
    latency_99: float
    burst_seconds: float
    burst_cpu: float
    large_burst_seconds: float | None = None
    large_burst_cpu: float | None = None
    idle_cpu: float | None = None
    requests_a_day: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One process: its account, integration, round (from 1), and the load of the machine.

    `load`: average of the minute before. `others`: mean number of processors that other programs
    used meanwhile.
    """

    account: Account
    integration: str
    round: int
    load: float
    others: float
    figures: Figures

    @property
    def is_disturbed(self) -> bool:
        """Return whether other programs used the machine."""
        return self.others > MAX_OTHERS


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and quartiles of a value over the rounds."""

    median: float
    low: float
    high: float
    rounds: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Self | None:
        """Return the spread of at least one value."""
        if not values:
            return None
        if len(values) == 1:
            return cls(values[0], values[0], values[0], 1)
        low, middle, high = quantiles(values, method="inclusive")
        return cls(middle, low, high, len(values))

    @property
    def is_noisy(self) -> bool:
        """Return whether the quartiles are too far apart for the median to mean anything."""
        return self.high - self.low > MAX_SPREAD * abs(self.median)


@dataclass(slots=True)
class Results:
    """Everything measured in one run of the benchmark, and where. Holds no path or address."""

    environment: dict[str, str | int] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)

    @property
    def accounts(self) -> list[Account]:
        """Accounts in the order in which they were measured."""
        return list(dict.fromkeys(run.account for run in self.runs))

    def of(self, account: Account, integration: str | None = None) -> list[Run]:
        """Return the runs of an account, in order."""
        return [
            run
            for run in self.runs
            if run.account == account and integration in {None, run.integration}
        ]

    def write(self, path: Path) -> None:
        """Replace the file, so that it is valid whenever the benchmark is interrupted."""
        new = path.with_suffix(".new")
        new.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        new.replace(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a result file."""
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(content["environment"], list(map(_run, content["runs"])))


def _run(content: dict[str, Any]) -> Run:
    account, figures = Account(**content["account"]), Figures(**content["figures"])
    return Run(**{**content, "account": account, "figures": figures})


def by_round(runs: Sequence[Run]) -> Iterator[tuple[int, Figures]]:
    """Yield the round and the figures of each run."""
    return ((run.round, run.figures) for run in runs)
