"""Home Assistant on a fast clock, with its own `point` or this integration.

Run as a program, like Home Assistant itself. For core's integration, POINT_CORE is set.
"""

from importlib import import_module
import os
from pathlib import Path
import sys

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Run Home Assistant, which must not be imported before the clock is installed."""
    # Only here: Home Assistant would find the integration of this repository instead of core's.
    sys.path.insert(0, str(ROOT))
    clock = import_module("benchmarks.soak.clock")
    fast_clock = clock.FastClock()
    clock.install(fast_clock)
    import_module("benchmarks.soak.clock_view").install(fast_clock)
    if os.environ.get("POINT_CORE"):
        import_module("tests.process.core").turn(os.environ["POINT_API_ROOT"])
    sys.path.remove(str(ROOT))
    status: int = import_module("homeassistant.__main__").main()
    return status


if __name__ == "__main__":
    sys.exit(main())
