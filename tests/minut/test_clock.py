"""The difference between Minut's clock and ours."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.point.minut import clock
from custom_components.point.minut.clock import ClockOffset, ZoneOffset
from custom_components.point.minut.models import Event

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


# Times without a zone


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("minutes", "learned"),
    [
        ([0], 0),
        ([60], 60),
        ([59], 60),
        ([57], 0),
        ([345], 345),
        ([15 * 60], 0),
        ([-300], 0),
        ([-300, -301], -300),
        ([-300, 0, -300], 0),
        ([60, 0], 60),
        ([60, 0, 0], 0),
        ([120, 60, -1440, 60], 60),
    ],
    ids=str,
)
def test_the_zone_is_learned_from_events_that_were_just_delivered(
    minutes: list[int], learned: int
) -> None:
    """A late delivery looks like a zone further west: two in a row are needed."""
    zone = ZoneOffset()
    for ahead in minutes:
        zone.note(NOON + ahead * MINUTE, NOON)
    assert zone.value == learned * MINUTE


def test_only_times_without_a_zone_are_converted() -> None:
    offset = ClockOffset()
    local = Event.from_json({"type": "a", "created_at": "2026-11-20T13:00:00"})
    assert offset.event(local).created_at == NOON + 60 * MINUTE
    assert offset.delivered_event(local).created_at == NOON
    assert offset.event(local).created_at == NOON
    for written in ("2026-11-20T13:00:00Z", "2026-11-20T14:00:00+01:00", 1795179600, "1795179600"):
        event = Event.from_json({"type": "a", "created_at": written})
        assert offset.delivered_event(event).created_at == NOON + 60 * MINUTE
    undated = Event.from_json({"type": "a", "created_at": "soon"})
    assert offset.delivered_event(undated) is undated
