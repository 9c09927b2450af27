"""Nobody sets it up: Home Assistant asks this for the version of its entries."""

from homeassistant.config_entries import ConfigFlow

from . import DOMAIN


class FloorFlow(ConfigFlow, domain=DOMAIN):
    """A dialog without a step."""
