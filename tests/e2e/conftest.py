"""A browser with a tab for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, async_playwright, expect
import pytest

from .house import MILLISECONDS, House
from .screen import Screen

# The browser reaches only this machine.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option with which scripts/e2e names the browser."""
    parser.addoption("--chromium", required=True, help="the program of the browser")


@pytest.fixture(scope="session")
async def browser(pytestconfig: pytest.Config) -> AsyncIterator[Browser]:
    """Return a headless Chromium."""
    expect.set_options(timeout=MILLISECONDS)
    program = pytestconfig.getoption("--chromium")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        await chromium.close()


@pytest.fixture
async def screen(house: House, tmp_path: Path) -> AsyncIterator[Screen]:
    """Return a tab of the module's Home Assistant; pytest keeps a last screenshot."""
    async with house.screen() as tab:
        yield tab
        await tab.page.screenshot(path=tmp_path / "end.png")
