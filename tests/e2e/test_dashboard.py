"""The dashboard that makes itself: with one, many and very many homes, light, dark, and narrow."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final, Literal

from playwright.async_api import Browser, Page, Request, expect
import pytest

from . import house as houses
from .house import House
from .pictures import EUROPEAN
from .screen import Screen

WIDE, NARROW = (1400, 900), (390, 844)
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
POINTS: Final = {1: 3, 25: 1, 500: 1}
"""Points in each home, by the number of homes."""
MAX_RATIO: Final = 4
"""Maximum time until the dashboard is shown, in times of an empty one. Machines differ."""

CUT_OFF: Final = """
() => {
  const cut = [];
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) visit(element.shadowRoot);
      if (element.scrollWidth <= element.clientWidth + 1 || !element.clientWidth) continue;
      const isTitle = element.matches("h1, h2, h3, .title, .heading, .content p");
      const canEnd = getComputedStyle(element).textOverflow === "ellipsis";
      if ((isTitle || canEnd) && element.checkVisibility()) cut.push(element.textContent.trim());
    }
  };
  visit(document.querySelector("home-assistant").shadowRoot);
  return cut;
}
"""
TEXTS: Final = {
    "en": {"now": "Right now", "calm": "All homes are calm.", "state": "The home"},
    "de": {
        "now": "Gerade jetzt",
        "calm": "In allen Wohnungen ist es ruhig.",
        "state": "Die Wohnung",
    },
}
HARMFUL: Final = '<img src=x onerror="hurt=1"> **loud** {{ 6 * 7 }}'
"""A name that is HTML, Markdown and a template."""
PICKERS: Final = {
    "area": ("ha-selector-area ha-picker-field", "Orchard House"),
    "floor": ("ha-selector-select ha-button", "Upstairs"),
    "label": ("ha-selector-label ha-chip-set ha-button", "Rented"),
}
"""What to press in the editor to select Orchard House, and what to choose."""
PAGE: Final = 40
"""Homes on a page of the dashboard."""
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module", params=POINTS, name="house", ids=str)
async def account(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[House]:
    """Return an account of this many homes with a dashboard of the strategy."""
    folder = tmp_path_factory.mktemp("board") / "config"
    homes = request.param
    async with houses.house(folder, browser, homes=homes, points=POINTS[homes]) as house:
        await house.link()
        await house.hang_up()
        await house.record((await house.sensors("sound_pressure", "temperature"))[:PAGE])
        yield house


@pytest.fixture(scope="module", name="street")
async def three_homes(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[House]:
    """Return an account of three homes: one is selectable, one has a harmful name."""
    folder = tmp_path_factory.mktemp("street") / "config"
    async with houses.house(folder, browser, homes=3, points=1) as house:
        _, harmful, orchard = house.cloud.homes.values()
        harmful.name = HARMFUL
        await house.link()
        await house.hang_up()
        command = house.home_assistant.frontend.command
        floor = await command({"type": "config/floor_registry/create", "name": "Upstairs"})
        label = await command({"type": "config/label_registry/create", "name": "Rented"})
        areas = await command({"type": "config/area_registry/list"})
        [area] = [area["area_id"] for area in areas if area["name"] == orchard.name]
        update = {"type": "config/area_registry/update", "area_id": area}
        await command({**update, "floor_id": floor["floor_id"], "labels": [label["label_id"]]})
        await speak(house, "en")
        await house.record(await house.sensors("temperature"))
        yield house


async def speak(house: House, language: str) -> None:
    """Set the language of the user."""
    value = EUROPEAN | {"language": language}
    command = {"type": "frontend/set_user_data", "key": "language", "value": value}
    await house.home_assistant.frontend.command(command)


async def until_imported(house: House) -> None:
    """Wait until the history of the sound levels has been imported, which the graphs show."""
    entities = await house.home_assistant.entities()
    since = house.cloud.time() - timedelta(days=2)
    for device_id in house.cloud.devices:
        await house.home_assistant.until_hours(entities[f"point.{device_id}-sound_pressure"], since)


async def settle(page: Page) -> None:
    """Wait until the page no longer changes."""
    await page.wait_for_load_state("networkidle")
    before = b""
    while (now := await page.screenshot(animations="disabled")) != before:
        before = now


async def check(screen: Screen) -> None:
    """Check that nothing on the screen is cut off, wide and narrow, light and dark."""
    for width, height in (WIDE, NARROW):
        await screen.page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            await screen.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await settle(screen.page)
            assert await screen.page.evaluate(CUT_OFF) == [], (width, scheme)


@pytest.mark.parametrize("language", TEXTS)
async def test_shows_the_homes(house: House, language: str) -> None:
    texts, names = TEXTS[language], sorted(home.name for home in house.cloud.homes.values())
    requests: list[Request] = []
    await speak(house, language)
    async with house.screen() as screen:
        screen.page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 # Playwright cannot wrap a method of a list
        await screen.open("/minut-homes")
        if len(names) > 1:
            await screen.sees(texts["now"])
            await screen.sees(texts["calm"])
            await check(screen)
            await screen.open("/minut-homes/compare")
            await screen.page.locator("hui-statistics-graph-card").first.wait_for()
            await check(screen)
            device = await house.device(names[0])
            await screen.open(f"/minut-homes/home-{device.rpartition('/')[2]}")
        await screen.sees(texts["state"])
        await check(screen)
    assert [
        request.url
        for request in requests
        if not request.url.startswith((house.url, "data:", "blob:"))
    ] == []


async def soonest(page: Page, url: str, card: str) -> float:
    """Return the milliseconds until a card is on the screen: the best of three openings."""
    durations: list[float] = []
    for _ in range(3):
        await page.goto(url)
        await page.locator(card).first.wait_for()
        durations.append(await page.evaluate("() => performance.now()"))
    return min(durations)


async def test_is_soon_shown(house: House) -> None:
    """The first opening fills the cache of the browser."""
    frontend = house.home_assistant.frontend
    board = {"url_path": "the-empty", "title": "Empty"}
    await frontend.command({"type": "lovelace/dashboards/create", **board})
    config = {"views": [{"cards": [{"type": "markdown", "content": "Empty"}]}]}
    save = {"type": "lovelace/config/save", "url_path": "the-empty", "config": config}
    await frontend.command(save)
    async with house.screen() as screen:
        ours = await soonest(screen.page, f"{house.url}/minut-homes", "hui-heading-card")
        empty = await soonest(screen.page, f"{house.url}/the-empty", "hui-markdown-card")
        assert ours < MAX_RATIO * empty


async def test_is_offered_and_has_an_editor(house: House) -> None:
    await speak(house, "en")
    async with house.screen() as screen:
        await screen.open("/config/lovelace/dashboards")
        await screen.press("Add dashboard")
        await screen.sees("Noise, alarms, climate and stays of your Minut homes")
        await screen.open("/minut-homes")
        await screen.press("Edit dashboard")
        await screen.sees("Only homes in the areas")
        await screen.sees("Only homes with the labels")
        await screen.sees("First view")
        await settle(screen.page)


async def test_leads_from_today_to_a_home(house: House) -> None:
    """Homes of more than one page are reached through the pages."""
    await speak(house, "en")
    names = sorted(home.name for home in house.cloud.homes.values())
    async with house.screen() as screen:
        await screen.open("/minut-homes")
        if len(names) > PAGE:
            await (await screen.sees(f"{names[0]} \u2013 ", exact=False)).click()
        if len(names) > 1:
            await screen.page.locator("hui-tile-card").filter(has_text=names[0]).first.click()
            device = await house.device(names[0])
            await screen.page.wait_for_url(f"**/home-{device.rpartition('/')[2]}")
        await screen.sees(TEXTS["en"]["state"])


@pytest.mark.parametrize("option", PICKERS)
async def test_shows_only_the_selected_homes(street: House, option: str) -> None:
    await street.fill_dashboard()
    picker, choice = PICKERS[option]
    async with street.screen() as screen:
        await screen.open("/minut-homes")
        await screen.sees(TEXTS["en"]["now"])
        await screen.press("Edit dashboard")
        await screen.sees("Only homes on the floors")
        await screen.page.locator(picker).first.click()
        await screen.page.get_by_text(choice, exact=True).filter(visible=True).last.click()
        await screen.press("Save")
        await screen.sees(TEXTS["en"]["state"])
        await screen.sees("Orchard House")
        for other in (TEXTS["en"]["now"], "Lakeside 4"):
            await expect(screen.page.get_by_text(other, exact=True)).to_have_count(0)


async def test_opens_the_chosen_view_first(street: House) -> None:
    await street.fill_dashboard()
    async with street.screen() as screen:
        await screen.open("/minut-homes")
        await screen.press("Edit dashboard")
        await screen.page.locator("ha-selector-select ha-picker-field").last.click()
        await screen.page.locator("ha-dropdown-item").filter(has_text="Compare").click()
        await screen.press("Save")
        await screen.page.locator("ha-dialog").wait_for(state="hidden")
        await screen.open("/minut-homes")
        await screen.page.locator("hui-statistics-graph-card").first.wait_for()


async def test_names_the_tabs_of_homes(street: House) -> None:
    await street.fill_dashboard()
    async with street.screen() as screen:
        await screen.open("/minut-homes")
        for home in street.cloud.homes.values():
            await screen.sees(TEXTS["en"]["now"])
            tab = screen.page.locator("ha-tab-group-tab").filter(has_text=home.name)
            await tab.click()
            await screen.sees(TEXTS["en"]["state"])
            await screen.open("/minut-homes")


async def test_shows_a_harmful_name_as_text(street: House) -> None:
    """In tiles, lists, graphs and their tooltips, tabs, and the title of the home's view."""
    await street.fill_dashboard()
    _, harmful, _ = street.cloud.homes
    await until_imported(street)
    await street.cloud.make_noise(harmful, 1)
    path = f"/minut-homes/home-{(await street.device(HARMFUL)).rpartition('/')[2]}"
    async with street.screen() as screen:
        page = screen.page
        await screen.open("/minut-homes")
        for card in ("hui-tile-card", "hui-entities-card"):
            await expect(page.locator(card).filter(has_text=HARMFUL)).to_be_visible()
        await screen.open("/minut-homes/compare")
        await expect(page.locator("hui-statistics-graph-card").first).to_contain_text(HARMFUL)
        await screen.open(path)
        await screen.sees(TEXTS["en"]["state"])
        await settle(page)
        assert await page.evaluate("window.hurt") is None
        assert await page.locator("img[src=x]").count() == 0
    await street.cloud.quiet(harmful)


async def test_does_not_call_a_home_calm_in_which_a_smoke_alarm_sounds(street: House) -> None:
    await speak(street, "en")
    await street.fill_dashboard()
    async with street.screen() as screen:
        await screen.open("/minut-homes")
        await screen.sees(TEXTS["en"]["calm"])
        await street.cloud.smoke_alarm(next(iter(street.cloud.devices)))
        await screen.sees("Calm homes: 2 of 3.")


async def test_lists_each_event_of_a_home_once(street: House) -> None:
    await speak(street, "en")
    await street.fill_dashboard()
    home, *_ = street.cloud.homes.values()
    point = next(iter(street.cloud.devices))
    device = await street.device(home.name)
    async with street.screen() as screen:
        await screen.open(f"/minut-homes/home-{device.rpartition('/')[2]}")
        events = screen.page.locator("hui-logbook-card")
        await events.scroll_into_view_if_needed()  # it draws only the rows on the screen
        await street.cloud.glass_break(point)
        await street.cloud.motion(point)
        await street.cloud.make_noise(home.home_id, 1)
        for text in ("First notice", "Motion", "Glass break"):
            await expect(events.get_by_role("button").filter(has_text=text)).to_have_count(1)
        await expect(events).not_to_contain_text("Last")
    await street.cloud.quiet(home.home_id)


async def test_follows_a_new_name(house: House) -> None:
    """Nothing is stored: the next opening shows the new name."""
    await speak(house, "en")
    name = min(home.name for home in house.cloud.homes.values())
    device = (await house.device(name)).rpartition("/")[2]
    command = {"type": "config/device_registry/update", "device_id": device}
    await house.home_assistant.frontend.command({**command, "name_by_user": "Aaa Casa"})
    async with house.screen() as screen:
        await screen.open(f"/minut-homes/home-{device}")
        await screen.sees("Aaa Casa")
    await house.home_assistant.frontend.command({**command, "name_by_user": None})
