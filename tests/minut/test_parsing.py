"""JSON of uncertain shape is read leniently: what is odd is None, and nothing raises."""

from collections.abc import Callable
from datetime import UTC, datetime, time
import json
import math
from typing import Any

import pytest

from custom_components.point.minut.parsing import (
    MAX_DEPTH,
    Json,
    flag,
    is_plain,
    items,
    local_time,
    mapping,
    moment,
    moments,
    number,
    text,
    unwrap,
)

ODD: list[Json] = [
    None,
    True,
    False,
    0,
    -1,
    10**400,
    3.5,
    math.nan,
    math.inf,
    -math.inf,
    "",
    " ",
    "x",
    "\ud800",
    [],
    [None],
    {},
    {"a": None},
]


READERS: dict[Callable[[Json], object], type] = {
    text: str,
    number: float,
    flag: bool,
    moment: datetime,
    moments: dict,
    local_time: time,
    mapping: dict,
    items: list,
}


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:12])
def test_nothing_raises(read: Callable[[Json], object], value: Json) -> None:
    found = read(value)
    assert found is None or isinstance(found, READERS[read])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Hall", "Hall"),
        (" Hall ", "Hall"),
        ("", None),
        ("  ", None),
        (4711, "4711"),
        (0, "0"),
        (True, None),
        (3.0, None),
        (None, None),
        (["Hall"], None),
    ],
)
def test_text_is_a_string_that_says_something(value: Json, expected: str | None) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3.0),
        (-0.5, -0.5),
        (0, 0.0),
        (True, None),
        ("3", 3.0),
        ("-21.5", -21.5),
        ("1e3", None),
        ("0x3", None),
        ("3 ", None),
        ("\u0663", None),
        ("", None),
        ("9" * 400, None),
        (None, None),
        (math.nan, None),
        (math.inf, None),
        (10**400, None),
    ],
)
def test_a_number_is_finite(value: Json, expected: float | None) -> None:
    assert number(value) == expected


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_json_should_not_hold_is_no_number(value: str) -> None:
    """Python's parser takes them, Home Assistant's states do not."""
    assert number(json.loads(value)) is None


@pytest.mark.parametrize(
    ("value", "expected"), [(True, True), (False, False), (0, None), ("on", None), (None, None)]
)
def test_a_flag_is_a_boolean(value: Json, expected: object) -> None:
    assert flag(value) is expected


AT = datetime(2026, 11, 20, 9, 41, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-20T09:41:05.000Z", AT),
        ("2026-11-20T09:41:05Z", AT),
        ("2026-11-20T09:41:05.125Z", AT.replace(microsecond=125_000)),
        ("2026-11-20T10:41:05+01:00", AT),
        ("2026-11-20T09:41:05", AT),
        (1795167665, AT),
        (1795167665.0, AT),
        (1795167665000, AT),
        ("1795167665", AT),
        ("1795167665000", AT),
        ("20261120T094105Z", AT),
        (1478189329, datetime(2016, 11, 3, 16, 8, 49, tzinfo=UTC)),
    ],
)
def test_a_moment_comes_in_many_spellings(value: Json, expected: datetime) -> None:
    """Predecessor's defect 31: all are aware, and UTC."""
    found = moment(value)
    assert found == expected
    assert found is not None
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "",
        "soon",
        "2026-11-31T00:00:00Z",
        "2026-11-20T25:00:00Z",
        10**30,
        -(10**30),
        1e300,
        math.nan,
        1795167665000000,
        [2026, 11, 20],
        {"time": "2026-11-20T09:41:05Z"},
    ],
    ids=repr,
)
def test_what_is_no_moment_is_none(value: Json) -> None:
    assert moment(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-05:00",
        253402300799,
        -62135596800,
    ],
    ids=repr,
)
def test_a_moment_can_be_reckoned_with(value: Json) -> None:
    """The ends of time stand for "never", and adding a minute to them fails."""
    assert moment(value) is None


@pytest.mark.parametrize(
    "answer",
    [
        {"device_id": "p1", "device": {"model": 3}},
        {"device": {"device_id": "p1", "device": {"model": 3}}},
        {"data": {"device_id": "p1", "device": {"model": 3}}},
        {"data": {"device": {"device_id": "p1", "device": {"model": 3}}, "meta": {}}},
        {"id": "request", "device": {"device_id": "p1", "device": {"model": 3}}},
    ],
    ids=str,
)
def test_an_object_is_found_in_its_wrapper(answer: dict[str, Json]) -> None:
    assert unwrap(answer, "device") == {"device_id": "p1", "device": {"model": 3}}


@pytest.mark.parametrize("answer", [{}, {"firmware": 3}, {"a": {}, "b": {}}], ids=str)
def test_an_object_without_a_wrapper_stays(answer: dict[str, Json]) -> None:
    assert unwrap(answer, "device") == answer


def test_times_are_read_by_name_and_all_else_is_skipped() -> None:
    stored: Json = {"first": "2026-11-20T08:00:00+00:00", "second": None, "": 1_700_000_000}
    assert moments(stored) == {"first": datetime(2026, 11, 20, 8, tzinfo=UTC)}
    assert moments([1]) == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("22:30", time(22, 30)),
        ("07:00:05", time(7, 0, 5)),
        ("00:00", time(0)),
        ("22:30+01:00", None),
        ("24:30", None),
        ("2026-11-20", None),
        (None, None),
    ],
)
def test_a_local_time_has_no_zone(value: Json, expected: time | None) -> None:
    assert local_time(value) == expected


def test_where_there_is_no_object_or_list_it_is_empty() -> None:
    assert mapping({"a": 1}) == {"a": 1}
    assert mapping([1]) == {}
    assert items([1]) == [1]
    assert items({"a": 1}) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"name": "Ä", "value": 1.5, "flags": [True, None], "empty": {}}, True),
        ({"date": datetime(2026, 11, 20, tzinfo=UTC)}, True),  # from YAML, not from JSON
        ({"\ud800": 1}, False),
        ({"inner": [{"name": "x\udfff"}]}, False),
        ([2**63 - 1, -(2**63) + 1], True),
        ([2**63], False),
        ([math.nan], False),
        ({"value": -math.inf}, False),
    ],
)
def test_only_what_can_be_stored_is_plain(value: Any, *, expected: bool) -> None:
    assert is_plain(value) is expected


def test_what_is_nested_too_deeply_is_not_plain() -> None:
    value: Any = 1
    for depth in range(1, MAX_DEPTH + 3):
        assert is_plain(value) is (depth <= MAX_DEPTH)
        value = [value]
