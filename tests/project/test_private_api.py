"""What the integration uses of Home Assistant's private API is listed, with its reason."""

import ast
from collections import Counter
from collections.abc import Iterator

from ..helpers.documents import ROOT, rows

SOURCES = ROOT / "custom_components" / "point"
FOR_INTEGRATIONS = {
    *("_abort_if_unique_id_configured", "_async_current_entries", "_get_reauth_entry"),
    *("_async_handle_discovery_without_unique_id", "_get_reconfigure_entry"),
    *("_get_entry", "_get_reconfigure_subentry", "_trigger_event", "_async_write_ha_state"),
}
"""What Home Assistant documents for integrations, although the names are private."""


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith(("__", "_attr_"))


def inherited() -> Iterator[tuple[str, str]]:
    """Yield the private names that are not ours, or that override a base class's, by file.

    ruff's SLF001 forbids private names of other objects.
    """
    trees = {path: ast.parse(path.read_text("utf-8")) for path in SOURCES.rglob("*.py")}
    ours = Counter(
        name for tree in trees.values() for node in ast.walk(tree) for name in defined(node)
    )
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and is_private(node.attr):
                # Our own base class defines it once more.
                is_of_base = ast.unparse(node.value) == "super()" and ours[node.attr] == 1
                if is_of_base or node.attr not in ours:
                    yield path.relative_to(SOURCES).as_posix(), node.attr


def defined(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node defines: functions, attributes, variables."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
            yield name


def test_private_api_is_listed() -> None:
    listed = {
        (file.strip("`"), name.strip("`"))
        for file, name, _ in rows("architecture.md", "Home Assistant's private API")
        if name.strip("`").startswith("_")
    }
    used = {(file, name) for file, name in inherited() if name not in FOR_INTEGRATIONS}
    assert used == listed
