"""Builds an automation for all rented homes by clicking, and lets it be loud there."""

from collections.abc import AsyncIterator
import re

from playwright.async_api import Browser, expect
import pytest

from . import house as houses
from .house import House
from .screen import Screen

LABEL = "Rented"
FORM_IS_DRAWN = 500
"""Milliseconds within which the frontend draws a form again after it has changed."""


@pytest.fixture(scope="module", name="house")
async def rented(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[House]:
    """Return two homes, of which Harbour Loft has the label."""
    folder = tmp_path_factory.mktemp("automation") / "config"
    async with houses.house(folder, browser, homes=2, points=1) as house:
        await house.link()
        frontend = house.home_assistant.frontend
        label = await frontend.command({"type": "config/label_registry/create", "name": LABEL})
        device_id = (await house.device("Harbour Loft")).rpartition("/")[2]
        await frontend.command(
            {
                "type": "config/device_registry/update",
                "device_id": device_id,
                "labels": [label["label_id"]],
            }
        )
        yield house


async def make_noise(house: House, home: str, notice: int) -> None:
    [home_id] = [each.home_id for each in house.cloud.homes.values() if each.name == home]
    await house.cloud.make_noise(home_id, notice)  # type: ignore[arg-type] # 1 to 3
    await house.cloud.deliveries_done()


async def test_notifies_of_noise_in_any_home_with_a_label(house: House, screen: Screen) -> None:
    page = screen.page
    dialog = page.locator("add-automation-element-dialog")
    await screen.open("/config/automation/edit/new")

    await screen.press("Add trigger")
    await dialog.get_by_text(LABEL, exact=True).click()
    await dialog.get_by_role("button", name="Noise notice reached").first.click()
    # Until the frontend has loaded the texts, it shows the value.
    await page.get_by_role("radio", name=re.compile("^second$", re.IGNORECASE)).click()
    await screen.read()

    await screen.press("Add action")
    await dialog.get_by_placeholder("Search").fill("persistent notification")
    await dialog.get_by_text("Send a persistent notification").click()
    # The form is drawn again once the frontend has the texts, and would lose what was filled in.
    await screen.sees("Message body of the notification.")
    message = page.locator("ha-service-control").get_by_role("textbox").first
    for _ in range(2):
        await message.fill("{{ trigger.level }} notice in {{ trigger.home }}")
        await page.wait_for_timeout(FORM_IS_DRAWN)

    await page.get_by_role("button", name="Save", exact=True).last.click()
    naming = page.locator("ha-dialog-automation-save")
    await naming.get_by_role("textbox", name="Name").fill("Noise in a rented home")
    await naming.get_by_role("button", name="Save", exact=True).click()
    await house.home_assistant.until_state("automation.noise_in_a_rented_home", "on")

    for home, notice in (("Lakeside 4", 3), ("Harbour Loft", 1), ("Harbour Loft", 2)):
        await make_noise(house, home, notice)
    drawer = page.locator("notification-drawer")
    await page.get_by_text("Notifications", exact=True).first.click()
    await expect(drawer).to_contain_text("second notice in Harbour Loft")
    await expect(drawer.locator("persistent-notification-item")).to_have_count(1)
