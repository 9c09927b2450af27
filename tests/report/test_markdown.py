"""The text of a report: golden files, and names that mean something in Markdown."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.point.minut.models import Event
from custom_components.point.minut.series import Bucket, Series
from custom_components.point.report.home import (
    HomeReport,
    PointReading,
    last_night,
    notices,
    report_of,
)
from custom_components.point.report.markdown import Wording, duration, escaped, markdown
from custom_components.point.state.limit_log import QuietHours, SoundLimits
from custom_components.point.state.span import Span

from .series import STEP, series

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
ZONE = ZoneInfo("Europe/Stockholm")
LIMITS = SoundLimits(day=75.0, quiet=70.0, hours=QuietHours(time(22), time(7)))


def wording(language: str = "en") -> Wording:
    path = ROOT / "custom_components" / "point" / "translations" / f"{language}.json"
    selector = json.loads(path.read_text("utf-8"))["selector"]
    return Wording(
        texts=selector["report"]["options"],
        events=selector["event_type"]["options"],
        decimal_mark=selector["number"]["options"]["decimal_mark"],
    )


def noon(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def reading(name: str, values: Sequence[float | None], span: Span) -> PointReading:
    return PointReading(
        id=name,
        name=name,
        sound=series(values, span.start),
        temperature=series([21.0, 22.4, 19.8], span.start),
        humidity=Series(STEP, (Bucket(span.start, 45.0, 41.0, 48.0),)),
        limits=((span.start - timedelta(days=1), LIMITS),),
    )


def home(span: Span, readings: list[PointReading], events: list[Event]) -> HomeReport:
    return HomeReport(
        name="Lakeside 4",
        span=span,
        zone=ZONE,
        points=tuple(report_of(each, span, ZONE, events) for each in readings),
        notices=notices(events, {"u1": "Alex Example"}, span),
    )


def party() -> HomeReport:
    """Return the report of a party from 23:00 to 01:30, in a home with a Point that went off."""
    span = last_night(noon(11, 20), ZONE)
    loud: Sequence[float | None] = [38.0] * 12 + [82.0] * 18 + [88.0] * 12 + [36.0] * 78
    lost: Sequence[float | None] = [35.0] * 60 + [None] * 60

    def event(kind: str, minutes: float, **told: Any) -> Event:
        at = span.start + timedelta(minutes=minutes)
        return Event(**{"id": None, "type": kind, "created_at": at, **told})

    events = [
        event("noise_detected", 72),
        event("disturbance_second_notice", 95),
        event("disturbance_snoozed", 100, user_id="u1"),
        event("noise_quieted", 212),
        event("device_offline", 400, device_id="Kitchen"),
    ]
    points = [reading("Hallway", loud, span), reading("Kitchen", lost, span)]
    return home(span, points, events)


def clocks_back() -> HomeReport:
    span = last_night(noon(10, 25), ZONE)
    return home(span, [reading("Hallway", [36.0] * 60 + [90.0] + [36.0] * 71, span)], [])


def clocks_forward() -> HomeReport:
    span = last_night(noon(3, 29), ZONE)
    return home(span, [reading("Hallway", [36.0] * 107 + [90.0], span)], [])


def empty() -> HomeReport:
    span = last_night(noon(11, 20), ZONE)
    nothing = series([])
    point = PointReading(
        id="p", name="Hallway", sound=nothing, temperature=nothing, humidity=nothing
    )
    return home(span, [point], [])


@pytest.mark.parametrize(
    ("name", "report", "language"),
    [
        ("party_night", party(), "en"),
        ("party_night_de", party(), "de"),
        ("clocks_back", clocks_back(), "en"),
        ("clocks_forward", clocks_forward(), "en"),
        ("empty_night", empty(), "en"),
    ],
)
def test_text_is_as_in_the_golden_file(name: str, report: HomeReport, language: str) -> None:
    golden = (GOLDEN / f"{name}.md").read_text("utf-8")
    assert markdown(report, wording(language)) + "\n" == golden


@pytest.mark.parametrize(
    "language", [path.stem for path in (ROOT / "custom_components/point/translations").iterdir()]
)
def test_every_language_has_all_words(language: str) -> None:
    text = markdown(party(), wording(language))
    assert "Alex Example" in text
    assert "{" not in text


def test_a_guest_is_named_only_if_given() -> None:
    report = party()
    text = markdown(report, wording())
    assert "Guest" not in text
    named = HomeReport(
        name=report.name,
        span=report.span,
        zone=report.zone,
        points=report.points,
        notices=None,
        is_complete=False,
        guest="Kim *the* [guest](x)",
    )
    text = markdown(named, wording())
    assert "\n\nGuest: Kim \\*the\\* \\[guest\\]\\(x\\)" in text
    assert "Minut does not provide the notices" in text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Lakeside 4", "Lakeside 4"),
        ("a|b", "a\\|b"),
        ("# Loud\nroom", "\\# Loud room"),
        ("<img src=x>", "\\<img src=x\\>"),
        ("www.evil.example", "www\\.evil.example"),
        ("https://x.example", "https\\:\\/\\/x.example"),
        ("a@b.example", "a\\@b.example"),
        ("{{ states }}", "\\{\\{ states \\}\\}"),
        ("`x` _y_", "\\`x\\` \\_y\\_"),
        ("&lt;b&gt;", "\\&lt;b\\&gt;"),
        ("1. floor", "1\\. floor"),
        ("- attic -", "\\- attic -"),
    ],
)
def test_names_are_shown_as_they_are(name: str, shown: str) -> None:
    assert escaped(name) == shown


@pytest.mark.parametrize(
    ("length", "text"),
    [(timedelta(minutes=5), "5 min"), (timedelta(hours=2, minutes=15), "2 h 15 min")],
)
def test_durations_are_hours_and_minutes(length: timedelta, text: str) -> None:
    assert duration(length) == text
