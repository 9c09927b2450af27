"""Makes the test harness for Home Assistant 2026.10 work on 2026.11 too, and on busy machines.

pytest's `-p` loads it (see pyproject.toml) before the plugins of installed packages, which it must
precede. Up to the worker threads, remove it when pytest-homeassistant-custom-component has a
release for 2026.11.
"""

from asyncio import TimerHandle
from datetime import datetime
import gc
import time
from types import ModuleType
from unittest.mock import Mock, patch

# First: 2026.11 replaces httpx with httpx2, which fails once a plugin has imported httpx.
import homeassistant  # noqa: F401  # isort: skip

# The harness patches these before Home Assistant imports them.
from pytest_homeassistant_custom_component import (  # noqa: F401  # isort: skip
    patch_json,
    patch_recorder,
    patch_time,
)

from aiohttp import web_app
from homeassistant.components import logger
from homeassistant.components.logger import helpers
from homeassistant.core import HomeAssistant
from homeassistant.helpers import aiohttp_client, event
from homeassistant.util import executor
from homeassistant.util.async_ import get_scheduled_timer_handles
import pytest

# 2026.11 moved the function; the harness imports it from its old module.
vars(logger).setdefault("_clear_logger_overwrites", helpers._clear_logger_overwrites)

from pytest_homeassistant_custom_component import common  # noqa: E402 # imports the function

# At the end of a test, Home Assistant joins its worker threads for one second in turn, divided by
# their number, and interrupts those that have not ended. An idle worker that is interrupted does
# not wake the next one, which then never ends ("SyncWorker" in the harness's check for threads).
# That needs a busy machine, and is no fault of a test: leave them more time.
executor.EXECUTOR_SHUTDOWN_TIMEOUT = 120

# A Home Assistant consists of very many objects, and few of them are garbage before the test ends:
# collecting less often saves a tenth of the time.
gc.set_threshold(100_000, 50, 50)


def _namespace_key(module: ModuleType) -> str:
    """Return a key that changes when the module gets another name.

    freezegun compares it for each of 3,000 modules when a test freezes the clock. The harness
    hashes all names of the module, which took a twentieth of the time of a test.
    """
    return f"{id(module)}-{len(getattr(module, '__dict__', ()))}"


patch_time.ha_get_module_attributes_hash = _namespace_key

CLOCK_RESOLUTION = time.get_clock_info("monotonic").resolution


def _run_timers(hass: HomeAssistant, now: datetime, fire_all: bool) -> None:  # noqa: FBT001 # its signature
    """Run the timers that are due at `now`, which is the time for Home Assistant meanwhile.

    The harness creates two mocks for each timer, which took a twelfth of the time of a test.
    """
    timestamp = now.timestamp()
    due = hass.loop.time() + timestamp - time.time() + CLOCK_RESOLUTION
    with (
        patch.object(event, "time_tracker_utcnow", lambda: now),
        patch.object(event, "time_tracker_timestamp", lambda: timestamp),
    ):
        for timer in list(get_scheduled_timer_handles(hass.loop)):
            if not isinstance(timer, TimerHandle) or timer.cancelled():
                continue
            if fire_all or timer.when() <= due:
                timer._run()
                timer.cancel()


common._async_fire_time_changed = _run_timers


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Release the Home Assistant of a test: thousands of them took gigabytes, and slowed all down.

    aiohttp keeps the handlers of the last 1,024 routes that were requested, and a mock of the
    harness its calls.
    """
    web_app._cached_build_middleware.cache_clear()
    if isinstance(resolver := aiohttp_client._async_make_resolver, Mock):  # until the last test
        resolver.reset_mock()
