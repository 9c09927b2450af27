"""Takes the screenshots of the documentation, in light and dark.

pytest does not collect it; `scripts/e2e --pictures` names it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page
import pytest

from simulator import CLIENT_ID, CLIENT_SECRET, Simulator

from . import house as houses
from .house import House
from .images import save
from .screen import Screen

CARD: Final = "/config/integrations/integration/point"
EUROPEAN: Final = {
    "language": "en",
    "number_format": "language",
    "time_format": "24",
    "date_format": "language",
    "time_zone": "local",
    "first_weekday": "monday",
}
HIDDEN: Final = "(content) => content.scrollHeight - content.clientHeight"

pytestmark = pytest.mark.timeout(600)

type Prepare = Callable[[], Awaitable[object]]


class Camera:
    """Takes each picture twice."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._page: Page = screen.page

    async def take(
        self,
        name: str,
        path: str,
        *,
        height: int = 900,
        width: int = 1280,
        sees: str = "",
        prepare: Prepare | None = None,
        is_dialog: bool = False,
    ) -> None:
        """Take a screenshot of a page, once it shows a text and has been prepared."""
        for scheme in ("light", "dark"):
            await self._page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await self._page.set_viewport_size({"width": width, "height": height})
            await self._screen.open(path)
            if sees:
                await self._screen.sees(sees)
            if prepare:
                await prepare()
            await self._quiet()
            shot = await self._page.screenshot(animations="disabled")
            save(shot, f"{name}-{scheme}", is_reduced=not is_dialog)

    async def device(self, name: str, path: str) -> None:
        """Take a screenshot of the whole page of a device."""

        async def unroll() -> None:
            await self._quiet()
            # The frontend may draw the page before it has all of its texts.
            while not await self._page.get_by_text("Visit", exact=True).count():
                await self._page.reload()
                await self._quiet()
            rest: int = await self._page.locator(".content.ha-scrollbar").evaluate(HIDDEN)
            await self._page.set_viewport_size({"width": 1100, "height": 400 + rest})

        await self.take(name, path, height=400, width=1100, sees="Activity", prepare=unroll)

    async def household(self, house: House) -> None:
        """Take the screenshots of a household."""
        await self.take("integration", CARD, height=790, width=1100, sees="Minut account")
        await self.device("home", await house.device("Lakeside 4"))
        await self.device("point", await house.device("Hallway"))

        async def options() -> None:
            await self._screen.press("Configure")
            await self._screen.sees("Import history")

        await self.take(
            "options", CARD, height=700, width=900, sees="Hallway", prepare=options, is_dialog=True
        )
        await self.take("calendar", "/calendar", height=800, width=1100, sees="Kim")

        start = datetime.now(UTC) - timedelta(days=6)
        entities = "sensor.hallway_temperature,sensor.hallway_humidity,sensor.hallway_sound_level"
        await self.take(
            "history",
            f"/history?entity_id={entities}&start_date={start:%Y-%m-%dT%H:%M:%S.000Z}",
            height=1480,
            sees="Temperature",
        )
        await self.take("simulator", house.cloud.page, height=940, sees="Press button")

        house.cloud.switches.refuse_api = True
        await house.home_assistant.reload()
        title = "Minut refuses access to its API"

        async def repair() -> None:
            await (await self._screen.sees(title)).click()
            await self._screen.sees("Check the plan at Minut", exact=False)

        await self.take(
            "repair", "/config/repairs", width=900, height=620, prepare=repair, is_dialog=True
        )

    async def discovered(self) -> None:
        """Take a screenshot of the card under Discovered."""

        async def name() -> None:
            # The frontend may draw the card before it has the names of integrations.
            while await self._page.get_by_text("point", exact=True).count():
                await self._page.reload()
                await self._screen.sees("Minut Point")

        path = "/config/integrations/dashboard"
        await self.take("discovered", path, height=420, width=900, sees="Minut Point", prepare=name)

    async def _quiet(self) -> None:
        """Wait until the page has been loaded and drawn."""
        await self._page.wait_for_load_state("networkidle")
        before = b""
        while (now := await self._page.screenshot(animations="disabled")) != before:
            before = now


@asynccontextmanager
async def photographed(house: House) -> AsyncIterator[Camera]:
    """Open a tab for a person in Europe, without the sidebar."""
    wish = {"type": "frontend/set_user_data", "key": "language", "value": EUROPEAN}
    await house.home_assistant.frontend.command(wish)
    await house.context.add_init_script("localStorage.dockedSidebar = '\"always_hidden\"'")
    async with house.screen() as screen:
        yield Camera(screen)


async def forget(house: House) -> None:
    """Delete the recorded states of the first seconds, which were unknown.

    Imported statistics stay.
    """
    ids = list((await house.home_assistant.entities()).values())
    purge = {"domain": "recorder", "service": "purge_entities"}
    data = {"entity_id": ids, "keep_days": 0}
    await house.home_assistant.frontend.command(
        {"type": "call_service", **purge, "service_data": data}
    )

    async def forgotten() -> bool | None:
        path = f"/api/history/period?filter_entity_id={','.join(ids)}"
        return not await house.home_assistant.frontend.get(path) or None

    await house.home_assistant.until(forgotten, "the recorder to forget")


async def book(cloud: Simulator) -> None:
    """Add bookings to the first home."""
    [home, *_] = cloud.homes.values()
    today = datetime.combine(datetime.now(UTC), time(14), UTC)
    for start, nights, name in (
        (-16, 4, "Robin"),
        (-9, 3, "Noor"),
        (-1, 4, "Kim"),
        (6, 5, "Jamie"),
        (14, 2, "Alexis"),
    ):
        check_in = today + timedelta(days=start)
        await cloud.add_guest(
            home.home_id, check_in, check_in + timedelta(days=nights, hours=-4), name
        )


async def live(cloud: Simulator) -> None:
    """Make events happen in the first home.

    Twice: after states were deleted, the logbook omits the first one of an entity.
    """
    [home, *_] = cloud.homes.values()
    hallway, bedroom, kitchen = cloud.world.devices_of(home.home_id)
    for notice in (1, 2):
        for device in (hallway, kitchen, bedroom):
            await cloud.motion(device.device_id)
        await cloud.press_button(hallway.device_id)
        await cloud.make_noise(home.home_id, notice)
    await cloud.quiet(home.home_id)


async def furnish(house: House) -> None:
    """Give the household bookings, a month of history, and events."""
    kitchen = list(house.cloud.devices)[2]
    await house.cloud.set_battery(kitchen, 8)
    await book(house.cloud)
    await house.link()
    await house.choose({"history": True, "stays": True, "guest_names": True})
    for room in ("bedroom", "hallway", "kitchen"):
        month_ago = datetime.now(UTC) - timedelta(days=29)
        await house.home_assistant.until_hours(f"sensor.{room}_humidity", month_ago)
    await forget(house)
    await live(house.cloud)


async def test_dashboard(tmp_path: Path, browser: Browser) -> None:
    async with (
        houses.house(tmp_path / "config", browser, homes=1, points=3) as house,
        photographed(house) as camera,
    ):
        await furnish(house)
        dashboard = await house.hang_up()
        await camera.take("household", dashboard, height=1900, width=1400, sees="Climate")
        await camera.take("household-phone", dashboard, height=1500, width=390, sees="Hallway")


async def test_household(tmp_path: Path, browser: Browser) -> None:
    async with (
        houses.house(tmp_path / "config", browser, homes=1, points=3) as house,
        photographed(house) as camera,
    ):
        await furnish(house)
        await camera.household(house)


async def test_account(tmp_path: Path, browser: Browser) -> None:
    async with (
        houses.house(tmp_path / "config", browser, homes=2, points=3) as house,
        photographed(house) as camera,
    ):
        await house.link()
        await house.home_assistant.until_state("binary_sensor.minut_account_push_updates", "on")
        await forget(house)
        first, second, *_ = list(house.cloud.devices)
        await house.cloud.low_battery(first)
        await house.cloud.take_offline(second)
        await house.cloud.make_noise(next(iter(house.cloud.homes)), 1)
        for _ in range(2):
            await house.home_assistant.frontend.command(
                {
                    "type": "call_service",
                    "domain": "button",
                    "service": "press",
                    "service_data": {"entity_id": "button.minut_account_test_push_updates"},
                }
            )
        await camera.device("account", await house.device("Minut account"))


async def test_host(tmp_path: Path, browser: Browser) -> None:
    async with (
        houses.house(tmp_path / "config", browser, homes=25, points=1) as house,
        photographed(house) as camera,
    ):
        cloud = house.cloud
        homes, points = list(cloud.homes.values()), list(cloud.devices)
        for home in homes[4:]:
            home.alarm_status = "on"
        homes[15].alarm_status = "critical_event"
        await house.link()
        await cloud.make_noise(homes[2].home_id, 2)
        await cloud.make_noise(homes[9].home_id, 1)
        await cloud.low_battery(points[5])
        await cloud.low_battery(points[17])
        await cloud.take_offline(points[12])
        dashboard = await house.hang_up()
        await camera.take("host", dashboard, height=900, width=1400, sees="Right now")
        await camera.take("host-phone", dashboard, height=1100, width=390, sees="Right now")


async def test_discovered(tmp_path: Path, browser: Browser) -> None:
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    async with (
        houses.house(tmp_path / "config", browser, homes=1, points=1, **client) as house,
        photographed(house) as camera,
    ):
        await camera.discovered()
