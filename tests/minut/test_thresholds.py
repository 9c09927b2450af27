"""What of a Point's settings is read, and what is sent back to change them."""

from datetime import time

import pytest

from custom_components.point.minut.models import Device
from custom_components.point.minut.parsing import Json
from custom_components.point.minut.thresholds import (
    InvalidThresholds,
    InvalidThresholdsError,
    Setting,
    Thresholds,
    ThresholdValues,
    Value,
    update_body,
)

LOUD: dict[str, Json] = {
    "type": "sound_level_high",
    "value": 75,
    "duration_seconds": 600,
    "notifications": [],
}
LOUD_AT_NIGHT = LOUD | {"type": "sound_level_high_quiet_hours", "value": 70}
COLD: dict[str, Json] = {"type": "temperature_low", "value": 12.5, "notifications": ["push"]}
NEW_KIND: dict[str, Json] = {"type": "crowd", "people": 8, "notifications": ["sms"]}
NIGHT: dict[str, Json] = {"enabled": True, "start": "22:00", "end": "07:00"}


def thresholds(*reactions: Json, **configuration: Json) -> Thresholds:
    return Thresholds.from_json({"reactions": [*reactions], **configuration})


# Reading

WHOLE = thresholds(LOUD, LOUD_AT_NIGHT, COLD, NEW_KIND, quiet_hours=NIGHT)
VALUES: dict[Setting, Value] = {
    Setting.TEMPERATURE_LOW: 12.5,
    Setting.TEMPERATURE_HIGH: None,
    Setting.HUMIDITY_LOW: None,
    Setting.HUMIDITY_HIGH: None,
    Setting.SOUND_LEVEL_HIGH: 75,
    Setting.SOUND_LEVEL_HIGH_QUIET_HOURS: 70,
    Setting.NOISE_DURATION: 10,
    Setting.QUIET_HOURS: True,
    Setting.QUIET_HOURS_START: time(22),
    Setting.QUIET_HOURS_END: time(7),
}


@pytest.mark.parametrize("setting", Setting)
def test_reads_each_setting(setting: Setting) -> None:
    assert WHOLE.value(setting) == VALUES[setting]


@pytest.mark.parametrize(
    "configuration",
    [
        None,
        "odd",
        {},
        {"reactions": None, "quiet_hours": []},
        {"reactions": {}, "quiet_hours": {"enabled": "yes", "start": 99, "end": "25:00"}},
        {"reactions": [None, "odd", {}, {"type": None}, {"type": "temperature_low"}]},
    ],
)
def test_whatever_is_odd_is_not_set(configuration: Json) -> None:
    device = Device.from_json({"device_id": "p1", "configuration": configuration})
    assert {device.thresholds.value(setting) for setting in Setting} == {None}


def test_the_duration_is_that_of_any_sound_limit() -> None:
    assert thresholds(LOUD_AT_NIGHT).value(Setting.NOISE_DURATION) == 10
    assert thresholds(COLD).value(Setting.NOISE_DURATION) is None


@pytest.mark.parametrize(
    ("configuration", "is_pending"),
    [
        ({}, None),
        ({"updated_at": "2026-11-20T12:00:00Z"}, None),
        ({"installed_on_device_at": "2026-11-20T12:00:00Z"}, None),
        ({"updated_at": "2026-11-20T12:00:00Z", "installed_on_device_at": None}, True),
        (
            {
                "updated_at": "2026-11-20T12:00:00Z",
                "installed_on_device_at": "2026-11-20T11:59:59Z",
            },
            True,
        ),
        (
            {
                "updated_at": "2026-11-20T12:00:00Z",
                "installed_on_device_at": "2026-11-20T12:00:00Z",
            },
            False,
        ),
    ],
)
def test_tells_whether_the_point_has_taken_it_over(
    *, configuration: dict[str, Json], is_pending: bool | None
) -> None:
    assert thresholds(**configuration).is_pending is is_pending


# Changing


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({Setting.TEMPERATURE_LOW: 10.0}, [LOUD, LOUD_AT_NIGHT, COLD | {"value": 10}, NEW_KIND]),
        ({Setting.TEMPERATURE_LOW: None}, [LOUD, LOUD_AT_NIGHT, NEW_KIND]),
        (
            {Setting.NOISE_DURATION: 15.0},
            [
                LOUD | {"duration_seconds": 900},
                LOUD_AT_NIGHT | {"duration_seconds": 900},
                COLD,
                NEW_KIND,
            ],
        ),
        (
            {Setting.HUMIDITY_HIGH: 80.5},
            [
                LOUD,
                LOUD_AT_NIGHT,
                COLD,
                NEW_KIND,
                {"type": "humidity_high", "value": 80.5, "notifications": []},
            ],
        ),
        (
            {Setting.SOUND_LEVEL_HIGH: None, Setting.NOISE_DURATION: 5.0},
            [LOUD_AT_NIGHT | {"duration_seconds": 300}, COLD, NEW_KIND],
        ),
    ],
)
def test_sends_all_reactions_with_the_one_change(
    values: ThresholdValues, expected: list[Json]
) -> None:
    assert update_body(WHOLE, values) == {"reactions": expected}


def test_sends_back_what_is_no_reaction_known_here() -> None:
    odd: list[Json] = [None, "off", 7, {}, ["x"], {"type": "noise_duration", "value": 1}]
    values: ThresholdValues = {Setting.TEMPERATURE_LOW: 10.0, Setting.NOISE_DURATION: 5.0}
    assert update_body(thresholds(*odd, COLD, LOUD), values) == {
        "reactions": [*odd, COLD | {"value": 10}, LOUD | {"duration_seconds": 300}]
    }


def test_removes_a_limit_in_another_way_too() -> None:
    body = update_body(WHOLE, {Setting.TEMPERATURE_LOW: None}, remove_by_null=True)
    assert body == {"reactions": [LOUD, LOUD_AT_NIGHT, COLD | {"value": None}, NEW_KIND]}


@pytest.mark.parametrize(
    ("present", "changes", "seconds"),
    [
        ((), {}, 600),
        ((LOUD | {"duration_seconds": 420},), {}, 420),
        ((), {"noise_duration": 7}, 420),
    ],
)
def test_a_new_sound_limit_takes_the_duration_that_holds(
    present: tuple[Json, ...], changes: dict[str, float], seconds: int
) -> None:
    values: dict[Setting, Value] = {Setting.SOUND_LEVEL_HIGH_QUIET_HOURS: 65.0}
    values |= {Setting(key): value for key, value in changes.items()}
    match update_body(thresholds(*present), values):
        case {"reactions": [*_, new]}:
            assert new == LOUD_AT_NIGHT | {"value": 65, "duration_seconds": seconds}
        case body:
            pytest.fail(f"no reactions in {body}")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({Setting.QUIET_HOURS: False}, NIGHT | {"enabled": False}),
        ({Setting.QUIET_HOURS_START: time(21, 30, 20)}, NIGHT | {"start": "21:30"}),
        ({Setting.QUIET_HOURS_END: time(6)}, NIGHT | {"end": "06:00"}),
    ],
)
def test_sends_quiet_hours_whole_and_no_reactions(values: ThresholdValues, expected: Json) -> None:
    assert update_body(WHOLE, values) == {"quiet_hours": expected}


@pytest.mark.parametrize("setting", [setting for setting in Setting if VALUES[setting] is not None])
def test_sends_nothing_where_it_is_so_already(setting: Setting) -> None:
    assert WHOLE.matches(setting, VALUES[setting])
    assert update_body(WHOLE, {setting: VALUES[setting]}) == {}


def test_sends_nothing_to_remove_what_is_not_there() -> None:
    assert update_body(WHOLE, {Setting.HUMIDITY_LOW: None}) == {}


def test_a_duration_is_fulfilled_when_both_limits_have_it() -> None:
    uneven = thresholds(LOUD, LOUD_AT_NIGHT | {"duration_seconds": 300})
    assert not uneven.matches(Setting.NOISE_DURATION, 10.0)
    assert update_body(uneven, {Setting.NOISE_DURATION: 10.0})["reactions"] == [LOUD, LOUD_AT_NIGHT]
    assert not thresholds(COLD).matches(Setting.NOISE_DURATION, 10.0)


@pytest.mark.parametrize(
    ("current", "values", "reason"),
    [
        (WHOLE, {Setting.TEMPERATURE_HIGH: 12.5}, InvalidThresholds.LIMITS_CROSS),
        (
            WHOLE,
            {Setting.HUMIDITY_LOW: 60.0, Setting.HUMIDITY_HIGH: 50.0},
            InvalidThresholds.LIMITS_CROSS,
        ),
        (Thresholds(), {Setting.HUMIDITY_LOW: 60.0}, InvalidThresholds.LIMITS_UNKNOWN),
        (Thresholds(), {Setting.NOISE_DURATION: 5.0}, InvalidThresholds.LIMITS_UNKNOWN),
        (thresholds(COLD), {Setting.NOISE_DURATION: 5.0}, InvalidThresholds.NO_SOUND_LIMIT),
        (
            thresholds(LOUD),
            {Setting.SOUND_LEVEL_HIGH: None, Setting.NOISE_DURATION: 5.0},
            InvalidThresholds.NO_SOUND_LIMIT,
        ),
        (thresholds(LOUD), {Setting.QUIET_HOURS: True}, InvalidThresholds.QUIET_HOURS_UNKNOWN),
        (
            thresholds(LOUD),
            {Setting.QUIET_HOURS: True, Setting.QUIET_HOURS_START: time(22)},
            InvalidThresholds.QUIET_HOURS_UNKNOWN,
        ),
    ],
)
def test_refuses_what_makes_no_sense(
    current: Thresholds, values: ThresholdValues, reason: InvalidThresholds
) -> None:
    with pytest.raises(InvalidThresholdsError) as caught:
        update_body(current, values)
    assert caught.value.reason is reason


def test_odd_limits_do_not_stand_in_the_way_of_others() -> None:
    odd = thresholds(COLD, {"type": "temperature_high", "value": 5})
    assert "reactions" in update_body(odd, {Setting.HUMIDITY_LOW: 20.0})


def test_quiet_hours_that_are_not_shown_can_be_sent_whole() -> None:
    values: ThresholdValues = {
        Setting.QUIET_HOURS: True,
        Setting.QUIET_HOURS_START: time(22),
        Setting.QUIET_HOURS_END: time(7),
    }
    assert update_body(thresholds(LOUD), values) == {"quiet_hours": NIGHT}
