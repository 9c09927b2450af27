"""The difference between Minut's clock and ours."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.point.minut import clock
from custom_components.point.minut.clock import ClockOffset

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _noon(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOON)


@pytest.mark.parametrize(("seconds", "known"), [(0, 0), (59, 0), (-60, 0), (61, 61), (-600, -600)])
def test_up_to_a_minute_is_no_difference(seconds: float, known: float) -> None:
    offset = ClockOffset()
    offset.note(NOON + seconds * SECOND - SECOND / 2, NOON)
    assert offset.value == timedelta(seconds=known)


def test_the_time_of_the_request_is_its_middle(freezer: FrozenDateTimeFactory) -> None:
    offset = ClockOffset()
    freezer.tick(20)
    offset.note(NOON + timedelta(seconds=610) - SECOND / 2, NOON)
    assert offset.value == timedelta(minutes=10)


def test_small_changes_do_not_count(freezer: FrozenDateTimeFactory) -> None:
    offset = ClockOffset()
    for seconds, known in ((600, 600), (604, 600), (606, 606)):
        offset.note(NOON + seconds * SECOND - SECOND / 2, NOON)
        assert offset.value == timedelta(seconds=known)


def test_a_clock_that_was_set_since_is_most_likely_correct(monkeypatch: pytest.MonkeyPatch) -> None:
    offset = ClockOffset()
    offset.note(NOON + timedelta(hours=2), NOON)
    assert offset.value > timedelta(hours=1)
    basis = clock._basis()
    monkeypatch.setattr(clock, "_basis", lambda: basis + timedelta(hours=2))
    assert offset.value == timedelta(0)
    offset.note(NOON + timedelta(hours=1), NOON)
    assert offset.value == timedelta(hours=1) + SECOND / 2
