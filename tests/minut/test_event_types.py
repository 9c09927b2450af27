"""What each type of event means, as far as it shows without an account (API notes 8)."""

from datetime import timedelta

import pytest

from custom_components.point.minut.event_types import (
    BRIEF,
    DURATIONS,
    EVENT_TYPES,
    ONGOING,
    Lasting,
    Momentary,
)

SECONDS = {
    "alarm": 300,
    "button_press": 5,
    "glass": 60,
    "motion": 60,
    "smoking": 600,
    "sound": 5,
    "tamper": 5,
    "tamper_old": 5,
}


def test_each_momentary_state_lasts_so_long() -> None:
    """Predecessor's defects 14 and 15."""
    assert {str(kind): length.total_seconds() for kind, length in DURATIONS.items()} == SECONDS
    assert timedelta(seconds=5) == BRIEF


def test_there_is_an_event_that_starts_each_momentary_state() -> None:
    assert {kind.starts for kind in EVENT_TYPES.values()} - {None} == set(Momentary)


@pytest.mark.parametrize("condition", Lasting)
def test_each_lasting_condition_begins_and_ends(condition: Lasting) -> None:
    """Predecessor's defect 17: nothing ended a low battery."""
    assert any(kind.opens is condition for kind in EVENT_TYPES.values())
    assert any(kind.closes is condition for kind in EVENT_TYPES.values())


def test_ongoing_events_are_named_after_what_opened_them() -> None:
    assert {
        Lasting.BATTERY_LOW: {"battery_low", "battery_empty"},
        Lasting.COLD: {"temperature_low"},
        Lasting.DRY: {"humidity_low"},
        Lasting.HEAT: {"temperature_high"},
        Lasting.HUMID: {"humidity_high"},
        Lasting.OFFLINE: {"device_offline"},
    } == ONGOING


PREDECESSORS_GAPS = [
    "battery_empty",
    "disturbance_second_notice",
    "disturbance_third_notice",
    "disturbance_snoozed",
    "disturbance_dismissed",
    "sound_level_high_quiet_hours",
    "sound_level_high_despite_warning",
    "smoking_detection_smoking_detected",
]


@pytest.mark.parametrize("event_type", PREDECESSORS_GAPS)
def test_knows_what_the_predecessor_did_not(event_type: str) -> None:
    """Predecessor's defect 83."""
    assert event_type in EVENT_TYPES


def test_the_empty_type_means_nothing() -> None:
    """Predecessor's defect 21: it switched sensors off."""
    assert "" not in EVENT_TYPES
