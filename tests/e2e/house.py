"""A Home Assistant with a simulated cloud, and the browser in front of it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from types import MappingProxyType
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page
import pytest

from scripts.lib.develop.home_assistant import PASSWORD, USER
from simulator import Simulator
from tests.process.installation import Installation, Running

from .screen import Screen

MILLISECONDS = 180_000
"""Maximum time that the browser waits for something, on a busy machine."""
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class House:
    """A Home Assistant, its simulated cloud, and a browser that is logged in."""

    cloud: Simulator
    home_assistant: Running
    context: BrowserContext
    url: str

    @asynccontextmanager
    async def screen(self) -> AsyncIterator[Screen]:
        """Open a tab; fail if something has gone wrong in it."""
        screen = Screen(await self.context.new_page(), self.url)
        yield screen
        await screen.read()
        await screen.page.close()
        if screen.complaints:
            pytest.fail("\n".join(screen.complaints))

    async def link(self) -> None:
        """Link the account if it is not, without the browser."""
        if not await self.home_assistant.frontend.entries("point"):
            await self.home_assistant.link(self.cloud)

    async def call(self, action: str, entity_id: str) -> None:
        """Call an action of an entity."""
        domain, _, service = action.partition(".")
        call = {"type": "call_service", "domain": domain, "service": service}
        await self.home_assistant.frontend.command(
            {**call, "service_data": {"entity_id": entity_id}}
        )

    async def choose(self, options: Mapping[str, bool]) -> None:
        """Set the options of the account."""
        entry = await self.home_assistant.entry()
        flows = "/api/config/config_entries/options/flow"
        frontend = self.home_assistant.frontend
        flow = await frontend.post(flows, {"handler": entry["entry_id"]})
        await frontend.post(f"{flows}/{flow['flow_id']}", options)
        await self.home_assistant.entry()

    async def hang_up(self) -> str:
        """Create a dashboard that makes itself; return its address."""
        frontend = self.home_assistant.frontend
        board = {"url_path": "minut-homes", "title": "Minut", "icon": "mdi:home-group"}
        await frontend.command({"type": "lovelace/dashboards/create", **board})
        await self.fill_dashboard()
        return "/minut-homes"

    async def fill_dashboard(self) -> None:
        """Set the dashboard back to its default options."""
        save = {"type": "lovelace/config/save", "url_path": "minut-homes"}
        config = {"strategy": {"type": "custom:minut"}}
        await self.home_assistant.frontend.command({**save, "config": config})

    async def device(self, name: str) -> str:
        """Return the address of a device's page."""
        devices = await self.home_assistant.frontend.command(
            {"type": "config/device_registry/list"}
        )
        return next(f"/config/devices/device/{d['id']}" for d in devices if d["name"] == name)

    async def device_of(self, key: str) -> str:
        """Return the address of the page of a home or Point, by Minut's id."""
        devices = await self.home_assistant.frontend.command(
            {"type": "config/device_registry/list"}
        )
        return next(
            f"/config/devices/device/{device['id']}"
            for device in devices
            if ["point", key] in device["identifiers"]
        )

    async def calendars(self) -> str:
        """Return the address of the calendar page, once it will find calendars."""

        async def listed() -> list[dict[str, str]] | None:
            return await self.home_assistant.frontend.get("/api/calendars") or None

        for calendar in await self.home_assistant.until(listed, "calendars"):
            await self.home_assistant.until_state(calendar["entity_id"])
        return "/calendar"


@asynccontextmanager
async def house(
    folder: Path,
    browser: Browser,
    *,
    homes: int,
    points: int,
    yaml: Mapping[str, str] = MappingProxyType({}),
    automations: Sequence[Mapping[str, Any]] = (),
) -> AsyncIterator[House]:
    """Start a simulated cloud and a Home Assistant on the real clock, and log in.

    `yaml`: additional options of the integration. Home Assistant has the blueprints, and these
    `automations`, which may use them.
    """
    heartbeat = timedelta(minutes=10)
    async with Simulator(homes=homes, devices=points, heartbeat=heartbeat) as cloud:
        installation = Installation(folder, cloud)
        installation.automations = [*installation.automations, *map(dict, automations)]
        copytree(ROOT / "blueprints", folder / "blueprints")
        # The editor of automations saves there.
        (folder / "automations.yaml").write_text("[]", encoding="utf-8")
        installation.sections = "automation edited: !include automations.yaml\n"
        async with installation.ours(**yaml) as running:
            context = await browser.new_context(
                viewport={"width": 1280, "height": 900}, timezone_id="Europe/Stockholm"
            )
            context.set_default_timeout(MILLISECONDS)
            await _log_in(await context.new_page(), installation.url)
            yield House(cloud=cloud, home_assistant=running, context=context, url=installation.url)
            await context.close()


async def _log_in(page: Page, url: str) -> None:
    """Fill in Home Assistant's own form; the browser stays logged in."""
    await page.goto(url)
    await page.get_by_role("textbox", name="Username").fill(USER)
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_text("Settings", exact=True).first.wait_for()
    await page.close()
