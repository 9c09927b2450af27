"""Write the page about performance from the result files of the account and disk benchmarks."""

import argparse
from pathlib import Path
import sys

from benchmarks.account.page import page
from benchmarks.account.results import Results
from benchmarks.disk.results import DiskResults

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "performance.md"
RESULT = DOCS / "performance.json"
DISK = DOCS / "disk.json"
"""The result files from which the page is generated."""


def main(arguments: list[str] | None = None) -> int:
    """Print the page, or replace the one in the documentation."""
    parser = argparse.ArgumentParser(prog="scripts/bench table", description=__doc__)
    parser.add_argument("result", type=Path, nargs="?", default=RESULT, help="result file")
    parser.add_argument(
        "--write", action="store_true", help="replace docs/performance.md and its result files"
    )
    parser.add_argument("--disk", type=Path, default=DISK, help="result file of the disk benchmark")
    options = parser.parse_args(arguments)
    results, disk = Results.read(options.result), DiskResults.read(options.disk)
    if options.write:
        results.write(RESULT)
        disk.write(DISK)
        PAGE.write_text(page(results, disk), encoding="utf-8")
    else:
        print(page(results, disk), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
