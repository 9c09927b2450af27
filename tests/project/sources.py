"""The sources, texts and documentation of the integration, read for the checks of the project."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.const import Platform
from homeassistant.util.yaml import load_yaml_dict

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
