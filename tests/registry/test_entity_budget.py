"""Which entities are enabled at first, by the room that Home Assistant has."""

from collections.abc import Iterable

from homeassistant.helpers import entity_platform
import pytest

from custom_components.point.registry.entity_budget import (
    FULL_SET_UP_TO,
    MOST,
    PRECEDENCE,
    ROOM,
    STAYS,
    Plan,
    plan,
)

ROWS = [set(row) for row in PRECEDENCE]
ALL = set().union(*ROWS)


def lacking(homes: int, points: int, *, stays: bool = False) -> dict[str, int]:
    """Return what new homes and Points lack."""
    each = {"home": homes, "point": points}
    names = ALL if stays else ALL - set(STAYS)
    return {name: each[name.partition(".")[0]] for name in names}


def planned(homes: int, points: int, *, enabled: int = 0, stays: bool = False) -> Plan:
    """Plan for homes and Points that are all new."""
    new = lacking(homes, points, stays=stays)
    return plan(enabled=enabled, lacking=new, homes=homes, points=points)


def rows(names: Iterable[str]) -> int:
    """Return how many rows of the table are enabled; never one without those above."""
    found = [row <= set(names) for row in ROWS]
    assert found == sorted(found, reverse=True)
    return sum(found)


def test_the_limit_is_that_of_home_assistant() -> None:
    assert entity_platform.MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY == MOST


def test_the_table_names_each_entity_once() -> None:
    assert sum(map(len, PRECEDENCE)) == len(ALL)


@pytest.mark.parametrize(
    ("points", "is_full"), [(0, True), (FULL_SET_UP_TO, True), (FULL_SET_UP_TO + 1, False)]
)
def test_accounts_of_more_than_ten_points_get_the_small_set(points: int, *, is_full: bool) -> None:
    found = planned(1, points)
    assert found.enables("point.sensor.pressure") is is_full
    assert found.enables("point.event.button")
    assert not found.is_short


@pytest.mark.parametrize(
    ("homes", "points", "stays", "expected"),
    [
        (25, 30, True, 6),
        (400, 900, False, 6),
        (500, 1_000, False, 5),
        (500, 1_000, True, 4),
        (1_000, 1_200, True, 3),
        (1_000, 2_000, False, 3),
        (2_000, 2_000, True, 1),
        (3_000, 3_000, False, 0),
    ],
)
def test_what_does_not_fit_is_left_out_row_by_row(
    homes: int, points: int, *, stays: bool, expected: int
) -> None:
    found = planned(homes, points, stays=stays)
    new = lacking(homes, points, stays=stays)
    assert rows(found.names) == expected
    assert found.left_out == sum(new.get(name, 0) for row in ROWS[expected:] for name in row)
    assert sum(new.get(name, 0) for name in found.names) <= ROOM
    assert found.is_short is (expected < 6)


def test_many_homes_of_few_points_get_the_small_set_where_the_full_one_has_no_room() -> None:
    """And nobody needs to be told: it is what any large account gets."""
    found = planned(1_200, FULL_SET_UP_TO)
    assert not found.is_full
    assert rows(found.names) == 6
    assert not found.is_short


def test_what_is_enabled_already_takes_its_room() -> None:
    assert rows(planned(10, 20, enabled=ROOM - 190).names) == 6
    assert rows(planned(10, 20, enabled=ROOM - 189).names) == 5
    assert rows(planned(10, 20, enabled=ROOM - 70).names) == 1
    assert rows(planned(10, 20, enabled=ROOM - 69).names) == 0


def test_a_person_who_enables_too_many_is_told_although_nothing_is_left_out() -> None:
    assert not plan(enabled=ROOM, lacking={}, homes=1, points=1).is_short
    assert plan(enabled=ROOM + 1, lacking={}, homes=1, points=1).is_short


def test_the_accounts_own_are_enabled_as_long_as_home_assistant_adds_any() -> None:
    """It refuses what would be enabled beyond that: it would not even be there, disabled."""
    name = "account.binary_sensor.push"
    assert planned(0, 0, enabled=9_800).enables(name)
    assert not planned(0, 0, enabled=MOST).enables(name)
