"""Conditions by each kind of target: any or all homes, and what is not known."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import condition, config_validation as cv, entity_registry as er
import pytest

from ..helpers.house import House
from .happenings import TARGETS, by_home, check_in, check_out, make_noise, quiet

type Target = Callable[..., dict[str, Any]]


async def is_met(hass: HomeAssistant, name: str, target: dict[str, Any], **options: Any) -> bool:
    """Return whether a condition is met, as an automation asks it."""
    config = {"condition": f"point.{name}", "target": target, "options": options}
    valid = await condition.async_validate_condition_config(hass, cv.CONDITION_SCHEMA(config))
    checker = await condition.async_from_config(hass, valid)
    result = checker.async_check()
    checker.async_unload()
    assert result is not None
    return result


def homes(house: House) -> tuple[str, str]:
    one, other = (home.home_id for home in house.homes)
    return one, other


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", ["is_noisy", "is_occupied", "is_vacant"])
async def test_is_met_by_its_target_and_no_other(
    hosted: House, hass: HomeAssistant, name: str, target: Target
) -> None:
    begin, end = (make_noise, quiet) if name == "is_noisy" else (check_in, check_out)
    is_inverted = name == "is_vacant"
    one, other = homes(hosted)
    meant = target(hosted, one)
    for act, home, expected in (
        (begin, other, False),
        (begin, one, True),
        (end, one, False),
    ):
        await act(hosted, home)
        await hosted.settle()
        assert await is_met(hass, name, meant) is (expected is not is_inverted)


@pytest.mark.parametrize("simulator", [1, 3], indirect=True, ids=["2 Points", "6 Points"])
@pytest.mark.parametrize(("name", "begin"), [("is_noisy", make_noise), ("is_occupied", check_in)])
async def test_any_or_all(
    hosted: House, hass: HomeAssistant, name: str, begin: Callable[[House, str], Any]
) -> None:
    both = by_home(hosted, *homes(hosted))
    answers = []
    for home in (None, *homes(hosted)):
        if home:
            await begin(hosted, home)
            await hosted.settle()
        answers.append([await is_met(hass, name, both, behavior=way) for way in ("any", "all")])
    assert answers == [[False, False], [True, False], [True, True]]


@pytest.mark.parametrize(
    ("notice", "expected"),
    [(1, [True, False, False]), (2, [True, True, False]), (3, [True, True, True])],
)
async def test_at_least_this_noisy(
    hosted: House, hass: HomeAssistant, notice: int, expected: list[bool]
) -> None:
    await hosted.simulator.make_noise(hosted.home, notice)  # type: ignore[arg-type] # 1 to 3
    await hosted.settle()
    target = by_home(hosted, hosted.home)
    levels = ("first", "second", "third")
    assert [await is_met(hass, "is_noisy", target, level=level) for level in levels] == expected


async def test_is_met_though_every_entity_is_disabled(hosted: House, hass: HomeAssistant) -> None:
    await make_noise(hosted, hosted.home)
    await check_in(hosted, hosted.home)
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, hosted.entry.entry_id):
        registry.async_update_entity(entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await hosted.advance(seconds=31)
    assert not hass.states.async_entity_ids("binary_sensor")
    target = by_home(hosted, hosted.home)
    assert await is_met(hass, "is_noisy", target)
    assert await is_met(hass, "is_occupied", target)


@pytest.mark.parametrize("behavior", ["any", "all"])
@pytest.mark.parametrize("name", ["is_occupied", "is_vacant"])
async def test_without_stays_a_home_is_neither(
    linked: House, hass: HomeAssistant, name: str, behavior: str
) -> None:
    target = by_home(linked, linked.home)
    assert not await is_met(hass, name, target, behavior=behavior)


@pytest.mark.parametrize("name", ["is_noisy", "is_occupied", "is_vacant"])
async def test_is_not_met_while_the_account_is_not_loaded(
    hosted: House, hass: HomeAssistant, name: str
) -> None:
    await make_noise(hosted, hosted.home)
    target = by_home(hosted, hosted.home)
    await hosted.stop()
    assert not await is_met(hass, name, target)


async def test_noise_after_a_restart_counts(hosted: House, hass: HomeAssistant) -> None:
    await make_noise(hosted, hosted.home)
    await hosted.settle()
    await hosted.stop()
    await hosted.start()
    assert await is_met(hass, "is_noisy", by_home(hosted, hosted.home))
