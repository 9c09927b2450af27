"""Lets the test harness that was made for Home Assistant 2026.10 run on 2026.11 too.

Loaded with pytest's `-p` (see pyproject.toml): pytest imports such plugins before those that
installed packages bring, and the cure has to come before them. On 2026.10 it changes nothing.
Goes when pytest-homeassistant-custom-component has a release for 2026.11.
"""

# First of all: 2026.11 puts httpx2 in the place of httpx, and refuses to once a plugin has
# imported httpx.
import homeassistant  # noqa: F401  # isort: skip

# The harness patches these before anything of Home Assistant may import them.
from pytest_homeassistant_custom_component import (  # noqa: F401  # isort: skip
    patch_json,
    patch_recorder,
    patch_time,
)

from homeassistant.components import logger
from homeassistant.components.logger import helpers

# 2026.11 moved the function; the harness still asks for it where it was.
vars(logger).setdefault("_clear_logger_overwrites", helpers._clear_logger_overwrites)
