"""Test the command line, tables and goals of the account benchmark, with a short run."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
import json
from pathlib import Path
import re
import subprocess
import sys

import pytest

from benchmarks import table as pages
from benchmarks.account import __main__ as compare, run
from benchmarks.account.cloud import round_robin
from benchmarks.account.goals import GOALS, SETUP as SETUP_REASON, Verdict, goals_table, verdicts
from benchmarks.account.page import page
from benchmarks.account.results import MAX_OTHERS, ROUNDS, Figures, Results, Run, Spread
from benchmarks.account.table import BURST, ROWS, loads, ratio, ratios, table
from benchmarks.cloud import Account
from benchmarks.comparison import FEW, JUDGED, LARGEST, MANY
from benchmarks.comparison.host import CORE, EMPTY, OURS, SAME, Integration
from benchmarks.disk.results import DiskResults
from benchmarks.floor.point import PLATFORMS as FLOOR_PLATFORMS
from custom_components.point import PLATFORMS
from tests.process.installation import ROOT

FIGURES = Figures(
    entities=100,
    disabled=300,
    setup_seconds=2.0,
    setup_cpu=1.0,
    setup_requests=6,
    memory=10.0,
    latency=0.051,
    latency_99=0.1,
    burst_seconds=2.0,
    burst_cpu=0.3,
    idle_cpu=1.0,
    requests_a_day=2880,
)
WORSE = replace(
    FIGURES,
    setup_seconds=8.0,
    setup_cpu=4.0,
    memory=60.0,
    burst_seconds=20.0,
    burst_cpu=4.0,
    idle_cpu=20.0,
)
ENVIRONMENT: dict[str, str | int] = {
    "date": "2026-11-29",
    "home_assistant": "2026.11.0",
    "python": "3.14.2",
    "processors": 2,
}


def runs(
    account: Account, integration: Integration, figures: Sequence[Figures], *, others: float = 0.0
) -> list[Run]:
    """Return one run for each of these figures."""
    return [
        Run(
            account=account,
            integration=integration.name,
            round=number,
            load=1.0,
            others=others,
            figures=each,
        )
        for number, each in enumerate(figures, 1)
    ]


def results(ours: Figures = FIGURES, *, rounds: int = ROUNDS) -> Results:
    """Return results that meet all goals with the default figures. The floor has the same."""
    measured = [
        run
        for account, (integration, figures) in product(
            (FEW, MANY, JUDGED, LARGEST),
            ((CORE, WORSE), (OURS, ours), (EMPTY, FIGURES), (SAME, FIGURES)),
        )
        for run in runs(account, integration, [figures] * rounds)
        if integration in compare.integrations_for(account, None)
    ]
    return Results(ENVIRONMENT, measured)


def missed(found: Results) -> list[str]:
    """Return the texts of the missed goals."""
    return [each.text for each in verdicts(found) if each.is_met is False]


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
    assert compare.integrations_for(FEW, None) == (CORE, OURS, EMPTY, SAME)


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


def test_each_integration_comes_first_in_turn() -> None:
    all_three = (CORE, OURS, EMPTY)
    assert run.order(all_three, 1) == [CORE, OURS, EMPTY]
    assert run.order(all_three, 2) == [OURS, EMPTY, CORE]
    assert run.order(all_three, 4) == [CORE, OURS, EMPTY]
    assert run.order((OURS, EMPTY), 2) == [EMPTY, OURS]


def test_idle_time_is_measured_in_the_first_round_only() -> None:
    plan = run.Plan()
    assert plan.rounds == ROUNDS
    assert plan.idle_for(CORE, FEW, 1) == plan.idle
    assert plan.idle_for(CORE, FEW, 2) == 0
    assert plan.idle_for(OURS, LARGEST, 1) == 0


def test_the_floor_has_all_platforms() -> None:
    assert FLOOR_PLATFORMS == PLATFORMS


# What was found


def test_a_ratio_is_the_median_of_the_ratios_of_each_round() -> None:
    ours = runs(FEW, OURS, [replace(FIGURES, memory=value) for value in (1.0, 2.0, 3.0)])
    core = runs(FEW, CORE, [replace(FIGURES, memory=value) for value in (1.0, 4.0, 4.0)])
    assert ratios(ours, lambda found: found.memory, core) == Spread(0.75, 0.625, 0.875, 3)


def test_a_figure_that_is_not_positive_has_no_ratio() -> None:
    ours, core = runs(FEW, OURS, [FIGURES]), runs(FEW, CORE, [replace(FIGURES, memory=0.0)])
    assert ratios(ours, lambda found: found.memory, core) is None


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (Spread(0.25, 0.25, 0.25, 5), "0.25 x"),
        (Spread(0.25, 0.24, 0.26, 5), "0.25 x (0.24 to 0.26)"),
        (Spread(1.0, 0.6, 1.4, 5), "too noisy (0.60 to 1.40)"),
        (None, "—"),
    ],
)
def test_ratios(found: Spread | None, shown: str) -> None:
    assert ratio(found) == shown


def test_a_table_has_figures_and_ratios() -> None:
    lines = list(table(results(), JUDGED))
    assert lines[0] == (
        "| 280 homes, 560 Points | core | this integration | floor | of core | of floor |"
    )
    assert len(lines) == 2 + len(ROWS)
    assert "| setup per entity, ms | 80.00 | 20.00 | 20.00 | 0.25 x | 1.00 x |" in lines
    assert "| burst of 1,000, s | — | — | — | — | — |" in lines


def test_a_table_without_ours_has_no_ratios() -> None:
    found = Results(ENVIRONMENT, runs(FEW, CORE, [WORSE]))
    assert next(table(found, FEW)) == "| 1 home, 2 Points | core |"


def test_rounds_with_other_load_are_marked() -> None:
    quiet, busy = runs(FEW, OURS, [FIGURES]), runs(MANY, OURS, [FIGURES], others=2 * MAX_OTHERS)
    lines = list(loads(Results(ENVIRONMENT, [*quiet, *busy])))
    assert [line.endswith("| disturbed |") for line in lines[2:]] == [False, True]


def test_all_goals_can_be_met() -> None:
    assert all(each.is_met for each in verdicts(results()))


@pytest.mark.parametrize(
    "worse",
    [
        replace(FIGURES, burst_seconds=20.0),
        replace(FIGURES, burst_cpu=0.5),
        replace(FIGURES, setup_seconds=9.0),
        replace(FIGURES, setup_cpu=9.0),
        replace(FIGURES, setup_requests=60),
        replace(FIGURES, memory=60.0),
        replace(FIGURES, idle_cpu=2.0),
        replace(FIGURES, requests_a_day=6001),
    ],
)
def test_each_goal_can_be_missed(worse: Figures) -> None:
    assert missed(results(worse))


def test_no_idle_cost_can_be_below_zero() -> None:
    assert not missed(results(replace(FIGURES, idle_cpu=-1.0)))


def judged(found: Results, text: str) -> Verdict:
    """Return the verdict of a goal."""
    return next(each for each in verdicts(found) if each.text == text)


SETUP = f"{FEW.name}: setup per entity at most 1.2 x the floor's"


def test_a_missed_goal_says_why() -> None:
    found = judged(results(replace(FIGURES, setup_seconds=4.0)), SETUP)
    assert (found.result, found.is_met) == ("2.00 x", False)
    assert f"| {SETUP} | 2.00 x | missed: {SETUP_REASON} |" in goals_table([found])
    assert not judged(results(), SETUP).reason


def test_a_goal_is_not_judged_by_too_few_rounds() -> None:
    assert judged(results(rounds=ROUNDS - 1), SETUP).result == "not judged, too few rounds"


@pytest.mark.parametrize(
    ("seconds", "result", "is_met"),
    [
        ((1.0, 2.0, 2.0, 4.0, 5.0), "not judged, too noisy", None),
        ((3.0, 4.0, 6.0, 8.0, 9.0), "2.00 to 4.00 x", False),
        ((0.5, 1.0, 1.5, 2.0, 9.0), "0.50 to 1.00 x", True),
    ],
)
def test_noise_counts_if_all_of_it_meets_or_misses_the_goal(
    *, seconds: tuple[float, ...], result: str, is_met: bool | None
) -> None:
    found = results()
    noisy = [replace(FIGURES, setup_seconds=value) for value in seconds]
    found.runs = [*found.of(FEW, EMPTY.name), *runs(FEW, OURS, noisy)]
    verdict = judged(found, SETUP)
    assert (verdict.result, verdict.is_met) == (result, is_met)


def test_goals_without_results_are_not_measured() -> None:
    found = verdicts(Results())
    assert len(found) == len(GOALS)
    assert {each.result for each in found} == {"not measured"}


# The result file and the page


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    results().write(tmp_path / "result.json")
    assert Results.read(tmp_path / "result.json") == results()


def test_the_documentation_is_generated_from_the_results_beside_it() -> None:
    found = page(Results.read(pages.RESULT), DiskResults.read(pages.DISK))
    assert pages.PAGE.read_text(encoding="utf-8") == found


def test_the_results_name_no_path_and_no_address() -> None:
    for file in (pages.RESULT, pages.DISK):
        texts = json.loads(file.read_text(encoding="utf-8"))["environment"].values()
        assert not [text for text in map(str, texts) if re.search(r"[/\\@:]", text)]


def test_a_page_is_printed_or_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, written, kept = (tmp_path / name for name in ("a.json", "page.md", "b.json"))
    disk, kept_disk = tmp_path / "disk.json", tmp_path / "kept.json"
    results().write(source)
    DiskResults().write(disk)
    monkeypatch.setattr(pages, "PAGE", written)
    monkeypatch.setattr(pages, "RESULT", kept)
    monkeypatch.setattr(pages, "DISK", kept_disk)
    options = [str(source), "--disk", str(disk)]
    pages.main(options)
    assert capsys.readouterr().out == page(results(), DiskResults())
    assert not written.exists()
    pages.main([*options, "--write"])
    found = page(Results.read(kept), DiskResults.read(kept_disk))
    assert written.read_text(encoding="utf-8") == found


@pytest.mark.newest_only("measures in a process of its own")
@pytest.mark.timeout(900)  # a start of Home Assistant, on a busy machine
def test_a_short_run_in_real_processes(tmp_path: Path) -> None:
    """The floor has the same entities as this integration."""
    result = tmp_path / "result.json"
    command = [sys.executable, "-m", "benchmarks.account", "--quick", "--homes", "1"]
    command += ["--only", OURS.name, SAME.name, "--result", str(result)]
    run = subprocess.run(  # noqa: S603 # ours
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    ours, floor = (run.figures for run in Results.read(result).of(FEW))
    assert ours.entities > 60
    assert (floor.entities, floor.disabled) == (ours.entities, ours.disabled)
    for found in (ours, floor):
        assert min(found.setup_seconds, found.latency, found.burst_seconds) > 0
