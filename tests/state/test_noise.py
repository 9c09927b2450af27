"""The state machine of a home's noise disturbance."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from custom_components.point.minut.event_types import EVENT_TYPES, Disturbance, EventType
from custom_components.point.state.noise import (
    CHECK_AFTER,
    MAX_DURATION,
    RETRY_CHECK,
    DisturbanceState,
)

from ..helpers.account import NOON, after


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration: nothing here needs a Home Assistant."""


FIRST, SECOND, THIRD = (f"disturbance_{which}_notice" for which in ("first", "second", "third"))
SNOOZED, DISMISSED, ENDED = (f"disturbance_{what}" for what in ("snoozed", "dismissed", "ended"))
DETECTED, QUIETED = "noise_detected", "noise_quieted"

LEADS_TO = {
    FIRST: "first_notice",
    SECOND: "second_notice",
    THIRD: "third_notice",
    SNOOZED: "snoozed",
    DISMISSED: "dismissed",
    ENDED: "none",
}
NOISY = {"first_notice", "second_notice", "third_notice"}


def told(state: DisturbanceState, event_type: str, at: datetime = NOON) -> bool:
    return state.apply(EVENT_TYPES[event_type], at)


def after_events(*event_types: str) -> DisturbanceState:
    """Return a state that was quiet a minute before noon, with one event each second since."""
    state = DisturbanceState(after(-60))
    state.restore(after(-60))
    for seconds, event_type in enumerate(event_types):
        told(state, event_type, after(seconds))
    return state


def of_home(*events: tuple[str, datetime]) -> list[tuple[datetime, EventType]]:
    """Return events as the check against the home's events gets them."""
    return [(at, EVENT_TYPES[event_type]) for event_type, at in events]


# From stage to stage


@pytest.mark.parametrize("then", LEADS_TO)
@pytest.mark.parametrize("first", LEADS_TO)
def test_each_event_leads_to_its_stage_from_any_other(first: str, then: str) -> None:
    """Predecessor's defect 18: only the first notice did anything."""
    state = after_events(first)
    assert state.stage == LEADS_TO[first]
    assert told(state, then, after(9)) is (LEADS_TO[first] != LEADS_TO[then])
    assert state.stage == LEADS_TO[then]
    assert state.noise is (LEADS_TO[then] in NOISY)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        *((notice, LEADS_TO[notice]) for notice in (FIRST, SECOND, THIRD)),
        *((quiet, "first_notice") for quiet in (SNOOZED, DISMISSED, ENDED)),
    ],
)
def test_noise_in_the_homes_vocabulary_begins_but_never_lowers_the_stage(
    before: str, expected: str
) -> None:
    state = after_events(before, DETECTED)
    assert state.stage == expected
    assert state.noise is True


@pytest.mark.parametrize("before", LEADS_TO)
def test_quiet_in_the_homes_vocabulary_ends_every_stage(before: str) -> None:
    state = after_events(before, QUIETED)
    assert state.stage == "none"
    assert state.noise is False


@pytest.mark.parametrize("event_type", ["pir_motion", "avg_sound_high", "alarm_silenced"])
def test_other_events_change_nothing(event_type: str) -> None:
    state = after_events(SECOND)
    assert not told(state, event_type, after(9))
    assert state.stage == "second_notice"


WALKS = [
    [FIRST, SECOND, THIRD, ENDED],
    [FIRST, SECOND, SNOOZED],
    [FIRST, DISMISSED, FIRST, SECOND],
    [DETECTED, QUIETED, DETECTED],
    [DETECTED, QUIETED],
]


@pytest.mark.parametrize("walk", WALKS, ids=" ".join)
def test_the_newest_counts_in_whatever_order_they_arrive(walk: list[str]) -> None:
    """Predecessor's defect 57."""
    expected = after_events(*walk).stage
    steps = [(event_type, after(seconds)) for seconds, event_type in enumerate(walk)]
    for order in permutations(steps):
        state = after_events()
        for event_type, at in order:
            told(state, event_type, at)
        assert state.stage == expected, order


# While nothing is known


def test_nothing_is_known_until_it_is_confirmed() -> None:
    state = DisturbanceState(NOON)
    assert (state.stage, state.noise) == (None, None)
    assert state.restore(after(1))
    assert (state.stage, state.noise) == (Disturbance.NONE, False)
    assert not state.restore(after(2))


def test_an_event_makes_it_known_and_confirming_changes_nothing_more() -> None:
    state = DisturbanceState(NOON)
    assert told(state, SECOND, after(1))
    assert not state.restore(after(2))
    assert state.stage == "second_notice"


# The check when nothing was heard for long


def test_is_checked_an_hour_after_the_last_notice_and_not_while_quiet() -> None:
    state = after_events()
    assert state.next_check is None
    told(state, FIRST, after(0))
    assert state.next_check == after(hours=1)
    told(state, SECOND, after(minutes=30))
    assert state.next_check == after(minutes=90)
    told(state, ENDED, after(minutes=40))
    assert state.next_check is None


def test_what_is_unknown_is_checked_an_hour_after_the_beginning() -> None:
    assert DisturbanceState(NOON).next_check == NOON + CHECK_AFTER == after(hours=1)


CHECK = after(hours=1)


@pytest.mark.parametrize(
    ("events", "stage"),
    [
        pytest.param([(DETECTED, after(0))], "second_notice", id="its beginning proves it"),
        pytest.param([(SECOND, after(0))], "second_notice", id="so does the last notice"),
        pytest.param([(THIRD, after(minutes=50))], "third_notice", id="a notice that was missed"),
        pytest.param([(DETECTED, after(0)), (QUIETED, after(60))], "none", id="it has ended"),
        pytest.param([(QUIETED, after(60)), (DETECTED, after(0))], "none", id="newest first"),
        pytest.param(
            [(QUIETED, after(60)), (DETECTED, after(120))], "first_notice", id="it began again"
        ),
        pytest.param([(SNOOZED, after(60))], "snoozed", id="it was snoozed"),
        pytest.param([(DISMISSED, after(60))], "dismissed", id="it was dismissed"),
        pytest.param([(QUIETED, after(-60))], "none", id="only an end of an earlier one"),
        pytest.param([("pir_motion", after(60))], "none", id="nothing of noise"),
        pytest.param([], "none", id="nothing at all"),
    ],
)
def test_only_what_the_homes_events_prove_goes_on(
    events: list[tuple[str, datetime]], stage: str
) -> None:
    state = after_events(FIRST)
    told(state, SECOND, NOON)
    assert state.reconcile(of_home(*events), CHECK) is (stage != "second_notice")
    assert state.stage == stage


def test_is_checked_again_an_hour_after_a_check_that_found_it_going_on() -> None:
    state = after_events(FIRST)
    assert not state.reconcile(of_home((DETECTED, NOON)), CHECK)
    assert state.next_check == CHECK + CHECK_AFTER


def test_a_check_that_fails_proves_nothing_and_is_repeated() -> None:
    state = after_events(FIRST)
    assert not state.postpone_check(CHECK)
    assert state.stage == "first_notice"
    assert state.next_check == CHECK + RETRY_CHECK
    state.drop_stale_notice(CHECK + timedelta(minutes=1))
    assert state.noise is True


def test_a_check_that_fails_for_six_hours_ends_the_disturbance() -> None:
    state, now = after_events(FIRST), CHECK
    while now < NOON + MAX_DURATION:
        assert not state.postpone_check(now)
        assert state.stage == "first_notice"
        assert state.next_check
        assert now < state.next_check <= NOON + MAX_DURATION
        now = state.next_check
    assert state.postpone_check(now)
    assert state.stage == "none"
    assert state.next_check is None


def test_what_is_unknown_stays_so_while_checks_fail_for_six_hours_at_most() -> None:
    state = DisturbanceState(NOON)
    assert not state.postpone_check(CHECK)
    assert state.stage is None
    assert state.next_check == CHECK + RETRY_CHECK
    assert state.postpone_check(NOON + MAX_DURATION)
    assert state.stage == "none"


def test_a_notice_during_a_check_that_fails_is_checked_an_hour_later() -> None:
    state = after_events(FIRST)
    told(state, SECOND, CHECK + timedelta(seconds=1))
    assert not state.postpone_check(CHECK)
    assert state.next_check == CHECK + CHECK_AFTER + timedelta(seconds=1)


def test_is_over_after_six_hours_whatever_the_homes_events_say() -> None:
    state = after_events(FIRST)
    proof = of_home((DETECTED, NOON))
    assert not state.reconcile(proof, NOON + MAX_DURATION - timedelta(seconds=1))
    assert state.noise is True
    assert state.reconcile(proof, NOON + MAX_DURATION)
    assert state.stage == "none"
    assert state.next_check is None


@pytest.mark.parametrize("stage", [SNOOZED, DISMISSED])
def test_what_the_host_answered_is_over_too_unless_the_homes_events_prove_it(stage: str) -> None:
    state = after_events(FIRST, stage)
    assert not state.reconcile(of_home((DETECTED, NOON), (stage, after(1))), CHECK)
    assert state.stage == LEADS_TO[stage]
    assert state.reconcile(of_home((DETECTED, NOON), (stage, after(1)), (QUIETED, after(9))), CHECK)
    assert state.stage == "none"


def test_a_check_that_is_not_needed_changes_nothing() -> None:
    state = after_events(FIRST, ENDED)
    assert not state.reconcile([], CHECK)
    assert state.stage == "none"


@pytest.mark.parametrize(
    ("events", "stage"),
    [([(DETECTED, after(60))], "first_notice"), ([(QUIETED, after(60))], "none"), ([], "none")],
)
def test_a_check_makes_the_unknown_known(events: list[tuple[str, datetime]], stage: str) -> None:
    state = DisturbanceState(NOON)
    assert state.reconcile(of_home(*events), CHECK)
    assert state.stage == stage


# Over a restart


BACK = after(minutes=30)
"""When it runs again."""


def restarted(state: DisturbanceState, since: datetime = BACK) -> DisturbanceState:
    again = DisturbanceState(since)
    again.load(state.dump())
    return again


@pytest.mark.parametrize("event_type", LEADS_TO)
def test_what_was_known_is_trusted_only_when_it_is_confirmed(event_type: str) -> None:
    state = restarted(after_events(FIRST, event_type))
    assert state.stage is None
    assert state.restore(BACK)
    assert state.stage == LEADS_TO[event_type]


def test_a_noise_that_goes_on_is_checked_an_hour_after_its_notice() -> None:
    state = restarted(after_events(FIRST))
    state.restore(BACK)
    assert state.next_check == after(hours=1)


def test_a_notice_of_an_hour_ago_stays_unknown_until_it_is_checked() -> None:
    """Most likely it is over, and its end was missed."""
    state = restarted(after_events(SECOND), since=CHECK)
    assert not state.restore(CHECK)
    assert state.stage is None
    assert state.next_check == CHECK
    assert state.reconcile(of_home((DETECTED, NOON)), CHECK)
    assert state.stage == "second_notice"


def test_what_was_known_longer_ago_than_a_disturbance_lasts_is_over() -> None:
    state = restarted(after_events(THIRD))
    state.restore(NOON + MAX_DURATION)
    assert state.stage == "none"


def test_an_event_older_than_what_was_known_changes_nothing() -> None:
    state = restarted(after_events(FIRST, ENDED))
    assert not told(state, SECOND, after(-9))
    state.restore(BACK)
    assert state.stage == "none"


def test_what_was_not_confirmed_survives_another_restart() -> None:
    state = restarted(restarted(after_events(SECOND)))
    state.restore(BACK)
    assert state.stage == "second_notice"


ODD_STAGES: list[Any] = [None, 3, "party", [], {"stage": "first_notice"}]
ODD_TIMES: list[Any] = [None, True, "yesterday", "", [], 1e99, -1]
GARBAGE: list[dict[str, Any]] = [
    {},
    *({"stage": stage, "at": NOON.isoformat()} for stage in ODD_STAGES),
    *({"stage": "first_notice", "at": at} for at in ODD_TIMES),
]


@pytest.mark.parametrize("saved", GARBAGE, ids=str)
@pytest.mark.parametrize("settle", [lambda s: s.restore(CHECK), lambda s: s.reconcile([], CHECK)])
def test_what_cannot_be_read_is_left_out(
    saved: dict[str, Any], settle: Callable[[DisturbanceState], bool]
) -> None:
    state = DisturbanceState(NOON)
    state.load(saved)
    assert settle(state)
    assert state.stage == "none"
