"""Events that never fire."""

from homeassistant.components.event import EventEntity
from homeassistant.const import Platform

from . import FloorEntity, setup_of


class Event(FloorEntity, EventEntity):
    """An event."""

    _attr_event_types = ["event"]  # noqa: RUF012 # as Home Assistant names it


async_setup_entry = setup_of(Platform.EVENT, Event)
