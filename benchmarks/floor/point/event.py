"""Event entities, triggered by a delivery."""

from typing import override

from homeassistant.components.event import EventEntity
from homeassistant.const import Platform

from . import FloorEntity, setup_of


class Event(FloorEntity, EventEntity):
    """An event."""

    _attr_event_types = ["event"]  # noqa: RUF012 # as Home Assistant names it

    @override
    def update_from_event(self) -> None:
        self._trigger_event("event", {"type": "event", "value": 29.5, "threshold": 28.0})
        self.async_write_ha_state()


async_setup_entry = setup_of(Platform.EVENT, Event)
