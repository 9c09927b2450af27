"""Whoever is to be told of a change is named: entities are written for these keys only."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.point.minut.event_types import EVENT_TYPES, ONGOING, Momentary
from custom_components.point.state.account import AccountState
from custom_components.point.state.home import AlarmStatus

from ..helpers.account import DEVICES, HOMES, NOON, account, device, differences, event, home, shown

type Step = Callable[[AccountState, timedelta], Iterable[str]]


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration: nothing here needs a Home Assistant."""


AGO = st.sampled_from([0, 1, 30, 200, 400, 4000]).map(lambda seconds: timedelta(seconds=seconds))
POINTS = [key for key, home_id in DEVICES.items() if home_id == HOMES[0]]
WORDS = sorted({word for words in ONGOING.values() for word in words})


@st.composite
def events(draw: st.DrawFn) -> Step:
    """Return what happens to a Point or a home, told at once or late."""
    told = draw(
        st.one_of(
            st.fixed_dictionaries({"device_id": st.sampled_from(POINTS)}),
            st.fixed_dictionaries({"home_id": st.just(HOMES[0])}),
        )
    )
    kind, ago = draw(st.sampled_from(sorted(EVENT_TYPES))), draw(AGO)
    value, is_delivered = draw(st.sampled_from([None, 30.5])), draw(st.booleans())
    return lambda state, now: (
        state.apply(
            event(kind, NOON + now - ago, value=value, **told),
            NOON + now,
            is_delivered=is_delivered,
        ).keys
    )


@st.composite
def answers(draw: st.DrawFn) -> Step:
    """Return what a Point answers, with what it said when it was last heard."""
    key, ago, heard = draw(st.sampled_from(POINTS)), draw(AGO), draw(AGO)
    ongoing = frozenset(draw(st.lists(st.sampled_from(WORDS), max_size=1)))
    offline, percent = draw(st.booleans()), draw(st.sampled_from([5.0, 20.0, 80.0, None]))
    mounted = draw(st.sampled_from(["mounted", "removed", None]))
    return lambda state, now: state.merge_device(
        device(
            key,
            last_heard_from_at=NOON + now - ago - heard,
            ongoing_events=ongoing,
            offline=offline,
            battery_percent=percent,
            mount_status=mounted,
        ),
        NOON + now - ago,
    )


@st.composite
def homes(draw: st.DrawFn) -> Step:
    """Return what a home answers."""
    key, ago = draw(st.just(HOMES[0])), draw(AGO)
    status = draw(st.sampled_from(list(AlarmStatus)))
    return lambda state, now: state.merge_home(home(key, alarm_status=status), NOON + now - ago)


def look(state: AccountState, now: timedelta) -> dict[str, object]:
    """Return everything that entities may show."""
    found = shown(state, NOON + now)
    for key, known in state.devices.items():
        found[f"{key} mounted"] = known.mount_status
        found[f"{key} motion_at"] = known.momentary.last(Momentary.MOTION)
    for key, known_home in state.homes.items():
        found[f"{key} stage"] = known_home.disturbance.stage
        found[f"{key} changed_by"] = known_home.changed_by
        found[f"{key} grace"] = known_home.grace_period_ends
    return found


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.one_of(events(), events(), answers(), homes()), AGO), max_size=12))
def test_what_is_shown_changes_only_where_a_change_is_named(
    steps: list[tuple[Step, timedelta]],
) -> None:
    state, now = account(), timedelta(0)
    for step, passes in steps:
        now += passes
        before = look(state, now)
        keys = set(step(state, now))
        changed = {what.split()[0] for what in differences(before, look(state, now))}
        assert changed <= keys
