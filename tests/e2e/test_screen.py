"""The errors that the other tests detect, caused on purpose."""

from collections.abc import AsyncIterator

from playwright.async_api import Browser
import pytest

from .screen import Screen


@pytest.fixture(name="blank")
async def blank_screen(browser: Browser) -> AsyncIterator[Screen]:
    """Return a tab that shows nothing."""
    page = await browser.new_page()
    yield Screen(page, "about:blank")
    await page.close()


@pytest.mark.parametrize(
    "text",
    [
        "component.point.entity.sensor.cold.name",
        "ui.panel.config.title",
        "disturbance_first_notice",
        "Sound of undefined",
        "Call {name}",
        "[object Object]",
    ],
)
async def test_notices_what_is_meant_for_programs(blank: Screen, text: str) -> None:
    await blank.page.set_content("<p id=host></p>")
    await blank.page.evaluate(
        "text => { host.attachShadow({mode: 'open'}).textContent = text }", text
    )
    await blank.read()
    assert [complaint.endswith(text) for complaint in blank.complaints] == [True]


@pytest.mark.parametrize(
    "content",
    ["Lakeside 4", "sensor.hallway_sound_level", "/api/minut", "<p hidden>some_key</p>", "21.8 °C"],
)
async def test_lets_pass_what_people_may_see(blank: Screen, content: str) -> None:
    await blank.page.set_content(content)
    await blank.read()
    assert blank.complaints == []


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("console.error('Oh no')", "Console: Oh no"),
        ("setTimeout(() => { throw new Error('Oh no') })", "Error in the page: Oh no"),
        ("fetch('http://127.0.0.1:1/').catch(() => {})", "GET http://127.0.0.1:1/"),
    ],
)
async def test_notices_what_goes_wrong(blank: Screen, script: str, complaint: str) -> None:
    await blank.page.evaluate(f"() => {{ {script} }}")
    while not blank.complaints:
        await blank.page.evaluate("() => new Promise((done) => setTimeout(done))")
    assert blank.complaints[0].startswith(complaint)
