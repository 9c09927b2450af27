"""Minut's objects are parsed as documented, and in any other shape they may have."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from datetime import UTC, datetime
import json

import pytest

from custom_components.point.minut.models import (
    Device,
    Event,
    Home,
    Hook,
    Reading,
    User,
)
from custom_components.point.minut.parsing import Json, JsonObject, number, parse_each
from custom_components.point.minut.thresholds import Thresholds

from .examples import DELIVERY, DEVICE, HOME, HOME_EVENT, HOOK, USER

MODELS: dict[str, tuple[Callable[[JsonObject], object], dict[str, Json], str]] = {
    "user": (User.from_json, USER, "user_id"),
    "device": (Device.from_json, DEVICE, "device_id"),
    "home": (Home.from_json, HOME, "home_id"),
    "event": (Event.from_json, DELIVERY, "type"),
    "home event": (Event.from_json, HOME_EVENT, "event_type"),
    "hook": (Hook.from_json, HOOK, "hook_id"),
}
ODD: list[Json] = [None, True, 0, 3.5, 10**400, "", "x", [], [None], [[]], {}, {"home_id": []}]


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, 20, hour, minute, second, tzinfo=UTC)


# As documented


def test_reads_an_account() -> None:
    assert User.from_json(USER) == User(id="65a0c1d2e3f4a5b6c7d8e9f0", name="Alex Example")


def test_reads_a_device() -> None:
    device = Device.from_json(DEVICE)
    assert device == Device(
        id="65b1a2c3d4e5f60718293a4b",
        home_id="65b0ffee0123456789abcdef",
        name="Hallway",
        mac="a4c1380d7e92",
        active=True,
        offline=False,
        last_heard_from_at=at(9, 41, 7),
        next_heartbeat_at=at(10, 20),
        firmware="4711",
        hardware_version="3",
        battery_percent=81.0,
        mount_status="mounted",
        charge_status="not_charging",
        mould_risk="no_risk",
        ongoing_events=frozenset({"temperature_low"}),
        thresholds=Thresholds(
            reactions=({"type": "temperature_low", "value": 12, "notifications": ["push"]},),
            quiet_hours={"enabled": True, "start": "22:00", "end": "07:00"},
        ),
        readings={
            "temperature": Reading(11.62109375, at(9, 41, 5)),
            "humidity": Reading(44.53125, at(9, 41, 5)),
            "sound": Reading(36.9140625, at(9, 40, 58)),
            "accelerometer_z": Reading(1.0078125, at(9, 41, 5)),
        },
    )


def test_reads_a_home() -> None:
    assert Home.from_json(HOME) == Home(
        id="65b0ffee0123456789abcdef",
        name="Lakeside 4",
        timezone="Europe/Stockholm",
        alarm_status="on_grace_period",
        noise_monitoring=True,
        grace_period_expires_at=at(10, 0, 45),
        alarm_options={
            "alarm_mode": "manual",
            "silent_alarm": False,
            "scheduled_alarm_active": False,
        },
        members={"65a0c1d2e3f4a5b6c7d8e9f0": "Alex Example"},
    )


def test_reads_the_event_of_a_delivery() -> None:
    assert Event.from_json(DELIVERY) == Event(
        id="66bb00112233445566778899",
        type="temperature_low",
        created_at=at(9, 41, 5),
        user_id="65a0c1d2e3f4a5b6c7d8e9f0",
        home_id="65b0ffee0123456789abcdef",
        device_id="65b1a2c3d4e5f60718293a4b",
        value=11.6,
        threshold=12.0,
    )


def test_reads_an_event_in_the_spelling_of_homes() -> None:
    assert Event.from_json(HOME_EVENT) == Event(
        id="66cc00112233445566778899",
        type="noise_detected",
        created_at=at(21, 5).replace(microsecond=708_000),
        home_id="65b0ffee0123456789abcdef",
    )


def test_reads_a_hook_and_hides_its_secret() -> None:
    hook = Hook.from_json(HOOK)
    assert hook == Hook(
        id="66aa00112233445566778899",
        url="https://ha.example.org/api/webhook/0f",
        events=frozenset({"*"}),
        secret="0c9d2f4be81a7735d6e0f1a2b3c4d5e6f7081920",
    )
    assert "0c9d" not in repr(hook)


@pytest.mark.parametrize("model", MODELS)
def test_what_was_read_stays_as_it_is(model: str) -> None:
    read, example, _ = MODELS[model]
    value = read(example)
    assert value == read(json.loads(json.dumps(example)))
    with pytest.raises((FrozenInstanceError, TypeError)):
        value.id = "other"  # type: ignore[attr-defined]


# Whatever else


@pytest.mark.parametrize("model", MODELS)
def test_only_a_missing_id_is_an_error(model: str) -> None:
    read, example, key = MODELS[model]
    read({key: "x"})
    for odd in ({}, {**example, key: None}, {**example, key: ""}, {**example, key: []}):
        with pytest.raises(ValueError, match="no "):
            read(odd)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:12])
@pytest.mark.parametrize("model", MODELS)
def test_no_other_field_does_any_harm(model: str, odd: Json) -> None:
    """Predecessor's defects 30, 36 and 63: one null took the whole account down."""
    read, example, key = MODELS[model]
    for field in example.keys() - {key}:
        expected = read({name: value for name, value in example.items() if name != field})
        found = read({**example, field: odd})
        assert type(found) is type(expected)
        hash(tuple(repr(getattr(found, name.name)) for name in fields(found)))  # type: ignore[arg-type]
    read(dict.fromkeys(example, odd) | {key: "x"})


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:12])
def test_nor_does_anything_further_inside(odd: Json) -> None:
    inside = ("time", "value", "percent", "installed", "home_id")
    nested: Json = dict.fromkeys(inside, odd)
    device = Device.from_json(
        {
            "device_id": "p1",
            "battery": nested,
            "firmware": nested,
            "home": nested,
            "ongoing_events": [odd, "heat"],
            "latest_sensor_values": {"temperature": nested, "humidity": odd},
        }
    )
    assert "heat" in device.ongoing_events
    assert ("humidity" in device.readings) == (number(odd) is not None)
    home = Home.from_json({"home_id": "h1", "members": [odd, nested], "alarm_info": nested})
    assert home.members == {}


@pytest.mark.parametrize(
    ("fields", "home_id"),
    [
        ({"home": "h1"}, "h1"),
        ({"home_id": "h1"}, "h1"),
        ({"home_id": "h1", "home": "h2"}, "h1"),
        ({"home_id": None, "home": "h1"}, "h1"),
        ({"home": {"home_id": "h1", "name": "Lakeside"}}, "h1"),
        ({"home": {"id": "h1"}}, "h1"),
        ({"home": {}}, None),
        ({"home": None}, None),
        ({}, None),
    ],
)
def test_a_device_names_its_home_in_many_ways(fields: dict[str, Json], home_id: str | None) -> None:
    assert Device.from_json({"device_id": "p1", **fields}).home_id == home_id


@pytest.mark.parametrize("flags", [{}, {"active": None, "offline": None}, {"active": "no"}])
def test_a_device_that_does_not_say_otherwise_is_there(flags: dict[str, Json]) -> None:
    device = Device.from_json({"device_id": "p1", **flags})
    assert device.active
    assert not device.offline


@pytest.mark.parametrize(
    ("values", "readings"),
    [
        ({"temperature": {"value": 20}}, {"temperature": Reading(20.0)}),
        ({"temperature": {"value": 20, "time": "never"}}, {"temperature": Reading(20.0)}),
        ({"temperature": {"value": None, "time": "2026-11-20T09:41:00Z"}}, {}),
        ({"temperature": 20}, {"temperature": Reading(20.0)}),
        ({"temperature": "20"}, {"temperature": Reading(20.0)}),
        ({"temperature": "warm"}, {}),
        ({"temperature": {"value": 68, "unit": "Fahrenheit"}}, {"temperature": Reading(20.0)}),
        ({"temperature": {"value": 68, "unit": "°F"}}, {"temperature": Reading(20.0)}),
        ({"temperature": {"value": 293.15, "unit": "K"}}, {"temperature": Reading(20.0)}),
        ({"temperature": {"value": 20, "unit": "celsius"}}, {"temperature": Reading(20.0)}),
        ({"humidity": {"value": 40, "unit": "% rH"}}, {"humidity": Reading(40.0)}),
        ({"pressure": {"value": 1013.2, "unit": "hPa"}}, {"pressure": Reading(101_320.0)}),
        ({"pressure": {"value": 101.32, "unit": "kPa"}}, {"pressure": Reading(101_320.0)}),
        ({"pressure": {"value": 101_320, "unit": ""}}, {"pressure": Reading(101_320.0)}),
        ({"radon": {"value": 1, "time": None}}, {"radon": Reading(1.0)}),
    ],
)
def test_a_reading_needs_a_value_and_no_more(values: Json, readings: dict[str, Reading]) -> None:
    """Predecessor's defect 63 and issue 90337: KeyError, thousands of times a day."""
    device = Device.from_json({"device_id": "p1", "latest_sensor_values": values})
    assert device.readings == readings


@pytest.mark.parametrize(
    ("coarse", "detailed", "word"),
    [
        ("on", "on_grace_period", "on_grace_period"),
        ("off", "on_grace_period", "on_grace_period"),
        ("on", "off_grace_period", "off_grace_period"),
        ("on", "critical_event", "critical_event"),
        ("on_grace_period", "on", "on_grace_period"),
        ("critical_event", "on", "critical_event"),
        ("off_grace_period", "critical_event", "critical_event"),
        ("critical_event", "off_grace_period", "critical_event"),
        ("on", "on", "on"),
        ("on", None, "on"),
        (None, "off", "off"),
        ("party", None, "party"),
        ("on", "party", "on"),
        (None, None, None),
        (3.5, [], None),
    ],
)
def test_the_word_for_the_alarm_that_says_more_counts(
    coarse: Json, detailed: Json, word: str | None
) -> None:
    """Predecessor's defect 5."""
    home = {"home_id": "h1", "alarm_status": coarse, "detailed_alarm_status": detailed}
    assert Home.from_json(home).alarm_status == word


def test_a_home_without_an_alarm_is_a_home() -> None:
    """Predecessor's defect 39: it was hidden."""
    assert Home.from_json({"home_id": "h1"}) == Home(id="h1")


@pytest.mark.parametrize(
    ("info", "top", "expected"),
    [
        ("2026-11-20T10:00:45Z", "2026-11-20T11:00:00Z", at(10, 0, 45)),
        (None, "2026-11-20T11:00:00Z", at(11, 0)),
        ("soon", "2026-11-20T11:00:00Z", at(11, 0)),
        (None, None, None),
    ],
)
def test_the_end_of_a_grace_period_stands_in_either_place(
    info: Json, top: Json, expected: datetime | None
) -> None:
    home = Home.from_json(
        {
            "home_id": "h1",
            "alarm_info": {"grace_period_expires_at": info},
            "grace_period_expires_at": top,
        }
    )
    assert home.grace_period_expires_at == expected


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"fullname": "Alex Example", "nick": "Al", "email": "a@example.org"}, "Alex Example"),
        ({"fullname": " ", "nick": "Al", "email": "a@example.org"}, "Al"),
        ({"email": "a@example.org"}, None),
        ({}, None),
    ],
)
def test_an_account_is_named_by_what_there_is(fields: dict[str, Json], name: str | None) -> None:
    """By a name only: it becomes a title, and titles reach the log."""
    assert User.from_json({"user_id": "u1", **fields}).name == name


def test_a_member_without_a_name_is_left_out() -> None:
    members: Json = [{"user_id": "u1", "nick": "Al"}, {"user_id": "u2"}, {"nick": "No id"}]
    assert Home.from_json({"home_id": "h1", "members": members}).members == {"u1": "Al"}


@pytest.mark.parametrize("values", [None, {}, "x", 3, []])
def test_what_is_no_list_holds_nothing(values: Json) -> None:
    assert parse_each(values, Home.from_json) == ()


def test_one_that_cannot_be_read_never_harms_the_others() -> None:
    values: Json = [{"home_id": "h1"}, {}, None, "x", [], {"home_id": "h2"}]
    assert [home.id for home in parse_each(values, Home.from_json)] == ["h1", "h2"]


@pytest.mark.parametrize("odd", ["..", "a/b", "a?b=c", "x" * 129, "é", "a b", ""])
def test_an_id_that_would_lead_elsewhere_is_none(odd: str) -> None:
    with pytest.raises(ValueError, match="no device_id"):
        Device.from_json({"device_id": odd})
