"""The meaning of Minut's event types for the model, independent of the integration."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What an event means for its Point or its home.

    `starts`, `stops`: a momentary state, by the key of its entity. `begins`, `ends`: a lasting
    state, likewise. `reading`: Minut's name of the reading in its value.
    """

    starts: str | None = None
    stops: str | None = None
    begins: str | None = None
    ends: str | None = None
    reading: str | None = None
    stage: str | None = None
    alarm: str | None = None
    mounted: bool | None = None

    @property
    def is_sign_of_life(self) -> bool:
        """Return whether the event proves that the Point was online."""
        return self.starts is not None or self.reading is not None


NOTHING = Meaning()
UNKNOWN_TYPE = "a_type_of_tomorrow"
MEANINGS = {
    "alarm_heard": Meaning(starts="alarm"),
    "smoke_detected": Meaning(starts="alarm"),
    "glassbreak": Meaning(starts="glass"),
    "pir_motion": Meaning(starts="motion"),
    "short_button_press": Meaning(starts="button_press"),
    "smoking_detection_smoking_detected": Meaning(starts="smoking"),
    "tamper": Meaning(starts="tamper_old"),
    "tamper_removed": Meaning(starts="tamper", mounted=False),
    "tamper_mounted": Meaning(stops="tamper", mounted=True),
    "avg_sound_high": Meaning(starts="sound", reading="sound"),
    "sound_level_dropped_normal": Meaning(reading="sound"),
    "temperature_high": Meaning(begins="heat", reading="temperature"),
    "temperature_dropped_normal": Meaning(ends="heat", reading="temperature"),
    "temperature_low": Meaning(begins="cold", reading="temperature"),
    "temperature_risen_normal": Meaning(ends="cold", reading="temperature"),
    "humidity_high": Meaning(begins="moisture", reading="humidity"),
    "humidity_dropped_normal": Meaning(ends="moisture", reading="humidity"),
    "humidity_low": Meaning(begins="dry", reading="humidity"),
    "humidity_risen_normal": Meaning(ends="dry", reading="humidity"),
    "device_offline": Meaning(ends="connectivity"),
    "device_online": Meaning(begins="connectivity"),
    "battery_low": Meaning(begins="battery"),
    "battery_empty": Meaning(begins="battery"),
    "battery_charging_complete": Meaning(ends="battery"),
    "alarm_grace_period_expired": Meaning(alarm="expired"),
    "alarm_silenced": Meaning(alarm="silenced", stops="alarm"),
    "disturbance_first_notice": Meaning(stage="first_notice"),
    "disturbance_second_notice": Meaning(stage="second_notice"),
    "disturbance_third_notice": Meaning(stage="third_notice"),
    "disturbance_snoozed": Meaning(stage="snoozed"),
    "disturbance_dismissed": Meaning(stage="dismissed"),
    "disturbance_ended": Meaning(stage="none"),
}
ONGOING = {
    "heat": "temperature_high",
    "cold": "temperature_low",
    "moisture": "humidity_high",
    "dry": "humidity_low",
}
"""The entry in `ongoing_events` for a lasting state."""

BRIEF = timedelta(seconds=5)
DURATIONS = {
    "alarm": timedelta(minutes=5),
    "button_press": BRIEF,
    "glass": timedelta(minutes=1),
    "motion": timedelta(minutes=1),
    "smoking": timedelta(minutes=10),
    "sound": BRIEF,
    "tamper": BRIEF,
    "tamper_old": BRIEF,
}
"""Duration of a momentary state from the time of the event; at least 5 s from receipt."""

NOTICES = {"first_notice", "second_notice", "third_notice"}
PANEL = {
    "off": "disarmed",
    "on_grace_period": "arming",
    "on": "armed_away",
    "off_grace_period": "pending",
    "critical_event": "triggered",
}
READINGS = {"temperature": "temperature", "humidity": "humidity", "sound_pressure": "sound"}
"""Minut's name of a reading, by the key of its entity."""


def meaning(event_type: str) -> Meaning:
    """Return the meaning of a type; none if it is unknown."""
    return MEANINGS.get(event_type, NOTHING)
