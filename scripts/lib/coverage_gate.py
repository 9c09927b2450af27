"""Reads coverage's JSON report from standard input; fails where a module is tested too little."""

from collections.abc import Iterator, Mapping
import json
import sys
from typing import Any

MINIMUM = 95.0
# Home Assistant's quality scale asks for all of a config flow.
MINIMUM_OF_FILE = {"custom_components/point/config_flow.py": 100.0}


def shortfalls(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each module whose coverage is below its minimum."""
    for path, module in sorted(report["files"].items()):
        minimum = MINIMUM_OF_FILE.get(path, MINIMUM)
        covered = module["summary"]["percent_covered"]
        if covered < minimum:
            yield (
                f"{path}: {covered:.1f} % covered, {minimum:.0f} % wanted; "
                f"never run: {', '.join(_missing(module))}"
            )


def _missing(module: Mapping[str, Any]) -> Iterator[str]:
    """Yield runs of lines, then the jumps between lines that do run."""
    lines: list[int] = module["missing_lines"]
    start = None
    for line in lines:
        start = line if start is None else start
        if line + 1 not in lines:
            yield f"{start}" if start == line else f"{start}-{line}"
            start = None
    for origin, target in module.get("missing_branches", []):
        if origin not in lines:
            yield f"{origin}→{'exit' if target < 0 else target}"


def main() -> int:
    """Say what is missing; 1 when something is."""
    report = json.load(sys.stdin)
    found = list(shortfalls(report))
    for sentence in found:
        print(f"✗ {sentence}")
    if not found:
        print(f"✓ All {len(report['files'])} modules are covered well enough")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
