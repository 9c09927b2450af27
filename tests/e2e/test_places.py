"""What Home Assistant shows by itself: areas, its page for security, the countdown of an alarm."""

from collections.abc import AsyncIterator
from datetime import timedelta

from playwright.async_api import Browser, expect
import pytest

from . import house as houses
from .house import House
from .screen import Screen


@pytest.fixture(scope="module", name="house")
async def two_homes(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[House]:
    """Return an account with two homes of two Points each."""
    folder = tmp_path_factory.mktemp("places") / "config"
    async with houses.house(folder, browser, homes=2, points=2) as house:
        await house.link()
        yield house


async def test_an_area_of_a_home_shows_its_climate(house: House, screen: Screen) -> None:
    await screen.open("/config/areas/dashboard")
    for home in house.cloud.homes.values():
        await screen.sees(home.name)
    areas = await house.home_assistant.frontend.command({"type": "config/area_registry/list"})
    for home in house.cloud.homes.values():
        [area] = [area for area in areas if area["name"] == home.name]
        assert area["icon"] == "mdi:home"
        for kind in ("temperature", "humidity"):
            await house.home_assistant.until_state(area[f"{kind}_entity_id"])


async def test_the_security_page_shows_alarms_not_cigarettes(house: House, screen: Screen) -> None:
    await screen.open("/security")
    await screen.sees("Lakeside 4")
    for text in ("Smoking", "Too humid"):
        await expect(screen.page.get_by_text(text)).to_have_count(0)


async def test_a_countdown_is_visible_while_arming_and_the_end_in_time(
    house: House, screen: Screen
) -> None:
    house.cloud.switches.exit_delay = timedelta(seconds=20)
    panel = "alarm_control_panel.lakeside_4_alarm"
    await screen.open(await house.device("Lakeside 4"))
    row = screen.page.locator("hui-sensor-entity-row, hui-timestamp-display").filter(
        has_text="second"
    )
    await house.call("alarm_control_panel.alarm_arm_away", panel)
    await screen.sees("Arming")
    await expect(row.first).to_be_visible()
    await screen.sees("Armed away")


async def test_the_dashboard_shows_a_countdown_while_it_runs(house: House, screen: Screen) -> None:
    house.cloud.switches.exit_delay = timedelta(minutes=5)
    panel = "alarm_control_panel.lakeside_4_alarm"
    await house.call("alarm_control_panel.alarm_disarm", panel)
    await screen.open(await house.hang_up())
    countdown = screen.page.get_by_text("Grace period ends").filter(visible=True)
    await screen.sees("All homes are calm.")
    await expect(countdown).to_have_count(0)
    await house.call("alarm_control_panel.alarm_arm_away", panel)
    await expect(countdown).to_be_visible()
    await screen.page.locator("ha-tab-group-tab").filter(has_text="Lakeside 4").click()
    await screen.sees("The home")
    await expect(countdown).to_be_visible()
    await house.call("alarm_control_panel.alarm_disarm", panel)
    await expect(countdown).to_have_count(0)
