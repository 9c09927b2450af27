"""Bookings in the events of a calendar."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from custom_components.point.minut.parsing import Json
from custom_components.point.presence.bookings import read_bookings
from custom_components.point.presence.settings import HomeSettings

ZONE = ZoneInfo("Europe/Stockholm")
SETTINGS = HomeSettings(calendar="calendar.bookings", check_in=time(16), check_out=time(10))


def booked(start: Json, end: Json, summary: Json = "Reserved") -> list[tuple[str, str]]:
    """Return start and end of the bookings in one event, in UTC."""
    event = {"start": start, "end": end, "summary": summary}
    return [
        (stay.check_in.isoformat(), stay.check_out.isoformat() if stay.check_out else "")
        for stay in read_bookings([event], SETTINGS, ZONE)
    ]


def test_days_have_the_times_of_the_home() -> None:
    assert booked("2026-11-20", "2026-11-23") == [
        ("2026-11-20T15:00:00+00:00", "2026-11-23T09:00:00+00:00")
    ]


@pytest.mark.parametrize("zone", ["+01:00", ""])
def test_times_without_a_zone_are_local(zone: str) -> None:
    assert booked(f"2026-11-20T14:00:00{zone}", f"2026-11-21T10:00:00{zone}") == [
        ("2026-11-20T13:00:00+00:00", "2026-11-21T09:00:00+00:00")
    ]


@pytest.mark.parametrize("title", ["Airbnb (Not available)", "BLOCKED", "Unavailable until May"])
def test_a_blocked_period_is_no_booking(title: str) -> None:
    assert booked("2026-11-20", "2026-11-23", title) == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        *((None, "2026-11-23"), ("2026-11-20", None), ([], {}), (True, False)),
        *(("2026-13-40", "2026-11-23"), ("soon", "later"), ("2026-11-23", "2026-11-20")),
    ],
)
def test_what_is_no_period_is_no_booking(start: Json, end: Json) -> None:
    assert booked(start, end) == []


def test_a_booking_without_an_end_in_sight_can_be_calculated_with() -> None:
    """Some calendars write the last day that there is."""
    [(start, end)] = booked("1899-01-01", "9999-12-31T12:00:00+00:00")
    assert (start, end) == ("1900-01-01T00:00:00+00:00", "9000-01-01T00:00:00+00:00")


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_beyond_all_calendars_is_no_booking(time: str) -> None:
    assert booked(time, time) == []
    assert booked("2026-11-20", time) == []
    assert booked(time, "2026-11-20") == []


@pytest.mark.parametrize("events", [None, {}, "events", [None, 5, "text"]])
def test_odd_answers_have_no_bookings(events: Json) -> None:
    assert read_bookings(events, SETTINGS, ZONE) == ()


def test_bookings_are_in_order() -> None:
    events: Json = [
        {"start": "2026-11-25", "end": "2026-11-27"},
        {"start": "2026-11-20", "end": "2026-11-23"},
    ]
    found = read_bookings(events, SETTINGS, ZONE)
    assert [stay.check_in for stay in found] == [
        datetime(2026, 11, day, 15, tzinfo=UTC) for day in (20, 25)
    ]
