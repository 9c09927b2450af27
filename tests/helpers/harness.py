"""Makes the test harness for Home Assistant 2026.10 work on 2026.11 too, and on busy machines.

pytest's `-p` loads it (see pyproject.toml) before the plugins of installed packages, which it must
precede. Except for the last two settings, remove it when pytest-homeassistant-custom-component has
a release for 2026.11.
"""

import gc

# First: 2026.11 replaces httpx with httpx2, which fails once a plugin has imported httpx.
import homeassistant  # noqa: F401  # isort: skip

# The harness patches these before Home Assistant imports them.
from pytest_homeassistant_custom_component import (  # noqa: F401  # isort: skip
    patch_json,
    patch_recorder,
    patch_time,
)

from homeassistant.components import logger
from homeassistant.components.logger import helpers
from homeassistant.util import executor

# 2026.11 moved the function; the harness imports it from its old module.
vars(logger).setdefault("_clear_logger_overwrites", helpers._clear_logger_overwrites)

# At the end of a test, Home Assistant joins its worker threads for one second in turn, divided by
# their number, and interrupts those that have not ended. An idle worker that is interrupted does
# not wake the next one, which then never ends ("SyncWorker" in the harness's check for threads).
# That needs a busy machine, and is no fault of a test: leave them more time.
executor.EXECUTOR_SHUTDOWN_TIMEOUT = 120

# A Home Assistant consists of very many objects, and few of them are garbage before the test ends:
# collecting less often saves a tenth of the time.
gc.set_threshold(100_000, 50, 50)
