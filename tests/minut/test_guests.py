"""What is made of Minut's guests, whose members have no public names, and what is written."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.point.minut.exceptions import MinutUnexpectedAnswerError
from custom_components.point.minut.guests import (
    FIELD_NAMES,
    Guest,
    Stay,
    StayField,
    default_time,
    guest_body,
    read_stays,
)
from custom_components.point.minut.parsing import Json

STOCKHOLM = ZoneInfo("Europe/Stockholm")
IN, OUT = datetime(2026, 12, 24, 14, tzinfo=UTC), datetime(2026, 12, 27, 10, tzinfo=UTC)
GUEST: dict[str, Json] = {
    "guest_id": "65b0aa",
    "name": "Kim Guest",
    "email": "kim@example.org",
    "phone_number": "+46700000000",
    "check_in_at": "2026-12-24T14:00:00.000Z",
    "check_out_at": "2026-12-27T10:00:00Z",
    "lock_code": 1234,
}
STAY = Stay(
    id="65b0aa",
    check_in=IN,
    check_out=OUT,
    name="Kim Guest",
    email="kim@example.org",
    phone="+46700000000",
)
DEFAULTS = {part: names[0] for part, names in FIELD_NAMES.items()}


def read(**changed: Json) -> tuple[Stay, ...]:
    return read_stays([Guest.from_json(GUEST | changed)], STOCKHOLM)


def test_reads_a_stay() -> None:
    assert GUEST.keys() == {*DEFAULTS.values(), "lock_code"}
    assert read() == (STAY,)


@pytest.mark.parametrize(
    ("part", "name"), [(part, name) for part, names in FIELD_NAMES.items() for name in names]
)
def test_reads_every_spelling(part: StayField, name: str) -> None:
    guest = {key: value for key, value in GUEST.items() if key != DEFAULTS[part]}
    guest[name] = GUEST[DEFAULTS[part]]
    assert read_stays([Guest.from_json(guest)], STOCKHOLM) == (STAY,)


@pytest.mark.parametrize("wrapper", ["guest", "home_guest", "stay"])
def test_reads_a_guest_that_is_wrapped(wrapper: str) -> None:
    assert Guest.from_json({wrapper: GUEST}) == Guest(id="65b0aa", data=GUEST)


def test_a_date_means_the_usual_hours_of_that_zone() -> None:
    (stay,) = read(check_in_at="2026-12-24", check_out_at="2027-06-01")
    assert stay.check_in.astimezone(STOCKHOLM).isoformat() == "2026-12-24T15:00:00+01:00"
    assert stay.check_out
    assert stay.check_out.astimezone(STOCKHOLM).isoformat() == "2027-06-01T11:00:00+02:00"
    assert default_time(date(2026, 12, 24), StayField.CHECK_IN, STOCKHOLM) == IN


def test_reads_what_may_be_missing() -> None:
    (stay,) = read(check_out_at=None, name=None, email=None, phone_number="")
    assert stay == Stay(id="65b0aa", check_in=IN)


@pytest.mark.parametrize("never", ["9999-12-31", "9999-12-31T23:59:59Z"])
def test_a_day_that_stands_for_never_is_no_end(never: str) -> None:
    assert read(check_out_at=never)[0].check_out is None


def test_reads_a_name_in_two_parts() -> None:
    (stay,) = read(name=None, first_name="Kim", last_name="Guest")
    assert stay.name == "Kim Guest"


@pytest.mark.parametrize(
    "odd",
    [
        {"guest_id": None},
        {"guest_id": "../homes"},
        {"check_in_at": None},
        {"check_in_at": "2026-13-45"},
        {"check_in_at": "tomorrow"},
        {"check_out_at": "2026-12-24T14:00:00Z"},
    ],
)
def test_one_that_is_no_stay_does_not_harm_the_others(odd: dict[str, Json]) -> None:
    guests = [Guest.from_json(GUEST | odd), Guest.from_json(GUEST | {"guest_id": "other"})]
    assert [stay.id for stay in read_stays(guests, STOCKHOLM)] == ["other"]
    with pytest.raises(MinutUnexpectedAnswerError):
        read_stays(guests[:1], STOCKHOLM)


def test_an_empty_list_is_understood() -> None:
    assert read_stays([], STOCKHOLM) == ()


def test_the_earliest_comes_first() -> None:
    guests = [
        Guest.from_json(GUEST | {"guest_id": day, "check_in_at": f"2026-12-{day}"})
        for day in ("24", "22", "23")
    ]
    assert [stay.id for stay in read_stays(guests, STOCKHOLM)] == ["22", "23", "24"]


def test_nothing_personal_is_shown_by_accident() -> None:
    nameless = {key: value for key, value in GUEST.items() if key != "guest_id"}
    for value in (STAY, Guest.from_json(GUEST), [STAY], Guest.from_json(nameless)):
        assert "Kim" not in repr(value)
        assert "@" not in repr(value)
        assert "+46" not in repr(value)


# Writing


def test_writes_the_likeliest_names() -> None:
    values: dict[StayField, str | datetime | None] = {
        StayField.NAME: "Kim",
        StayField.CHECK_IN: IN.astimezone(STOCKHOLM),
        StayField.CHECK_OUT: None,
    }
    assert guest_body(values, []) == {
        "name": "Kim",
        "check_in_at": "2026-12-24T14:00:00.000Z",
        "check_out_at": None,
    }


def test_writes_as_the_guests_of_the_home_are_spelled() -> None:
    guests = [Guest.from_json({"id": "1", "arrival": None}), Guest.from_json({"phone": "1"})]
    values: dict[StayField, str | datetime | None] = {
        StayField.CHECK_IN: IN,
        StayField.PHONE: "2",
        StayField.NAME: "K",
    }
    assert guest_body(values, guests) == {
        "arrival": "2026-12-24T14:00:00.000Z",
        "phone": "2",
        "name": "K",
    }


def test_writes_as_the_first_guest_is_spelled_and_else_as_the_others_are() -> None:
    guests = [
        Guest.from_json({"id": "1", "arrival": "2026-12-24"}),
        Guest.from_json({"id": "2", "check_in_at": "2026-12-24", "departure": "2026-12-27"}),
    ]
    assert guest_body({StayField.CHECK_IN: None, StayField.CHECK_OUT: None}, guests) == {
        "arrival": None,
        "departure": None,
    }
