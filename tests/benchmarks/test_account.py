"""Test the command line, tables and goals of the account benchmark, with a short run."""

from dataclasses import replace
import subprocess
import sys

import pytest

from benchmarks.account import __main__ as compare, run
from benchmarks.account.cloud import round_robin
from benchmarks.account.host import CORE, EMPTY, OURS
from benchmarks.account.table import (
    BURST,
    FEW,
    GOALS,
    JUDGED,
    LARGEST,
    ROWS,
    Burst,
    Figures,
    ratio,
    table,
    verdicts,
)
from benchmarks.cloud import Account
from tests.process.installation import ROOT

FIGURES = Figures(
    entities=100,
    disabled=300,
    setup_seconds=2.0,
    setup_cpu=1.0,
    setup_requests=6,
    memory=10.0,
    latencies=[number / 1000 for number in range(1, 102)],
    bursts={BURST: [Burst(BURST, 3.0, 0.4), Burst(BURST, 1.0, 0.2), Burst(BURST, 2.0, 0.3)]},
    idle_cpu=1.0,
    requests_a_day=2880,
)
WORSE = replace(
    FIGURES,
    setup_seconds=8.0,
    setup_cpu=4.0,
    memory=60.0,
    bursts={BURST: [Burst(BURST, 20.0, 4.0)]},
    idle_cpu=20.0,
)
GOOD = {FEW: {OURS.name: FIGURES}, JUDGED: {OURS.name: FIGURES, CORE.name: WORSE}}


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration (overrides the fixture of all other tests)."""


# What is wanted


def test_an_account_is_named_by_its_homes_or_by_homes_and_points() -> None:
    options = compare.parse(["--homes", "1", "25:30", "--idle", "0", "--page", "50"])
    accounts, plan = compare.plan_of(options)
    assert accounts == (Account(homes=1, points=2), Account(homes=25, points=30))
    assert plan.idle == 0
    assert plan.page == 50
    assert BURST in plan.bursts


@pytest.mark.parametrize("text", ["0", "-1", "x", "30:25", "2:x"])
def test_an_invalid_account_is_rejected(text: str) -> None:
    with pytest.raises(SystemExit):
        compare.parse([f"--homes={text}"])


def test_a_quick_run_is_short_and_small() -> None:
    accounts, plan = compare.plan_of(compare.parse(["--quick"]))
    assert [each.homes for each in accounts] == [1, 10]
    assert plan.idle == 0
    assert sum(plan.bursts) + plan.deliveries < 300


def test_core_is_measured_up_to_its_maximum_account() -> None:
    assert compare.integrations_for(JUDGED, None) == (CORE, OURS, EMPTY)
    assert compare.integrations_for(LARGEST, None) == (OURS, EMPTY)
    assert compare.integrations_for(FEW, [OURS.name]) == (OURS,)


def test_points_are_used_in_rotation() -> None:
    assert round_robin(("a", "b", "c"), 4) == ["a", "b", "c", "a"]
    assert round_robin(("a", "b", "c"), 4, start=5) == ["c", "a", "b", "c"]


def test_requests_per_day_are_counted_or_scheduled() -> None:
    assert run._requests_a_day(CORE, FEW, 4, 120) == 2880
    assert run._requests_a_day(CORE, FEW, 0, 0) is None
    assert run._requests_a_day(EMPTY, FEW, 0, 120) is None
    largest = run._requests_a_day(OURS, LARGEST, 0, 120)
    assert largest is not None
    assert 3000 < largest <= 6000


# What was found


def test_figures_are_those_of_a_typical_burst_and_of_the_slowest_deliveries() -> None:
    assert FIGURES.burst(BURST) == Burst(BURST, 2.0, 0.3)
    assert FIGURES.burst(7) is None
    assert FIGURES.event_cpu == pytest.approx(0.0015)
    assert FIGURES.median_latency == pytest.approx(0.051)
    assert FIGURES.latency_99 == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("value", "of", "shown"),
    [(1.0, 4.0, "0.25 x"), (0.0, 2.0, "0.00 x"), (1.0, 0.0, "—"), (None, 1.0, "—"), (1, -1, "—")],
)
def test_ratios(value: float | None, of: float | None, shown: str) -> None:
    assert ratio(value, of) == shown


def test_a_table_has_figures_and_ratios() -> None:
    lines = list(table(JUDGED, {CORE.name: WORSE, OURS.name: FIGURES}))
    assert lines[0] == "| 280 homes, 560 Points | core | this integration | of core |"
    assert len(lines) == 2 + len(ROWS)
    assert "| setup per entity, ms | 80.00 | 20.00 | 0.25 x |" in lines
    assert "| requests per day | 2,880 | 2,880 | 1.00 x |" in lines
    assert "| burst of 1,000, s | — | — | — |" in lines


def test_a_table_without_ours_has_no_ratios() -> None:
    assert next(table(FEW, {CORE.name: WORSE})) == "| 1 home, 2 Points | core |"


def test_goals_that_are_met_and_those_that_were_not_measured() -> None:
    lines, is_good = verdicts(GOOD)
    assert is_good
    assert sum(line.startswith("✓") for line in lines) == len(GOALS) - 1
    assert sum(line.startswith("—") for line in lines) == 1  # the largest account


@pytest.mark.parametrize(
    "worse",
    [
        replace(FIGURES, bursts=WORSE.bursts),
        replace(FIGURES, setup_seconds=9.0),
        replace(FIGURES, setup_cpu=9.0),
        replace(FIGURES, setup_requests=60),
        replace(FIGURES, memory=60.0),
        replace(FIGURES, idle_cpu=2.0),
    ],
)
def test_each_goal_can_be_missed(worse: Figures) -> None:
    lines, is_good = verdicts({**GOOD, JUDGED: {**GOOD[JUDGED], OURS.name: worse}})
    assert not is_good
    assert any(line.startswith("✗") for line in lines)


def test_too_many_requests_a_day_are_a_goal_missed() -> None:
    largest = {LARGEST: {OURS.name: replace(FIGURES, requests_a_day=6001)}}
    assert verdicts(largest)[1] is False


def test_no_idle_cost_can_be_below_zero() -> None:
    idle = {OURS.name: replace(FIGURES, idle_cpu=0.1), CORE.name: replace(WORSE, idle_cpu=0.0)}
    assert verdicts({JUDGED: idle})[1] is False


@pytest.mark.newest_only("measures in a process of its own")
@pytest.mark.timeout(900)  # a start of Home Assistant, on a busy machine
def test_a_short_run_in_a_real_process() -> None:
    command = [sys.executable, "-m", "benchmarks.account", "--quick", "--homes", "1"]
    command += ["--only", OURS.name]
    run = subprocess.run(  # noqa: S603 # ours
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    rows = dict(
        line.strip("| ").split(" | ", 1) for line in run.stdout.splitlines() if "| " in line[1:]
    )
    assert int(rows["entities, enabled"]) > 60
    for name in ("setup, s", "delivery to state, median, ms", f"burst of {BURST}, s"):
        assert float(rows[name]) > 0, name
