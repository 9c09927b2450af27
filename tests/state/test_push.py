"""What can be known of the way from Minut, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.point.state.push import PushStatus

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("event", "last_delivery", "expected"),
    [
        (minutes(60), None, True),
        (minutes(60), minutes(54), True),
        (minutes(60), minutes(56), False),  # its clock may be ahead of ours
        (minutes(60), minutes(61), False),
        (minutes(4), None, False),  # its clock may be ahead: before we listened
        (minutes(-1), None, False),
    ],
)
def test_an_event_that_nothing_followed_should_have_been_heard(
    event: timedelta, last_delivery: timedelta | None, *, expected: bool
) -> None:
    push = PushStatus()
    push.registered(since=NOON)
    if last_delivery is not None:
        push.delivered(NOON + last_delivery, is_verified=True)
    assert push.should_have_heard(NOON + event) is expected


def test_without_a_hook_nothing_can_be_heard() -> None:
    push = PushStatus()
    assert not push.should_have_heard(NOON)
    push.registered(since=NOON - minutes(60))
    push.lost()
    assert not push.should_have_heard(NOON)
    assert not push.works
