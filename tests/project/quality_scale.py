"""What of the quality scale a machine can see in the sources, rule by rule.

Each function fails when its rule is not kept. Their names are the rules', with underscores.
The rules about the documentation are in quality_scale_documentation.
"""

import ast
import inspect
import json
import re
import tomllib

from custom_components.point.issues import DESCRIPTIONS, Issue
from custom_components.point.minut.client import MinutClient
from custom_components.point.repairs import FLOWS
from scripts.lib import coverage_gate

from .sources import (
    MANIFEST,
    PLATFORMS,
    POINT,
    ROOT,
    SOURCES,
    TEXTS,
    TREES,
    calls,
    entity_modules,
    functions,
)

# Bronze


def appropriate_polling() -> None:
    assert not [name for name in SOURCES if "scan_interval" in SOURCES[name].casefold()]


def brands() -> None:
    assert len(list((POINT / "brand").glob("*.png"))) == 8


def common_modules() -> None:
    bases = {"KeyedCoordinator": "coordinator.py", "CoordinatorEntity": "entity.py"}
    for base, home in bases.items():
        assert [
            name for name in SOURCES if re.search(rf"class \w+(\[\w+\])?\({base}\b", SOURCES[name])
        ] == [home]


def config_flow() -> None:
    assert MANIFEST["config_flow"] is True
    assert {"async_step_user", "async_oauth_create_entry"} <= functions("config_flow.py")


def config_flow_test_coverage() -> None:
    assert coverage_gate.MINIMUM_OF_FILE["custom_components/point/config_flow.py"] == 100
    assert "scripts.lib.coverage_gate" in (ROOT / "scripts" / "test").read_text("utf-8")


def dependency_transparency() -> None:
    assert MANIFEST["requirements"] == []


def entity_event_setup() -> None:
    """Whatever an entity listens to, it does from async_added_to_hass on, until it is removed."""
    assert entity_modules().keys() > PLATFORMS.keys()
    for name, tree in entity_modules().items():
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            listens = [call for call, _ in calls(function) if re.search(r"listen|_track_", call)]
            if listens:
                assert function.name == "async_added_to_hass", name
                assert "async_on_remove" in {call for call, _ in calls(function)}, name


def runtime_data() -> None:
    assert "entry.runtime_data = " in SOURCES["__init__.py"]
    assert "type PointConfigEntry = ConfigEntry[" in SOURCES["data.py"]
    assert not [name for name in SOURCES if "hass.data[DOMAIN]" in SOURCES[name]]


def test_before_configure() -> None:
    assert "await async_identify(" in SOURCES["config_flow.py"]
    assert "await client.me()" in SOURCES["auth/identity.py"]


def test_before_setup() -> None:
    assert "async_config_entry_first_refresh" in SOURCES["__init__.py"]
    assert "ConfigEntryAuthFailed" in SOURCES["coordinator.py"]


def unique_config_entry() -> None:
    names = {name for name, _ in calls(TREES["config_flow.py"])}
    assert {"async_set_unique_id", "_abort_if_unique_id_configured"} <= names


# Silver


def action_exceptions() -> None:
    """Whatever asks the cloud for a person says how that went wrong."""
    assert "HomeAssistantError(" in SOURCES["errors.py"]
    for name, source in SOURCES.items():
        if name in PLATFORMS and re.search(r"async def async_(turn|set|alarm)_", source):
            writes = {"with translated_errors(", "await self._async_write("}
            assert any(write in source for write in writes), name


def config_entry_unloading() -> None:
    assert "async_unload_entry" in functions("__init__.py")


def integration_owner() -> None:
    assert MANIFEST["codeowners"]


def parallel_updates() -> None:
    """No limit where only the coordinator polls. A platform with commands gives its reason."""
    assert PLATFORMS
    for name in PLATFORMS:
        changes = re.search(
            r"async def async_(turn|set_|select_|alarm)_?\w*\(\s*self", SOURCES[name]
        )
        wanted = r"^PARALLEL_UPDATES = [01]  # .+$" if changes else r"^PARALLEL_UPDATES = 0$"
        assert re.search(wanted, SOURCES[name], re.MULTILINE), name


def reauthentication_flow() -> None:
    assert {"async_step_reauth", "async_step_reauth_confirm"} <= functions("config_flow.py")


def test_coverage() -> None:
    assert coverage_gate.MINIMUM >= 95


# Gold


def devices() -> None:
    fields = {"manufacturer", "model", "name", "hw_version", "sw_version", "via_device_id"}
    passed = {
        keyword.arg
        for name, call in calls(TREES["registry/devices.py"])
        if name == "async_get_or_create"
        for keyword in call.keywords
    }
    assert fields | {"identifiers", "connections", "configuration_url"} <= passed


def diagnostics() -> None:
    wanted = {"async_get_config_entry_diagnostics", "async_get_device_diagnostics"}
    assert wanted <= functions("diagnostics.py")


def exception_translations() -> None:
    """Errors for people carry a key; those of configuration.yaml go to the log, in English.

    That keys made up at run time have texts, and texts keys, is a test of the actions.
    """
    kinds = {"HomeAssistantError", "ServiceValidationError", "UpdateFailed"}
    kinds |= {"ConfigEntryAuthFailed", "ConfigEntryError", "ConfigEntryNotReady"}
    found = 0
    for module, tree in TREES.items():
        for name, call in calls(tree):
            if name not in kinds or module == "auth/yaml.py":
                continue
            found += 1
            passed = {keyword.arg: keyword.value for keyword in call.keywords}
            assert passed.keys() >= {"translation_domain", "translation_key"}, module
            match passed["translation_key"]:
                case ast.Constant(value=key):
                    assert key in TEXTS["exceptions"], module
    assert found


def icon_translations() -> None:
    found = {name for name in SOURCES if re.search(r"\b_attr_icon\b|\bicon=", SOURCES[name])}
    assert found <= {"registry/devices.py"}  # the icon of areas
    assert json.loads((POINT / "icons.json").read_text("utf-8"))["entity"]


def reconfiguration_flow() -> None:
    assert "async_step_reconfigure" in functions("config_flow.py")


def repair_issues() -> None:
    """Every issue has its text, and every fixable one its flow."""
    raised = {str(issue): description.is_fixable for issue, description in DESCRIPTIONS.items()}
    assert raised.keys() == set(Issue)
    for tree in TREES.values():
        for name, call in calls(tree):
            if name == "async_create_issue":
                match {keyword.arg: keyword.value for keyword in call.keywords}:
                    case {
                        "translation_key": ast.Constant(value=str(key)),
                        "is_fixable": ast.Constant(value=bool(is_fixable)),
                    }:
                        raised[key] = is_fixable
    assert raised.keys() == TEXTS["issues"].keys()
    for key, is_fixable in raised.items():
        assert TEXTS["issues"][key].keys() == {"title", "fix_flow" if is_fixable else "description"}
    assert FLOWS.keys() == {key for key, is_fixable in raised.items() if is_fixable}


def stale_devices() -> None:
    assert "async_remove_config_entry_device" in functions("__init__.py")
    assert "async_remove_device" in {name for name, _ in calls(TREES["registry/devices.py"])}


# Platinum


def async_dependency() -> None:
    blocking = {"requests", "urllib.request", "http.client", "socket", "subprocess", "httpx"}
    imported = {
        name.name
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    } | {
        node.module
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    assert not blocking & imported
    asks = [
        value
        for name, value in inspect.getmembers(MinutClient, inspect.isfunction)
        if name[0] != "_"
    ]
    assert asks
    assert all(map(inspect.iscoroutinefunction, asks))


def inject_websession() -> None:
    program = "__main__"  # runs without Home Assistant, and has no session of it
    trees = {name: tree for name, tree in TREES.items() if program not in str(name)}
    assert not [
        name for name, tree in trees.items() if "ClientSession" in {c for c, _ in calls(tree)}
    ]
    made = [call for tree in trees.values() for name, call in calls(tree) if name == "MinutClient"]
    assert made
    assert all(ast.unparse(call.args[0]) == "async_get_clientsession(hass)" for call in made)


def strict_typing() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["mypy"]["strict"] is True
    assert "custom_components" in project["tool"]["mypy"]["files"]
    assert "check 'mypy" in (ROOT / "scripts" / "lint").read_text("utf-8")
