"""Periods that an assistant asks for, also across changes of the clock."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.point.assist.places import InvalidPeriodError, period

STOCKHOLM = ZoneInfo("Europe/Stockholm")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)


@pytest.mark.parametrize(
    ("start", "end", "zone", "expected_start", "hours"),
    [
        # An ordinary night, in two time zones.
        ("2026-10-20T22:00", "2026-10-21T08:00", STOCKHOLM, "2026-10-20T20:00+00:00", 10),
        ("2026-10-20T22:00", "2026-10-21T08:00", KATHMANDU, "2026-10-20T16:15+00:00", 10),
        # The clocks go back: the night has an hour more.
        ("2026-10-24T22:00", "2026-10-25T08:00", STOCKHOLM, "2026-10-24T20:00+00:00", 11),
        # They go forward: an hour less. Half past two does not exist.
        ("2026-03-28T22:00", "2026-03-29T08:00", STOCKHOLM, "2026-03-28T21:00+00:00", 9),
        ("2026-03-29T02:30", "2026-03-29T08:00", STOCKHOLM, "2026-03-29T01:30+00:00", 4.5),
        # Half past two comes twice: the first is meant, unless an offset says which.
        ("2026-10-25T02:30", "2026-10-25T08:00", STOCKHOLM, "2026-10-25T00:30+00:00", 6.5),
        ("2026-10-25T02:30+01:00", "2026-10-25T08:00", STOCKHOLM, "2026-10-25T01:30+00:00", 5.5),
        ("2026-10-25T00:30Z", "2026-10-25T07:00Z", STOCKHOLM, "2026-10-25T00:30+00:00", 6.5),
    ],
)
def test_local_times(
    start: str,
    end: str,
    zone: tzinfo,
    expected_start: str,
    hours: float,
) -> None:
    since, until = period(start, end, zone, default=DAY)
    assert since == datetime.fromisoformat(expected_start)
    assert until - since == timedelta(hours=hours)


def test_without_times_it_is_the_last_day() -> None:
    assert period(None, None, STOCKHOLM, default=DAY) == (NOW - DAY, NOW)


def test_it_ends_now_at_the_latest() -> None:
    _, until = period("2026-11-20T12:00", "2026-11-20T23:00", STOCKHOLM, default=DAY)
    assert until == NOW


@pytest.mark.parametrize(("start", "end"), [("02:30", None), ("", "x"), ("2026-11-20T14:00", None)])
def test_what_is_no_period(start: str, end: str | None) -> None:
    with pytest.raises(InvalidPeriodError):
        period(start, end, STOCKHOLM, default=DAY)
