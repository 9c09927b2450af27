"""The report of a home, its nights, and the limits that held."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.point.minut.models import Event
from custom_components.point.report.home import (
    Cause,
    Notice,
    PointReading,
    PointReport,
    last_night,
    notices,
    report_of,
)
from custom_components.point.state.limit_log import Entry, QuietHours, SoundLimits
from custom_components.point.state.span import Span

from .series import NIGHT, STEP, series

ZONE = ZoneInfo("Europe/Stockholm")
SPAN = Span(NIGHT, NIGHT + timedelta(hours=2))
LONG_BEFORE = NIGHT - timedelta(days=10)
HOURS = QuietHours(time(23), time(7))


def report(
    values: Sequence[float | None],
    *,
    limits: tuple[Entry, ...] = (),
    events: tuple[Event, ...] = (),
    span: Span = SPAN,
) -> PointReport:
    empty = series([])
    point = PointReading(
        id="p1",
        name="Hallway",
        sound=series(values),
        temperature=empty,
        humidity=empty,
        limits=limits,
    )
    return report_of(point, span, ZONE, events)


def event(kind: str, minutes: float, **told: Any) -> Event:
    at = NIGHT + timedelta(minutes=minutes)
    return Event(**{"id": None, "type": kind, "created_at": at, "device_id": "p1", **told})


@pytest.mark.parametrize(
    ("now", "start", "end", "hours"),
    [
        ("2026-11-20T12:00", "2026-11-19T21:00", "2026-11-20T07:00", 10),
        ("2026-11-20T06:59", "2026-11-18T21:00", "2026-11-19T07:00", 10),
        ("2026-11-20T07:00", "2026-11-19T21:00", "2026-11-20T07:00", 10),
        # The clocks go back, and forward: the night has an hour more, or less.
        ("2026-10-25T12:00", "2026-10-24T20:00", "2026-10-25T07:00", 11),
        ("2026-03-29T12:00", "2026-03-28T21:00", "2026-03-29T06:00", 9),
    ],
)
def test_last_night_is_from_ten_to_eight_at_home(
    now: str, start: str, end: str, hours: int
) -> None:
    found = last_night(datetime.fromisoformat(f"{now}+00:00"), ZONE)
    assert found.start == datetime.fromisoformat(f"{start}+00:00")
    assert found.end == datetime.fromisoformat(f"{end}+00:00")
    assert found.start.tzinfo is UTC
    assert found.end - found.start == timedelta(hours=hours)


def test_the_limit_that_held_at_the_time_counts() -> None:
    day = SoundLimits(day=75.0, quiet=70.0, hours=HOURS)
    loud = [72.0] * 24  # from 22:00 to 24:00; quiet hours begin at 23:00
    assert report(loud, limits=((LONG_BEFORE, day),)).over == timedelta(hours=1)
    lower = SoundLimits(day=71.0, quiet=71.0)
    changed = ((LONG_BEFORE, day), (NIGHT + timedelta(minutes=90), lower))
    assert report(loud, limits=changed).over == timedelta(hours=1)
    changed = ((LONG_BEFORE, day), (NIGHT + timedelta(minutes=30), lower))
    assert report(loud, limits=changed).over == timedelta(minutes=90)


def test_limits_before_the_first_known_ones_are_assumed_and_said_to_be() -> None:
    known = NIGHT + timedelta(hours=1)
    limits = ((known, SoundLimits(day=70.0)),)
    found = report([72.0] * 24, limits=limits)
    assert (found.over, found.assumed_until) == (timedelta(hours=2), known)
    found = report([72.0] * 24, limits=((LONG_BEFORE, SoundLimits(day=70.0)),))
    assert found.assumed_until is None
    found = report([72.0] * 24, limits=((known, SoundLimits()),))
    assert (found.over, found.assumed_until) == (None, None)


def test_a_point_without_known_limits_has_no_time_over_them() -> None:
    assert report([99.0] * 24).over is None


def test_an_empty_night_is_one_gap() -> None:
    found = report([])
    assert found.levels is None
    assert found.measured == timedelta(0)
    assert [gap.span for gap in found.gaps] == [SPAN]


@pytest.mark.parametrize(
    ("events", "cause"),
    [
        ((), Cause.UNKNOWN),
        ((event("device_offline", 150),), Cause.CONTACT),
        ((event("battery_empty", 65),), Cause.BATTERY),
        ((event("battery_low", -30),), Cause.BATTERY),
        ((event("device_offline", 90), event("battery_empty", 65)), Cause.BATTERY),
        # Of another Point, much too early, or after the end of the gap.
        ((event("device_offline", 90, device_id="p2"),), Cause.UNKNOWN),
        ((event("device_offline", -200),), Cause.UNKNOWN),
        ((event("device_offline", 190),), Cause.UNKNOWN),
    ],
)
def test_a_gap_has_the_cause_that_events_tell(events: tuple[Event, ...], cause: Cause) -> None:
    span = Span(NIGHT, NIGHT + timedelta(hours=4))
    values = [40.0] * 12 + [None] * 24 + [40.0] * 12  # offline from 23:00 to 01:00
    [gap] = report(values, events=events, span=span).gaps
    assert gap.cause is cause
    assert gap.span == Span(NIGHT + 12 * STEP, NIGHT + 36 * STEP)


def test_notices_are_in_order_with_the_person_who_answered() -> None:
    found = notices(
        [
            event("disturbance_dismissed", 40, user_id="u1"),
            event("noise_detected", 20, user_id="u1"),
            event("pir_motion", 25),
            event("noise_detected", -1),
            event("disturbance_snoozed", 30, user_id="u2"),
        ],
        {"u1": "Alex"},
        SPAN,
    )
    assert found == (
        Notice(NIGHT + timedelta(minutes=20), "noise_detected"),
        Notice(NIGHT + timedelta(minutes=30), "disturbance_snoozed"),
        Notice(NIGHT + timedelta(minutes=40), "disturbance_dismissed", "Alex"),
    )
