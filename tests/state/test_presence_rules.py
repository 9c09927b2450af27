"""The five rules of presence, at their edges."""

from datetime import time

import pytest

from custom_components.point.state.presence_rules import PresenceEvent, Rules, Status

from .presence_home import STAY, Home, local


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
