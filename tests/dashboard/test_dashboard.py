"""The modules of the dashboard: when they are offered, how large they are, and their texts."""

import json
import re

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.point.const import DOMAIN
from custom_components.point.dashboard import ENTRY, FOLDER

MODULES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
MANIFEST = json.loads((FOLDER.parents[1] / "manifest.json").read_text(encoding="utf-8"))
ENGLISH = json.loads((FOLDER.parents[1] / "translations/en.json").read_text(encoding="utf-8"))
MAX_BYTES = 30_000
"""Maximum size of all modules: every page of Home Assistant loads them."""
URL = f"/api/point/dashboard/{MANIFEST['version']}/"


def offered(hass: HomeAssistant) -> list[str]:
    """Return the addresses of our modules that each page of the frontend loads."""
    return [url for url in hass.data[DATA_EXTRA_MODULE_URL].urls if DOMAIN in url]


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize("order", [("frontend", DOMAIN), (DOMAIN, "frontend")])
async def test_is_offered_once_under_a_path_of_the_version(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator, order: tuple[str, str]
) -> None:
    for component in order:
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()
    assert offered(hass) == [URL + ENTRY]
    browser = await hass_client_no_auth()
    for name, source in MODULES.items():
        answer = await browser.get(URL + name)
        assert answer.status == 200
        assert answer.content_type == "text/javascript"
        assert "max-age" in answer.headers["Cache-Control"]
        assert await answer.text() == source


async def test_is_not_needed(hass: HomeAssistant) -> None:
    """Home Assistant may run without its frontend."""
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    assert "frontend" not in hass.config.components


def test_is_small() -> None:
    assert sum(len(source.encode()) for source in MODULES.values()) <= MAX_BYTES


def test_loads_only_its_own_modules() -> None:
    sources = "\n".join(MODULES.values())
    imported = set(re.findall(r"(?:from|import\() ?\"(.+?)\"", sources))
    assert imported == {f"./{name}" for name in MODULES} - {f"./{ENTRY}"}
    assert not re.search(r"https?:|\bfetch\(|XMLHttpRequest|\beval\(|innerHTML", sources)


def test_uses_every_text_and_no_other() -> None:
    """The languages have the keys of English: test_translations."""
    texts = ENGLISH["selector"]["dashboard"]["options"]
    sources = "\n".join(MODULES.values())
    used = set(re.findall(r"(?:\btexts|\.hass\)\))\.(?!js\b)(\w+)", sources))
    views = set(re.findall(r"pages\(\"(\w+)\"", sources))
    graphs = set(re.findall(r"\[\"(\w+)\", \"mdi:", sources))
    options = set(re.findall(r"\"(area|floor|label|first)\"", sources))
    assert used | views | graphs | {f"option_{name}" for name in options} == texts.keys()


def test_does_not_call_an_alarm_triggered_that_is_pending() -> None:
    """The card lists both."""
    panel = ENGLISH["entity"]["alarm_control_panel"]["alarm"]["name"]
    assert ENGLISH["selector"]["dashboard"]["options"]["alarms"] == panel
