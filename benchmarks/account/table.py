"""Tables of the account benchmark: medians of all rounds, and ratios with their spread. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.account.results import (
    ROUNDS,
    Figures,
    Results,
    Run,
    Spread,
    by_round,
)
from benchmarks.cloud import Account
from benchmarks.comparison import CORE, FLOOR, OURS

BURST = 200
LARGE_BURST = 1000
IDLE = 120.0
"""Seconds to which the idle figures are scaled."""
NAMES = (CORE, OURS, FLOOR)

type Value = Callable[[Figures], float | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. `scale` and `digits` define how a value is formatted."""

    name: str
    value: Value
    scale: float = 1.0
    digits: int = 0

    def format(self, runs: Sequence[Run]) -> str:
        """Return the median with its quartiles, such as `0.37 (0.36 to 0.39)`."""
        if not (found := spread(runs, self.value)):
            return "—"
        middle, low, high = map(self._number, (found.median, found.low, found.high))
        return middle if low == high else f"{middle} ({low} to {high})"

    def _number(self, value: float) -> str:
        return f"{value * self.scale:,.{self.digits}f}"


def delivery_cpu(found: Figures) -> float:
    """Return the CPU seconds per delivery of a burst."""
    return found.burst_cpu / BURST


def setup(found: Figures) -> float:
    """Return the seconds of the set-up per entity."""
    return found.setup_seconds / found.entities


def setup_cpu(found: Figures) -> float:
    """Return the CPU seconds of the set-up per entity."""
    return found.setup_cpu / found.entities


def memory(found: Figures) -> float:
    """Return MiB per enabled entity."""
    return found.memory / found.entities


def registered_memory(found: Figures) -> float:
    """Return MiB per registered entity."""
    return found.memory / (found.entities + found.disabled)


ROWS = (
    Row("entities, enabled", lambda found: found.entities),
    Row("entities, disabled", lambda found: found.disabled),
    Row("setup, s", lambda found: found.setup_seconds, digits=2),
    Row("setup per entity, ms", setup, 1e3, 2),
    Row("setup per entity, CPU ms", setup_cpu, 1e3, 2),
    Row("setup, CPU s", lambda found: found.setup_cpu, digits=2),
    Row("setup, requests", lambda found: found.setup_requests),
    Row("memory, MiB", lambda found: found.memory, digits=1),
    Row("memory per entity, KiB", memory, 1024, 1),
    Row("memory per registered entity, KiB", registered_memory, 1024, 1),
    Row("delivery to state, median, ms", lambda found: found.latency, 1e3, 2),
    Row("delivery to state, 99 %, ms", lambda found: found.latency_99, 1e3, 2),
    Row("one delivery, CPU ms", delivery_cpu, 1e3, 2),
    Row(f"burst of {BURST}, s", lambda found: found.burst_seconds, digits=2),
    Row(f"burst of {BURST}, CPU s", lambda found: found.burst_cpu, digits=2),
    Row(f"burst of {LARGE_BURST:,}, s", lambda found: found.large_burst_seconds, digits=2),
    Row(f"burst of {LARGE_BURST:,}, CPU s", lambda found: found.large_burst_cpu, digits=2),
    Row("idle for 2 minutes, CPU s (one round)", lambda found: found.idle_cpu, digits=2),
    Row("requests per day", lambda found: found.requests_a_day),
)


def spread(runs: Sequence[Run], value: Value) -> Spread | None:
    """Return the spread of a figure; None if it was not measured."""
    values = (value(figures) for _, figures in by_round(runs))
    return Spread.of([each for each in values if each is not None])


def ratios(
    runs: Sequence[Run], value: Value, of: Sequence[Run], of_value: Value | None = None
) -> Spread | None:
    """Return the spread of the ratios of both figures in the same round.

    None if they were not measured, or if a figure to divide by is not positive.
    """
    others = dict(by_round(of))
    pairs = [
        (value(figures), (of_value or value)(others[number]))
        for number, figures in by_round(runs)
        if number in others
    ]
    found = [(ours, other) for ours, other in pairs if ours is not None and other is not None]
    if any(other <= 0 for _, other in found):
        return None
    return Spread.of([ours / other for ours, other in found])


def ratio(found: Spread | None) -> str:
    """Return a ratio with its quartiles, such as `0.21 x (0.20 to 0.23)`; a dash if unknown."""
    if not found:
        return "—"
    quartiles = f" ({found.low:.2f} to {found.high:.2f})" if found.low != found.high else ""
    return f"too noisy{quartiles}" if found.is_noisy else f"{found.median:.2f} x{quartiles}"


def table(results: Results, account: Account) -> Iterator[str]:
    """Yield the Markdown table of one account, with the ratios of our figures to the others."""
    found = {name: runs for name in NAMES if (runs := results.of(account, name))}
    ours = found.get(OURS, [])
    others = [name for name in found if name != OURS] if ours else []
    headings = [account.name, *found, *(f"of {name}" for name in others)]
    yield f"| {' | '.join(headings)} |"
    yield f"|---|{'---:|' * (len(headings) - 1)}"
    for row in ROWS:
        cells = [row.format(runs) for runs in found.values()]
        cells += [ratio(ratios(ours, row.value, found[name])) for name in others]
        yield f"| {row.name} | {' | '.join(cells)} |"


def loads(results: Results) -> Iterator[str]:
    """Yield the Markdown table of the machine's load in each round."""
    yield "| account | round | load average | used by other programs | |"
    yield "|---|---:|---:|---:|---|"
    for account in results.accounts:
        for number in sorted({run.round for run in results.of(account)}):
            runs = [run for run in results.of(account) if run.round == number]
            load, others = max(run.load for run in runs), max(run.others for run in runs)
            note = "disturbed" if any(run.is_disturbed for run in runs) else ""
            yield f"| {account.name} | {number} | {load:.1f} | {others:.2f} | {note} |"


def has_enough(found: Spread) -> bool:
    """Return whether there are enough rounds for a figure to be judged."""
    return found.rounds >= ROUNDS
