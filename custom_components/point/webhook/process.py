"""The start of the process of Home Assistant."""

from datetime import datetime, timedelta
import os
from pathlib import Path
import time

from homeassistant.util import dt as dt_util

START_TIME = 19
"""Position of the start in `/proc/self/stat`, counted after the name of the process."""


def process_started_at() -> datetime | None:
    """Return when this process started, None where Linux does not say. Reads a file of the kernel.

    Home Assistant does not keep this time, and imports us only after its web server has started.
    """
    try:
        stat = Path("/proc/self/stat").read_text(encoding="utf-8")
        ticks = int(stat.rpartition(")")[2].split()[START_TIME])
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except OSError, ValueError, IndexError, AttributeError:
        return None
    return dt_util.utcnow() - timedelta(seconds=age) if age >= 0 else None
