"""Events in both of Minut's vocabularies (API notes 7 and 8)."""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from simulator.formats import JsonObject, iso

BARE_TYPES = frozenset({"tamper", "tamper_removed", "tamper_mounted"})
"""Events that name only the Point (API notes 6.3)."""

EVENT_TYPES = frozenset(
    {
        "alarm_grace_period_expired",
        "alarm_heard",
        "alarm_silenced",
        "avg_sound_high",
        "battery_charging_complete",
        "battery_empty",
        "battery_low",
        "device_offline",
        "device_online",
        "disturbance_dismissed",
        "disturbance_ended",
        "disturbance_first_notice",
        "disturbance_second_notice",
        "disturbance_snoozed",
        "disturbance_third_notice",
        "glassbreak",
        "humidity_dropped_normal",
        "humidity_high",
        "humidity_low",
        "humidity_risen_normal",
        "pir_motion",
        "short_button_press",
        "smoke_detected",
        "smoking_detection_smoking_detected",
        "sound_level_dropped_normal",
        "sound_level_high_despite_warning",
        "sound_level_high_quiet_hours",
        "tamper",
        "tamper_mounted",
        "tamper_removed",
        "temperature_dropped_normal",
        "temperature_high",
        "temperature_low",
        "temperature_risen_normal",
    }
)
"""The event types of API notes 8."""

HOME_EVENT_TYPES = {
    "disturbance_first_notice": "noise_detected",
    "disturbance_ended": "noise_quieted",
}
"""Home event types that differ from the user event type (API notes 7.1). No others are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event of one user."""

    id: str
    type: str
    created_at: datetime
    user_id: str
    home_id: str | None = None
    device_id: str | None = None
    fields: JsonObject = field(default_factory=dict)

    @property
    def home_type(self) -> str:
        """The type of this event among the home's events."""
        return HOME_EVENT_TYPES.get(self.type, self.type)

    def _places(self) -> JsonObject:
        home = None if self.type in BARE_TYPES else self.home_id
        places = {"home_id": home, "device_id": self.device_id}
        return {name: value for name, value in places.items() if value is not None}

    def as_user_event(self) -> JsonObject:
        """Return the JSON of deliveries and GET /events (API notes 6.3)."""
        body: JsonObject = {
            "id": self.id,
            "type": self.type,
            "created_at": iso(self.created_at),
            "user_id": self.user_id,
        }
        return body | self._places() | self.fields

    def as_home_event(self) -> JsonObject:
        """Return the JSON of GET /homes/{id}/events (API notes 7.1)."""
        body: JsonObject = {
            "event_id": self.id,
            "event_type": self.home_type,
            "event_time": iso(self.created_at),
            "home_id": self.home_id,
        }
        return body | self._places() | self.fields


def home_event_types(seen: Iterable[Event]) -> set[str]:
    """Return the types that `event_type` accepts: all known ones, and those that occurred."""
    known: set[str] = {HOME_EVENT_TYPES.get(name, name) for name in EVENT_TYPES}
    return known | {event.home_type for event in seen}


class EventLog:
    """All events, oldest first."""

    def __init__(self) -> None:
        self._by_user: dict[str, list[Event]] = {}
        self._by_home: dict[str, list[Event]] = {}

    def add(self, event: Event, *, owner: bool) -> None:
        """Store an event; `owner`: this is the copy of the home's owner."""
        insort(self._by_user.setdefault(event.user_id, []), event, key=lambda e: e.created_at)
        if owner and event.home_id:
            insort(self._by_home.setdefault(event.home_id, []), event, key=lambda e: e.created_at)

    def of_user(self, user_id: str) -> list[Event]:
        """Return a user's events, oldest first."""
        return self._by_user.get(user_id, [])

    def of_home(self, home_id: str) -> list[Event]:
        """Return a home's events, oldest first."""
        return self._by_home.get(home_id, [])
