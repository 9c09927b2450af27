"""The commands of scripts/ are the ones that .ci/run, the workflows and the documentation name."""

from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import pytest

from ..conftest import NEWEST
from .test_imports import ROOT

VERSIONS = sorted(
    path.stem.removeprefix("home-assistant-")
    for path in (ROOT / "requirements").glob("home-assistant-[0-9]*.txt")
)
CI = (ROOT / ".ci/run").read_text("utf-8")
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
SCRIPTS = {path.name for path in (ROOT / "scripts").iterdir() if path.is_file()}
COMMAND = re.compile(r"`scripts/([\w-]+)([^`]*)`")


def of_ci() -> list[str]:
    """Return the commands of .ci/run; each counts for the result."""
    lines = [line for line in CI.splitlines() if "scripts/" in line]
    assert all(re.search(r" \|\| failed\+=\(.+\)$", line) for line in lines)
    return [line.split(" || ")[0] for line in lines]


def runs(workflow: str) -> list[str]:
    """Return the commands of a workflow."""
    jobs: dict[str, Any] = load_yaml_dict(str(ROOT / f".github/workflows/{workflow}.yml"))["jobs"]
    steps = [step for job in jobs.values() for step in job.get("steps", [])]
    return [step["run"] for step in steps if "run" in step]


def commands_in(page: str) -> set[str]:
    """Return the commands that a page names, without their arguments."""
    return {name for name, _ in COMMAND.findall((ROOT / page).read_text("utf-8"))}


def test_ci_runs_the_tests_as_the_readme_says_then_those_of_the_other_versions() -> None:
    *others, newest = VERSIONS
    assert newest == ".".join(map(str, NEWEST))
    tests = [command for command in of_ci() if "scripts/test" in command]
    assert tests == ["scripts/test", *(f"scripts/test --ha {version}" for version in others)]
    assert "`scripts/test`" in (ROOT / "README.md").read_text("utf-8")


def test_ci_runs_all_checks() -> None:
    names = [re.findall(r"scripts/([\w-]+)", command) for command in of_ci()]
    assert {name for found in names for name in found} == {"lint", "test", "e2e", "bench"}


def test_tests_run_on_the_newest_version_by_default() -> None:
    text = (ROOT / "scripts/test").read_text("utf-8")
    assert re.findall(r"^version=(\S+)$", text, re.MULTILINE) == [VERSIONS[-1]]


@pytest.mark.parametrize("name", ["setup", "test"])
def test_usage_names_each_version(name: str) -> None:
    assert f"[{'|'.join(VERSIONS)}]" in (ROOT / "scripts" / name).read_text("utf-8").replace(
        "--ha ", ""
    )


def test_workflows_run_the_same_checks_on_each_version() -> None:
    matrix = load_yaml_dict(str(ROOT / ".github/workflows/test.yml"))["jobs"]["test"]["strategy"]
    assert matrix["matrix"]["version"] == VERSIONS
    assert runs("test") == ['scripts/test --ha "${{ matrix.version }}"']
    assert runs("lint") == ["scripts/lint"]
    assert runs("newest") == ["scripts/pin newest", "scripts/test --ha newest"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_runs_commands_that_exist(path: Path) -> None:
    named = {name for run in runs(path.stem) for name in re.findall(r"scripts/([\w-]+)", run)}
    assert named <= SCRIPTS


def test_development_page_names_each_command() -> None:
    assert commands_in("docs/development.md") == SCRIPTS


def test_readme_names_the_two_commands_of_a_newcomer() -> None:
    assert {"develop", "test"} <= commands_in("README.md") <= SCRIPTS
