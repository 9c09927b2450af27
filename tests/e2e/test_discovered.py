"""A user whose configuration.yaml names the API client follows the card under Discovered."""

from collections.abc import AsyncIterator

from playwright.async_api import Browser
import pytest

from simulator import CLIENT_ID, CLIENT_SECRET

from . import house as houses
from .house import House
from .minut import allow_access
from .screen import Screen


@pytest.fixture(scope="module", name="house")
async def house_with_client(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[House]:
    """Return a Home Assistant with a client in YAML and no account."""
    folder = tmp_path_factory.mktemp("discovered") / "config"
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    async with houses.house(folder, browser, homes=1, points=1, yaml=client) as house:
        yield house


async def test_follows_the_card(house: House, screen: Screen) -> None:
    page = screen.page
    await screen.open("/config/integrations/dashboard")
    await screen.sees("Discovered")
    await screen.press("Add")
    await screen.sees(f"{house.url}/api/minut")
    await screen.read()
    back = await allow_access(page, page.get_by_role("button", name="Submit").click)
    assert back.startswith(f"{house.url}/api/minut?")
    await screen.sees("Your Minut account is linked.")
    await screen.press("Skip and finish")
    await screen.open("/config/integrations/integration/point")
    await screen.sees("Lakeside 4")
