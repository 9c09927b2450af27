"""Tables and verdicts of the soak test. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
import math
import re
from statistics import median
from typing import override

FLAT = {"memory": 0.01, "objects": 0.01}
"""Maximum fitted growth, as a share of the level, that still counts as flat."""
MIN_SAMPLES = 4
"""Minimum number of samples in each quarter."""
GROWING = {"memory": "MiB", "objects": ""}
COUNTED = {
    "tasks": 5,
    "timers": 6,
    "bus listeners": 1,
    "tracked states and registry entries": 0,
    "listeners of the account": 0,
    "unload callbacks": 0,
    "states": 0,
    "open files and sockets": 4,
}
"""Counted resources, with the number by which the last quarter may exceed all earlier ones.

The tolerance allows for requests, connections and pauses in progress at the time of a sample."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Figures at an hour of simulated time."""

    hour: float
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Trend:
    """A line fitted by least squares. `slope` and its standard `error` are per hour."""

    slope: float
    error: float
    level: float
    span: float

    @property
    def growth(self) -> float:
        """Rise of the line over the whole time."""
        return self.slope * self.span

    def is_flat(self, share: float) -> bool:
        """Return whether it rises by at most this share, or not significantly."""
        return self.growth <= share * self.level or self.slope <= 2 * self.error


def trend(points: Sequence[tuple[float, float]]) -> Trend:
    """Fit a line to at least three pairs of hour and value."""
    count = len(points)
    middle, level = (sum(column) / count for column in zip(*points, strict=True))
    spread = sum((hour - middle) ** 2 for hour, _ in points)
    slope = sum((hour - middle) * (value - level) for hour, value in points) / spread
    rest = sum((value - level - slope * (hour - middle)) ** 2 for hour, value in points)
    return Trend(
        slope=slope,
        error=math.sqrt(rest / (count - 2) / spread),
        level=level,
        span=points[-1][0] - points[0][0],
    )


def quarters(samples: Sequence[Sample], hours: float) -> list[list[Sample]]:
    """Group samples by the quarters of a number of hours."""
    parts: list[list[Sample]] = [[], [], [], []]
    for sample in samples:
        parts[min(3, int(sample.hour / hours * 4))].append(sample)
    return parts


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one check, with a line for the report."""

    is_good: bool
    text: str

    @override
    def __str__(self) -> str:
        return f"{'✓' if self.is_good else '✗'} {self.text}"


def table(samples: Sequence[Sample], hours: float) -> Iterator[str]:
    """Yield a Markdown table of the medians of each quarter."""
    parts = quarters(samples, hours)
    yield "| median of each quarter | 1 (warm-up) | 2 | 3 | 4 |"
    yield "|---|---:|---:|---:|---:|"
    for name in (*GROWING, *COUNTED):
        cells = [f"{_median(part, name):,.{1 if name == 'memory' else 0}f}" for part in parts]
        unit = f", {GROWING[name]}" if GROWING.get(name) else ""
        yield f"| {name}{unit} | {' | '.join(cells)} |"


def judge(
    samples: Sequence[Sample], hours: float, *, flat: Mapping[str, float] = FLAT
) -> Iterator[Verdict]:
    """Judge the resources of the process after the first quarter, which is warm-up.

    `flat`: the shares by which memory and objects may grow.
    """
    parts = quarters(samples, hours)
    judged = parts[1:]
    if min(len(part) for part in parts) < MIN_SAMPLES:
        yield Verdict(is_good=False, text="too few samples to judge")
        return
    rest = [sample for part in judged for sample in part]
    for name, unit in GROWING.items():
        line = trend([(sample.hour, sample.figures[name]) for sample in rest])
        yield Verdict(
            line.is_flat(flat[name]),
            f"{name}: {line.growth:+,.1f} {unit} in {line.span:.1f} h "
            f"(± {2 * line.error * line.span:,.1f}) of {line.level:,.0f}".replace("  ", " "),
        )
    for name, tolerance in COUNTED.items():
        *before, after = (_median(part, name) for part in parts)
        yield Verdict(
            after <= min(before) + tolerance,
            f"{name}: {min(before):,.0f} → {after:,.0f} (tolerance: {tolerance})",
        )


def _median(samples: Iterable[Sample], name: str) -> float:
    values = [sample.figures[name] for sample in samples]
    return median(values) if values else math.nan


LINE = re.compile(r"^\S+ \S+ (?P<level>[A-Z]+) \([^)]*\) \[(?P<logger>[^]]+)\] (?P<text>.*)$")
MAX_LINES_AN_HOUR = 4.0


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """A kind of expected log line, with its reason."""

    reason: str
    logger: str
    text: str

    def matches(self, logger: str, text: str) -> bool:
        """Return whether a line is of this kind."""
        return logger == self.logger and re.match(self.text, text) is not None


EXPECTED_LINES = (
    ExpectedLine(
        "a command failed because the cloud failed",
        "homeassistant.components.api",
        "Error during service call to alarm_control_panel",
    ),
    ExpectedLine(
        "a command arrived while the account was being reloaded",
        "homeassistant.helpers.service",
        "Referenced entities alarm_control_panel",
    ),
    ExpectedLine(
        "the cloud became unavailable after three failed polls",
        "custom_components.point.coordinator",
        "Error fetching Minut data",
    ),
    ExpectedLine(
        "the cloud became available again",
        "custom_components.point.coordinator",
        "Fetching Minut data recovered",
    ),
    ExpectedLine(
        "the account was reloaded while the cloud failed, and was retried",
        "custom_components.point",
        "Config entry '.*' for point integration not ready yet",
    ),
    ExpectedLine(
        "the webhook could not be reconciled because the cloud failed",
        "custom_components.point.webhook.registration",
        "Couldn't register the webhook at Minut",
    ),
    ExpectedLine(
        "progress of the first import of history",
        "custom_components.point.history.importer",
        "(Importing the history|\\d+ % of the history)",
    ),
)


def classify(log: str) -> tuple[Counter[str], list[str]]:
    """Return the number of expected lines by reason, and the unexpected lines."""
    counts: Counter[str] = Counter()
    others: list[str] = []
    for line in log.splitlines():
        match = LINE.match(line)
        expected = match and next(
            (each for each in EXPECTED_LINES if each.matches(match["logger"], match["text"])), None
        )
        if expected:
            counts[expected.reason] += 1
        else:
            others.append(line)
    return counts, others


def judge_log(log: str, hours: float) -> Iterator[Verdict]:
    """Judge the log: few lines, and only expected ones."""
    counts, others = classify(log)
    total = counts.total() + len(others)
    yield Verdict(
        total <= MAX_LINES_AN_HOUR * hours,
        f"log: {total} lines, {total / hours:.1f} an hour (maximum: {MAX_LINES_AN_HOUR:g})",
    )
    for reason, count in counts.items():
        yield Verdict(is_good=True, text=f"log: {count} x {reason}")
    for line in others[:20]:
        yield Verdict(is_good=False, text=f"log: unexpected: {line}")
