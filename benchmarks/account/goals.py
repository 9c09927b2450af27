"""Goals of the account benchmark. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.account.results import Results, Spread
from benchmarks.account.table import (
    BURST,
    Value,
    delivery_cpu,
    has_enough,
    memory,
    ratios,
    registered_memory,
    setup,
    setup_cpu,
    spread,
)
from benchmarks.cloud import Account
from benchmarks.comparison import CORE, FEW, FLOOR, JUDGED, LARGEST, MANY, OURS, SAME_STATES

THREE_STATES = (
    "it writes three states (condition, reading, event entity), core and the floor write one"
)
SETUP = (
    "beyond the floor it imports its platforms, once per start of Home Assistant, polls, and "
    "chooses name, id and tier of each registered entity"
)
MEMORY = "Home Assistant keeps an entry of each disabled entity; the floor needs as much"
HANDLING = "the rest is verifying, parsing and applying the event, which the floor does not do"
OWN_WORK = (
    "Home Assistant's own work falls into it: it saves its registries after a setup, and compiles "
    "statistics of each sensor every five minutes, which core's sensors do not have"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One side of a goal: a figure of one integration with one account."""

    integration: str
    account: Account
    value: Value


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judged goal.

    `is_met`: None if it was not judged, for the reason in `result`. `reason`: why it is missed.
    """

    text: str
    result: str
    is_met: bool | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """`part` must be at most `factor` times `of`, or at most `factor` without `of`.

    `strictly`: less than instead of at most. `once`: measured in one round only. `reason`: why it
    is missed, if it is.
    """

    text: str
    part: Part
    factor: float
    of: Part | None = None
    strictly: bool = False
    once: bool = False
    reason: str = ""

    def judge(self, results: Results) -> Verdict:
        """Judge the goal by the median, or by both quartiles if these are far apart."""
        found = self._found(results)
        if not found:
            return Verdict(self.text, "not measured", None)
        if not self.once and not has_enough(found):
            return Verdict(self.text, "not judged, too few rounds", None)
        if found.is_noisy and self._allows(found.low) != self._allows(found.high):
            return Verdict(self.text, "not judged, too noisy", None)
        is_met = self._allows(found.median)
        return Verdict(self.text, self._result(found), is_met, "" if is_met else self.reason)

    def _allows(self, value: float) -> bool:
        return value < self.factor if self.strictly else value <= self.factor

    def _result(self, found: Spread) -> str:
        """Return the median; the quartiles of what is too noisy to be quoted."""
        if not self.of:
            return f"{found.median:,.0f}"
        if found.is_noisy:
            return f"{found.low:,.2f} to {found.high:,.2f} x"
        return f"{found.median:,.2f} x"

    def _found(self, results: Results) -> Spread | None:
        runs = results.of(self.part.account, self.part.integration)
        if not self.of:
            return spread(runs, self.part.value)
        others = results.of(self.of.account, self.of.integration)
        return ratios(runs, self.part.value, others, self.of.value)


def _against(
    text: str,
    value: Value,
    factor: float,
    other: str,
    account: Account = JUDGED,
    *,
    strictly: bool = False,
    once: bool = False,
    reason: str = "",
) -> Goal:
    """Return a goal for our figure and that of another integration with the same account."""
    part, of = Part(OURS, account, value), Part(other, account, value)
    return Goal(
        text=f"{account.name}: {text}",
        part=part,
        factor=factor,
        of=of,
        strictly=strictly,
        once=once,
        reason=reason,
    )


def _at_each_size() -> Iterator[Goal]:
    for account in (FEW, MANY, JUDGED, LARGEST):
        if account is not LARGEST:  # core cannot load it
            text = "one delivery, CPU at most core's"
            yield _against(text, delivery_cpu, 1.0, CORE, account, reason=THREE_STATES)
        text = "one delivery, CPU at most 1.3 x the floor's"
        yield _against(text, delivery_cpu, 1.3, FLOOR, account, reason=THREE_STATES)
    text = "one delivery, CPU at most 1.3 x that of a floor that writes the same states"
    yield _against(text, delivery_cpu, 1.3, SAME_STATES, FEW, reason=HANDLING)
    for account in (FEW, MANY, JUDGED):
        text = "setup per entity at most 1.2 x the floor's"
        yield _against(text, setup, 1.2, FLOOR, account, reason=SETUP)
        text = "setup per entity, CPU at most 1.2 x the floor's"
        yield _against(text, setup_cpu, 1.2, FLOOR, account, reason=SETUP)


GOALS = (
    *_at_each_size(),
    Goal(
        text=f"one delivery, CPU: {JUDGED.name} at most 1.3 x {FEW.name}",
        part=Part(OURS, JUDGED, delivery_cpu),
        factor=1.3,
        of=Part(OURS, FEW, delivery_cpu),
    ),
    _against("one delivery, CPU at most 1/5 of core's", delivery_cpu, 0.2, CORE),
    _against(
        f"burst of {BURST} in at most 1/5 of core's time",
        lambda found: found.burst_seconds,
        0.2,
        CORE,
    ),
    _against("setup per entity no slower than core's", setup, 1.0, CORE),
    _against("setup per entity with no more CPU than core's", setup_cpu, 1.0, CORE),
    Goal(
        text=f"{JUDGED.name}: setup with fewer than 60 requests",
        part=Part(OURS, JUDGED, lambda found: found.setup_requests),
        factor=60,
        strictly=True,
    ),
    _against(
        "memory per enabled entity below core's", memory, 1.0, CORE, strictly=True, reason=MEMORY
    ),
    _against(
        "memory per registered entity below core's", registered_memory, 1.0, CORE, strictly=True
    ),
    _against(
        "idle CPU below 1/10 of core's (one round)",
        lambda found: None if found.idle_cpu is None else max(0.0, found.idle_cpu),
        0.1,
        CORE,
        strictly=True,
        once=True,
        reason=OWN_WORK,
    ),
    Goal(
        text=f"{LARGEST.name}: at most 6,000 requests per day",
        part=Part(OURS, LARGEST, lambda found: found.requests_a_day),
        factor=6000,
    ),
)
MARKS = {True: "met", False: "missed", None: ""}


def verdicts(results: Results) -> list[Verdict]:
    """Judge all goals."""
    return [goal.judge(results) for goal in GOALS]


def goals_table(judged: Iterable[Verdict]) -> Iterator[str]:
    """Yield the Markdown table of the goals."""
    yield "| goal | measured | |"
    yield "|---|---:|---|"
    for each in judged:
        mark = MARKS[each.is_met] + (f": {each.reason}" if each.reason else "")
        yield f"| {each.text} | {each.result} | {mark} |"
