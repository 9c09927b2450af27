"""A day in a household: alarm, button, limits, stays, history, and something to repair."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, expect
import pytest

from . import house as houses
from .house import House
from .screen import Screen

HAS_EARLIER_POINTS = """
([chart, now]) => chart.data.flatMap((line) => line.data).map(([time]) => +time)
  .filter((time) => time < now - 2 * 60 * 60 * 1000).length > 24 * 4
"""


@pytest.fixture(scope="module", name="house")
async def household(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[House]:
    """Return the household of the documentation, with stays."""
    folder = tmp_path_factory.mktemp("at-home") / "config"
    async with houses.house(folder, browser, homes=1, points=3) as house:
        await house.link()
        await house.choose({"history": True, "stays": True, "guest_names": True})
        yield house


def alarm(house: House) -> str:
    """Return the alarm status at Minut."""
    [home] = house.cloud.homes.values()
    return home.alarm_status


async def test_arms_on_the_card_of_the_panel(house: House, screen: Screen) -> None:
    feature = screen.page.locator("hui-alarm-modes-card-feature")
    card = screen.page.locator("hui-tile-card").filter(has=feature)
    await screen.open(await house.hang_up())
    await card.get_by_role("radio", name="Away", exact=True).click()
    await expect(card).to_contain_text("Arming")
    assert alarm(house) == "on_grace_period"
    await screen.press("Disarm", within=card)
    await expect(card).to_contain_text("Disarmed")
    assert alarm(house) == "off"


async def test_sees_that_the_button_was_pressed(house: House, screen: Screen) -> None:
    await screen.open(await house.device("Hallway"))
    await screen.sees("Not pressed")
    minut = await house.context.new_page()
    screen.watch(minut)
    await minut.goto(house.cloud.page)
    hallway = minut.locator(".point").filter(has_text="Hallway")
    await hallway.get_by_role("button", name="Press button").click()
    await screen.sees("Pressed")
    await screen.sees("Button pressed")
    await screen.sees("Not pressed")
    await minut.close()


async def test_changes_a_limit_on_the_page_of_the_device(house: House, screen: Screen) -> None:
    [hallway, *_] = house.cloud.devices.values()
    await screen.open(await house.device("Hallway"))
    row = screen.page.locator("hui-number-entity-row").filter(has_text="Temp. max")
    await row.locator("input").fill("26")
    await row.locator("input").press("Enter")
    await house.home_assistant.until_state("number.hallway_temp_max", "26.0")
    await screen.page.reload()
    await expect(row.locator("input")).to_have_value("26")
    assert hallway.reactions["temperature_high"].value == 26


async def test_adds_a_stay_on_the_calendar(house: House, screen: Screen) -> None:
    [home] = house.cloud.homes.values()
    await screen.open(await house.calendars())
    await screen.press("Add event")
    editor = screen.page.locator("dialog-calendar-event-editor")
    await editor.get_by_role("textbox", name="Summary").fill("Robin Guest")
    await screen.press("Add event", within=editor)
    await expect(screen.page.locator("ha-full-calendar")).to_contain_text("Robin Guest")
    [guest] = home.guests.values()
    assert guest.name == "Robin Guest"


async def test_sees_hours_of_before_it_was_linked(house: House, screen: Screen) -> None:
    start = datetime.now(UTC) - timedelta(days=5)
    await house.home_assistant.until_hours("sensor.hallway_temperature", start)
    query = f"entity_id=sensor.hallway_temperature&start_date={start:%Y-%m-%dT%H:%M:%S.000Z}"
    await screen.open(f"/history?{query}")
    chart = screen.page.locator("state-history-chart-line ha-chart-base")
    await expect(chart.locator("canvas").first).to_be_visible()
    now = datetime.now(UTC).timestamp() * 1000
    handle = await chart.element_handle()
    await screen.page.wait_for_function(HAS_EARLIER_POINTS, arg=[handle, now])


async def test_repairs_what_removing_the_account_left(house: House, screen: Screen) -> None:
    """The last test: afterwards there is no account."""
    page = screen.page
    house.cloud.faults.add(method="DELETE", path="/webhooks/*", status=503, times=None)
    await screen.open("/config/integrations/integration/point")
    entry = page.locator("ha-config-entry-row")
    await entry.get_by_role("button", name="Menu").first.click()
    await page.get_by_role("menuitem", name="Delete").filter(visible=True).click()
    await screen.press("Delete")
    await screen.sees("No entries")
    await screen.open("/config/repairs")
    await (await screen.sees("A webhook is left at Minut")).click()
    await screen.sees("The account was removed from Home Assistant", exact=False)
    await screen.read()
    await screen.press("Submit")
    await screen.press("Finish")
    await screen.sees("There are currently no repairs pending")
