"""Arguments and output of the benchmarks on the command line."""

from datetime import UTC, datetime
import os
import platform
import time

from homeassistant import const

from benchmarks.cloud import Account


def account(text: str) -> Account:
    """Parse `25` (homes with two Points each) or `25:30` (homes and Points)."""
    homes, _, points = text.partition(":")
    parsed = Account(homes=int(homes), points=int(points) if points else 2 * int(homes))
    if not 0 < parsed.homes <= parsed.points:
        raise ValueError
    return parsed


def environment() -> dict[str, str | int]:
    """Return what the figures depend on, without names or paths of the machine."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "home_assistant": const.__version__,
        "python": platform.python_version(),
        "processors": os.cpu_count() or 0,
    }


def log(text: str) -> None:
    """Print progress to the terminal."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)
