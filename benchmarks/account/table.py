"""Tables, ratios and goals of the account benchmark. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median, quantiles

from benchmarks.cloud import Account

CORE, OURS, FLOOR = "core", "this integration", "floor"
BURST = 200
LARGE_BURST = 1000
IDLE = 120.0
"""Seconds to which the idle figures are scaled."""
FEW = Account(homes=1, points=2)
JUDGED = Account(homes=280, points=560)
LARGEST = Account(homes=500, points=1000)


@dataclass(frozen=True, slots=True)
class Burst:
    """Deliveries at once: their count, seconds to the last answer, and CPU seconds."""

    count: int
    seconds: float
    cpu: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Measurements of one integration with one account.

    In seconds and MiB. `memory`: increase over the same process before the account was enabled.
    `idle_cpu`: increase per 120 s over the same process before; None if not measured.
    """

    entities: int
    disabled: int
    setup_seconds: float
    setup_cpu: float
    setup_requests: int
    memory: float
    latencies: list[float]
    bursts: dict[int, list[Burst]]
    """Repeated bursts by size."""
    idle_cpu: float | None = None
    requests_a_day: float | None = None

    def burst(self, count: int) -> Burst | None:
        """Return the medians of all bursts of that size."""
        if not (found := self.bursts.get(count)):
            return None
        return Burst(
            count, median(each.seconds for each in found), median(each.cpu for each in found)
        )

    @property
    def median_latency(self) -> float:
        """Median seconds from sending a delivery to its state being written."""
        return median(self.latencies)

    @property
    def latency_99(self) -> float:
        """99th percentile of the seconds from sending a delivery to its state being written."""
        return quantiles(self.latencies, n=100, method="inclusive")[-1]

    @property
    def event_cpu(self) -> float | None:
        """CPU seconds per delivery of a burst."""
        burst = self.burst(BURST)
        return burst.cpu / burst.count if burst else None


type Measured = Mapping[Account, Mapping[str, Figures]]
"""By account and integration."""
type Value = Callable[[Figures], float | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. `scale` and `digits` define how a value is formatted."""

    name: str
    value: Value
    scale: float = 1.0
    digits: int = 0

    def format(self, value: float | None) -> str:
        """Return the value as shown in the table."""
        return "—" if value is None else f"{value * self.scale:,.{self.digits}f}"


def _of_burst(count: int, value: Callable[[Burst], float]) -> Value:
    def read(figures: Figures) -> float | None:
        burst = figures.burst(count)
        return value(burst) if burst else None

    return read


def _registered_memory(found: Figures) -> float:
    return found.memory / (found.entities + found.disabled)


ROWS = (
    Row("entities, enabled", lambda found: found.entities),
    Row("entities, disabled", lambda found: found.disabled),
    Row("setup, s", lambda found: found.setup_seconds, digits=2),
    Row("setup per entity, ms", lambda found: found.setup_seconds / found.entities, 1e3, 2),
    Row("setup per entity, CPU ms", lambda found: found.setup_cpu / found.entities, 1e3, 2),
    Row("setup, CPU s", lambda found: found.setup_cpu, digits=2),
    Row("setup, requests", lambda found: found.setup_requests),
    Row("memory, MiB", lambda found: found.memory, digits=1),
    Row("memory per entity, KiB", lambda found: found.memory / found.entities, 1024, 1),
    Row("memory per registered entity, KiB", _registered_memory, 1024, 1),
    Row("delivery to state, median, ms", lambda found: found.median_latency, 1e3, 2),
    Row("delivery to state, 99 %, ms", lambda found: found.latency_99, 1e3, 2),
    Row("one delivery, CPU ms", lambda found: found.event_cpu, 1e3, 2),
    Row(f"burst of {BURST}, s", _of_burst(BURST, lambda burst: burst.seconds), digits=2),
    Row(f"burst of {BURST}, CPU s", _of_burst(BURST, lambda burst: burst.cpu), digits=2),
    Row(f"burst of {LARGE_BURST:,}, s", _of_burst(LARGE_BURST, lambda b: b.seconds), digits=2),
    Row(f"burst of {LARGE_BURST:,}, CPU s", _of_burst(LARGE_BURST, lambda b: b.cpu), digits=2),
    Row("idle for 2 minutes, CPU s", lambda found: found.idle_cpu, digits=2),
    Row("requests per day", lambda found: found.requests_a_day),
)


def ratio(value: float | None, of: float | None) -> str:
    """Return `value` as a multiple such as `0.21 x`; a dash if it has no meaning."""
    return "—" if value is None or not of or of < 0 else f"{value / of:.2f} x"


def table(account: Account, found: Mapping[str, Figures]) -> Iterator[str]:
    """Yield the Markdown table of one account, with the ratios of our figures to the others."""
    ours = found.get(OURS)
    others = [name for name in found if name != OURS] if ours else []
    headings = [account.name, *found, *(f"of {name}" for name in others)]
    yield f"| {' | '.join(headings)} |"
    yield f"|---|{'---:|' * (len(headings) - 1)}"
    for row in ROWS:
        values = {name: row.value(figures) for name, figures in found.items()}
        cells = [row.format(value) for value in values.values()]
        cells += [ratio(values[OURS], values[name]) for name in others]
        yield f"| {row.name} | {' | '.join(cells)} |"


@dataclass(frozen=True, slots=True)
class Part:
    """One side of a goal: a figure of one integration with one account."""

    integration: str
    account: Account
    value: Value

    def of(self, measured: Measured) -> float | None:
        """Return the figure; None if it was not measured."""
        figures = measured.get(self.account, {}).get(self.integration)
        return self.value(figures) if figures else None


@dataclass(frozen=True, slots=True)
class Goal:
    """`part` must be at most `factor` times `of`, or at most `factor` without `of`."""

    text: str
    part: Part
    factor: float
    of: Part | None = None
    strictly: bool = field(default=False)
    """Less than instead of at most."""

    def judge(self, measured: Measured) -> tuple[bool | None, str]:
        """Return whether the goal is met (None: not measured), and a line for the report."""
        value = self.part.of(measured)
        of = self.of.of(measured) if self.of else 1.0
        if value is None or of is None:
            return None, f"— {self.text}: not measured"
        result = value / of if of else float("inf")
        is_met = result < self.factor if self.strictly else result <= self.factor
        unit = " x" if self.of else ""
        return is_met, f"{'✓' if is_met else '✗'} {self.text}: {result:,.2f}{unit}"


def _ours(value: Value, account: Account = JUDGED) -> Part:
    return Part(OURS, account, value)


def _core(value: Value) -> Part:
    return Part(CORE, JUDGED, value)


def _event(found: Figures) -> float | None:
    return found.event_cpu


def _setup(found: Figures) -> float:
    return found.setup_seconds / found.entities


def _memory(found: Figures) -> float:
    return found.memory / found.entities


def _idle(found: Figures) -> float | None:
    return None if found.idle_cpu is None else max(0.0, found.idle_cpu)


def _setup_cpu(found: Figures) -> float:
    return found.setup_cpu / found.entities


_seconds = _of_burst(BURST, lambda burst: burst.seconds)

GOALS = (
    Goal(
        f"one delivery, CPU: {JUDGED.name} at most 1.3 x {FEW.name}",
        _ours(_event),
        1.3,
        _ours(_event, FEW),
    ),
    Goal("one delivery, CPU: at most 1/5 of core's", _ours(_event), 0.2, _core(_event)),
    Goal(f"burst of {BURST}: at most 1/5 of core's time", _ours(_seconds), 0.2, _core(_seconds)),
    Goal("setup per entity: no slower than core's", _ours(_setup), 1.0, _core(_setup)),
    Goal("setup per entity: no more CPU than core's", _ours(_setup_cpu), 1.0, _core(_setup_cpu)),
    Goal("setup: under 60 requests", _ours(lambda found: found.setup_requests), 60, strictly=True),
    Goal(
        "memory per enabled entity: below core's",
        _ours(_memory),
        1.0,
        _core(_memory),
        strictly=True,
    ),
    Goal(
        "memory per registered entity: below core's",
        _ours(_registered_memory),
        1.0,
        _core(_registered_memory),
        strictly=True,
    ),
    Goal("idle CPU: below 1/10 of core's", _ours(_idle), 0.1, _core(_idle), strictly=True),
    Goal(
        f"requests per day, {LARGEST.name}: at most 6,000",
        _ours(lambda found: found.requests_a_day, LARGEST),
        6000,
    ),
)


def verdicts(measured: Measured) -> tuple[list[str], bool]:
    """Return a line for each goal, and whether no goal is missed."""
    judged = [goal.judge(measured) for goal in GOALS]
    return [line for _, line in judged], not any(is_met is False for is_met, _ in judged)
