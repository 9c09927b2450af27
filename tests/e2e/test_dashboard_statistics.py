"""The graphs of the dashboard's statistics, right after the set-up and later."""

from collections.abc import AsyncIterator, Callable
import json
from typing import Any, Final

from playwright.async_api import Browser, Locator, Page, WebSocketRoute, expect
import pytest

from . import house as houses
from .house import House
from .test_dashboard import check, settle, speak

HOMES: Final = 22
"""One graph draws up to 20 of them."""
KEYS: Final = ("sound_pressure", "temperature", "humidity")
QUESTION: Final = "recorder/statistics_during_period"
COMPARE: Final = "/minut-homes/compare"
TEXTS: Final = {
    "en": {"none": "Graphs appear here once there are hourly", "card": "No statistics found"},
    "de": {"none": "Diagramme erscheinen hier, sobald es", "card": "Keine Statistiken gefunden"},
}
pytestmark = pytest.mark.timeout(900)

type Message = dict[str, Any]


@pytest.fixture(scope="module", name="account")
async def many_homes(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[House]:
    """Return an account that imports no history from Minut."""
    folder = tmp_path_factory.mktemp("statistics") / "config"
    async with houses.house(folder, browser, homes=HOMES, points=2) as house:
        await house.link()
        await house.choose({"history": False})
        # The recorder works through a queue: once this is written, so is all imported before.
        await house.record((await house.sensors(*KEYS))[:1])
        await house.hang_up()
        yield house


@pytest.fixture(name="house")
async def without_statistics(account: House) -> House:
    """Return the account as it is right after the set-up."""
    await account.clear_statistics(await account.sensors(*KEYS))
    await speak(account, "en")
    return account


def graphs(page: Page) -> Locator:
    """Return the graphs of statistics."""
    return page.locator("hui-statistics-graph-card")


async def home_view(house: House, name: str) -> str:
    """Return the address of the view of a home."""
    return f"/minut-homes/home-{(await house.device(name)).rpartition('/')[2]}"


async def intercept(page: Page, answer: Callable[[WebSocketRoute, Message], bool]) -> None:
    """Call `answer` for each request for statistics. Pass it on if that returns False."""

    def connect(browser_side: WebSocketRoute) -> None:
        server = browser_side.connect_to_server()

        def pass_on(text: str | bytes) -> None:
            message = json.loads(text)
            if message["type"] != QUESTION or not answer(browser_side, message):
                server.send(text)

        browser_side.on_message(pass_on)

    await page.route_web_socket("**/api/websocket", connect)


def refuse(browser_side: WebSocketRoute, message: Message) -> bool:
    """Answer as a Home Assistant without the recorder."""
    error = {"code": "unknown_command", "message": "Unknown command."}
    failure = {"id": message["id"], "type": "result", "success": False, "error": error}
    browser_side.send(json.dumps(failure))
    return True


def ignore(_browser_side: WebSocketRoute, _message: Message) -> bool:
    """Never answer, as a recorder that is busy."""
    return True


@pytest.mark.parametrize("language", TEXTS)
async def test_says_once_that_there_are_no_statistics(house: House, language: str) -> None:
    texts = TEXTS[language]
    await speak(house, language)
    first = min(home.name for home in house.cloud.homes.values())
    async with house.screen() as screen:
        for path in (COMPARE, await home_view(house, first)):
            await screen.open(path)
            await screen.sees(texts["none"], exact=False)
            await check(screen)
            await expect(screen.page.get_by_text(texts["none"])).to_have_count(1)
            await expect(screen.page.get_by_text(texts["card"])).to_have_count(0)
            await expect(graphs(screen.page)).to_have_count(0)


async def test_compares_the_homes_that_have_statistics(house: House) -> None:
    """A graph without any is left out."""
    temperatures = await house.sensors("temperature")
    first, second, third, *_ = sorted(home.name for home in house.cloud.homes.values())
    homes = {home.home_id: home.name for home in house.cloud.homes.values()}
    shown = [
        sensor
        for sensor, point in zip(temperatures, house.cloud.devices.values(), strict=True)
        if homes[point.home_id] in {first, second}
    ]
    await house.record(shown)
    async with house.screen() as screen:
        await screen.open(COMPARE)
        await expect(graphs(screen.page)).to_have_count(1)
        await expect(graphs(screen.page)).to_contain_text(first)
        await expect(graphs(screen.page)).to_contain_text(second)
        await expect(graphs(screen.page)).not_to_contain_text(third)
        for title, count in (("Temperature", 1), ("Humidity", 0), ("Sound", 0)):
            heading = screen.page.locator("hui-heading-card").filter(has_text=title)
            await expect(heading).to_have_count(count)
        await check(screen)


async def test_draws_the_sound_levels_that_have_statistics(house: House) -> None:
    home = min(house.cloud.homes.values(), key=lambda home: home.name)
    sensors = zip(await house.sensors("sound_pressure"), house.cloud.devices.values(), strict=True)
    one, _ = [sensor for sensor, point in sensors if point.home_id == home.home_id]
    await house.record([one])
    async with house.screen() as screen:
        await screen.open(await home_view(house, home.name))
        await expect(graphs(screen.page)).to_have_count(1)
        await screen.sees("Events")
        await settle(screen.page)
        await expect(screen.page.get_by_text(TEXTS["en"]["none"])).to_have_count(0)


async def test_asks_once(house: House) -> None:
    asked: list[Message] = []

    def count(_browser_side: WebSocketRoute, message: Message) -> bool:
        asked.append(message)
        return False

    async with house.screen() as screen:
        await intercept(screen.page, count)
        await screen.open(COMPARE)
        await screen.sees(TEXTS["en"]["none"], exact=False)
        await settle(screen.page)
    [question] = asked
    assert len(question["statistic_ids"]) == HOMES * len(KEYS)


@pytest.mark.parametrize("answer", [refuse, ignore])
async def test_shows_the_graphs_if_home_assistant_does_not_answer(
    house: House, answer: Callable[[WebSocketRoute, Message], bool]
) -> None:
    async with house.screen() as screen:
        await intercept(screen.page, answer)
        await screen.open(COMPARE)
        await expect(graphs(screen.page)).to_have_count(2 * len(KEYS))
