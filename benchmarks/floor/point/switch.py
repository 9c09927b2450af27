"""Switches whose state never changes."""

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import Platform

from . import FloorEntity, setup_of


class Switch(FloorEntity, SwitchEntity):
    """A switch."""

    _attr_is_on = False


async_setup_entry = setup_of(Platform.SWITCH, Switch)
