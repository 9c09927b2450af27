"""What the integration runs on, and what the development tools install."""

from pathlib import Path
import re
import tomllib

from homeassistant.util.yaml import load_yaml_dict
import probatio
import pytest
import voluptuous as vol

from custom_components.point.auth.yaml import CONFIG_SCHEMA

from .test_imports import MODULES, ROOT, imports, is_in

PINNED = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"[\w.-]+==[\w.]+( +--hash=sha256:[0-9a-f]{64})+")


def test_voluptuous_is_home_assistants() -> None:
    """Home Assistant replaces voluptuous, which one of its packages installs as well."""
    assert vol.Schema is probatio.Schema
    assert vol.Invalid is probatio.Invalid
    assert isinstance(CONFIG_SCHEMA, probatio.Schema)


def test_schemas_are_written_with_voluptuous() -> None:
    assert not [path for path in MODULES for name in imports(path) if is_in(name, "probatio")]


def test_project_names_voluptuous() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "voluptuous" in project["dependencies"]


@pytest.mark.parametrize("path", PINNED, ids=lambda path: path.stem)
def test_each_package_is_pinned_with_its_hashes(path: Path) -> None:
    """No address of a registry: packages come from wherever the machine gets them."""
    pins = path.read_text("utf-8").replace("\\\n", "").splitlines()
    assert len(pins) > (1 if path.stem == "databases" else 100)
    assert [pin for pin in pins if not PIN.fullmatch(pin)] == []


def test_dependabot_updates_the_pinned_packages() -> None:
    updates = load_yaml_dict(str(ROOT / ".github/dependabot.yml"))["updates"]
    [pip] = [update for update in updates if update["package-ecosystem"] == "pip"]
    assert pip["directory"] == "/requirements"
    allowed = {each["dependency-name"] for each in pip["allow"]}
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    assert allowed == {*groups["lint"], *groups["e2e"], "hypothesis"}
