"""Home Assistant by a clock that can be made faster, which tells what it holds.

A program of its own: `python -m benchmarks.soak.host --config …`.
"""

from importlib import import_module
import sys

from benchmarks.soak.clock import Time, take_over


def main() -> int:
    """Run Home Assistant; the first import of it comes after the clock's change."""
    present = Time()
    take_over(present)
    import_module("benchmarks.soak.probe").install(present)
    status: int = import_module("homeassistant.__main__").main()
    return status


if __name__ == "__main__":
    sys.exit(main())
