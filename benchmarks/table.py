"""Write the page about performance from a result file of the account benchmark."""

import argparse
from pathlib import Path
import sys

from benchmarks.account.page import page
from benchmarks.account.results import Results

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "performance.md"
RESULT = DOCS / "performance.json"
"""The result file from which the page is generated."""


def main(arguments: list[str] | None = None) -> int:
    """Print the page, or replace the one in the documentation."""
    parser = argparse.ArgumentParser(prog="scripts/bench table", description=__doc__)
    parser.add_argument("result", type=Path, nargs="?", default=RESULT, help="result file")
    parser.add_argument(
        "--write", action="store_true", help="replace docs/performance.md and docs/performance.json"
    )
    options = parser.parse_args(arguments)
    results = Results.read(options.result)
    if options.write:
        results.write(RESULT)
        PAGE.write_text(page(results), encoding="utf-8")
    else:
        print(page(results), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
