"""What Home Assistant's hassfest checks of a custom integration, offline: manifest, code, icons.

Hassfest is not a part of the installed packages; its rules are restated here for what we ship.
"""

import ast
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from homeassistant import components
from homeassistant.const import Platform
import pytest

from custom_components.point.const import DOMAIN

from .shipped import MANIFEST, POINT, ROOT, TREES, leaves, read

CORE = {path.name for path in Path(components.__path__[0]).iterdir() if path.is_dir()}


# Parts of Home Assistant that any integration may use without naming them in its manifest.
FREE = {*Platform, "automation", "device_automation", "homeassistant", "script", "system_health"}
FREE |= {"webhook", "persistent_notification"}


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
