"""What a home's day looks like: a table of days."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.point.minut.guests import Stay
from custom_components.point.state.presence import Presence
from custom_components.point.state.presence_rules import PresenceEvent, Situation, Status
from custom_components.point.state.stays import HomeStays

from .presence_home import RULES, STAY, ZONE, Home, every, local


def test_a_normal_stay() -> None:
    home = Home(STAY)
    assert home.status("19 12:00") is Status.VACANT
    assert home.status("20 08:00") is Status.EXPECTED
    assert home.status("20 15:30") is Status.EXPECTED
    home.motion("20 16:10")
    assert home.status("20 16:10") is Status.ARRIVED
    assert home.status("20 23:00") is Status.ARRIVED
    home.motion("21 08:00", "21 20:00")
    assert home.status("21 21:00") is Status.OCCUPIED
    home.motion("22 09:00", "22 21:30", "23 07:00", "23 10:20")
    assert home.status("23 10:50") is Status.OCCUPIED
    assert home.status("23 11:15") is Status.CHECKED_OUT
    home.motion("23 12:00")
    assert home.status("23 12:01") is Status.CLEANING
    assert home.status("23 12:40") is Status.CHECKED_OUT
    assert home.status("23 15:01") is Status.VACANT
    assert home.events() == [PresenceEvent.ARRIVED]


def test_an_early_arrival() -> None:
    home = Home(STAY)
    home.motion("20 13:00")
    assert home.status("20 13:05") is Status.SOMEBODY_THERE
    home.motion("20 14:45")
    assert home.status("20 15:00") is Status.ARRIVED
    assert home.times == {PresenceEvent.ARRIVED: local("20 14:45")}


def test_a_late_check_out() -> None:
    home = Home(STAY)
    home.motion("20 16:00", *every("23 08:00", "23 11:40"))
    assert home.status("23 11:45") is Status.OCCUPIED
    assert home.status("23 12:15") is Status.CHECKED_OUT
    home.motion("23 12:30")
    assert home.status("23 12:31") is Status.CLEANING


def test_a_turnover_on_the_same_day() -> None:
    home = Home(("18 15:00", "20 11:00"), STAY)
    home.motion("18 16:00", "20 08:00")
    assert home.status("20 11:30") is Status.CHECKED_OUT
    home.motion("20 12:00")
    assert home.status("20 12:10") is Status.CLEANING
    assert home.status("20 15:10") is Status.EXPECTED
    home.motion("20 17:00")
    assert home.status("20 17:00") is Status.ARRIVED


def test_a_cancelled_booking() -> None:
    home = Home(STAY)
    assert home.status("20 10:00") is Status.EXPECTED
    home.book()
    assert home.status("20 10:05") is Status.VACANT


def test_a_booking_that_is_cancelled_during_the_stay() -> None:
    home = Home(STAY)
    home.motion("20 16:00")
    assert home.status("20 16:05") is Status.ARRIVED
    home.book()
    assert home.status("20 16:10") is Status.SOMEBODY_THERE


def test_overlapping_bookings() -> None:
    home = Home(STAY, ("21 15:00", "22 11:00"))
    home.motion("20 16:00", "21 16:00", "22 12:00")
    assert home.status("20 16:00") is Status.ARRIVED
    assert home.status("22 12:10") is Status.OCCUPIED
    assert home.status("23 11:30") is Status.CHECKED_OUT


@pytest.mark.parametrize(
    ("day", "check_in"),
    [
        ("2026-03-29", "2026-03-28T15:00"),  # a day of 23 hours
        ("2026-10-25", "2026-10-24T15:00"),  # a day of 25 hours
    ],
)
def test_the_clocks_change(day: str, check_in: str) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)

    stays, presence = HomeStays(), Presence()
    stays.merge((Stay(id="a", check_in=at(check_in), check_out=at(f"{day}T11:00")),))
    presence.record(at(check_in) + timedelta(hours=1))
    presence.record(at(f"{day}T07:30"))

    def status(now: datetime) -> Status | None:
        situation = Situation(now=now, zone=ZONE, heard_until=now)
        presence.update(stays, now)
        return presence.conclusion(stays, RULES, situation).status

    assert status(at(f"{day}T09:29")) is Status.OCCUPIED
    assert status(at(f"{day}T09:30")) is Status.LEFT_EARLY
    assert status(at(f"{day}T11:00")) is Status.CHECKED_OUT
    assert status(at(f"{day}T15:00")) is Status.VACANT


def test_a_calendar_that_was_never_read() -> None:
    home = Home(STAY)
    home.stays = HomeStays()
    assert home.status("20 16:00") is None
    assert home.events() == []


def test_a_point_that_is_offline_proves_no_absence() -> None:
    home = Home(STAY)
    home.is_offline = True
    assert home.status("19 12:00") is None
    assert home.status("20 21:00") is None
    home.motion("20 21:30")  # of another Point
    assert home.status("20 21:31") is Status.ARRIVED
    home.motion("23 07:00")
    assert home.status("23 10:00") is Status.OCCUPIED
    assert home.events() == [PresenceEvent.ARRIVED]


def test_motion_that_is_reported_late_counts_by_its_own_time() -> None:
    home = Home(STAY)
    home.status("20 14:00")
    assert home.status("20 20:10", heard="20 19:30") is Status.EXPECTED
    assert home.events() == []  # five hours have passed, but the Point has yet to report
    home.motion("20 19:20")
    assert home.status("20 20:20") is Status.ARRIVED
    assert home.times == {PresenceEvent.ARRIVED: local("20 19:20")}
