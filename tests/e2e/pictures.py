"""Takes the screenshots of the documentation, in light and dark.

pytest does not collect it; `scripts/e2e --pictures` names it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
import sqlite3
from typing import Final

from playwright.async_api import Browser
import pytest

from simulator import CLIENT_ID, CLIENT_SECRET, Device, Simulator

from . import house as houses
from .camera import Camera
from .house import House

EUROPEAN: Final = {
    "language": "en",
    "number_format": "language",
    "time_format": "24",
    "date_format": "language",
    "time_zone": "local",
    "first_weekday": "monday",
}
ESCALATION: Final = {
    "id": "noise",
    "alias": "Noise in rented homes",
    "use_blueprint": {
        "path": "point/noise_escalation.yaml",
        "input": {"homes": {"label_id": "rented"}},
    },
}
TIMES: Final = {
    "states": ("last_updated_ts", "last_changed_ts", "last_reported_ts"),
    "events": ("time_fired_ts",),
}
NOT_MEASURED: Final = """
WHERE metadata_id NOT IN (
  SELECT metadata_id FROM states_meta
  WHERE entity_id LIKE '%_temperature' OR entity_id LIKE '%_humidity' OR entity_id LIKE '%_level'
)
"""
"""Measured values stay: what Minut measured before is in the statistics."""

pytestmark = pytest.mark.timeout(600)


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

    Imported statistics stay, and limits: they do not change, so each has one state.
    """
    entities = (await house.home_assistant.entities()).values()
    ids = [entity_id for entity_id in entities if not entity_id.startswith("number.")]
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


def age(folder: Path, **by: float) -> None:
    """Move everything that has been recorded so far into the past: `days=1`."""
    seconds = timedelta(**by).total_seconds()
    with closing(sqlite3.connect(folder / "home-assistant_v2.db", timeout=60)) as database:
        for table, columns in TIMES.items():
            moved = ", ".join(f"{column} = {column} - {seconds}" for column in columns)
            which = NOT_MEASURED if table == "states" else ""
            database.execute(f"UPDATE {table} SET {moved} {which}")  # noqa: S608 # from above
        database.commit()


async def live(house: House, folder: Path) -> None:
    """Live in the first home for two days; it ends with noise that goes on.

    This is less than the graphs of the dashboard show, so limits have a state within them.
    """
    cloud = house.cloud
    [home, *_] = cloud.homes.values()
    hallway, bedroom, kitchen = cloud.world.devices_of(home.home_id)

    async def is_recorded(level: int) -> bool | None:
        path = "/api/history/period?filter_entity_id=sensor.kitchen_battery"
        found = await house.home_assistant.frontend.get(path)
        return any(state["state"] == f"{level}.0" for states in found for state in states) or None

    async def moves(*devices: Device) -> None:
        for device in devices:
            await cloud.motion(device.device_id)

    async def later(battery: int, **by: float) -> None:
        await cloud.set_battery(kitchen.device_id, battery)
        await cloud.heartbeat(kitchen.device_id)
        await cloud.deliveries_done()
        await house.call("homeassistant.update_entity", "sensor.kitchen_battery")
        await house.home_assistant.until(partial(is_recorded, battery), "the battery's level")
        age(folder, **by)

    await moves(hallway, bedroom)
    await cloud.make_noise(home.home_id, 1)
    await cloud.quiet(home.home_id)
    await later(39, hours=28)
    await moves(bedroom, kitchen)
    await cloud.press_button(hallway.device_id)
    await later(21, hours=19)
    await moves(hallway)
    await cloud.make_noise(home.home_id, 1)
    await later(8, minutes=14)
    await moves(kitchen, hallway)
    await cloud.make_noise(home.home_id, 2)
    await house.home_assistant.until_state("sensor.lakeside_4_noise_notice", "second_notice")


async def mark(house: House, name: str) -> None:
    """Give the device of the first home a label."""
    command = house.home_assistant.frontend.command
    label = await command({"type": "config/label_registry/create", "name": name})
    device_id = (await house.device("Lakeside 4")).rpartition("/")[2]
    labels = {"device_id": device_id, "labels": [label["label_id"]]}
    await command({"type": "config/device_registry/update", **labels})


async def furnish(house: House, folder: Path) -> None:
    """Give the household bookings, a month of history, and events."""
    await book(house.cloud)
    await house.link()
    await house.choose({"history": True, "stays": True, "guest_names": True})
    for room in ("bedroom", "hallway", "kitchen"):
        month_ago = datetime.now(UTC) - timedelta(days=29)
        await house.home_assistant.until_hours(f"sensor.{room}_humidity", month_ago)
    await forget(house)
    await mark(house, "Rented")
    await live(house, folder)


async def test_dashboard(tmp_path: Path, browser: Browser) -> None:
    async with (
        houses.house(tmp_path / "config", browser, homes=1, points=3) as house,
        photographed(house) as camera,
    ):
        await furnish(house, tmp_path / "config")
        dashboard = await house.hang_up()
        await camera.take("household", dashboard, height=1900, width=1400, sees="Climate")
        await camera.take("household-phone", dashboard, height=1500, width=390, sees="Hallway")


async def test_household(tmp_path: Path, browser: Browser) -> None:
    async with (
        houses.house(
            tmp_path / "config", browser, homes=1, points=3, automations=[ESCALATION]
        ) as house,
        photographed(house) as camera,
    ):
        await furnish(house, tmp_path / "config")
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
            await house.call("button.press", "button.minut_account_test_push_updates")
        await camera.device("account", await house.device("Minut account"))
        await camera.take("overview", "/home/overview", height=440, sees="Harbour Loft")
        await camera.take("overview-phone", "/home/overview", width=390, height=660)


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
        await camera.take("host", dashboard, height=900, width=1400, sees="The battery is low.")
        await camera.take(
            "host-phone", dashboard, height=1100, width=390, sees="The battery is low."
        )


async def test_discovered(tmp_path: Path, browser: Browser) -> None:
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    async with (
        houses.house(tmp_path / "config", browser, homes=1, points=1, yaml=client) as house,
        photographed(house) as camera,
    ):
        await camera.discovered()
        await camera.blueprint()
