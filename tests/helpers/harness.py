"""Makes the test harness for Home Assistant 2026.10 work on 2026.11 too.

pytest's `-p` loads it (see pyproject.toml) before the plugins of installed packages, which it must
precede. It changes nothing on 2026.10. Remove it when pytest-homeassistant-custom-component has a
release for 2026.11.
"""

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

# 2026.11 moved the function; the harness imports it from its old module.
vars(logger).setdefault("_clear_logger_overwrites", helpers._clear_logger_overwrites)
