"""Noise limits that are set at the beginning of each stay."""

import logging

from homeassistant.core import HomeAssistant
import pytest

from custom_components.point.minut.thresholds import Setting
from custom_components.point.presence.settings import home_settings
from custom_components.point.state.noise_presets import PRESETS
from tests.helpers.house import House

from .test_homes import CALENDAR, Calendar, add_settings, book, calendar, link, until

__all__ = ["calendar"]

SELECT = "select.noise_preset"


def writes(house: House) -> int:
    """Return how often limits of a Point have been changed at Minut."""
    return len([r for r in house.simulator.requests if r.method in {"PATCH", "PUT"}])


@pytest.mark.homes(2)
async def test_the_limits_are_set_when_a_stay_begins(house: House, calendar: Calendar) -> None:
    book(calendar, "2026-11-20 14:00:00", "2026-11-22 11:00:00")
    await link(house, calendar=CALENDAR, noise_preset="strict")
    await until(house, "13:59")
    assert house.state(SELECT, house.home) == "standard"
    assert writes(house) == 0
    await until(house, "14:01")
    await house.settle()
    assert house.state(SELECT, house.home) == "strict"
    assert house.state(SELECT, house.homes[1].home_id) == "standard"


async def test_changes_during_a_stay_remain_also_after_a_restart(
    house: House, calendar: Calendar
) -> None:
    book(calendar, "2026-11-20 10:00:00", "2026-11-22 11:00:00")
    await link(house, calendar=CALENDAR, noise_preset="strict")
    await house.settle()
    assert house.state(SELECT, house.home) == "strict"
    await house.hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": house.entity_id(SELECT, house.home), "option": "relaxed"},
        blocking=True,
    )
    before = writes(house)
    await house.stop()
    await house.start()
    await until(house, "14:00")
    assert house.state(SELECT, house.home) == "relaxed"
    assert writes(house) == before


@pytest.mark.points(2)
async def test_the_next_stay_begins_with_the_limits(house: House, calendar: Calendar) -> None:
    book(calendar, "2026-11-20 10:00:00", "2026-11-20 14:00:00")
    book(calendar, "2026-11-20 15:00:00", "2026-11-20 20:00:00")
    await link(house, calendar=CALENDAR, noise_preset="strict")
    await house.settle()
    for point in (each for each in house.devices if each.home_id == house.home):
        limits = {Setting.SOUND_LEVEL_HIGH: 82.0}
        await house.entry.runtime_data.commands.thresholds.async_write(point.device_id, limits)
    await until(house, "14:50")
    assert house.state(SELECT, house.home) == "custom"
    await until(house, "15:01")
    await house.settle()
    assert house.state(SELECT, house.home) == "strict"


async def test_without_the_setting_limits_are_left_alone(house: House, calendar: Calendar) -> None:
    book(calendar, "2026-11-20 10:00:00", "2026-11-22 11:00:00")
    await link(house, calendar=CALENDAR)
    await until(house, "14:00")
    assert writes(house) == 0


@pytest.mark.parametrize("status", [400, 503])
async def test_a_failure_is_logged_once_and_tried_again(
    house: House, calendar: Calendar, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    book(calendar, "2026-11-20 14:00:00", "2026-11-22 11:00:00")
    await link(house, calendar=CALENDAR, noise_preset="relaxed")
    house.simulator.faults.add(method="P*", path="/devices/*", status=status, times=None)
    await until(house, "14:40")
    lines = [r for r in caplog.records if r.levelno == logging.WARNING and "noise lim" in r.message]
    assert len(lines) == 1
    house.simulator.faults.clear()
    await until(house, "15:10")
    await house.settle()
    assert house.state(SELECT, house.home) == "relaxed"


@pytest.mark.points(2)
async def test_limits_that_minut_keeps_are_logged_and_not_tried_again(
    house: House, calendar: Calendar, caplog: pytest.LogCaptureFixture
) -> None:
    book(calendar, "2026-11-20 14:00:00", "2026-11-22 11:00:00")
    await link(house, calendar=CALENDAR, noise_preset="relaxed")
    house.simulator.faults.add(method="P*", path="/devices/*", status=200, body={}, times=None)
    await until(house, "14:40")
    assert house.state(SELECT, house.home) == "standard"
    points = [each for each in house.devices if each.home_id == house.home]
    assert caplog.text.count("Minut kept other noise limits") == len(points)


@pytest.mark.parametrize("preset", PRESETS)
async def test_the_preset_is_chosen_in_the_settings(
    linked: House, hass: HomeAssistant, preset: str
) -> None:
    await add_settings(linked, noise_preset=preset)
    await linked.advance(seconds=1)
    assert home_settings(linked.entry)[linked.home].noise_preset == preset
