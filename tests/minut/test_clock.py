"""The difference between Minut's clock and ours."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.point.minut import clock
from custom_components.point.minut.clock import ClockOffset
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

HOUR = timedelta(hours=1)


def event(at: datetime, *, zone: str = "") -> Event:
    created_at = at.replace(tzinfo=None).isoformat() + zone
    return Event.from_json({"type": "pir_motion", "created_at": created_at})


def age(offset: ClockOffset, ahead: timedelta, *, zone: str = "") -> timedelta:
    """Deliver an event whose time is so far ahead of the clock; return how old it is then."""
    delivered = event(NOON + ahead, zone=zone)
    offset.note_delivery(delivered, NOON)
    at = offset.event(delivered).created_at
    assert at is not None
    return NOON - at


@pytest.mark.parametrize("hours", [0, 1, 2, 5.5, 5.75, -5, -8, 14])
def test_the_zone_is_learned_from_an_event_that_has_just_come(hours: float) -> None:
    offset = ClockOffset()
    assert age(offset, hours * HOUR - SECOND) == SECOND
    assert age(offset, hours * HOUR - 10 * SECOND) == 10 * SECOND
    fetched = event(NOON + hours * HOUR - 8 * HOUR)
    assert offset.event(fetched).created_at == NOON - 8 * HOUR


def test_a_time_with_a_zone_teaches_nothing_and_stays() -> None:
    offset = ClockOffset()
    assert age(offset, HOUR, zone="Z") == -HOUR
    assert age(offset, HOUR) == timedelta(0)
    assert age(offset, HOUR, zone="+00:00") == -HOUR


@pytest.mark.parametrize("ahead", [7 * timedelta(minutes=1), 15 * HOUR, -15 * HOUR])
def test_what_no_zone_explains_teaches_nothing(ahead: timedelta) -> None:
    offset = ClockOffset()
    assert age(offset, ahead) == -ahead


def test_single_late_events_do_not_change_the_zone() -> None:
    offset = ClockOffset()
    for ahead, shown in ((HOUR, 0), (0 * HOUR, 1), (0 * HOUR, 1), (HOUR, 0), (-HOUR, 2)):
        assert age(offset, ahead) == shown * HOUR


def test_summer_time_begins_and_ends() -> None:
    offset = ClockOffset()
    assert age(offset, HOUR) == timedelta(0)
    assert age(offset, 2 * HOUR) == timedelta(0)
    assert [age(offset, HOUR) for _ in range(3)] == [HOUR, HOUR, timedelta(0)]


def test_minuts_clock_may_be_wrong_as_well() -> None:
    offset = ClockOffset()
    offset.note(NOON + 10 * timedelta(minutes=1) - SECOND / 2, NOON)
    assert age(offset, HOUR + 10 * timedelta(minutes=1)) == timedelta(0)
