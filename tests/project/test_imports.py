"""Who may import whom: no arrow runs back up; simulator and integration share nothing."""

import ast
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

from homeassistant.const import Platform
import pytest

ROOT = Path(__file__).parent.parent
POINT = "custom_components.point"
MODULES = sorted((ROOT / POINT.replace(".", "/")).rglob("*.py"))

# From the ground up. A room imports from the floors below its own, never from its own or above.
FLOORS: list[set[str]] = [
    {"audience", "const", "entity_budget", "mentions", "minut"},
    {"disturbance", "issues", "letterbox", "push_health", "received", "shared_homes", "tokens"},
    {"home_state"},
    {"device_state"},
    {"account", "progress"},
    {"counts", "entity_plan", "stays"},
    {"configuration", "devices", "linking", "memory", "rereads", "schedule", "threshold_writer"},
    {"fresh_reads", "hook_address", "noise_checks", "statistics", "stay_watch"},
    {"follow_ups", "home_switches", "polls"},
    {"coordinator", "oauth"},
    {"application_credentials", "catch_up", "commands", "entity", "history", "options_flow"},
    {"action_span", "count_sensor", "inherited", "ownership", "targets"},
    {"stay_changes", "stay_entity", "threshold_entity"},
    {"event_actions", "history_actions", "push_proof", "stay_actions", "threshold_actions"},
    {"registration"},
    {"push", "removal"},
    {"actions", "config_flow", "diagnostics", "repairs", "system_health", *Platform},
    {"__init__"},
]
# What Home Assistant has no part in: it could be published, or tested, without it.
PURE = {
    *("minut", "disturbance", "home_state", "device_state", "account", "received"),
    *("counts", "entity_budget", "progress", "push_health", "schedule", "stays"),
}
# All that a platform knows of the house; the pure rooms for their types.
PLATFORM_IMPORTS = PURE - {"progress", "schedule"} | {
    *("commands", "const", "coordinator", "count_sensor", "entity"),
    *("stay_changes", "stay_entity", "threshold_entity"),
}


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


def rooms_used(path: Path) -> set[str]:
    """Return the rooms that a module imports from; what it takes of the package itself too."""
    own = {name.removeprefix(POINT).lstrip(".") for name in imports(path) if is_in(name, POINT)}
    return {name.split(".")[0] for name in own} - {room_of(path)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_arrow_runs_back_up(path: Path) -> None:
    room = room_of(path)
    floor = next((number for number, rooms in enumerate(FLOORS) if room in rooms), None)
    assert floor is not None, f"{room} stands on no floor yet: give it one"
    assert rooms_used(path) <= set().union(*FLOORS[:floor])


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_keep_to_what_they_may_know(path: Path) -> None:
    room = room_of(path)
    if room in set(Platform):
        assert rooms_used(path) <= PLATFORM_IMPORTS
    if room == "minut":
        assert rooms_used(path) == set()
    if room in PURE:
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
