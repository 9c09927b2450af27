"""What Minut's event types say, for the model: from the documentation, shared with nobody."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What an event says: of its Point, or of its home.

    `starts`, `stops`: what is on for a moment, by the key of its entity. `begins`, `ends`: what
    lasts, likewise. `reading`: Minut's name of the reading that its value belongs to.
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
        """Tell whether the Point itself must have been heard."""
        return self.starts is not None or self.reading is not None


NOTHING = Meaning()
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
"""The word in `ongoing_events` for what lasts."""

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
"""How long it is on, from when it happened; at least 5 s from when it was told."""

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
    """Return what a type says; of one that is not known, nothing."""
    return MEANINGS.get(event_type, NOTHING)
