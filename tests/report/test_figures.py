"""Figures of series that were calculated by hand."""

from datetime import timedelta

import pytest

from custom_components.point.minut.series import Bucket, Series, energy_mean
from custom_components.point.report.figures import (
    Range,
    gaps,
    levels,
    measured_time,
    time_over,
    value_range,
    within,
)
from custom_components.point.state.span import Span

from .series import NIGHT, STEP, buckets, series

HOUR = Span(NIGHT, NIGHT + timedelta(hours=1))


@pytest.mark.parametrize(
    ("values", "leq"),
    [
        ([60.0, 60.0], 60.0),
        # Half of the energy of 70 dB: 3.01 dB less; what is 40 dB lower does not count.
        ([70.0, 30.0], 66.99),
        # (10**6 + 10**7) / 2 = 5.5 * 10**6.
        ([60.0, 70.0], 67.40),
        ([50.0], 50.0),
    ],
)
def test_leq_is_the_mean_of_the_energy(values: list[float], leq: float) -> None:
    assert energy_mean(values) == pytest.approx(leq, abs=0.005)


@pytest.mark.parametrize(
    ("values", "exceeded"),
    [
        ([float(value) for value in range(100, -1, -1)], (90.0, 50.0, 10.0)),
        ([40.0, 50.0], (49.0, 45.0, 41.0)),
        ([40.0], (40.0, 40.0, 40.0)),
    ],
)
def test_a_level_is_exceeded_for_its_share_of_the_time(
    values: list[float], exceeded: tuple[float, float, float]
) -> None:
    found = levels(buckets(values))
    assert found
    assert (found.l10, found.l50, found.l90) == pytest.approx(exceeded)


def test_the_loudest_value_is_the_highest_within_any_bucket() -> None:
    found = levels([Bucket(NIGHT, 60.0, 40.0, 62.0), Bucket(NIGHT + STEP, 55.0, 50.0, 91.5)])
    assert found
    assert (found.loudest, found.loudest_at) == (91.5, NIGHT + STEP)


def test_nothing_measured_has_no_figures() -> None:
    assert levels([]) is None
    assert value_range([]) is None
    assert gaps([], STEP, HOUR) == (HOUR,)
    assert measured_time([], STEP, HOUR) == timedelta(0)


def test_a_range_is_that_of_minima_and_maxima_where_minut_has_them() -> None:
    found = value_range([Bucket(NIGHT, 20.0), Bucket(NIGHT + STEP, 21.0, 18.5, 23.0)])
    assert found == Range(18.5, 23.0)


def test_gaps_are_at_the_begin_in_between_and_at_the_end() -> None:
    values = [None] * 3 + [40.0] * 2 + [None] * 4 + [40.0] + [None] * 2
    found = buckets(values)
    minutes = [timedelta(minutes=each) for each in (0, 15, 25, 45)]
    at = [NIGHT + each for each in minutes]
    # The last pause is 10 minutes: not measured, but too short for a gap.
    assert gaps(found, STEP, HOUR) == (Span(at[0], at[1]), Span(at[2], at[3]))
    assert measured_time(found, STEP, HOUR) == timedelta(minutes=15)


def test_figures_leave_out_gaps_instead_of_bridging_them() -> None:
    loud = [80.0] * 3
    assert levels(buckets([*loud, *[None] * 6, *loud])) == levels(buckets(loud * 2))
    found = buckets([*loud, *[None] * 6, *loud])
    assert time_over(found, STEP, HOUR, lambda _at: 75.0) == timedelta(minutes=30)


def test_time_over_the_limit_counts_what_is_above_it() -> None:
    found = buckets([74.9, 75.0, 75.1, 80.0])
    assert time_over(found, STEP, HOUR, lambda _at: 75.0) == timedelta(minutes=10)
    assert time_over(found, STEP, HOUR, lambda _at: None) is None
    half = {NIGHT, NIGHT + STEP}
    assert time_over(found, STEP, HOUR, lambda at: 70.0 if at in half else None) == 2 * STEP


def test_only_buckets_within_the_span_count_and_each_once() -> None:
    doubled = Series(STEP, (*series([40.0] * 20).buckets, Bucket(NIGHT, 40.0)))
    assert len(within(doubled, HOUR)) == 12
