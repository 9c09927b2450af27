"""Config flow without a step: Home Assistant reads the version of the entries from it."""

from homeassistant.config_entries import ConfigFlow

from . import DOMAIN


class FloorFlow(ConfigFlow, domain=DOMAIN):
    """A config flow without a step."""
