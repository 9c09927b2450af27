"""The effect of an event. Pure."""

from dataclasses import dataclass
from datetime import datetime

from ..minut.event_types import EVENT_TYPES, EventType
from ..minut.models import Event

NOTHING = EventType()
"""The effects of an unknown type."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """The effect of an event.

    `keys`: ids of the homes and Points whose entities changed. `aspects`: what of the Point
    changed, as `DeviceState.apply` returns it; None: anything. `is_current`: it just happened.
    `reveals`: it is the first sign that the Point can detect this. `person`: name of the person who
    did it. `home_to_read`, `device_to_read`: what to read from the cloud because of it.
    """

    event: Event
    at: datetime
    is_current: bool
    keys: frozenset[str] = frozenset()
    aspects: frozenset[str] | None = None
    reveals: bool = False
    person: str | None = None
    device_id: str | None = None
    home_id: str | None = None
    home_to_read: str | None = None
    device_to_read: str | None = None

    @property
    def concerns_home(self) -> bool:
        """Return whether the event is about the home as a whole: alarm, noise, or no Point."""
        kind = EVENT_TYPES.get(self.event.type, NOTHING)
        is_of_home = kind.alarm or kind.disturbance or kind.noise is not None
        return self.event.device_id is None or bool(is_of_home)
