"""A Home Assistant with a simulated cloud, and the browser in front of it."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from types import MappingProxyType
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page
import pytest

from scripts.lib.develop.home_assistant import PASSWORD, USER
from scripts.lib.develop.options import HOST
from scripts.lib.develop.processes import GiveUpError
from simulator import Simulator
from tests.process.installation import Installation, Running, free_port

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

    async def sensors(self, *keys: str) -> list[str]:
        """Return the entity ids of these sensors of all Points."""
        entities = await self.home_assistant.entities()
        return [entities[f"point.{point}-{key}"] for point in self.cloud.devices for key in keys]

    async def record(self, sensors: Collection[str]) -> None:
        """Write a day of hourly statistics for sensors."""
        command = self.home_assistant.frontend.command
        now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        hours = [now - timedelta(hours=hour) for hour in range(26, 2, -1)]
        values = [{"mean": 20 + at % 5, "min": 18, "max": 30} for at in range(len(hours))]
        stats = [
            {"start": hour.isoformat(), **value} for hour, value in zip(hours, values, strict=True)
        ]
        question = {"type": "recorder/get_statistics_metadata", "statistic_ids": list(sensors)}
        for sensor in await command(question):
            metadata = {
                "statistic_id": sensor["statistic_id"],
                "source": "recorder",
                "name": None,
                "mean_type": sensor["mean_type"],
                "has_sum": False,
                "unit_class": sensor["unit_class"],
                "unit_of_measurement": sensor["statistics_unit_of_measurement"],
            }
            write = {"type": "recorder/import_statistics", "metadata": metadata, "stats": stats}
            await command(write)
        await self._until_recorded(set(sensors), among=sensors)

    async def clear_statistics(self, sensors: Collection[str]) -> None:
        """Delete the statistics of sensors, if there are any."""
        if not (found := await self._recorded(sensors)):
            return
        clear = {"type": "recorder/clear_statistics", "statistic_ids": list(found)}
        # The answer is an error after ten seconds if the recorder is busy.
        with suppress(GiveUpError):
            await self.home_assistant.frontend.command(clear)
        await self._until_recorded(set(), among=sensors)

    async def _recorded(self, sensors: Collection[str]) -> set[str]:
        """Return those sensors that have statistics."""
        question = {
            "type": "recorder/statistics_during_period",
            "start_time": (datetime.now(UTC) - timedelta(days=31)).isoformat(),
            "statistic_ids": list(sensors),
            "period": "month",
        }
        return set(await self.home_assistant.frontend.command(question))

    async def _until_recorded(self, wanted: set[str], among: Collection[str]) -> None:
        """Wait until those and no others of some sensors have statistics."""

        async def recorded() -> bool | None:
            return await self._recorded(among) == wanted or None

        await self.home_assistant.until(recorded, "statistics")

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

    The page of the cloud links to Home Assistant, as with scripts/develop.
    `yaml`: additional options of the integration. Home Assistant has the blueprints, and these
    `automations`, which may use them.
    """
    heartbeat = timedelta(minutes=10)
    port = free_port()
    async with Simulator(
        homes=homes,
        devices=points,
        heartbeat=heartbeat,
        home_assistant=f"http://{HOST}:{port}",
    ) as cloud:
        installation = Installation(folder, cloud, port)
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
