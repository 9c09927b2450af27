"""What the integration runs on, and what the development tools install."""

import tomllib

import probatio
import voluptuous as vol

from custom_components.point.auth.yaml import CONFIG_SCHEMA

from .test_imports import MODULES, ROOT, imports, is_in


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
