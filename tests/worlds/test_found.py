"""Worlds that once failed, as the shortest plans that show the defect."""

import pytest

from .conftest import Live
from .plans import Plan
from .words import UNKNOWN_TYPE

FOUND = {
    "what is missed after the clock was ahead is fetched all the same": Plan(
        steps=(
            ("clock", 7200),
            ("restart", 0),
            ("clock", -7200),
            ("lose",),
            ("first notice", 0),
        ),
    ),
    "what lasts for a moment ends though the clock is put back": Plan(
        steps=(("motion", 0), ("clock", -7200), ("wait", 8000)),
    ),
    "what was lost while the clock was behind does not outweigh what came later": Plan(
        steps=(
            ("clock", -7200),
            ("lose",),
            ("bare event", 0, "battery_low", 0),
            ("restart", 0),
            ("deliver",),
            ("bare event", 0, "battery_charging_complete", 0),
        )
    ),
    "noise in a home that was not listed before a restart is shown": Plan(
        steps=(("add home", 0), ("third notice", 1), ("restart", 4000)),
    ),
    "a new home is there while Points cannot be polled": Plan(
        steps=(("drop", "/devices*"), ("add home", 0), ("wait", 8000)),
    ),
    "a Point is there until Minut misses it": Plan(steps=(("unnoticed offline", 0),)),
    "a condition that begins again after its end was lost is shown": Plan(
        points=2,
        steps=(
            ("event during a poll", 3, "humidity_low"),
            ("event during a poll", 3, "humidity_low"),
            ("mild", 2),
            ("restart", 3),
        ),
    ),
    "a command that Minut accepts and does not execute is an error": Plan(
        steps=(
            ("lie",),
            ("arm by panel", 0),
            ("be honest",),
            ("arm by panel", 0),
            ("wait", 61),
            ("lie",),
            ("disarm by panel", 0),
        )
    ),
    "events arrive, but none of a type that is known": Plan(
        steps=(
            *[("event during a poll", 0, UNKNOWN_TYPE)] * 3,
            ("motion", 0),
        ),
    ),
    "the last events before all homes are removed are of no known type": Plan(
        homes=1,
        points=1,
        steps=(
            *[("bare event", 0, UNKNOWN_TYPE, 2)] * 3,
            ("remove home", 0),
        ),
        ends_with="restart",
    ),
    "a late event is known to be over while the login has ended": Plan(
        points=2,
        steps=(
            ("calm", 0),
            ("end the login",),
            ("event during a poll", 0, "temperature_high"),
            ("deliver again", 2),
            ("event during a poll", 1, "battery_low"),
            ("rename point", 2),
            ("bare event", 3, "alarm_heard", 310),
            ("rename home", 0),
        ),
    ),
    "noise that was reported while the clock was hours behind may end early": Plan(
        points=1,
        steps=(
            ("clock", -7200),
            ("clock", -7200),
            ("clock", -7200),
            ("fail", "*"),
            ("bare event", 3, "disturbance_second_notice", 0),
            ("wait", 901),
            ("wait", 901),
            ("end the login",),
        ),
        ends_with="restart",
    ),
    "an alarm and motion are shown while polls fail and events arrive": Plan(
        steps=(
            ("arm by panel", 0),
            ("wait", 61),
            ("fail", "*"),
            ("wait", 8000),
            ("motion", 0),
            ("wait", 61),
            ("third notice", 0),
            ("cold", 0),
            ("works",),
            ("wait", 901),
        )
    ),
    "noise and motion are shown after the login has ended": Plan(
        steps=(
            ("end the login",),
            ("wait", 3700),
            ("first notice", 0),
            ("motion", 0),
            ("wait", 61),
            ("sign in",),
            ("quiet", 0),
        )
    ),
    "events are not fetched without end after the clock was put back": Plan(
        steps=(("kill", 4000), ("clock", -7200), ("arm", 0), ("wait", 901), ("remove home", 0)),
    ),
    "a command finds out first that the login has ended": Plan(
        homes=2,
        points=2,
        steps=(
            ("press", 0),
            ("wait", 3700),
            ("end the login",),
            ("disarm by panel", 1),
            ("event during a poll", 0, "battery_charging_complete"),
            ("sign in",),
        ),
    ),
    "what a new Point says before it is known is shown once it is fetched": Plan(
        points=2,
        steps=(
            ("unnoticed offline", 0),
            ("event during a poll", 0, "device_online"),
            ("release newest first",),
            ("wait", 8000),
            ("add home", 1),
            ("bare event", 2, "temperature_dropped_normal", 200),
        ),
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_it_stays_mended(live: Live, name: str) -> None:
    live(FOUND[name])
