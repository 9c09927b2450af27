"""The workflows: what they run, and what they are permitted to do."""

from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import pytest

from .shipped import ROOT, read


def runs(job: dict[str, Any]) -> list[str]:
    """Return the commands of a job."""
    return [step["run"] for step in job["steps"] if "run" in step]


def triggers(workflow: dict[Any, Any]) -> dict[str, Any]:
    """Return on what a workflow runs; YAML reads the word as true."""
    found: dict[str, Any] = workflow.get("on") or workflow[True]
    return found


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.stem
)
def test_workflows_pin_actions_and_may_do_little(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"uses: (?!\./)(\S+)", text)
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) for action in used)
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")
    assert "secrets." not in text
    workflow = load_yaml_dict(str(path))
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for name, job in workflow["jobs"].items():
        granted = job.get("permissions", {"contents": "read"})
        may_write = (path.stem, name) == ("release", "release")
        assert granted == {"contents": "write" if may_write else "read"}


def test_workflows_cover_what_is_promised() -> None:
    flows = {
        path.stem: load_yaml_dict(str(path)) for path in (ROOT / ".github/workflows").iterdir()
    }
    assert flows.keys() == {"lint", "newest", "release", "test", "validate"}
    assert runs(flows["lint"]["jobs"]["lint"]) == ["scripts/lint"]
    test = flows["test"]["jobs"]["test"]
    supported = [path.name for path in (ROOT / "requirements").glob("home-assistant-2*.txt")]
    versions = test["strategy"]["matrix"]["version"]
    assert sorted(f"home-assistant-{version}.txt" for version in versions) == sorted(supported)
    assert runs(test) == ['scripts/test --ha "${{ matrix.version }}"']
    assert runs(flows["newest"]["jobs"]["test"])[-1] == "scripts/test --ha newest"
    for name in ("newest", "validate"):
        [schedule] = triggers(flows[name])["schedule"]
        assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", schedule["cron"])  # weekly
    for name in ("lint", "test", "validate"):
        assert triggers(flows[name]).keys() >= {"push", "pull_request"}


def test_the_checks_of_home_assistant_and_hacs_run_in_full_but_for_one() -> None:
    text = (ROOT / ".github/workflows/validate.yml").read_text(encoding="utf-8")
    [hassfest, hacs] = load_yaml_dict(str(ROOT / ".github/workflows/validate.yml"))["jobs"].values()
    assert hassfest["steps"][-1]["uses"].startswith("home-assistant/actions/hassfest@")
    [check] = hacs["steps"]
    assert check["uses"].startswith("hacs/action@")
    assert check["with"] == {"category": "integration", "ignore": "core_domain_override"}
    assert re.search(r"#.*\n *ignore: ", text)  # with the reason


def test_a_release_is_made_of_a_tag_that_passes_all_checks() -> None:
    release = load_yaml_dict(str(ROOT / ".github/workflows/release.yml"))
    assert triggers(release).keys() == {"push"}
    assert triggers(release)["push"].keys() == {"tags"}
    job = release["jobs"]["release"]
    assert job["needs"] == ["lint", "test"]
    assert [release["jobs"][name]["uses"] for name in job["needs"]] == [
        f"./.github/workflows/{name}.yml" for name in job["needs"]
    ]
    build, publish = runs(job)
    assert build == 'scripts/release "$GITHUB_REF_NAME"'
    assert f"dist/{read(ROOT / 'hacs.json')['filename']}" in publish
    assert "--verify-tag" in publish
    assert "dist/changelog.md" in publish
