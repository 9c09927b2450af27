"""What is known of a home: its alarm and its noise, by the newest information."""

from datetime import datetime

import pytest

from custom_components.point.minut.models import Event
from custom_components.point.state.account import AccountState
from custom_components.point.state.home import HomeState

from ..helpers.account import Poll, account, after, event, happen, home, in_any_order


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration: nothing here needs a Home Assistant."""


EXPIRED, SILENCED = "alarm_grace_period_expired", "alarm_silenced"
TRIGGERED = "critical_event"


def of_home(event_type: str, at: datetime) -> Event:
    return event(event_type, at, home_id="h1")


def answer(status: str | None, asked_at: datetime) -> Poll:
    return Poll(asked_at=asked_at, home=home(alarm_status=status))


# Alarm


@pytest.mark.parametrize(
    "status",
    ["off", "on", "on_grace_period", "off_grace_period", "critical_event", "party", None],
)
def test_shows_what_minut_calls_it(status: str | None) -> None:
    """Predecessor's defects 4 and 5: a change in the app was never seen."""
    state = account()
    state.merge_homes([home(alarm_status=status), home("h2")], after(0))
    assert state.homes["h1"].alarm_status == status
    assert state.homes["h2"].alarm_status == "on"


ALARMS: dict[str, tuple[list[Poll | Event], str]] = {
    "triggered": ([of_home(EXPIRED, after(0))], TRIGGERED),
    "silenced": ([of_home(EXPIRED, after(0)), of_home(SILENCED, after(9))], "on"),
    "triggered again": ([of_home(SILENCED, after(0)), of_home(EXPIRED, after(9))], TRIGGERED),
    "three in a row": (
        [of_home(EXPIRED, after(0)), of_home(SILENCED, after(9)), of_home(EXPIRED, after(18))],
        TRIGGERED,
    ),
    "still called armed": ([of_home(EXPIRED, after(0)), answer("on", after(60))], TRIGGERED),
    "called armed before": ([answer("on", after(-9)), of_home(EXPIRED, after(0))], TRIGGERED),
    "called armed after long": ([of_home(EXPIRED, after(0)), answer("on", after(301))], "on"),
    "disarmed": ([of_home(EXPIRED, after(0)), answer("off", after(9))], "off"),
    "disarmed before": ([answer("off", after(-9)), of_home(EXPIRED, after(0))], TRIGGERED),
    "arming again": (
        [of_home(EXPIRED, after(0)), answer("on_grace_period", after(9))],
        "on_grace_period",
    ),
    "disarmed and armed again": (
        [of_home(EXPIRED, after(0)), answer("off", after(60)), answer("on", after(90))],
        "on",
    ),
    "armed again and triggered": (
        [answer("off", after(60)), answer("on", after(90)), of_home(EXPIRED, after(99))],
        TRIGGERED,
    ),
    "silenced before it was triggered as Minut says": (
        [of_home(SILENCED, after(0)), answer("critical_event", after(9))],
        TRIGGERED,
    ),
}


@pytest.mark.parametrize("case", ALARMS)
def test_the_newest_of_the_alarm_counts_in_any_order(case: str) -> None:
    """Predecessor's defects 6, 7 and 57: nothing ended an alarm but silencing it."""
    steps, status = ALARMS[case]
    assert in_any_order(steps, lambda state: state.homes["h1"].alarm_status) == status


@pytest.mark.parametrize(("status", "expected"), [("on", TRIGGERED), ("off", "off")])
def test_the_first_answer_counts_like_any_other(status: str, expected: str) -> None:
    state = AccountState()
    state.merge_homes([home(alarm_status=status)], after(9))
    happen(state, EXPIRED, after(0), home_id="h1")
    assert state.homes["h1"].alarm_status == expected


def test_an_alarm_that_is_known_already_is_no_change() -> None:
    state = account()
    assert happen(state, EXPIRED, after(0), home_id="h1").keys == {"h1"}
    assert happen(state, EXPIRED, after(9), home_id="h1").keys == frozenset()
    assert state.merge_home(home(), after(20)) == set()


def test_the_end_of_an_alarm_is_a_change_though_the_answer_is_the_same() -> None:
    state = account()
    state.merge_home(home(alarm_status="off"), after(-30))
    happen(state, EXPIRED, after(0), home_id="h1")
    assert state.merge_home(home(alarm_status="off"), after(20)) == {"h1"}


def test_an_answer_that_a_newer_one_overtook_is_dropped() -> None:
    state = account()
    assert state.merge_home(home(alarm_status="off"), after(2)) == {"h1"}
    assert state.merge_home(home(alarm_status="on"), after(1)) == set()
    assert state.homes["h1"].alarm_status == "off"


@pytest.mark.parametrize(
    ("status", "asked"), [("on", True), ("off", False), ("off_grace_period", False)]
)
def test_motion_in_an_armed_home_may_be_the_entry_delay(status: str, *, asked: bool) -> None:
    """Minut sends no event of its own for its beginning."""
    state = account()
    state.merge_home(home(alarm_status=status), after(-1))
    assert happen(state, "pir_motion").home_to_read == ("h1" if asked else None)
    assert happen(state, "glassbreak").home_to_read is None


# Grace periods


@pytest.mark.parametrize("status", ["on_grace_period", "off_grace_period"])
@pytest.mark.parametrize(
    ("expires", "asked_at", "read_at"),
    [
        pytest.param(after(45), after(0), after(46), id="just after it ends"),
        pytest.param(after(4), after(0), after(5), id="also if it is short"),
        pytest.param(after(0), after(0), after(1), id="again while it should be over"),
        pytest.param(after(0), after(9), after(18), id="less and less often"),
        pytest.param(after(0), after(90), after(150), id="then once a minute"),
        pytest.param(None, after(0), after(60), id="each minute where no end is told"),
    ],
)
def test_looks_again_when_a_grace_period_ends(
    status: str, expires: datetime | None, asked_at: datetime, read_at: datetime
) -> None:
    told = home(alarm_status=status, grace_period_expires_at=expires)
    assert HomeState(told, asked_at).next_read_at == read_at


@pytest.mark.parametrize("status", ["off", "on", "critical_event", "party", None])
def test_looks_no_more_often_where_no_grace_period_runs(status: str | None) -> None:
    told = home(alarm_status=status, grace_period_expires_at=after(45))
    assert HomeState(told, after(0)).next_read_at is None


# Noise

NOTICES = [
    "disturbance_first_notice",
    "disturbance_second_notice",
    "disturbance_third_notice",
    "noise_detected",
]
QUIET = ["disturbance_ended", "disturbance_dismissed", "disturbance_snoozed", "noise_quieted"]


@pytest.mark.parametrize("notice", NOTICES)
def test_noise_is_shown_by_the_home_and_its_points(notice: str) -> None:
    """Predecessor's defect 18: noise belongs to the home, and names no device."""
    state = account()
    assert happen(state, notice, home_id="h1").keys == {"h1", "p1", "p2"}
    assert [state.homes[key].disturbance.noise for key in ("h1", "h2")] == [True, False]
    noisy = [point.noise for point in state.devices.values()]
    assert noisy == [True, True, False, False]


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_that_names_only_a_point_is_of_its_home(notice: str) -> None:
    state = account()
    assert happen(state, notice, device_id="p2").keys == {"h1", "p1", "p2"}


@pytest.mark.parametrize("quiet", QUIET)
@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("is_noise_last", [True, False])
def test_the_newest_of_the_noise_counts_in_any_order(
    notice: str, quiet: str, *, is_noise_last: bool
) -> None:
    first, last = (quiet, notice) if is_noise_last else (notice, quiet)
    steps = [of_home(last, after(0)), of_home(first, after(60)), of_home(last, after(120))]
    assert in_any_order(steps, lambda state: state.homes["h1"].disturbance.noise) is is_noise_last


def test_a_poll_does_not_touch_noise() -> None:
    state = account()
    happen(state, "disturbance_first_notice", home_id="h1")
    state.merge_homes([home(), home("h2")], after(60))
    assert state.homes["h1"].disturbance.noise
