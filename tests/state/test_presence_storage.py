"""What presence costs, when it changes, and what it keeps."""

from datetime import timedelta

from custom_components.point.minut.guests import Stay
from custom_components.point.state.presence_rules import PresenceEvent, Situation, Status

from .presence_home import RULES, STAY, ZONE, Home, every, local


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
