"""What the status of push shows, and when an event should have been delivered."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.point.state.push import (
    MAX_REFUSALS,
    MAX_UNREADABLE,
    MAX_UNREADABLE_AT_FIRST,
    PushState,
    PushStatus,
)

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
    push.unregistered()
    assert not push.should_have_heard(NOON)
    assert not push.works


def working() -> PushStatus:
    push = PushStatus()
    push.registered(since=NOON)
    return push


def unverified() -> PushStatus:
    push = working()
    assert [push.refused() for _ in range(MAX_REFUSALS)] == [*[False] * (MAX_REFUSALS - 1), True]
    return push


def silent() -> PushStatus:
    push = working()
    push.not_delivered()
    return push


def test_state_is_unknown_until_minut_has_been_asked() -> None:
    push = PushStatus()
    states = [push.state]
    push.checked()
    states.append(push.state)
    push.registered(since=NOON)
    states.append(push.state)
    assert states == [PushState.UNKNOWN, PushState.UNREGISTERED, PushState.WORKING]


@pytest.mark.parametrize(
    ("push", "state"), [(silent(), PushState.SILENT), (unverified(), PushState.UNVERIFIED)]
)
def test_fault_lasts_until_a_delivery_is_accepted(push: PushStatus, state: PushState) -> None:
    push.unregistered()
    assert push.fault is state
    push.registered(since=NOON)
    assert push.state is state
    assert not push.works
    push.delivered(NOON, is_verified=True)
    assert push.works


def test_deliveries_without_proof_say_more_than_a_lost_sample() -> None:
    push = unverified()
    push.not_delivered()
    assert push.state is PushState.UNVERIFIED


def test_new_url_may_end_silence_but_proves_nothing() -> None:
    for push, state in ((silent(), PushState.WORKING), (unverified(), PushState.UNVERIFIED)):
        push.moved()
        assert push.state is state


def test_webhook_is_replaced_once_a_day_at_most() -> None:
    push = working()
    assert push.may_replace(NOON)
    push.replace("hook", NOON)
    assert not push.may_replace(NOON + minutes(60 * 24 - 1))
    assert push.may_replace(NOON + minutes(60 * 24))
    assert push.may_replace(NOON - minutes(1))  # the clock has been set back


@pytest.mark.parametrize("push", [working(), silent(), unverified()])
def test_status_survives_a_restart(push: PushStatus) -> None:
    push.replace("hook", NOON)
    after = PushStatus()
    after.load(push.dump())
    assert after.dump() == push.dump()
    assert after.fault is push.fault
    assert after.state is PushState.UNKNOWN


# Samples, and what is not understood


def test_lost_sample_means_nothing_before_one_has_arrived() -> None:
    push = working()
    push.not_sampled()
    assert push.works
    push.not_sampled(is_verdict=True)
    assert push.state is PushState.SILENT
    push.delivered(NOON, is_verified=True)
    push.sampled()
    push.not_sampled()
    assert push.state is PushState.SILENT


def not_understood(times: int, *, known: bool, is_foreign: bool = False) -> PushState:
    push = working()
    if known:
        push.delivered(NOON, is_verified=True)
    for _ in range(times):
        push.not_understood(is_foreign=is_foreign)
    return push.state


@pytest.mark.parametrize(
    ("known", "is_foreign", "limit"),
    [
        (False, False, MAX_UNREADABLE_AT_FIRST),
        (False, True, MAX_UNREADABLE),
        (True, False, MAX_UNREADABLE),
        (True, True, MAX_UNREADABLE),
    ],
)
def test_what_is_not_understood_is_a_fault_if_nothing_else_comes(
    *, known: bool, is_foreign: bool, limit: int
) -> None:
    assert not_understood(limit - 1, known=known, is_foreign=is_foreign) is PushState.WORKING
    assert not_understood(limit, known=known, is_foreign=is_foreign) is PushState.UNREADABLE


def test_what_is_not_understood_survives_a_restart() -> None:
    push = working()
    for _ in range(MAX_UNREADABLE_AT_FIRST):
        push.not_understood()
    push.sampled()
    after = PushStatus()
    after.load(push.dump())
    assert after.fault is PushState.UNREADABLE
    assert after.has_sampled
