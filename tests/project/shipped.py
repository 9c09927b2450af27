"""The files that are shipped, read for the checks of hassfest and HACS."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

from custom_components.point.const import DOMAIN

ROOT = Path(__file__).parents[2]
POINT = ROOT / "custom_components" / DOMAIN
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in POINT.rglob("*.py")}
LANGUAGES = sorted((POINT / "translations").glob("*.json"))
SLUG = re.compile(r"(?!.+[_-]{2})(?![_-])[a-z0-9_-]+(?<![_-])")


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


MANIFEST = read(POINT / "manifest.json")


def leaves(value: Any, *keys: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every text of a tree, with the keys that lead to it."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, *keys, key)
    else:
        yield keys, value
