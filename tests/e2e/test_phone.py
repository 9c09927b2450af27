"""On a phone: no name is cut off, in any language."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import product
import json
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, ViewportSize
import pytest

from . import house as houses
from .house import House
from .screen import Screen

READ_CUT_TEXTS: Final = (Path(__file__).parent / "cut.js").read_text(encoding="utf-8")
TRANSLATIONS = Path(__file__).parents[2] / "custom_components" / "point" / "translations"
LANGUAGES = sorted(path.stem for path in TRANSLATIONS.glob("*.json"))
NARROW: ViewportSize = {"width": 390, "height": 6000}
SMALL: ViewportSize = {"width": 375, "height": 6000}
PHONES: Final = ((NARROW, "12"), (SMALL, "language"))
"""Size and clock. On a small phone, the 12-hour clock leaves room for names only in English."""
TITLE_WIDTH: Final = 279
"""Pixels for the title of a dialog on a phone, between its buttons to close it and for help."""
MEASURE_TITLES: Final = """
async (texts) => {
  await document.fonts.load("500 20px Roboto");
  const context = document.createElement("canvas").getContext("2d");
  context.font = "500 20px Roboto";
  return texts.map((text) => context.measureText(text).width);
}
"""


@pytest.fixture(scope="module", name="house")
async def rented_house(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[House]:
    """Return an account with two homes and stays."""
    folder = tmp_path_factory.mktemp("phone") / "config"
    async with houses.house(folder, browser, homes=2, points=1) as house:
        await house.link()
        await house.choose({"history": False, "stays": True, "guest_names": True})
        yield house


async def speak(house: House, language: str) -> None:
    """Set the language of the system, which names the entities."""
    frontend = house.home_assistant.frontend
    await frontend.command({"type": "config/core/update", "language": language})
    await house.home_assistant.reload()


async def read(house: House, language: str, clock: str) -> None:
    """Set the language and the clock of the user."""
    frontend = house.home_assistant.frontend
    value = {"language": language, "time_format": clock, "number_format": "language"}
    value |= {"date_format": "language", "time_zone": "local", "first_weekday": "language"}
    await frontend.command({"type": "frontend/set_user_data", "key": "language", "value": value})


def translations(language: str) -> dict[str, Any]:
    """Return the texts of a language."""
    texts: dict[str, Any] = json.loads((TRANSLATIONS / f"{language}.json").read_text("utf-8"))
    return texts


async def show_longest_states(house: House, language: str) -> None:
    """Let each entity show its longest state, which leaves the least room for its name."""
    frontend = house.home_assistant.frontend
    texts = translations(language)["entity"]
    states = {state["entity_id"]: state for state in await frontend.get("/api/states")}
    for entity in await frontend.command({"type": "config/entity_registry/list"}):
        entity_id, key = entity["entity_id"], entity["translation_key"]
        shown = states.get(entity_id)
        if entity["platform"] != "point" or not key or not shown:
            continue
        match texts.get(entity_id.partition(".")[0], {}).get(key):
            case {"state_attributes": {"event_type": {"state": dict() as names}}}:
                shown["state"] = datetime.now(UTC).isoformat()
                shown["attributes"]["event_type"] = longest(names)
            case {"state": dict() as names}:
                shown["state"] = longest(names)
            case _:
                continue
        await frontend.post(f"/api/states/{entity_id}", shown)


def longest(names: dict[str, str]) -> str:
    """Return the state with the longest name."""
    return max(names, key=lambda state: len(names[state]))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_name_is_cut_off(house: House, screen: Screen, language: str) -> None:
    await speak(house, language)
    await show_longest_states(house, language)
    cut: list[str] = []
    pages = (next(iter(house.cloud.homes)), next(iter(house.cloud.devices)))
    for (size, clock), key in product(PHONES, pages):
        await read(house, language, clock)
        await screen.page.set_viewport_size(size)
        await screen.open(await house.device_of(key))
        await screen.page.locator("ha-device-entities-card").first.wait_for()
        await screen.page.wait_for_load_state("networkidle")
        cut += await screen.page.evaluate(READ_CUT_TEXTS)
    assert not cut, language


def titles(texts: dict[str, Any]) -> Iterator[str]:
    """Yield the titles of the steps of all dialogs."""
    for key, value in texts.items():
        match value:
            case {"step": dict() as steps}:
                yield from (step["title"] for step in steps.values() if "title" in step)
            case dict() if key not in {"entity", "selector", "services"}:
                yield from titles(value)


async def test_no_title_of_a_dialog_is_cut_off(screen: Screen) -> None:
    await screen.open("/config/integrations/dashboard")
    await screen.page.wait_for_load_state("networkidle")
    for language in LANGUAGES:
        found = list(titles(translations(language)))
        assert len(found) > 8
        widths = await screen.page.evaluate(MEASURE_TITLES, found)
        assert max(widths) > 100
        cut = [each for each, width in zip(found, widths, strict=True) if width > TITLE_WIDTH]
        assert not cut, language
