"""Time series: what is asked of Minut, and what becomes of the answers."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.exceptions import MinutUnexpectedAnswerError
from custom_components.point.minut.parsing import Json
from custom_components.point.minut.rate_limit import Priority, RequestBudget
from custom_components.point.minut.series import (
    HOUR,
    Bucket,
    Hour,
    Series,
    SeriesName,
    completed,
    hours,
)

from .conftest import Cloud

EIGHT = datetime(2026, 11, 20, 8, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def series(*rows: Json, resolution: Json = None, requested: timedelta = HOUR) -> Series:
    return Series.from_json({"values": [*rows], "time_resolution": resolution}, requested=requested)


def row(minute: int, value: Json, **extremes: Json) -> Json:
    return {"datetime": f"2026-11-20T08:{minute:02}:00.000Z", "value": value, **extremes}


# Asking


async def ask(client: MinutClient, name: SeriesName) -> Series:
    return await client.series(
        "p1", name, start_at=EIGHT, end_at=EIGHT + 2 * HOUR, resolution=QUARTER
    )


async def test_asks_for_a_range_with_its_extremes(
    client: MinutClient, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_as: list[Priority] = []

    async def acquire(_budget: RequestBudget, priority: Priority) -> None:
        asked_as.append(priority)

    monkeypatch.setattr(RequestBudget, "acquire", acquire)
    cloud.says({"values": []})
    assert await ask(client, SeriesName.SOUND_LEVEL) == Series(QUARTER, ())
    assert cloud.asked == ["GET /devices/p1/sound_level"]
    assert cloud.calls[0].query == {
        "start_at": "2026-11-20T08:00:00.000Z",
        "end_at": "2026-11-20T10:00:00.000Z",
        "time_resolution": "900",
        "include_min_max": "true",
    }
    assert asked_as == [Priority.HISTORY]


async def test_counts_have_no_extremes(client: MinutClient, cloud: Cloud) -> None:
    cloud.says({"values": []})
    await ask(client, SeriesName.MOTION_EVENTS)
    assert "include_min_max" not in cloud.calls[0].query


@pytest.mark.parametrize("answer", [{}, {"values": None}, {"values": {}}, []])
async def test_an_answer_without_values_is_none(
    client: MinutClient, cloud: Cloud, answer: object
) -> None:
    cloud.says(answer)
    with pytest.raises(MinutUnexpectedAnswerError):
        await ask(client, SeriesName.HUMIDITY)


# Reading


def test_rows_may_be_objects_or_tuples() -> None:
    seconds = int(EIGHT.timestamp())
    bucket = Bucket(EIGHT, 20.5)
    assert series(row(0, 20.5)).buckets == (bucket,)
    assert series([seconds, 20.5]).buckets == (bucket,)
    assert series(["2026-11-20T08:00:00Z", 20.5, "more"]).buckets == (bucket,)
    assert series([str(seconds), "20.5"]).buckets == (bucket,)
    assert series([seconds * 1000, 20.5]).buckets == (bucket,)
    assert series(row(0, 20.5, min=20.1, max=21)).buckets == (Bucket(EIGHT, 20.5, 20.1, 21.0),)


@pytest.mark.parametrize(
    "odd",
    [None, [], [1], "x", {}, {"value": 1}, row(0, None), row(0, "warm"), ["soon", 1], [1, [2]]],
    ids=str,
)
def test_a_row_without_time_or_value_is_none(odd: Json) -> None:
    assert series(odd, row(15, 1.0)).buckets == (Bucket(EIGHT + QUARTER, 1.0),)


def test_the_order_is_ours() -> None:
    assert [bucket.value for bucket in series(row(30, 3), row(0, 1), row(15, 2)).buckets] == [
        1,
        2,
        3,
    ]


@pytest.mark.parametrize(("echo", "resolution"), [(900, QUARTER), (None, HOUR), ("x", HOUR)])
def test_the_resolution_is_minuts_or_the_one_asked_for(echo: Json, resolution: timedelta) -> None:
    assert series(resolution=echo).resolution == resolution


def test_values_an_hour_apart_are_of_hours_unless_minut_says_otherwise() -> None:
    nine: Json = {"datetime": "2026-11-20T09:00:00Z", "value": 20.5}
    assert series(row(0, 20.5), nine, requested=QUARTER).resolution == HOUR
    assert series(row(0, 20.5), nine, requested=QUARTER, resolution=900).resolution == QUARTER
    assert series(row(0, 20.5), row(30, 20.5), nine, requested=QUARTER).resolution == QUARTER
    assert series(row(0, 20.5), requested=QUARTER).resolution == QUARTER
    assert series(row(0, 20.5), nine, requested=2 * HOUR).resolution == 2 * HOUR


# Hours


def test_an_hours_own_mean_and_extremes_are_kept() -> None:
    assert hours(series(row(0, 20.5, min=20.1, max=21))) == {EIGHT: Hour(20.5, 20.1, 21.0)}


def test_an_hour_without_extremes_is_not_complete() -> None:
    assert hours(series(row(0, 20.5))) == {EIGHT: Hour(20.5, None, None)}
    assert hours(series(row(0, 20.5, min=20))) == {EIGHT: Hour(20.5, None, None)}
    assert not hours(series(row(0, 20.5)))[EIGHT].is_complete


def test_parts_of_an_hour_make_it_up() -> None:
    parts = series(row(0, 30), row(15, 34), row(30, 62, min=28, max=80), resolution=900)
    assert hours(parts) == {EIGHT: Hour(42.0, 28.0, 80.0)}


def test_parts_that_nobody_asked_for_need_their_own_extremes() -> None:
    """They may be of any length."""
    assert hours(series(row(0, 30), row(15, 34))) == {EIGHT: Hour(32.0, None, None)}
    whole = series(row(0, 30, min=29, max=31), row(15, 34, min=33, max=36))
    assert hours(whole) == {EIGHT: Hour(32.0, 29.0, 36.0)}


def test_what_an_hour_lacks_comes_from_its_parts() -> None:
    nine = EIGHT + HOUR
    found = {EIGHT: Hour(32.0, None, None), nine: Hour(20.0, 10.0, 30.0)}
    parts = series(row(0, 30), row(15, 34), resolution=900)
    assert completed(found, parts) == {EIGHT: Hour(32.0, 30.0, 34.0), nine: found[nine]}


def test_the_mean_is_never_beyond_the_extremes() -> None:
    found = {EIGHT: Hour(36.0, None, None)}
    assert completed(found, series(row(0, 30), resolution=900)) == {EIGHT: Hour(36.0, 30.0, 36.0)}


def test_an_hour_without_parts_stays_as_it_is() -> None:
    found = {EIGHT: Hour(36.0, None, None)}
    assert completed(found, series(resolution=900)) == found
    assert completed(found, series(row(0, 30), resolution=3600)) == found
