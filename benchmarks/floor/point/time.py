"""Times whose value never changes."""

from datetime import time

from homeassistant.components.time import TimeEntity
from homeassistant.const import Platform

from . import FloorEntity, setup_of


class Time(FloorEntity, TimeEntity):
    """A time."""

    _attr_native_value = time(22)


async_setup_entry = setup_of(Platform.TIME, Time)
