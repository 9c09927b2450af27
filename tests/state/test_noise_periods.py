"""Noise disturbances of a period, from events."""

from datetime import timedelta

from custom_components.point.state.noise_periods import NoisePeriod, noise_periods

from ..helpers.account import after, event


def test_a_disturbance_goes_from_its_first_notice_to_its_end() -> None:
    [noise] = noise_periods(
        [
            event("disturbance_first_notice", after(minutes=1), home_id="h1"),
            event("disturbance_second_notice", after(minutes=11), home_id="h1"),
            event("disturbance_snoozed", after(minutes=12), home_id="h1"),
            event("disturbance_ended", after(minutes=31), home_id="h1"),
        ]
    )
    assert noise == NoisePeriod(after(minutes=1), after(minutes=31), 2, {1: 1, 2: 1})
    assert noise.duration(after(), after(hours=1)) == timedelta(minutes=30)


def test_events_of_a_home_have_other_names_and_any_order() -> None:
    [noise] = noise_periods(
        [
            event("noise_quieted", after(minutes=9), home_id="h1"),
            event("noise_detected", after(minutes=2), home_id="h1"),
            event("pir_motion", after(minutes=3)),
            event("crowd_detected", after(minutes=3)),
            event("noise_detected", None, home_id="h1"),
        ]
    )
    assert noise == NoisePeriod(after(minutes=2), after(minutes=9), 1, {1: 1})


def test_what_began_before_or_goes_on_has_no_such_time() -> None:
    ended, running = noise_periods(
        [
            event("disturbance_ended", after(minutes=5), home_id="h1"),
            event("disturbance_ended", after(minutes=6), home_id="h1"),
            event("disturbance_third_notice", after(minutes=50), home_id="h1"),
        ]
    )
    assert ended == NoisePeriod(None, after(minutes=5))
    assert ended.duration(after(), after(hours=1)) == timedelta(minutes=5)
    assert running == NoisePeriod(after(minutes=50), None, 3, {3: 1})
    assert running.duration(after(), after(hours=1)) == timedelta(minutes=10)
