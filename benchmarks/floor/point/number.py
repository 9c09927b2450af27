"""Numbers whose value never changes."""

from homeassistant.components.number import NumberEntity
from homeassistant.const import Platform

from . import FloorEntity, setup_of


class Number(FloorEntity, NumberEntity):
    """A number."""

    _attr_native_value = 50.0


async_setup_entry = setup_of(Platform.NUMBER, Number)
