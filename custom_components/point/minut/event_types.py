"""Table of event types and their effects (API notes 8). A new type is one line in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, StrEnum, auto
from types import MappingProxyType
from typing import Final


class Momentary(StrEnum):
    """States that a Point detects without an event that ends them: they expire (`DURATIONS`)."""

    ALARM = "alarm"
    BUTTON_PRESS = "button_press"
    GLASS = "glass"
    MOTION = "motion"
    SMOKING = "smoking"
    SOUND = "sound"
    TAMPER = "tamper"
    TAMPER_OLD = "tamper_old"


BRIEF: Final = timedelta(seconds=5)
"""Shortest duration; also the minimum time for which a new state is shown."""

DURATIONS: Final[Mapping[Momentary, timedelta]] = MappingProxyType(
    {
        Momentary.ALARM: timedelta(minutes=5),
        Momentary.BUTTON_PRESS: BRIEF,
        Momentary.GLASS: timedelta(seconds=60),
        Momentary.MOTION: timedelta(seconds=60),
        Momentary.SMOKING: timedelta(minutes=10),
        Momentary.SOUND: BRIEF,
        Momentary.TAMPER: BRIEF,
        Momentary.TAMPER_OLD: BRIEF,
    }
)


class Lasting(StrEnum):
    """Conditions of a Point that start with one event and end with another."""

    BATTERY_LOW = "battery_low"
    COLD = "cold"
    DRY = "dry"
    HEAT = "heat"
    HUMID = "humid"
    OFFLINE = "offline"


class Disturbance(StrEnum):
    """Stage of a noise disturbance of a home."""

    NONE = "none"
    FIRST_NOTICE = "first_notice"
    SECOND_NOTICE = "second_notice"
    THIRD_NOTICE = "third_notice"
    SNOOZED = "snoozed"
    DISMISSED = "dismissed"


class AlarmEffect(Enum):
    """Effect of an event on the alarm of a home."""

    TRIGGERED = auto()
    SILENCED = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class EventType:
    """Effects of an event type.

    `starts`, `stops`: a momentary state. `opens`, `closes`: a lasting condition.
    `reading`: Minut's name of the reading that `sensor_value` belongs to.
    `disturbance`: the stage that noise monitoring has reached. `noise`: whether there is noise, for
    home events, which do not contain the stage.
    `by_person`: the event's user did it; for other types the user only owns the event (API notes
    6.3).
    """

    starts: Momentary | None = None
    stops: Momentary | None = None
    opens: Lasting | None = None
    closes: Lasting | None = None
    reading: str | None = None
    disturbance: Disturbance | None = None
    noise: bool | None = None
    alarm: AlarmEffect | None = None
    by_person: bool = False


EVENT_TYPES: Final[Mapping[str, EventType]] = MappingProxyType(
    {
        # Device
        "alarm_heard": EventType(starts=Momentary.ALARM),
        "glassbreak": EventType(starts=Momentary.GLASS),
        "pir_motion": EventType(starts=Momentary.MOTION),
        "short_button_press": EventType(starts=Momentary.BUTTON_PRESS),
        "smoking_detection_smoking_detected": EventType(starts=Momentary.SMOKING),
        "tamper": EventType(starts=Momentary.TAMPER_OLD),
        "tamper_removed": EventType(starts=Momentary.TAMPER),
        "tamper_mounted": EventType(stops=Momentary.TAMPER),
        "avg_sound_high": EventType(starts=Momentary.SOUND, reading="sound"),
        "sound_level_high_quiet_hours": EventType(starts=Momentary.SOUND, reading="sound"),
        "sound_level_high_despite_warning": EventType(starts=Momentary.SOUND, reading="sound"),
        "sound_level_dropped_normal": EventType(reading="sound"),
        "temperature_high": EventType(opens=Lasting.HEAT, reading="temperature"),
        "temperature_dropped_normal": EventType(closes=Lasting.HEAT, reading="temperature"),
        "temperature_low": EventType(opens=Lasting.COLD, reading="temperature"),
        "temperature_risen_normal": EventType(closes=Lasting.COLD, reading="temperature"),
        "humidity_high": EventType(opens=Lasting.HUMID, reading="humidity"),
        "humidity_dropped_normal": EventType(closes=Lasting.HUMID, reading="humidity"),
        "humidity_low": EventType(opens=Lasting.DRY, reading="humidity"),
        "humidity_risen_normal": EventType(closes=Lasting.DRY, reading="humidity"),
        "device_offline": EventType(opens=Lasting.OFFLINE),
        "device_online": EventType(closes=Lasting.OFFLINE),
        "battery_low": EventType(opens=Lasting.BATTERY_LOW),
        "battery_empty": EventType(opens=Lasting.BATTERY_LOW),
        "battery_charging_complete": EventType(closes=Lasting.BATTERY_LOW),
        "smoke_detected": EventType(starts=Momentary.ALARM),
        # Home
        "alarm_grace_period_expired": EventType(alarm=AlarmEffect.TRIGGERED),
        "alarm_silenced": EventType(
            stops=Momentary.ALARM, alarm=AlarmEffect.SILENCED, by_person=True
        ),
        "disturbance_first_notice": EventType(disturbance=Disturbance.FIRST_NOTICE),
        "disturbance_second_notice": EventType(disturbance=Disturbance.SECOND_NOTICE),
        "disturbance_third_notice": EventType(disturbance=Disturbance.THIRD_NOTICE),
        "disturbance_snoozed": EventType(disturbance=Disturbance.SNOOZED, by_person=True),
        "disturbance_dismissed": EventType(disturbance=Disturbance.DISMISSED, by_person=True),
        "disturbance_ended": EventType(disturbance=Disturbance.NONE),
        # Home, with the names of `GET /homes/{id}/events`
        "noise_detected": EventType(noise=True),
        "noise_quieted": EventType(noise=False),
    }
)

HOME_EVENT_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "disturbance_first_notice": "noise_detected",
        "disturbance_second_notice": "noise_detected",
        "disturbance_third_notice": "noise_detected",
        "disturbance_ended": "noise_quieted",
    }
)
"""Names in `GET /homes/{id}/events` of types with another name in deliveries (API notes 7.1).

Whether later notices have a name of their own there is not known.
"""


def home_event_names(types: Iterable[str]) -> list[str]:
    """Return the names that events of these types may have in `GET /homes/{id}/events`."""
    return list(
        dict.fromkeys(name for each in types for name in (HOME_EVENT_NAMES.get(each), each) if name)
    )


ONGOING: Final[Mapping[Lasting, frozenset[str]]] = MappingProxyType(
    {
        lasting: frozenset(name for name, kind in EVENT_TYPES.items() if kind.opens is lasting)
        for lasting in Lasting
    }
)
"""Names of each lasting condition in a device's `ongoing_events` (API notes 8)."""
