"""What the soak's figures mean: tables and verdicts. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
import math
import re
from statistics import median
from typing import override

FLAT = {"memory": 0.01, "objects": 0.01}
"""A fitted growth of this share of the whole counts as none, however sure it is."""
FEWEST = 4
"""So many samples a quarter has to have."""
GROWING = {"memory": "MiB", "objects": ""}
COUNTED = {
    "tasks": 2,
    "timers": 6,
    "bus listeners": 1,
    "tracked states and registry entries": 0,
    "listeners of the account": 0,
    "things to undo at unload": 0,
    "states": 0,
    "open files and sockets": 4,
}
"""What is counted, and by how many the last quarter may have more than any before: requests,
connections and pauses that are under way when it is looked at."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Figures at an hour of the simulated time."""

    hour: float
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Trend:
    """A line fitted by least squares. `slope` and its standard `error`: per hour."""

    slope: float
    error: float
    level: float
    span: float

    @property
    def growth(self) -> float:
        """What the line rises by over the whole time."""
        return self.slope * self.span

    def is_flat(self, share: float) -> bool:
        """Tell whether it rises by that share at most, or by no more than noise may feign."""
        return self.growth <= share * self.level or self.slope <= 2 * self.error


def trend(points: Sequence[tuple[float, float]]) -> Trend:
    """Fit a line to pairs of hour and value; three at least."""
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
    """Sort samples into the quarters of so many hours."""
    parts: list[list[Sample]] = [[], [], [], []]
    for sample in samples:
        parts[min(3, int(sample.hour / hours * 4))].append(sample)
    return parts


@dataclass(frozen=True, slots=True)
class Verdict:
    """A line on whether something is as it has to be."""

    is_good: bool
    text: str

    @override
    def __str__(self) -> str:
        return f"{'✓' if self.is_good else '✗'} {self.text}"


def table(samples: Sequence[Sample], hours: float) -> Iterator[str]:
    """Yield the lines of a table of medians, in Markdown."""
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
    """Judge what the process held, after the first quarter, in which it warms up.

    `flat`: the shares by which memory and objects may have grown.
    """
    parts = quarters(samples, hours)
    judged = parts[1:]
    if min(len(part) for part in parts) < FEWEST:
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
            f"{name}: {min(before):,.0f} → {after:,.0f} (may be {tolerance} more)",
        )


def _median(samples: Iterable[Sample], name: str) -> float:
    values = [sample.figures[name] for sample in samples]
    return median(values) if values else math.nan


LINE = re.compile(r"^\S+ \S+ (?P<level>[A-Z]+) \([^)]*\) \[(?P<logger>[^]]+)\] (?P<text>.*)$")
LINES_AN_HOUR = 4.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of log line that is due: because of what."""

    why: str
    logger: str
    text: str

    def fits(self, logger: str, text: str) -> bool:
        """Tell whether a line is of this kind."""
        return logger == self.logger and re.match(self.text, text) is not None


KINDS = (
    Kind(
        "a command failed, as the cloud did",
        "homeassistant.components.api",
        "Error during service call to alarm_control_panel",
    ),
    Kind(
        "a command came while the account was being loaded anew",
        "homeassistant.helpers.service",
        "Referenced entities alarm_control_panel",
    ),
    Kind(
        "the cloud was lost after three polls in a row",
        "custom_components.point.coordinator",
        "Error fetching Minut data",
    ),
    Kind(
        "… and was back",
        "custom_components.point.coordinator",
        "Fetching Minut data recovered",
    ),
    Kind(
        "the account was loaded anew while the cloud failed, and had to wait",
        "custom_components.point",
        "Config entry '.*' for point integration not ready yet",
    ),
    Kind(
        "the webhook could not be looked after, as the cloud failed",
        "custom_components.point.webhook.registration",
        "Couldn't register the webhook at Minut",
    ),
    Kind(
        "the first import, quarter by quarter",
        "custom_components.point.history.importer",
        "(Importing the history|\\d+ % of the history)",
    ),
)


def kinds_of(log: str) -> tuple[Counter[str], list[str]]:
    """Count the lines of each kind; return also those that are of none."""
    counts: Counter[str] = Counter()
    others: list[str] = []
    for line in log.splitlines():
        found = LINE.match(line)
        kind = found and next(
            (each for each in KINDS if each.fits(found["logger"], found["text"])), None
        )
        if kind:
            counts[kind.why] += 1
        else:
            others.append(line)
    return counts, others


def judge_log(log: str, hours: float) -> Iterator[Verdict]:
    """Judge the log: few lines, and none of which it is not known why it is there."""
    counts, others = kinds_of(log)
    total = counts.total() + len(others)
    yield Verdict(
        total <= LINES_AN_HOUR * hours,
        f"log: {total} lines, {total / hours:.1f} an hour (may be {LINES_AN_HOUR:g})",
    )
    for why, count in counts.items():
        yield Verdict(is_good=True, text=f"log: {count} x {why}")
    for line in others[:20]:
        yield Verdict(is_good=False, text=f"log: not expected: {line}")
