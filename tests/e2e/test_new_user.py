"""A new user adds the integration, signs in again, and changes the options."""

from collections.abc import AsyncIterator

from playwright.async_api import Browser, expect
import pytest

from . import house as houses
from .house import House
from .minut import allow_access
from .screen import Screen

CARD = "/config/integrations/integration/point"


@pytest.fixture(scope="module", name="house")
async def empty_house(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[House]:
    """Return a Home Assistant that knows nothing of Minut."""
    folder = tmp_path_factory.mktemp("new-user") / "config"
    async with houses.house(folder, browser, homes=2, points=2) as house:
        yield house


async def test_adds_the_integration(house: House, screen: Screen) -> None:
    page = screen.page
    await screen.open("/config/integrations/dashboard")
    await screen.press("Add integration")
    await page.get_by_placeholder("Search for a brand name").fill("minut")
    await (await screen.sees("Minut Point")).click()

    callback = f"{house.url}/auth/external/callback"
    await screen.sees(callback)
    await screen.read()
    await page.get_by_role("textbox", name="Name").fill("Minut")
    await page.get_by_role("textbox", name="OAuth client ID").fill(house.cloud.client_id)
    await page.locator("input[type=password]").fill(house.cloud.client_secret)
    await screen.press("Add")

    way = await screen.sees("Sign in at Minut")
    await screen.read()
    back = await allow_access(page, way.click)
    assert back.startswith(callback)

    await screen.sees("Your Minut account is linked.")
    await screen.read()
    await screen.press("Finish")
    await screen.open(CARD)
    for device in ("Lakeside 4", "Harbour Loft", "Hallway", "Bedroom", "Minut account"):
        await screen.sees(device)


async def test_signs_in_again(house: House, screen: Screen) -> None:
    await house.link()
    page = screen.page
    house.cloud.revoke_tokens()
    await screen.open(await house.device("Minut account"))
    row = page.locator("hui-button-entity-row").filter(has_text="Test push updates")
    await screen.press("Press", within=row)
    await screen.sees("Minut no longer accepts the login of this account. Sign in again.")

    await screen.open("/config/integrations/dashboard")
    await screen.press("Reconfigure")
    await screen.sees("Sign in at Minut again")
    await screen.read()
    await allow_access(page, page.get_by_role("button", name="Submit").click)
    await screen.sees("Re-authentication was successful")
    await house.home_assistant.entry()


async def test_chooses_options(house: House, screen: Screen) -> None:
    await house.link()
    page = screen.page
    await screen.open(CARD)
    await screen.press("Configure")
    await screen.sees("Import history")
    await screen.read()
    option = page.locator("ha-selector-boolean").filter(has_text="Stays (experimental)")
    await option.locator("ha-switch").click()
    await screen.press("Submit")
    await screen.sees("Options successfully saved.")
    await screen.press("Finish")
    await screen.open(await house.calendars())
    await expect(page.get_by_text("Lakeside 4 Stays")).to_be_visible()
