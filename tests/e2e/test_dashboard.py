"""The dashboard that makes itself: with one, many and very many homes, light, dark, and narrow."""

from collections.abc import AsyncIterator
from typing import Final

from playwright.async_api import Browser
import pytest

from . import house as houses
from .house import House

ADDRESS: Final = "minut-board"
WIDE, NARROW = (1400, 900), (390, 844)
CUT_OFF: Final = """
() => {
  const cut = [];
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) visit(element.shadowRoot);
      const isTitle = element.matches("h1, h2, h3, .title, .heading, .content p");
      if (isTitle && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0) {
        cut.push(element.textContent.trim());
      }
    }
  };
  visit(document);
  return cut;
}
"""
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", params=[1, 25, 500], name="house")
async def account(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[House]:
    """Return an account of this many homes with a dashboard of the strategy."""
    folder = tmp_path_factory.mktemp("board") / "config"
    async with houses.house(
        folder, browser, homes=request.param, points=max(2, request.param)
    ) as house:
        await house.link()
        frontend = house.home_assistant.frontend
        board = {"url_path": ADDRESS, "title": "Minut", "icon": "mdi:home-group"}
        await frontend.command({"type": "lovelace/dashboards/create", **board})
        config = {"strategy": {"type": "custom:minut"}}
        save = {"type": "lovelace/config/save", "url_path": ADDRESS, "config": config}
        await frontend.command(save)
        yield house


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_shows_the_homes(house: House, scheme: str, size: tuple[int, int]) -> None:
    homes = list(house.cloud.homes.values())
    async with house.screen() as screen:
        await screen.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await screen.page.set_viewport_size({"width": size[0], "height": size[1]})
        await screen.open(f"/{ADDRESS}")
        if len(homes) == 1:
            await screen.sees("Hallway")
            await screen.sees("Climate")
        else:
            await screen.sees("Right now")
            await screen.sees("All homes are calm.")
        assert await screen.page.evaluate(CUT_OFF) == []
        name = f"board-{len(homes)}-{scheme}-{size[0]}.png"
        await screen.page.wait_for_timeout(0)
        await screen.page.screenshot(path=f"/tmp/lead/{name}", full_page=False)
