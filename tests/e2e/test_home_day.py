"""A home gets a calendar and a booking; guests arrive and leave, and the cleaners come."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
import json
from pathlib import Path
import re
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, Locator, expect
import pytest

from . import house as houses
from .house import House
from .screen import Screen

CALENDAR = "Lakeside bookings"
HOME = "Lakeside 4"
STATUS = "sensor.lakeside_4_status"
ENGLISH = Path(__file__).parents[2] / "custom_components" / "point" / "translations" / "en.json"
TEXTS = json.loads(ENGLISH.read_text(encoding="utf-8"))["entity"]["sensor"]["status"]["state"]
ZONE = ZoneInfo("Europe/Stockholm")
"""Of the homes, of Home Assistant and of the browser."""


@pytest.fixture(scope="module", name="house")
async def hosted(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[House]:
    """Return an account with two homes, and a user who reads times in 24 hours."""
    folder = tmp_path_factory.mktemp("home-day") / "config"
    async with houses.house(folder, browser, homes=2, points=1) as house:
        await house.link()
        value = {"language": "en", "time_format": "24", "number_format": "language"}
        value |= {"date_format": "language", "time_zone": "local", "first_weekday": "language"}
        await house.home_assistant.frontend.command(
            {"type": "frontend/set_user_data", "key": "language", "value": value}
        )
        yield house


async def check_out_at(screen: Screen, time: str) -> None:
    """Fill in the hours and minutes of the check-out, the second time of the form."""
    inputs = screen.page.locator("ha-selector-time").nth(1).locator("input")
    parts = time.split(":")
    for place, part in reversed([*enumerate(parts)]):
        await inputs.nth(place).fill(part)
        await inputs.nth(place).press("Tab")
    for place, part in enumerate(parts):
        await expect(inputs.nth(place)).to_have_value(re.compile(f"^0?{int(part)}$"))


async def choose(screen: Screen, field: Locator, option: str) -> None:
    """Open a list and choose one of its options."""
    await field.click()
    page = screen.page
    options = page.get_by_role("option", name=option).or_(page.get_by_role("menuitem", name=option))
    await options.filter(visible=True).first.click()
    await expect(options.filter(visible=True)).to_have_count(0)


async def finish(screen: Screen, button: str = "Finish") -> None:
    """Close a dialog. It goes back in the history, which must not take the next page away."""
    await screen.press(button)
    await expect(screen.page.get_by_role("dialog").filter(visible=True)).to_have_count(0)
    await screen.page.wait_for_load_state("networkidle")


async def sees_status(house: House, screen: Screen, *states: str) -> None:
    """Look at the status on the page of the home."""
    state = await house.home_assistant.until_state(STATUS, *states)
    await screen.open(await house.device(HOME))
    row = screen.page.locator("hui-simple-entity-row, hui-sensor-entity-row").filter(
        has_text="Status"
    )
    await expect(row).to_contain_text(TEXTS[state])


async def test_adds_a_calendar(house: House, screen: Screen) -> None:
    page = screen.page
    await screen.open("/config/integrations/dashboard")
    await screen.press("Add integration")
    await page.get_by_placeholder("Search for a brand name").fill("calendar")
    # Until the frontend has loaded the names, it shows and searches the domain.
    await (await screen.sees(re.compile("local.calendar", re.IGNORECASE))).click()
    await page.get_by_role("textbox", name="Calendar name").fill(CALENDAR)
    await screen.press("Submit")
    await finish(screen)
    await house.home_assistant.until_state("calendar.lakeside_bookings")


async def test_books_the_night_until_today(house: House, screen: Screen) -> None:
    page = screen.page
    await screen.open(await house.calendars())
    await screen.press("Day")
    await screen.press("Previous")
    await screen.press("Add event")
    editor = page.locator("dialog-calendar-event-editor")
    await editor.get_by_role("textbox", name="Summary").fill("Reserved")
    await editor.get_by_text("All day").click()
    await screen.press("Add event", within=editor)
    await expect(page.locator("ha-full-calendar")).to_contain_text("Reserved")


async def test_adds_settings_of_a_home(house: House, screen: Screen) -> None:
    page = screen.page
    await screen.open("/config/integrations/integration/point")
    await screen.press("Set up a home")
    await screen.sees("Booking calendar")
    await choose(screen, page.locator("ha-selector-entity"), CALENDAR)
    await check_out_at(screen, "23:59")
    await choose(screen, page.locator("ha-selector-select").last, "Strict")
    await screen.read()
    await screen.press("Submit")
    await finish(screen)
    await sees_status(house, screen, "expected")
    await house.home_assistant.until_state("select.lakeside_4_noise_limits", "strict")


async def test_guests_arrive_and_leave(house: House, screen: Screen) -> None:
    """The Point reports their last motion late, and then they check out."""
    page, now = screen.page, datetime.now(ZONE)
    [home] = [each for each in house.cloud.homes.values() if each.name == HOME]
    [point] = [each for each in house.cloud.devices.values() if each.home_id == home.home_id]
    await house.cloud.emit(
        "pir_motion", device=point.device_id, created_at=now - timedelta(minutes=40)
    )
    await sees_status(house, screen, "arrived", "occupied")

    await screen.open("/config/integrations/integration/point")
    row = page.locator("ha-config-sub-entry-row").filter(has_text=HOME)
    await row.get_by_role("button", name="Configure").click()
    await screen.sees("Settings of a home")
    left = max(now - timedelta(minutes=1), now.replace(hour=0, minute=0))
    await check_out_at(screen, f"{left:%H:%M}")
    await screen.read()
    await screen.press("Submit")
    await screen.sees("Reconfiguration was successful")
    await finish(screen, "Close")
    await sees_status(house, screen, "checked_out")


async def test_the_cleaners_come(house: House, screen: Screen) -> None:
    minut = await house.context.new_page()
    screen.watch(minut)
    await minut.goto(house.cloud.page)
    hallway = minut.locator(".point").filter(has_text="Hallway").first
    await hallway.get_by_role("button", name="Motion", exact=True).click()
    await minut.close()
    await sees_status(house, screen, "cleaning")
