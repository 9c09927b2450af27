"""Which set of entities is enabled at first, by the size of the account and its choice."""

from homeassistant.helpers import entity_platform
import pytest

from custom_components.point.const import EntityChoice
from custom_components.point.registry.entity_limit import (
    FULL_LIMIT,
    LIMIT,
    PLANNED_LIMIT,
    SIZES,
    Tier,
    choose_tier,
    size_of,
)

from .core_entities import CORE_BINARY_SENSORS
from .tiers import HOME, POINT, STAYS, keys


def test_the_limit_is_that_of_home_assistant() -> None:
    assert entity_platform.MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY == LIMIT


@pytest.mark.parametrize("tier", SIZES)
def test_the_size_of_a_set_is_the_number_of_its_entities(tier: Tier) -> None:
    size = SIZES[tier]
    assert len(keys(POINT, tier)) == size.point
    assert len(keys(HOME, tier)) == size.home
    assert len(keys(STAYS, tier)) == size.stays


def test_each_set_holds_what_the_documentation_promises() -> None:
    readings = {"temperature", "humidity", "sound_pressure"}
    assert keys(HOME, Tier.ESSENTIAL) == ["alarm"]
    assert set(keys(POINT, Tier.ESSENTIAL)) == readings
    assert set(keys(HOME, Tier.SMALL)) == {"alarm", "noise", "disturbance"}
    small = readings | {"connectivity", "battery", "alarm", "motion", "button"}
    assert set(keys(POINT, Tier.SMALL)) == small
    assert set(keys(HOME, Tier.DOCUMENTED)) == {"alarm", "noise", "disturbance", "activity"}
    binary = {*CORE_BINARY_SENSORS, "smoking"} - {"tamper_old"}
    assert set(keys(POINT, Tier.DOCUMENTED)) == readings | binary | {"button", "activity"}


@pytest.mark.parametrize(
    ("homes", "points", "has_stays", "expected"),
    [
        (1, 3, True, Tier.FULL),
        (25, 30, True, Tier.FULL),
        (60, 54, False, Tier.FULL),
        (60, 55, False, Tier.DOCUMENTED),
        (400, 389, False, Tier.DOCUMENTED),
        (400, 390, False, Tier.SMALL),
        (300, 347, True, Tier.DOCUMENTED),
        (500, 900, False, Tier.SMALL),
        (500, 900, True, Tier.ESSENTIAL),
        (500, 1_000, False, Tier.ESSENTIAL),
        (9_000, 9_000, False, Tier.ESSENTIAL),
    ],
)
def test_the_largest_set_that_fits_is_enabled(
    homes: int, points: int, *, has_stays: bool, expected: Tier
) -> None:
    found = choose_tier(EntityChoice.USUAL, homes=homes, points=points, has_stays=has_stays)
    assert found is expected
    if expected is not Tier.ESSENTIAL:
        limit = FULL_LIMIT if expected is Tier.FULL else PLANNED_LIMIT
        assert size_of(expected, homes=homes, points=points, has_stays=has_stays) <= limit


@pytest.mark.parametrize(
    ("choice", "homes", "points", "expected"),
    [
        (EntityChoice.FEW, 1, 1, Tier.SMALL),
        (EntityChoice.USUAL, 200, 200, Tier.DOCUMENTED),
        (EntityChoice.ALL, 200, 200, Tier.FULL),
        (EntityChoice.ALL, 200, 280, Tier.DOCUMENTED),
    ],
)
def test_a_choice_comes_before_the_size_of_the_account(
    choice: EntityChoice, homes: int, points: int, expected: Tier
) -> None:
    assert choose_tier(choice, homes=homes, points=points, has_stays=False) is expected
