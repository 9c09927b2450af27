"""Selects whose option never changes."""

from homeassistant.components.select import SelectEntity
from homeassistant.const import Platform

from . import FloorEntity, setup_of


class Select(FloorEntity, SelectEntity):
    """A select."""

    _attr_options = ["option"]  # noqa: RUF012 # as Home Assistant names it
    _attr_current_option = "option"


async_setup_entry = setup_of(Platform.SELECT, Select)
