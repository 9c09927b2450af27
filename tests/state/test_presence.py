"""What a home's day looks like: a table of days, and the five rules at their edges."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.point.minut.guests import Stay
from custom_components.point.state.presence import Presence
from custom_components.point.state.presence_rules import PresenceEvent, Rules, Situation, Status
from custom_components.point.state.stays import HomeStays

ZONE = ZoneInfo("Europe/Stockholm")
RULES = Rules()


def local(text: str) -> datetime:
    """Return a local time of November 2026, given as "20 15:00"."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-11-{day}T{clock}").replace(tzinfo=ZONE).astimezone(UTC)


class Home:
    """A home whose clock only goes forward. Motion may be reported later than it happens."""

    def __init__(self, *bookings: tuple[str, str]) -> None:
        self.stays = HomeStays()
        self.presence = Presence()
        self.book(*bookings)
        self.is_offline = False
        self.sent: list[PresenceEvent] = []
        self.times: dict[PresenceEvent, datetime] = {}

    def book(self, *bookings: tuple[str, str]) -> None:
        stays = tuple(
            Stay(id=start, check_in=local(start), check_out=local(end)) for start, end in bookings
        )
        self.stays.merge(stays)
        self.stays.merge(stays)  # an empty list counts only if it is confirmed

    def situation(self, now: str, *, heard: str | None = None) -> Situation:
        until = None if self.is_offline else local(heard or now)
        return Situation(now=local(now), zone=ZONE, heard_until=until)

    def motion(self, *times: str) -> None:
        for at in times:
            self.presence.record(local(at))

    def status(self, now: str, *, heard: str | None = None, rules: Rules = RULES) -> Status | None:
        at = self.situation(now, heard=heard)
        self.presence.update(self.stays, at.now)
        new = self.presence.new_events(self.stays, rules, at)
        self.sent += [event for event, _ in new]
        self.times |= dict(new)
        return self.presence.conclusion(self.stays, rules, at).status

    def events(self) -> list[PresenceEvent]:
        sent, self.sent = self.sent, []
        return sent


STAY = ("20 15:00", "23 11:00")


def every(start: str, end: str, minutes: int = 20) -> Iterable[str]:
    at, last = local(start), local(end)
    while at <= last:
        yield at.astimezone(ZONE).strftime("%d %H:%M")
        at += timedelta(minutes=minutes)


# Days


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


# The five rules


@pytest.mark.parametrize(("now", "is_sent"), [("20 19:59", False), ("20 20:00", True)])
def test_nobody_came(now: str, *, is_sent: bool) -> None:
    home = Home(STAY)
    home.status("20 14:00")
    home.status(now)
    assert (PresenceEvent.NOBODY_CAME in home.events()) is is_sent
    home.status("20 22:00")
    home.status("21 12:00")
    assert home.events() == [PresenceEvent.NOBODY_CAME] * (not is_sent)


@pytest.mark.parametrize(
    ("motions", "is_sent"),
    [
        (["20 16:00", "21 20:59"], True),
        (["20 16:00", "21 21:00"], False),
        (["20 16:00", "22 10:59"], False),
        ([], False),  # that nobody came is said already
    ],
)
def test_no_motion_in_a_night_of_the_stay(motions: list[str], *, is_sent: bool) -> None:
    home = Home(("20 15:00", "25 11:00"))
    home.motion(*motions)
    home.status("20 16:00")
    home.status("22 10:59")
    assert PresenceEvent.QUIET not in home.events()
    home.status("22 11:00")
    assert (PresenceEvent.QUIET in home.events()) is is_sent
    home.status("22 11:30")
    assert PresenceEvent.QUIET not in home.events()


def test_the_last_night_is_not_in_the_middle() -> None:
    home = Home(STAY)
    home.motion("20 16:00", "21 22:00", "22 20:00")
    home.status("20 16:00")
    home.status("23 10:59")
    home.status("23 11:00")
    assert PresenceEvent.QUIET not in home.events()


@pytest.mark.parametrize(("now", "is_sent"), [("23 09:59", False), ("23 10:00", True)])
def test_the_guest_has_left(now: str, *, is_sent: bool) -> None:
    home = Home(STAY)
    home.motion("20 16:00", "22 21:00", "23 07:30", "23 08:00")
    home.status("20 16:00")
    home.status(now)
    assert (PresenceEvent.LEFT in home.events()) is is_sent
    assert home.status("23 10:30") is Status.LEFT_EARLY


def test_without_motion_in_the_morning_nobody_is_taken_to_have_left() -> None:
    home = Home(STAY)
    home.motion("20 16:00", "22 23:00", "23 04:30")
    home.status("20 16:00")
    assert home.status("23 10:59") is Status.OCCUPIED
    assert PresenceEvent.LEFT not in home.events()


@pytest.mark.parametrize(
    ("at", "is_sent"),
    [("18 17:59", False), ("18 18:00", True), ("19 05:59", True), ("19 06:00", False)],
)
def test_motion_while_vacant(at: str, *, is_sent: bool) -> None:
    home = Home(STAY)
    home.motion(at)
    assert home.status(at) is Status.SOMEBODY_THERE
    assert (PresenceEvent.MOTION_WHILE_VACANT in home.events()) is is_sent


def test_motion_while_vacant_is_sent_once_a_night() -> None:
    home = Home()
    home.motion("19 23:00", "20 01:00")
    home.status("20 01:00")
    home.motion("20 23:00")
    home.status("20 23:00")
    assert home.events() == [PresenceEvent.MOTION_WHILE_VACANT] * 2


def test_the_cleaners_are_no_surprise() -> None:
    home = Home(("18 15:00", "20 17:00"))
    home.motion("20 18:30", "20 20:59")
    assert home.status("20 20:59") is Status.CLEANING
    assert PresenceEvent.MOTION_WHILE_VACANT not in home.events()


@pytest.mark.parametrize(
    ("motions", "is_sent"),
    [
        (["20 16:00", "21 23:00"], True),
        (["20 16:00", "22 00:59:59"], True),
        (["20 16:00", "22 01:00"], False),
    ],
)
def test_a_night_that_begins_after_midnight(motions: list[str], *, is_sent: bool) -> None:
    home, rules = Home(("20 15:00", "25 11:00")), Rules(quiet_from=time(1), quiet_until=time(6))
    home.motion(*motions)
    home.status("20 16:00", rules=rules)
    home.events()
    home.status("22 06:00", rules=rules)
    assert (PresenceEvent.QUIET in home.events()) is is_sent


@pytest.mark.parametrize(("since", "is_sent"), [("20 19:59:59", True), ("20 20:00", False)])
def test_who_came_before_the_observation_is_not_missed(since: str, *, is_sent: bool) -> None:
    """Settings may be added in the middle of a stay: nobody knows when the guest came."""
    home = Home(STAY)
    home.status(since)
    home.status("21 09:00")
    assert (PresenceEvent.NOBODY_CAME in home.events()) is is_sent
    home.motion("21 10:00")
    assert home.status("21 10:00") is Status.ARRIVED
    assert (PresenceEvent.ARRIVED in home.events()) is is_sent


# Edges: one second before, and at the time


@pytest.mark.parametrize(
    ("event", "motions", "before", "at"),
    [
        (PresenceEvent.ARRIVED, ["20 14:30:00"], "20 14:59:59", "20 15:00:00"),
        (PresenceEvent.NOBODY_CAME, [], "20 19:59:59", "20 20:00:00"),
        (PresenceEvent.QUIET, ["20 16:00", "20 20:59:59"], "21 10:59:59", "21 11:00:00"),
        (PresenceEvent.LEFT, ["20 16:00", "23 08:00:00"], "23 09:59:59", "23 10:00:00"),
    ],
)
def test_a_rule_holds_from_a_second_on(
    event: PresenceEvent, motions: list[str], before: str, at: str
) -> None:
    home = Home(STAY)
    home.motion(*motions)
    home.status("20 14:00")
    home.status(before)
    assert event not in home.events()
    home.status(at)
    assert event in home.events()
    assert home.times[event] == local({PresenceEvent.ARRIVED: "20 14:30:00"}.get(event, at))


@pytest.mark.parametrize(
    ("event", "motions", "now"),
    [
        (PresenceEvent.ARRIVED, ["20 14:29:59"], "20 15:00:00"),  # too early for the booking
        (PresenceEvent.NOBODY_CAME, ["20 20:00:00"], "20 20:00:00"),
        (PresenceEvent.QUIET, ["20 16:00", "20 21:00:00"], "21 11:00:00"),
        (PresenceEvent.QUIET, ["20 16:00", "21 10:59:59"], "21 11:00:00"),
        (PresenceEvent.LEFT, ["20 16:00", "23 04:59:59"], "23 10:59:59"),  # not the morning yet
        (PresenceEvent.LEFT, ["20 16:00", "23 09:00:00"], "23 10:59:59"),
        (PresenceEvent.LEFT, ["20 16:00", "23 09:00:00"], "23 11:00:00"),  # checked out
        (PresenceEvent.MOTION_WHILE_VACANT, ["18 17:59:59"], "18 18:30:00"),
        (PresenceEvent.MOTION_WHILE_VACANT, ["19 06:00:00"], "19 06:30:00"),
    ],
)
def test_a_second_makes_the_difference(event: PresenceEvent, motions: list[str], now: str) -> None:
    home = Home(STAY)
    home.motion(*motions)
    home.status(min(now, "20 16:00"))
    home.events()
    home.status(now)
    assert event not in home.events()


@pytest.mark.parametrize("at", ["18 18:00:00", "19 05:59:59"])
def test_motion_in_the_first_and_last_second_of_the_night(at: str) -> None:
    home = Home(STAY)
    home.motion(at)
    home.status(at)
    assert home.events() == [PresenceEvent.MOTION_WHILE_VACANT]


def test_a_thousand_bookings_and_a_night_full_of_motion() -> None:
    """The cost of a motion does not grow with both."""
    home, start = Home(), local("01 15:00")
    days = [start + timedelta(days=day) for day in range(1000)]
    home.stays.merge(
        tuple(Stay(id=str(day), check_in=day, check_out=day + timedelta(hours=2)) for day in days)
    )
    home.motion(*every("19 18:00", "20 05:58", minutes=2))
    scans, between = [], home.stays.between
    home.stays.between = lambda *period: scans.append(period) or between(*period)  # type: ignore[method-assign, func-returns-value] # counts
    assert home.status("20 05:58") is Status.SOMEBODY_THERE
    assert home.events() == [PresenceEvent.MOTION_WHILE_VACANT]
    assert len(scans) <= 3


# Time and storage


def test_between_motions_the_status_changes_only_when_it_was_expected_to() -> None:
    home = Home(STAY)
    motions = {local(at) for at in ("20 16:00", "21 22:00", "22 09:00", "23 07:30")}
    before, now = None, local("19 00:00")
    due = now
    while now < local("24 00:00"):
        if now in motions:
            home.presence.record(now)
        at = Situation(now=now, zone=ZONE, heard_until=now)
        home.presence.update(home.stays, now)
        status = home.presence.conclusion(home.stays, RULES, at).status
        assert status == before or now >= due or now in motions
        if now >= due or now in motions:
            due = home.presence.next_change(home.stays, RULES, at)
            assert due > now
        before, now = status, now + timedelta(minutes=1)


def test_nothing_is_sent_again_after_a_restart() -> None:
    home = Home(STAY)
    home.motion("20 16:00")
    home.status("20 16:05")
    restarted = Home(STAY)
    restarted.presence.load(home.presence.dump())
    assert restarted.status("20 17:00") is Status.ARRIVED
    assert restarted.events() == []


def test_motions_are_dropped_but_not_the_first_of_a_long_stay() -> None:
    home = Home(("01 15:00", "28 11:00"))
    home.motion("01 16:00")
    assert home.status("01 16:00") is Status.ARRIVED
    assert home.status("15 12:00") is Status.OCCUPIED
    assert home.presence.dump()["motions"] == []


def test_an_arrival_is_not_sent_again_later_in_a_long_stay() -> None:
    home = Home(("01 15:00", "28 11:00"))
    home.motion("01 16:00")
    for at in every("01 16:00", "27 12:00", minutes=240):
        home.status(at, heard="01 16:00")
    assert home.events() == [PresenceEvent.ARRIVED]


def test_that_nobody_came_is_not_sent_again_later_in_a_long_stay() -> None:
    home = Home(("01 15:00", "28 11:00"))
    for at in every("01 15:00", "27 12:00", minutes=240):
        home.status(at)
    assert home.events() == [PresenceEvent.NOBODY_CAME]
