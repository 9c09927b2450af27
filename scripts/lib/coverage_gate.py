"""Reads the JSON report of coverage from standard input; fails if a module is below its minimum."""

from collections.abc import Iterator, Mapping
import json
import sys
from typing import Any

MINIMUM = 95.0
# Home Assistant's quality scale requires full coverage of the config flow.
MINIMUM_OF_FILE = {"custom_components/point/config_flow.py": 100.0}


def shortfalls(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each module below its minimum coverage."""
    for path, module in sorted(report["files"].items()):
        minimum = MINIMUM_OF_FILE.get(path, MINIMUM)
        covered = module["summary"]["percent_covered"]
        if covered < minimum:
            yield (
                f"{path}: {covered:.1f} % covered, {minimum:.0f} % wanted; "
                f"never run: {', '.join(_missing(module))}"
            )


def _missing(module: Mapping[str, Any]) -> Iterator[str]:
    """Yield missing ranges of lines, then missing branches."""
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
    """Print what is missing; return 1 if anything is."""
    report = json.load(sys.stdin)
    found = list(shortfalls(report))
    for sentence in found:
        print(f"✗ {sentence}")
    if not found:
        print(f"✓ All {len(report['files'])} modules are covered well enough")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
