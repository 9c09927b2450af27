"""A browser, and a tab of it in front of the house of each module."""

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, async_playwright, expect
import pytest

from .house import House
from .screen import Screen

# Nothing that it does leaves this machine.
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
MILLISECONDS = 30_000
"""So long the browser waits at most for what has to come."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Have scripts/e2e name the browser."""
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
    """Return a tab in front of the house of the module; pytest keeps what it showed at the end."""
    async with house.screen() as tab:
        yield tab
        await tab.page.screenshot(path=tmp_path / "end.png")
