"""The page of the simulated cloud on a phone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, expect
import pytest

from simulator import Simulator

from .screen import Screen

READ_CUT_TEXTS: Final = (Path(__file__).parent / "cut.js").read_text(encoding="utf-8")
READ_OVERFLOW: Final = """
() => [...document.querySelectorAll("article, article *")]
  .filter((element) => element.getBoundingClientRect().right > innerWidth)
  .map((element) => element.outerHTML)
"""


@pytest.fixture
async def cloud() -> AsyncIterator[Simulator]:
    """Return a simulated cloud with one Point."""
    async with Simulator(homes=1, devices=1) as cloud:
        yield cloud


@pytest.fixture(name="screen", params=[390, 375])
async def phone(
    cloud: Simulator, browser: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[Screen]:
    """Return a phone of that width in pixels, which shows the page."""
    page = await browser.new_page(viewport={"width": request.param, "height": 844})
    screen = Screen(page, "about:blank")
    await screen.open(cloud.page)
    await screen.sees("Press button")
    yield screen
    await page.close()
    assert not screen.complaints


async def test_shows_the_whole_account(screen: Screen) -> None:
    await screen.sees("@", exact=False)
    cut: list[str] = await screen.page.evaluate(READ_CUT_TEXTS)
    assert not [text for text in cut if "@" in text]


async def test_resets_a_reading(cloud: Simulator, screen: Screen) -> None:
    [point] = cloud.devices
    await cloud.set_temperature(point, 48)
    row = screen.page.get_by_role("row", name="Temperature")
    await expect(row).to_contain_text("48.0 °C")
    await row.get_by_role("button", name="reset").click(timeout=5_000)
    await expect(row.locator("b")).not_to_have_text("48.0")


async def test_shows_homes_within_its_width(screen: Screen) -> None:
    assert not await screen.page.evaluate(READ_OVERFLOW)


async def test_shows_a_new_home_among_many(cloud: Simulator, screen: Screen) -> None:
    while len(cloud.homes) <= 12:
        await cloud.add_home()
    await screen.sees("12 of 13 homes")
    await screen.press("Add home")
    await screen.sees("12 of 14 homes")
    await screen.sees([*cloud.homes.values()][-1].name)
