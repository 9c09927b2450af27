"""An account of 25 homes, or as many as the test wants, whose lists come in pages of ten."""

from collections.abc import AsyncIterator

from freezegun.api import FrozenDateTimeFactory
from homeassistant.util import dt as dt_util
import pytest

from simulator import Simulator

from ..conftest import NOON, number_of

HOMES = 25
PAGE = 10


@pytest.fixture
async def simulator(
    request: pytest.FixtureRequest, socket_enabled: None, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Simulator]:
    """Return a Minut cloud with homes of one Point each, in various states."""
    freezer.move_to(NOON)
    homes = number_of(request, "homes", HOMES)
    async with Simulator(homes=homes, devices=1, now=dt_util.utcnow) as cloud:
        for number, (home, device) in enumerate(
            zip(cloud.homes.values(), cloud.devices.values(), strict=True)
        ):
            home.name = f"Home {number}"
            home.alarm_status = "on" if number % 3 else "off"
            home.disturbance_monitoring = number % 4 > 0
            device.has_pressure = number % 5 == 0
            await cloud.set_temperature(device.device_id, 12 + number / 2)
            await cloud.set_humidity(device.device_id, 30 + number)
            await cloud.set_battery(device.device_id, 4 * number)
            if number % 6 == 1:
                await cloud.take_offline(device.device_id)
        cloud.switches.default_page_size = cloud.switches.max_page_size = PAGE
        yield cloud
