"""Test which folder imports from which. Simulator and integration share nothing."""

import ast
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

from homeassistant.const import Platform
import pytest

ROOT = Path(__file__).parents[2]
POINT = "custom_components.point"
MODULES = sorted((ROOT / POINT.replace(".", "/")).rglob("*.py"))

# What each folder, and each group of modules in the root, may import from.
BASE = {"minut", "const"}
STATE = BASE | {"state"}
HELPERS = STATE | {"auth", "issues", "storage", "errors", "texts"}
POLLING = HELPERS | {"registry", "migration", "polling"}
COORDINATOR = POLLING | {"commands", "listeners", "coordinator"}
DATA = COORDINATOR | {"webhook", "history", "presence", "data", "entity"}
DATA |= {"check", "report"}
MAY_IMPORT: dict[str, set[str]] = {
    "const": set(),
    "listeners": {"state"},
    "minut": set(),
    "state": {"minut"},
    **dict.fromkeys(("auth", "issues", "storage", "errors"), HELPERS - {"state"}),
    **dict.fromkeys(("registry", "migration"), HELPERS),
    "polling": POLLING,
    "commands": POLLING,
    "coordinator": COORDINATOR,
    "dashboard": {"const"},
    "sensor_descriptions": DATA,
    "texts": {"const"},
    "report": COORDINATOR,
    **dict.fromkeys(
        (
            "webhook",
            "history",
            "presence",
            "data",
            "entity",
            "check",
            "diagnostics",
            "repairs",
            "system_health",
        ),
        DATA,
    ),
    **dict.fromkeys(
        ("services", "config_flow", "application_credentials", *Platform),
        DATA,
    ),
    **dict.fromkeys(("assist", "condition", "logbook", "triggers"), DATA),
    "llm": DATA | {"assist"},
    "sensor": DATA | {"sensor_descriptions"},
    "trigger": DATA | {"triggers"},
    "__init__": DATA | {"dashboard", "services"},
}
PURE = {"minut", "state"}
"""Folders that know no Home Assistant."""


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of everything that a module imports, wherever in it."""
    package = ".".join(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{module}.{name.name}" for name in node.names)


def is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / POINT.replace(".", "/")).with_suffix("").parts[0]


def modules_used(path: Path) -> set[str]:
    """Return the modules of the package that a module imports from."""
    known = {".".join(module.relative_to(ROOT).with_suffix("").parts) for module in MODULES}
    names = {name for name in imports(path) if is_in(name, POINT)}
    return {name if name in known else name.rpartition(".")[0] for name in names}


def room_in(name: str) -> str:
    return name.removeprefix(POINT).lstrip(".").split(".")[0] or "__init__"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_folder_imports_only_what_it_may(path: Path) -> None:
    room = room_of(path)
    assert room in MAY_IMPORT, f"Say in MAY_IMPORT what {room} may import from"
    used = {room_in(name) for name in modules_used(path)} - {room}
    assert used <= MAY_IMPORT[room]


def test_no_circle_of_imports() -> None:
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in MODULES}
    used = {name: modules_used(path) & set(names) for name, path in names.items()}
    while free := [name for name, others in used.items() if not others]:
        for name in free:
            del used[name]
        used = {name: others - set(free) for name, others in used.items()}
    assert used == {}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pure_folder_knows_no_home_assistant(path: Path) -> None:
    if room_of(path) in PURE:
        assert not [name for name in imports(path) if is_in(name, "homeassistant")]


@pytest.mark.parametrize(
    ("folder", "other"), [("simulator", "custom_components"), ("custom_components", "simulator")]
)
def test_simulator_and_integration_share_nothing(folder: str, other: str) -> None:
    paths = list((ROOT / folder).rglob("*.py"))
    assert paths
    assert not [
        (path, name)
        for path in paths
        for name in imports(path)
        if is_in(name, other) or is_in(name, "tests")
    ]
