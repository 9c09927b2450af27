"""Periods of time."""

from datetime import timedelta

from custom_components.point.state.span import Span

from ..helpers.account import NOON

HOUR = timedelta(hours=1)


def test_a_span_is_cut_into_chunks_newest_first() -> None:
    assert list(Span(NOON - 5 * HOUR, NOON).chunks(2 * HOUR)) == [
        Span(NOON - 2 * HOUR, NOON),
        Span(NOON - 4 * HOUR, NOON - 2 * HOUR),
        Span(NOON - 5 * HOUR, NOON - 4 * HOUR),
    ]
    assert list(Span(NOON, NOON - HOUR).chunks(HOUR)) == []


def test_a_span_is_extended_to_full_steps() -> None:
    minute = timedelta(minutes=1)
    hours = Span(NOON - HOUR, NOON + HOUR)
    assert Span(NOON - 59 * minute, NOON + minute).aligned(HOUR) == hours
    assert hours.aligned(HOUR) == hours
