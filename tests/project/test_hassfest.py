"""What Home Assistant's hassfest and HACS's action check of a custom integration, offline.

Neither is a part of the installed packages; their rules are restated here for what we ship.
"""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
import string
from typing import Any
from urllib.parse import urlsplit

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from homeassistant import components
from homeassistant.const import Platform
from homeassistant.helpers.config_validation import string_with_no_html
from homeassistant.helpers.selector import validate_selector
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.point.condition import CONDITIONS
from custom_components.point.const import DOMAIN
from custom_components.point.trigger import TRIGGERS

ROOT = Path(__file__).parents[2]
POINT = ROOT / "custom_components" / DOMAIN
CORE = {path.name for path in Path(components.__path__[0]).iterdir() if path.is_dir()}
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in POINT.rglob("*.py")}
LANGUAGES = sorted((POINT / "translations").glob("*.json"))
SLUG = re.compile(r"(?!.+[_-]{2})(?![_-])[a-z0-9_-]+(?<![_-])")
URL = re.compile(r"(https?|ftps?|mqtts?|socks5)://|www\.", re.IGNORECASE)

# Parts of Home Assistant that any integration may use without naming them in its manifest.
FREE = {*Platform, "automation", "device_automation", "homeassistant", "script", "system_health"}
FREE |= {"webhook", "persistent_notification"}


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


MANIFEST = read(POINT / "manifest.json")


def leaves(value: Any, *keys: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every text of a tree, with the keys that lead to it."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, *keys, key)
    else:
        yield keys, value


# Manifest


KNOWN = {
    *("domain", "name", "after_dependencies", "codeowners", "config_flow", "dependencies"),
    *("documentation", "integration_type", "iot_class", "issue_tracker", "loggers"),
    *("requirements", "version"),
}
"""Keys that hassfest knows, those for local discovery and for core's own aside."""


def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), names
    return dict(pairs)


@pytest.mark.parametrize(
    "path", [ROOT / "hacs.json", *POINT.rglob("*.json")], ids=lambda path: path.name
)
def test_json_can_be_read_and_says_nothing_twice(path: Path) -> None:
    assert json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=without_doubles)


def test_manifest_has_nothing_unknown() -> None:
    assert MANIFEST.keys() <= KNOWN


def test_manifest_has_what_is_needed_in_order() -> None:
    needed = {"domain", "name", "codeowners", "documentation", "issue_tracker", "version"}
    assert needed | {"integration_type", "iot_class", "config_flow"} <= MANIFEST.keys()
    assert list(MANIFEST)[:2] == ["domain", "name"]
    assert list(MANIFEST)[2:] == sorted(MANIFEST.keys() - {"domain", "name"})
    assert MANIFEST["domain"] == DOMAIN == POINT.name
    assert MANIFEST["integration_type"] == "hub"
    assert MANIFEST["iot_class"] == "cloud_polling"
    assert all(owner.startswith("@") for owner in MANIFEST["codeowners"])
    assert MANIFEST["codeowners"]
    assert all(
        urlsplit(MANIFEST[key]).scheme == "https" for key in ("documentation", "issue_tracker")
    )


def test_version_can_be_loaded() -> None:
    strategies = [AwesomeVersionStrategy.SEMVER, AwesomeVersionStrategy.CALVER]
    assert AwesomeVersion(MANIFEST["version"], ensure_strategy=strategies).valid


def test_nothing_has_to_be_installed() -> None:
    assert MANIFEST["requirements"] == []


def test_dependencies_exist_and_are_named_once() -> None:
    dependencies, after = MANIFEST["dependencies"], MANIFEST["after_dependencies"]
    assert {*dependencies, *after} <= CORE
    assert not set(dependencies) & set(after)
    assert "application_credentials" in dependencies


@pytest.mark.parametrize("path", TREES, ids=lambda path: str(path.relative_to(POINT)))
def test_whatever_is_used_of_home_assistant_is_named(path: Path) -> None:
    prefix = "homeassistant.components"
    used = set()
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.ImportFrom) and node.module == prefix:
            used |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{prefix}."):
            used.add((node.module or "").split(".")[2])
        elif isinstance(node, ast.Import):
            named = [name.name for name in node.names if name.name.startswith(f"{prefix}.")]
            used |= {name.split(".")[2] for name in named}
    own = {path.stem}  # a platform of that integration
    assert used <= FREE | {*MANIFEST["dependencies"], *MANIFEST["after_dependencies"]} | own


# Code


def test_yaml_has_a_schema() -> None:
    """An integration with `async_setup` says what its YAML may hold."""
    names = {
        name.id if isinstance(name, ast.Name) else name.asname or name.name
        for node in ast.walk(TREES[POINT / "__init__.py"])
        for name in (
            node.targets
            if isinstance(node, ast.Assign)
            else node.names
            if isinstance(node, ast.ImportFrom)
            else []
        )
        if isinstance(name, ast.Name | ast.alias)
    }
    assert "CONFIG_SCHEMA" in names


def test_flow_sets_a_unique_id_and_is_announced() -> None:
    source = (POINT / "config_flow.py").read_text(encoding="utf-8")
    assert "async_set_unique_id" in source
    assert MANIFEST["config_flow"] is True


# Translations


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_translations_have_the_form_that_is_asked_for(path: Path) -> None:
    for keys, text in leaves(read(path)):
        where = "::".join(keys)
        assert all(SLUG.fullmatch(key) for key in keys), where
        assert isinstance(text, str), where
        assert string_with_no_html(text) == text, where
        assert text == text.strip(), where
        assert text, where
        assert not URL.search(text), where
        assert not re.search(r"'\{\w+\}'", text), where
        assert "[%" not in text, where  # references are not resolved for us
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names), where


TOP = {"application_credentials", "config", "entity", "exceptions", "issues", "options"}
TOP |= {
    "config_subentries",
    "selector",
    "services",
    "system_health",
    "title",
    "device",
    "conditions",
    "triggers",
}
STEP = {"title", "description", "data", "data_description", "menu_options", "sections", "submit"}
STEP |= {"menu_option_descriptions"}


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_translations_have_only_known_sections(path: Path) -> None:
    texts = read(path)
    assert texts.keys() <= TOP
    flows = [texts[flow] for flow in ("config", "options") if flow in texts]
    for subentry in texts["config_subentries"].values():
        assert subentry["entry_type"]
        assert subentry["initiate_flow"]
        flows.append({"step": subentry["step"], "abort": subentry["abort"]})
    for issue in texts["issues"].values():
        assert issue.keys() in ({"title", "description"}, {"title", "fix_flow"})
        if "fix_flow" in issue:
            flows.append(issue["fix_flow"])
    for flow in flows:
        assert flow.keys() <= {"step", "error", "abort", "progress", "create_entry", "flow_title"}
        for step in flow["step"].values():
            assert step.keys() <= STEP
            assert step.get("data_description", {}).keys() <= step.get("data", {}).keys()
    for flow in texts["config_subentries"].values():
        # The dialog is named like the button that opens it.
        assert flow["step"]["user"]["title"] == flow["initiate_flow"]["user"]
    for exception in texts["exceptions"].values():
        assert exception.keys() == {"message"}
    for device in texts["device"].values():
        assert device.keys() == {"name"}


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_translations_have_only_known_texts(path: Path) -> None:
    texts = read(path)
    for entities in texts["entity"].values():
        for entity in entities.values():
            assert entity.keys() <= {"name", "state", "state_attributes", "unit_of_measurement"}
            for attribute in entity.get("state_attributes", {}).values():
                assert attribute.keys() <= {"name", "state"}
    for service in texts["services"].values():
        assert service.keys() <= {"name", "description", "fields", "sections"}
        for field in service.get("fields", {}).values():
            assert field.keys() <= {"name", "description", "example"}
    for selector in texts["selector"].values():
        assert selector.keys() <= {"options", "choices", "fields"}
    assert texts["application_credentials"].keys() == {"description"}
    assert texts["system_health"].keys() == {"info"}
    for section in texts["config"]["step"].values():
        assert (
            section.get("menu_option_descriptions", {}).keys()
            <= section.get("menu_options", {}).keys()
        )


@pytest.mark.parametrize("kind", ["conditions", "triggers"])
@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_triggers_and_conditions_have_only_known_texts(path: Path, kind: str) -> None:
    for each in read(path)[kind].values():
        assert each.keys() <= {"name", "description", "fields"}
        for field in each.get("fields", {}).values():
            assert field.keys() <= {"name", "description", "example"}


def test_every_field_of_the_flows_is_described() -> None:
    """The quality scale asks for more than a label."""
    texts = read(POINT / "translations" / "en.json")
    for flow in (texts["config"], texts.get("options", {"step": {}})):
        for name, step in flow["step"].items():
            assert step.get("data", {}).keys() == step.get("data_description", {}).keys(), name


# Icons


def test_icons_are_of_the_common_set_and_belong_to_an_entity() -> None:
    icons, texts = read(POINT / "icons.json"), read(POINT / "translations" / "en.json")
    assert icons.keys() <= {"conditions", "entity", "services", "triggers"}
    for keys, icon in leaves(icons):
        assert icon.startswith("mdi:"), keys
    for platform, entities in icons["entity"].items():
        assert platform in set(Platform)
        for key, shapes in entities.items():
            assert shapes.keys() <= {"default", "state", "state_attributes", "range"}
            assert key in texts["entity"].get(platform, {}) or (platform, key) == (
                "alarm_control_panel",
                "alarm",
            )
            # An icon that is the default one anyway says nothing.
            special = {
                icon for name, part in shapes.items() if name == "state" for icon in part.values()
            }
            assert shapes.get("default") not in special
    for service in icons.get("services", {}).values():
        assert service.keys() <= {"service", "sections"}


# Actions


def actions() -> dict[str, Any]:
    path = POINT / "services.yaml"
    return load_yaml_dict(str(path)) if path.exists() else {}


def test_actions_are_described_in_full() -> None:
    """Each has a name, a description and an icon; so has each field, with a valid selector."""
    texts = read(POINT / "translations" / "en.json")["services"]
    selectors = read(POINT / "translations" / "en.json")["selector"]
    icons = read(POINT / "icons.json")["services"]
    assert texts.keys() == icons.keys() == actions().keys()
    for name, action in actions().items():
        assert SLUG.fullmatch(name)
        assert {"name", "description"} <= texts[name].keys()
        fields = (action or {}).get("fields", {})
        assert texts[name].get("fields", {}).keys() == fields.keys()
        for key, field in fields.items():
            assert {"name", "description"} <= texts[name]["fields"][key].keys()
            validate_selector(field["selector"])
            match field["selector"]:
                case {"select": {"translation_key": str(key), "options": options}}:
                    assert {str(option) for option in options} == selectors[key]["options"].keys()
                case {"select": {"options": options}}:
                    assert not [option for option in options if isinstance(option, str)]


# Triggers and conditions


@pytest.mark.parametrize(
    ("kind", "offered"),
    [("trigger", TRIGGERS), ("condition", CONDITIONS)],
    ids=["trigger", "condition"],
)
def test_triggers_and_conditions_are_described_in_full(
    kind: str, offered: dict[str, object]
) -> None:
    """Each has a target, texts and an icon; each field texts and a valid selector."""
    described = load_yaml_dict(str(POINT / f"{kind}s.yaml"))
    described = {name: value for name, value in described.items() if not name.startswith(".")}
    english, icons = read(POINT / "translations" / "en.json"), read(POINT / "icons.json")
    texts = english[f"{kind}s"]
    assert offered.keys() == described.keys() == texts.keys() == icons[f"{kind}s"].keys()
    for name, value in described.items():
        assert SLUG.fullmatch(name)
        assert icons[f"{kind}s"][name].keys() == {kind}
        assert {"name", "description"} <= texts[name].keys()
        validate_selector({"target": value["target"]})
        fields = value.get("fields", {})
        assert texts[name].get("fields", {}).keys() == fields.keys()
        for key, field in fields.items():
            assert texts[name]["fields"][key]["name"]
            validate_selector(field["selector"])
            if select := field["selector"].get("select"):
                options = english["selector"][select["translation_key"]]["options"]
                assert options.keys() == set(select["options"])


# HACS


def test_hacs_json_has_only_known_keys() -> None:
    known = {"name", "content_in_root", "country", "filename", "hacs", "hide_default_branch"}
    known |= {"homeassistant", "persistent_directory", "render_readme", "zip_release"}
    hacs = read(ROOT / "hacs.json")
    assert hacs.keys() <= known
    assert hacs["name"] == MANIFEST["name"]
    assert hacs["zip_release"] is True
    assert hacs["filename"] == "point.zip"
    assert AwesomeVersion(hacs["homeassistant"]).valid


def test_repository_holds_one_integration_and_a_readme() -> None:
    folders = [path.name for path in (ROOT / "custom_components").iterdir() if path.is_dir()]
    assert [name for name in folders if name != "__pycache__"] == [DOMAIN]
    assert (ROOT / "README.md").stat().st_size > 1000
    assert "MIT License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


# Workflows


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
