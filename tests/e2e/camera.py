"""Takes screenshots in light and dark."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from playwright.async_api import Page

from .house import House
from .images import save
from .screen import Screen

CARD: Final = "/config/integrations/integration/point"
SHOW_NOTIFICATIONS: Final = """
() => document.querySelector("home-assistant").shadowRoot
  .querySelector("home-assistant-main").dispatchEvent(new CustomEvent("hass-show-notifications"))
"""
HIDDEN: Final = "(content) => content.scrollHeight - content.clientHeight"


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
            while not await self._page.get_by_text("Download diagnostics", exact=True).count():
                await self._page.reload()
                await self._quiet()
            rest: int = await self._page.locator(".content.ha-scrollbar").evaluate(HIDDEN)
            await self._page.set_viewport_size({"width": 1200, "height": 400 + rest})

        await self.take(name, path, height=400, width=1200, sees="Activity", prepare=unroll)

    async def household(self, house: House) -> None:
        """Take the screenshots of a household."""
        await self.take("integration", CARD, height=790, width=1100, sees="Minut account")
        await self.device("home", await house.device("Lakeside 4"))
        await self.device("point", await house.device("Hallway"))

        async def options() -> None:
            await self._screen.press("Configure")
            await self._screen.sees("Import history")

        await self.take(
            "options", CARD, height=960, width=900, sees="Hallway", prepare=options, is_dialog=True
        )
        await self.take("calendar", "/calendar", height=800, width=1100, sees="Kim")

        await self.take(
            "phone", await house.device("Hallway"), width=390, height=1500, sees="Sound level"
        )

        async def notification() -> None:
            await self._page.evaluate(SHOW_NOTIFICATIONS)
            await self._screen.sees("Noise in Lakeside 4")

        await self.take(
            "notification",
            await house.device("Lakeside 4"),
            height=600,
            width=900,
            sees="Activity",
            prepare=notification,
            is_dialog=True,
        )

        start = datetime.now(UTC) - timedelta(days=6)
        sensors = ("hallway_temperature", "hallway_humidity", "hallway_sound_level")
        entities = ",".join(f"sensor.{sensor}" for sensor in (*sensors, "kitchen_battery"))
        await self.take(
            "history",
            f"/history?entity_id={entities}&start_date={start:%Y-%m-%dT%H:%M:%S.000Z}",
            height=1900,
            sees="Temperature",
        )
        await self.take("simulator", house.cloud.page, height=940, sees="Open Home Assistant")

        house.cloud.switches.refuse_api = True
        await house.home_assistant.reload()
        title = "Minut refuses access to its API"

        async def repair() -> None:
            await (await self._screen.sees(title)).click()
            await self._screen.sees("Check the plan at Minut", exact=False)

        await self.take(
            "repair", "/config/repairs", width=900, height=620, prepare=repair, is_dialog=True
        )

    async def blueprint(self) -> None:
        """Take a screenshot of the form of a blueprint."""

        async def form() -> None:
            await (await self._screen.sees("Minut Point: noise in three steps")).click()
            await self._screen.sees("Notify")

        path = "/config/blueprint/dashboard"
        await self.take("blueprint", path, height=640, width=1000, prepare=form)

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
