"""The result file of the disk benchmark, and its table. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
import json
from pathlib import Path
from typing import Any, Self

from benchmarks.cloud import Account
from benchmarks.comparison import CORE, OURS

NONE = "no account"
"""The process whose account is disabled: what Home Assistant itself writes."""
NAMES = (CORE, OURS, NONE)
KIB, MIB = 1024, 1024**2


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What a process has written. Sizes in bytes.

    `store_writes`, `store_bytes`: of the integration's own file. `other_bytes`: of the other files
    in `.storage`. `states`, `events`, `statistics`: new rows of the database. `size`: growth of the
    database. `total`: passed to `write`, without sockets.
    """

    store_writes: int
    store_bytes: int
    other_bytes: int
    states: int
    events: int
    statistics: int
    size: int
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DiskRun:
    """One process, and the simulated hours in which it was measured."""

    account: Account
    integration: str
    hours: float
    written: Written

    def a_day(self, value: Callable[[Written], float]) -> float:
        """Return a figure per day."""
        return value(self.written) * 24 / self.hours


@dataclass(slots=True)
class DiskResults:
    """Everything measured in one run of the benchmark, and where. Holds no path or address."""

    environment: dict[str, str | int] = field(default_factory=dict)
    runs: list[DiskRun] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Write the file."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a result file."""
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(content["environment"], list(map(_run, content["runs"])))


def _run(content: dict[str, Any]) -> DiskRun:
    account, written = Account(**content["account"]), Written(**content["written"])
    return DiskRun(**{**content, "account": account, "written": written})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    name: str
    value: Callable[[Written], float]
    unit: int = 1
    digits: int = 0


ROWS = (
    Row("own file, writes", lambda found: found.store_writes),
    Row("own file, MiB", lambda found: found.store_bytes, MIB, 2),
    Row("other files in `.storage`, MiB", lambda found: found.other_bytes, MIB, 2),
    Row("database, rows of states", lambda found: found.states),
    Row("database, rows of events", lambda found: found.events),
    Row("database, rows of statistics", lambda found: found.statistics),
    Row("database, growth, MiB", lambda found: found.size, MIB, 2),
    Row("passed to `write` in all, MiB", lambda found: found.total, MIB, 1),
)


def disk_table(results: DiskResults) -> Iterator[str]:
    """Yield the Markdown tables of all accounts, per day."""
    for account in dict.fromkeys(run.account for run in results.runs):
        found = {run.integration: run for run in results.runs if run.account == account}
        names = [name for name in NAMES if name in found]
        has_ratio = {CORE, OURS} <= found.keys()
        yield ""
        yield f"| {' | '.join([account.name, *names, *(['of core'] * has_ratio)])} |"
        yield f"|---|{'---:|' * (len(names) + has_ratio)}"
        for row in ROWS:
            cells = [f"{found[name].a_day(row.value) / row.unit:,.{row.digits}f}" for name in names]
            if has_ratio:
                core, ours = (found[name].a_day(row.value) for name in (CORE, OURS))
                cells.append(f"{ours / core:.2f} x" if core > 0 else "—")
            yield f"| {row.name} | {' | '.join(cells)} |"
