"""A browser, and Home Assistants with simulated clouds for it to look at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from playwright.async_api import Browser, BrowserContext, async_playwright, expect
import pytest

from scripts.lib.develop.home_assistant import PASSWORD, USER
from simulator import Simulator
from tests.process.installation import Installation, Running

from .screen import Screen

# Nothing of it leaves this machine.
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
MILLISECONDS = 20_000
"""So long the browser waits for what has to come."""


@dataclass(frozen=True, kw_only=True)
class House:
    """A Home Assistant, its simulated cloud, and a browser that is logged in."""

    cloud: Simulator
    home_assistant: Running
    context: BrowserContext
    url: str

    @asynccontextmanager
    async def screen(self) -> AsyncIterator[Screen]:
        """Open a tab; in the end nothing may have gone wrong in it."""
        page = await self.context.new_page()
        screen = Screen(page, self.url)
        yield screen
        await screen.read()
        await page.close()
        assert screen.complaints == []

    async def link(self) -> None:
        """Have an account, without caring how."""
        if not await self.home_assistant.frontend.entries("point"):
            await self.home_assistant.link(self.cloud)


@pytest.fixture(scope="session")
def executable(pytestconfig: pytest.Config) -> str:
    """Return the browser's program, which scripts/e2e names."""
    return str(pytestconfig.getoption("--chromium"))


@pytest.fixture(scope="session")
async def browser(executable: str) -> AsyncIterator[Browser]:
    """Return a headless Chromium."""
    expect.set_options(timeout=MILLISECONDS)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        await chromium.close()


async def log_in(context: BrowserContext, url: str) -> None:
    """Fill in Home Assistant's own form; the browser then stays logged in."""
    page = await context.new_page()
    await page.goto(url)
    await page.get_by_role("textbox", name="Username").fill(USER)
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("link", name="Settings").wait_for()
    await page.close()
