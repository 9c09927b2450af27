"""Home Assistant on a fast clock, with a probe that reports its resources.

Run as a program: `python -m benchmarks.soak.host --config …`.
"""

from importlib import import_module
import sys

from benchmarks.soak import clock


def main() -> int:
    """Run Home Assistant, which must not be imported before the clock is installed."""
    fast_clock = clock.FastClock()
    clock.install(fast_clock)
    probe = import_module("benchmarks.soak.probe").Probe
    import_module("benchmarks.soak.clock_view").install(fast_clock, probe)
    status: int = import_module("homeassistant.__main__").main()
    return status


if __name__ == "__main__":
    sys.exit(main())
