"""The picture of the noise of last night."""

import asyncio
from datetime import UTC, datetime, timedelta
from io import BytesIO
import threading
from typing import Any

from homeassistant.components.image import async_get_image
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from PIL import Image
import pytest

from custom_components.point import image as platform
from custom_components.point.report.picture import AXIS, ROW, WIDTH, draw

from ..helpers.house import House

KEY = "image.noise_of_last_night"
NINE = datetime(2026, 11, 20, 8, tzinfo=UTC)
"""9:00 in Stockholm, an hour after the last night."""


def series_requests(house: House) -> int:
    return sum("time_resolution" in request.query for request in house.simulator.requests)


async def picture(house: House) -> Image.Image:
    found = await async_get_image(house.hass, house.entity_id(KEY, house.home))
    assert found.content_type == "image/png"
    return Image.open(BytesIO(found.content))


@pytest.mark.points(2)
async def test_it_is_drawn_when_somebody_looks(linked: House) -> None:
    assert datetime.fromisoformat(linked.state(KEY, linked.home)) == NINE
    assert series_requests(linked) == 0
    image = await picture(linked)
    assert image.size == (WIDTH, 2 * ROW + AXIS)
    assert series_requests(linked) == 2  # one for each Point
    await picture(linked)
    assert series_requests(linked) == 2


@pytest.mark.points(2)
async def test_it_is_drawn_anew_after_an_hour_as_points_report_late(linked: House) -> None:
    await picture(linked)
    await linked.advance(minutes=61)
    await picture(linked)
    assert series_requests(linked) == 4


async def test_a_new_night_changes_the_state_an_hour_after_its_end(linked: House) -> None:
    await linked.advance(hours=19, minutes=59)
    assert datetime.fromisoformat(linked.state(KEY, linked.home)) == NINE
    await linked.advance(hours=1, minutes=2)
    now = datetime.fromisoformat(linked.state(KEY, linked.home))
    assert now == NINE + timedelta(days=1)


async def test_trouble_at_minut_shows_a_gap_and_is_not_repeated_at_once(linked: House) -> None:
    linked.simulator.faults.add(path="/devices/*/sound_level", status=502, times=1)
    gap = [(await picture(linked)).tobytes() for _ in range(2)]
    assert gap[0] == gap[1]
    assert series_requests(linked) == 1
    await linked.advance(minutes=2)
    assert (await picture(linked)).tobytes() != gap[0]


async def test_a_picture_that_was_drawn_stays_during_trouble(linked: House) -> None:
    await picture(linked)
    linked.simulator.faults.add(path="/devices/*/sound_level", status=502, times=None)
    await linked.advance(minutes=61)
    assert await picture(linked)


@pytest.mark.parametrize("status", [None, 502])
async def test_it_is_drawn_again_after_somebody_left_meanwhile(
    linked: House, monkeypatch: pytest.MonkeyPatch, status: int | None
) -> None:
    """Home Assistant cancels what a browser does not wait for any more."""
    if status:
        linked.simulator.faults.add(path="/devices/*/sound_level", status=status, times=None)
    is_drawing, may_end = threading.Event(), threading.Event()

    def slow(*arguments: Any) -> bytes:
        is_drawing.set()
        may_end.wait()
        return draw(*arguments)

    monkeypatch.setattr(platform, "draw", slow)
    visit = asyncio.create_task(picture(linked))
    await asyncio.to_thread(is_drawing.wait)
    visit.cancel()
    await asyncio.wait([visit])
    may_end.set()
    with pytest.raises((asyncio.CancelledError, HomeAssistantError)):  # the latter: 2026.10
        visit.result()
    assert await picture(linked)


async def test_it_is_in_the_time_zone_of_the_home(house: House) -> None:
    for home in house.homes:
        home.timezone = "America/New_York"
    await house.link()
    now = datetime.fromisoformat(house.state(KEY, house.home))
    assert now == datetime(2026, 11, 19, 14, tzinfo=UTC)


async def test_a_zone_apart_by_half_an_hour_has_its_new_night_in_time(house: House) -> None:
    """The night in India ends at 2:30 in UTC, so its picture comes at 3:30."""
    for home in house.homes:
        home.timezone = "Asia/Kolkata"
    await house.link()
    await house.advance(hours=15, minutes=29)
    before = house.state(KEY, house.home)
    await house.advance(minutes=1, seconds=30)
    assert house.state(KEY, house.home) != before
    assert datetime.fromisoformat(house.state(KEY, house.home)) == datetime(
        2026, 11, 21, 3, 30, tzinfo=UTC
    )


async def test_it_has_the_names_that_the_user_gave(linked: House) -> None:
    before = (await picture(linked)).tobytes()
    device = linked.ha_device(linked.point)
    assert device
    dr.async_get(linked.hass).async_update_device(device.id, name_by_user="Hay loft")
    await linked.advance(minutes=61)
    assert (await picture(linked)).tobytes() != before


@pytest.mark.points(2)
@pytest.mark.homes(2)
async def test_it_is_disabled_in_an_account_with_more_than_ten_points(house: House) -> None:
    for _ in range(7):
        await house.simulator.add_device(house.home)
    await house.link()
    entity = er.async_get(house.hass).async_get(house.entity_id(KEY, house.home))
    assert entity
    assert entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION


async def test_it_is_unavailable_without_its_home(linked: House) -> None:
    entity_id = linked.entity_id(KEY, linked.home)
    await linked.simulator.remove_home(linked.home)
    await linked.advance(hours=1)
    state = linked.hass.states.get(entity_id)
    assert state
    assert state.state == STATE_UNAVAILABLE
