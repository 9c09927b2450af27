"""Test which folder of the simulator imports from which."""

import ast
from pathlib import Path
import sys

import pytest

import simulator

FOLDER = Path(sys.modules[simulator.__name__].__path__[0])
LAYERS = (
    "formats",
    "world",
    "backend",
    "cloud",
    "behaviour",
    "api",
    "responses",
    "page",
    "server",
    "simulator",
    "__init__",
    "__main__",
)
"""Modules and folders, lowest first. Each imports only from itself and from those before it."""


def layer(parts: tuple[str, ...]) -> int:
    return LAYERS.index(parts[0] if parts else "__init__")


@pytest.mark.parametrize(
    "path", sorted(FOLDER.rglob("*.py")), ids=lambda path: str(path.relative_to(FOLDER))
)
def test_module_imports_only_from_lower_layers(path: Path) -> None:
    own = layer(path.relative_to(FOLDER).with_suffix("").parts)
    imported = [
        node.module
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("simulator")
    ]
    assert [name for name in imported if layer(tuple(name.split(".")[1:])) > own] == []
