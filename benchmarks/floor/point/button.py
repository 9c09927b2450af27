"""Buttons that do nothing."""

from homeassistant.components.button import ButtonEntity
from homeassistant.const import Platform

from . import FloorEntity, setup_of


class Button(FloorEntity, ButtonEntity):
    """A button."""


async_setup_entry = setup_of(Platform.BUTTON, Button)
