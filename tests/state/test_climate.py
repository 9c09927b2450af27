"""Dew point, mould risk and frost forecast, against published and hand-calculated values."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from custom_components.point.minut.models import Device, Reading
from custom_components.point.state.climate import (
    MAX_STORED,
    ClimateLog,
    Sample,
    critical_humidity,
    dew_point,
    freezes_in,
    mould_hours,
)

from ..helpers.account import NOON, after


def samples(values: Sequence[tuple[float, float] | None], *, hours: float = 1) -> list[Sample]:
    """Return a sample for each (°C, %), the last one at noon; None is a missing one."""
    first = NOON - timedelta(hours=hours * (len(values) - 1))
    return [
        Sample(first + timedelta(hours=hours * number), *value)
        for number, value in enumerate(values)
        if value
    ]


def cooling(*celsius: float | None) -> list[Sample]:
    return samples([None if value is None else (value, 50.0) for value in celsius])


@pytest.mark.parametrize(
    ("temperature", "humidity", "expected"),
    [
        (20.0, 50.0, 9.26),  # tables of psychrometry: 9.3 °C
        (25.0, 60.0, 16.7),
        (10.0, 100.0, 10.0),
        (0.0, 80.0, -3.03),
        (30.0, 20.0, 4.63),
    ],
)
def test_dew_point_is_as_in_tables(temperature: float, humidity: float, expected: float) -> None:
    assert dew_point(temperature, humidity) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    ("temperature", "humidity"),
    [(None, 50.0), (20.0, None), (20.0, 0.0), (20.0, 101.0), (1e12, 100.0), (-243.04, 50.0)],
)
def test_dew_point_is_unknown_without_sensible_readings(
    temperature: float | None, humidity: float | None
) -> None:
    assert dew_point(temperature, humidity) is None


@pytest.mark.parametrize(
    ("temperature", "expected"),
    # -0.00267 * 1000 + 0.160 * 100 - 3.13 * 10 + 100 = 82.03
    [(25.0, 80.0), (20.1, 80.0), (20.0, 80.04), (10.0, 82.03), (5.0, 88.02), (0.0, 100.0)],
)
def test_mould_needs_more_humidity_in_the_cold(temperature: float, expected: float) -> None:
    assert critical_humidity(temperature) == pytest.approx(expected, abs=0.01)


def test_mould_hours_are_those_of_the_last_day() -> None:
    dry, damp = (21.0, 50.0), (21.0, 85.0)
    assert mould_hours(samples([dry] * 20 + [damp] * 5), NOON) == pytest.approx(5)
    assert mould_hours(samples([dry] * 25), NOON) == 0
    assert mould_hours(samples([damp] * 40), NOON) == pytest.approx(24)
    assert mould_hours(samples([(-5.0, 100.0)] * 25), NOON) == 0
    assert mould_hours(samples([(5.0, 85.0)] * 25), NOON) == 0


def test_mould_hours_are_unknown_with_too_few_samples_and_never_bridge_a_gap() -> None:
    damp = (21.0, 85.0)
    assert mould_hours([], NOON) is None
    assert mould_hours(samples([damp] * 12), NOON) is None
    assert mould_hours(samples([damp] * 13), NOON) == pytest.approx(12)
    holed = samples([damp] * 10 + [None] * 5 + [damp] * 10)
    assert mould_hours(holed, NOON) == pytest.approx(18)


def test_it_freezes_when_the_line_reaches_zero() -> None:
    assert freezes_in(cooling(9, 8, 7, 6), NOON) == pytest.approx(6)
    assert freezes_in(cooling(12, 10, 8, 6, 4), NOON) == pytest.approx(2)
    assert freezes_in(cooling(3, 2, 1, 0.0), NOON) == 0
    assert freezes_in(cooling(-4.0), NOON) == 0


@pytest.mark.parametrize(
    "celsius",
    [
        (),
        (6.0,),
        (8.0, 7.0, 6.0),  # too few
        (6.0, 6.0, 6.0, 6.0),
        (6.0, 7.0, 8.0, 9.0),
        (20.0, 19.9, 19.8, 19.7, 19.6),  # in 196 hours
        (9.0, 4.0, 9.0, 5.0, 8.0),  # no trend
        (6.03, 6.02, 6.01, 6.0),  # hardly cooling
    ],
)
def test_frost_is_unknown_unless_the_trend_is_certain(celsius: tuple[float, ...]) -> None:
    assert freezes_in(cooling(*celsius), NOON) is None


def test_frost_is_unknown_without_a_recent_sample() -> None:
    assert freezes_in(cooling(9, 8, 7, 6), after(hours=2.5)) is None
    assert freezes_in(cooling(-1.0), after(hours=2.5)) is None


def reading_of(at: datetime | None, temperature: float = 20.0) -> Device:
    return Device(
        id="p1",
        last_heard_from_at=NOON,
        readings={"temperature": Reading(temperature, at), "humidity": Reading(50.0, at)},
    )


def test_the_log_keeps_a_day_of_samples_half_an_hour_apart() -> None:
    log = ClimateLog()
    for quarter in range(4 * 48):
        at = after(minutes=15 * quarter)
        log.note(reading_of(at), at)
    kept = log.of("p1")
    assert len(kept) == 2 * 26 + 1
    assert {late.at - early.at for early, late in pairwise(kept)} == {timedelta(minutes=30)}


def test_the_log_ignores_what_is_repeated_missing_or_from_the_future() -> None:
    log = ClimateLog()
    log.note(Device(id="p1"), NOON)
    log.note(reading_of(after(hours=5)), NOON)
    assert log.of("p1") == ()
    log.note(reading_of(None), NOON)
    log.note(reading_of(None), after(hours=1))
    assert [sample.at for sample in log.of("p1")] == [NOON]
    log.forget(lambda _device: True)
    assert log.of("p1") == ()


def test_the_log_survives_a_restart() -> None:
    log, again = ClimateLog(), ClimateLog()
    log.note(reading_of(NOON, 20.126), NOON)
    again.load(log.dump())
    assert list(again.of("p1")) == [Sample(NOON, 20.13, 50.0)]
    for number in range(MAX_STORED):
        log.note(replace(reading_of(NOON), id=f"p{number + 2}"), NOON)
    assert log.dump() == {}
    again.load({"p2": [[1, 2], "x", [None, 1, 2], [1, "a", 2]], "p3": 5})
    assert again.of("p2") == ()
