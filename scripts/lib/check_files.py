"""Checks that files contain valid JSON and no address of a package registry."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import sys
from typing import Any

# The machine that installs packages decides where they come from.
REGISTRY_ADDRESS = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com|crates\.io|proxy\.golang\.org"
    r"|(?:deb|security|ftp\.\w+|snapshot)\.debian\.org|index-url[ =]\S*:/",
    re.IGNORECASE,
)


def faults(path: Path) -> Iterator[str]:
    """Yield a sentence for each fault of a file; binary files have none."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if found := REGISTRY_ADDRESS.search(line):
            yield f"{path}:{number}: address of a package registry: {found[0]}"
    if path.suffix == ".json":
        try:
            json.loads(text, object_pairs_hook=_unique)
        except ValueError as error:
            yield f"{path}: not valid JSON: {error}"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Reject duplicate keys, which Python's parser drops silently."""
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"key {twice!r} comes twice")
    return result


def main(names: list[str]) -> int:
    """Print all faults; return 1 if there are any."""
    found = [fault for name in names for fault in faults(Path(name))]
    print(*found, sep="\n", end="\n" if found else "")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
