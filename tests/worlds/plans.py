"""Plans of worlds: plain data, so that a failed one can be read, kept and run again."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from .words import UNKNOWN_TYPE

type Step = tuple[Any, ...]
"""The name of an act and its arguments, usually the number of a Point or a home."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A world. It ends with a restart or with quiet hours; then all states must be right."""

    homes: int = 1
    points: int = 1
    """In each home."""
    steps: tuple[Step, ...]
    ends_with: str = "restart"


EACH = st.integers(0, 3)
"""Number of a home or a Point, modulo their count."""
OF_A_POINT = (
    *("press", "press", "motion", "motion", "glass", "smoke alarm", "smoke", "old tamper"),
    *("take off", "put back", "heartbeat", "offline", "online", "unnoticed offline"),
    *("hot", "cold", "mild", "humid", "dry", "neither", "loud", "calm", "low battery", "charge"),
)
OF_A_HOME = (
    *("arm", "arm", "disarm", "silence", "arm by panel", "disarm by panel"),
    *("first notice", "second notice", "third notice", "quiet", "snooze", "dismiss"),
)
BARE = (
    *("temperature_high", "temperature_dropped_normal", "temperature_low"),
    *("humidity_low", "humidity_risen_normal", "battery_low", "battery_charging_complete"),
    *("pir_motion", "short_button_press", "tamper_removed", "tamper_mounted", "glassbreak"),
    *("disturbance_first_notice", "disturbance_second_notice", "disturbance_ended"),
    *("device_offline", "device_online", "alarm_heard", UNKNOWN_TYPE),
)
"""Events of a Point that its answers do not reflect, sent late or at once."""
AGES = (0, 0, 0, 2, 70, 200, 290, 310, 2000)
WAITS = (4, 4, 6, 30, 61, 61, 200, 301, 901, 901, 3700, 8000)
CLOCK = (-7200, -600, -200, -3, 3, 200, 600, 7200)

STEP = st.one_of(
    st.tuples(st.sampled_from(OF_A_POINT), EACH),
    st.tuples(st.sampled_from(OF_A_HOME), EACH),
    st.tuples(st.just("wait"), st.sampled_from(WAITS)),
    st.tuples(st.just("bare event"), EACH, st.sampled_from(BARE), st.sampled_from(AGES)),
    st.tuples(
        st.sampled_from(("lose", "deliver", "deliver", "hold", "release", "release newest first"))
    ),
    st.tuples(st.sampled_from(("twice", "once", "reorder", "in order"))),
    st.tuples(st.just("deliver again"), EACH),
    st.tuples(st.sampled_from(("rename point", "rename home", "move point", "add point")), EACH),
    st.tuples(st.sampled_from(("remove point", "remove home", "add home")), EACH),
    st.tuples(
        st.sampled_from(("fail", "drop")),
        st.sampled_from(("*", "*", "/homes*", "/devices*", "/events", "/webhooks*")),
    ),
    st.tuples(st.just("works")),
    st.tuples(st.sampled_from(("lie", "be honest"))),
    st.tuples(st.sampled_from(("end the login", "sign in"))),
    st.tuples(st.just("clock"), st.sampled_from(CLOCK)),
    st.tuples(st.just("restart"), st.sampled_from((0, 3, 400, 4000))),
    st.tuples(st.just("kill"), st.sampled_from((0, 3, 400, 4000))),
    st.tuples(st.just("event during a poll"), EACH, st.sampled_from(BARE)),
)


def plans() -> st.SearchStrategy[Plan]:
    """Return plans of any kind."""
    return st.builds(
        Plan,
        homes=st.integers(1, 2),
        points=st.integers(1, 2),
        steps=st.lists(STEP, min_size=1, max_size=16).map(tuple),
        ends_with=st.sampled_from(("restart", "restart", "quiet hours")),
    )
