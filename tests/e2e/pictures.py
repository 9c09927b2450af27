"""Takes the pictures of the documentation: of homes in which people live, in light and dark.

Not collected by itself: `scripts/e2e --pictures` names it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
import sqlite3
from typing import Final

from PIL import Image
from playwright.async_api import Browser, Locator, Page
import pytest

from simulator import CLIENT_ID, CLIENT_SECRET, Simulator
from simulator.weather import Quantity

from . import house as houses
from .house import House
from .screen import Screen

IMAGES: Final = Path(__file__).parents[2] / "docs" / "images"
CARD: Final = "/config/integrations/integration/point"
EUROPEAN: Final = {
    "language": "en",
    "number_format": "language",
    "time_format": "24",
    "date_format": "language",
    "time_zone": "local",
    "first_weekday": "monday",
}

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
        of: Locator | None = None,
    ) -> None:
        """Photograph an address of Home Assistant, once it shows a text and has been prepared."""
        for scheme in ("light", "dark"):
            await self._page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await self._page.set_viewport_size({"width": width, "height": height})
            await self._screen.open(path)
            if sees:
                await self._screen.sees(sees)
            if prepare:
                await prepare()
            await self._quiet()
            shot = await (of or self._page).screenshot(animations="disabled")
            save(shot, f"{name}-{scheme}")

    async def household(self, house: House) -> None:
        """Photograph all that belongs to a household."""
        page = self._page
        await self.take("integration", CARD, height=790, width=1100, sees="Minut account")
        for name, device, height in (
            ("account", "Minut account", 560),
            ("home", "Lakeside 4", 1060),
            ("point", "Hallway", 2420),
        ):
            await self.take(
                name, await house.device(device), height=height, width=1100, sees="Activity"
            )

        async def options() -> None:
            await self._screen.press("Configure")
            await self._screen.sees("Import history")

        await self.take("options", CARD, height=700, width=900, sees="Hallway", prepare=options)
        await self.take("calendar", "/calendar", height=800, width=1100, sees="Kim")

        start = datetime.now(UTC) - timedelta(days=6)
        entities = "sensor.hallway_temperature,sensor.hallway_humidity,sensor.hallway_sound_level"
        await self.take(
            "history",
            f"/history?entity_id={entities}&start_date={start:%Y-%m-%dT%H:%M:%S.000Z}",
            sees="Temperature",
        )
        dashboard = await house.hang_up("household")
        await self.take("household", dashboard, height=980, sees="Over time")
        panel = page.locator("hui-alarm-panel-card")
        await self.take("alarm", dashboard, sees="Disarmed", of=panel)
        await self.take("simulator", house.cloud.page, height=800, sees="Press button")

        house.cloud.faults.add(status=403, times=None)
        entry = await house.home_assistant.entry()
        await house.home_assistant.frontend.post(
            f"/api/config/config_entries/entry/{entry['entry_id']}/reload", {}
        )
        title = "Minut refuses access to its API"

        async def repair() -> None:
            await (await self._screen.sees(title)).click()
            await self._screen.sees("Check the plan at Minut", exact=False)

        await self.take("repair", "/config/repairs", width=900, height=620, prepare=repair)

    async def _quiet(self) -> None:
        """Wait until nothing is being fetched or drawn any more."""
        await self._page.wait_for_load_state("networkidle")
        before = b""
        while (now := await self._page.screenshot(animations="disabled")) != before:
            before = now


def save(shot: bytes, name: str) -> None:
    """Store a picture as small as it can be without losing anything."""
    IMAGES.mkdir(exist_ok=True)
    Image.open(BytesIO(shot)).convert("RGB").save(IMAGES / f"{name}.png", optimize=True)


@asynccontextmanager
async def photographed(house: House) -> AsyncIterator[Camera]:
    """Open a tab for a person in Europe, without the sidebar."""
    wish = {"type": "frontend/set_user_data", "key": "language", "value": EUROPEAN}
    await house.home_assistant.frontend.command(wish)
    await house.context.add_init_script("localStorage.dockedSidebar = '\"always_hidden\"'")
    async with house.screen() as screen:
        yield Camera(screen)


def remember(folder: Path, cloud: Simulator) -> None:
    """Give the recorder the readings of the last day, of which only the hourly means exist."""
    now = datetime.now(UTC).timestamp()
    with closing(sqlite3.connect(folder / "home-assistant_v2.db", timeout=30)) as recorder:
        for device in cloud.devices.values():
            for quantity in (Quantity.TEMPERATURE, Quantity.HUMIDITY):
                entity = f"sensor.{device.description.lower()}_{quantity}"
                [[known]] = recorder.execute(
                    "SELECT metadata_id FROM states_meta WHERE entity_id = ?", (entity,)
                )
                recorder.executemany(
                    "INSERT INTO states (metadata_id, state, last_updated_ts) VALUES (?, ?, ?)",
                    (
                        (known, str(round(device.value(quantity, moment), 2)), moment)
                        for moment in (now - minutes * 60 for minutes in range(1440, 5, -15))
                    ),
                )
        recorder.commit()


async def live(cloud: Simulator) -> None:
    """Let things happen in the first home, and let guests book it."""
    [home, *_] = cloud.homes.values()
    hallway, bedroom, kitchen = cloud.world.devices_of(home.home_id)
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
    for device in (hallway, kitchen, bedroom):
        await cloud.motion(device.device_id)
    await cloud.press_button(hallway.device_id)
    await cloud.make_noise(home.home_id, 1)
    await cloud.quiet(home.home_id)


async def test_household(tmp_path: Path, browser: Browser) -> None:
    async with (
        houses.house(tmp_path / "config", browser, homes=1, points=3) as house,
        photographed(house) as camera,
    ):
        kitchen = list(house.cloud.devices)[2]
        await house.cloud.set_battery(kitchen, 8)
        await house.link()
        await house.choose({"history": True, "stays": True, "guest_names": True})
        await live(house.cloud)
        for room in ("bedroom", "hallway", "kitchen"):
            month_ago = datetime.now(UTC) - timedelta(days=29)
            await house.home_assistant.until_hours(f"sensor.{room}_humidity", month_ago)
        remember(tmp_path / "config", house.cloud)
        await camera.household(house)


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
        await camera.take("host", await house.hang_up("host"), height=1040, sees="All homes")


async def test_discovered(tmp_path: Path, browser: Browser) -> None:
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    async with (
        houses.house(tmp_path / "config", browser, homes=1, points=1, **client) as house,
        photographed(house) as camera,
    ):
        path = "/config/integrations/dashboard"
        await camera.take("discovered", path, height=420, width=900, sees="Discovered")
