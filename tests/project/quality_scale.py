"""What of the quality scale a machine can see in the sources, rule by rule.

Each function fails when its rule is not kept. Their names are the rules', with underscores.
"""

import ast
from collections.abc import Iterator
import inspect
import json
from pathlib import Path
import re
import tomllib
from typing import Any

from homeassistant.const import Platform
from homeassistant.util.yaml import load_yaml_dict

from custom_components.point.auth.yaml import CONFIG_SCHEMA
from custom_components.point.issues import DESCRIPTIONS, Issue
from custom_components.point.minut.client import MinutClient
from custom_components.point.repairs import FLOWS
from scripts.lib import coverage_gate

ROOT = Path(__file__).parents[2]
POINT = ROOT / "custom_components" / "point"
SOURCES = {
    path.relative_to(POINT).as_posix(): path.read_text("utf-8") for path in POINT.rglob("*.py")
}
TREES = {name: ast.parse(source) for name, source in SOURCES.items()}
PLATFORMS = {
    name: tree for name, tree in TREES.items() if name.removesuffix(".py") in set(Platform)
}
MANIFEST = json.loads((POINT / "manifest.json").read_text("utf-8"))
TEXTS: dict[str, Any] = json.loads((POINT / "translations" / "en.json").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")
DOCS = README + "".join(path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md")))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call with the last part of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name, node


def functions(module: str) -> set[str]:
    return {
        node.name
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def headings(text: str) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", text, re.MULTILINE))


def services() -> dict[str, Any]:
    path = POINT / "services.yaml"
    return load_yaml_dict(str(path)) if path.exists() else {}


def can_be_discovered() -> bool:
    ways = {"bluetooth", "dhcp", "homekit", "mqtt", "ssdp", "usb", "zeroconf"}
    return bool(ways & MANIFEST.keys())


def entity_modules() -> dict[str, ast.Module]:
    """Return the modules in which there are classes of entities."""
    return {
        name: tree
        for name, tree in TREES.items()
        if any(
            ast.unparse(base).partition("[")[0].endswith("Entity")
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            for base in node.bases
        )
    }


def has_options() -> bool:
    return "async_get_options_flow" in SOURCES["config_flow.py"]


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


def docs_actions() -> None:
    assert services()
    assert [name for name in services() if f"`point.{name}`" not in DOCS] == []
    fields = {field for action in services().values() for field in action["fields"]}
    assert [field for field in fields if not re.search(rf"\b{field}\b", DOCS)] == []


def docs_conditions() -> None:
    _describes("conditions")


def docs_triggers() -> None:
    _describes("triggers")


def _describes(kind: str) -> None:
    """Each trigger or condition has its row on its page, with its options."""
    page = (ROOT / "docs" / f"{kind}.md").read_text("utf-8")
    described = load_yaml_dict(str(POINT / f"{kind}.yaml"))
    offered = {name: value for name, value in described.items() if not name.startswith(".")}
    rows = {name: row for row, name in re.findall(r"^(\| `point\.(\w+)` .*)$", page, re.MULTILINE)}
    assert rows.keys() == offered.keys()
    for name, value in offered.items():
        options = re.findall(r"`(\w+)`", rows[name].rstrip("| ").rpartition("|")[2])
        assert options == list(value.get("fields", {})), name


def docs_high_level_description() -> None:
    assert "https://www.minut.com/" in README[:500]


def docs_installation_instructions() -> None:
    assert {"Install", "Set up"} <= headings(README)


def docs_removal_instructions() -> None:
    assert "Remove it, or go back" in headings(README)


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


def docs_configuration_parameters() -> None:
    assert has_options()
    labels = [
        label for step in TEXTS["options"]["step"].values() for label in step["data"].values()
    ]
    assert [label for label in labels if label not in DOCS] == []


def docs_installation_parameters() -> None:
    [section] = CONFIG_SCHEMA.schema.values()
    options = {str(key) for key in section.validators[0].schema}
    assert options == {"api_url", "client_id", "client_secret"}
    assert [key for key in options if f"`{key}`" not in DOCS] == []
    fields = TEXTS["config"]["step"]["pick_implementation"]["data"].values()
    assert [label for label in fields if label.casefold() not in DOCS.casefold()] == []


def integration_owner() -> None:
    assert MANIFEST["codeowners"]


def parallel_updates() -> None:
    """One command at a time, where commands change something; the coordinator asks for states."""
    assert PLATFORMS
    for name in PLATFORMS:
        changes = re.search(
            r"async def async_(turn|set_|select_|alarm)_?\w*\(\s*self", SOURCES[name]
        )
        wanted = r"^PARALLEL_UPDATES = (1|0  # .+)$" if changes else r"^PARALLEL_UPDATES = 0$"
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


def docs_data_update() -> None:
    assert "How data is updated" in headings(DOCS)


def docs_examples() -> None:
    assert "Automations" in headings(README)
    assert DOCS.count("```yaml\nautomation:") >= 2


def docs_known_limitations() -> None:
    assert "Known limitations" in headings(DOCS)


def docs_supported_devices() -> None:
    assert "Supported devices" in headings(DOCS)


def docs_supported_functions() -> None:
    assert "What you get" in headings(README)
    for platform, entities in TEXTS["entity"].items():
        for key, texts in entities.items():
            assert texts["name"].casefold() in DOCS.casefold(), f"{platform}.{key}"


def docs_troubleshooting() -> None:
    assert "Troubleshooting" in headings(DOCS)


def docs_use_cases() -> None:
    assert "Use cases" in headings(DOCS)


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
