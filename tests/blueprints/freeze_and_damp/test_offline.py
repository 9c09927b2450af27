"""Points that are offline: reported once, and their return, also over outages and restarts."""

from homeassistant.core import ServiceCall
import pytest

from tests.helpers.house import House

from ..conftest import messages
from .conftest import COLD, finish_waiting, let_wait, start_again, stop

OFFLINE = "Hallway (Lakeside 4) has been offline for a while. Check its battery and the Wi-Fi."
ONLINE = "Hallway (Lakeside 4) is back online."


async def test_a_point_that_is_offline_is_reported_and_what_it_finds_when_it_is_back(
    watched: House, told: list[ServiceCall]
) -> None:
    await watched.simulator.take_offline(watched.point)
    await watched.advance(hours=1)
    assert watched.state("sensor.temperature") == "unavailable"
    assert messages(told) == []
    await watched.advance(hours=3)
    [offline] = told
    assert messages(told) == [OFFLINE]
    await watched.simulator.set_temperature(watched.point, 1)
    await watched.simulator.bring_online(watched.point)
    await watched.advance(minutes=1)
    [online] = told
    assert online.data["title"] == "Back online: Hallway (Lakeside 4)"
    assert online.data["notification_id"] == offline.data["notification_id"]
    assert messages(told) == [ONLINE]
    await watched.advance(minutes=16)
    assert messages(told) == [COLD.format("1.0")]


async def test_a_point_that_is_offline_for_a_short_time_is_not_reported_nor_its_return(
    watched: House, told: list[ServiceCall]
) -> None:
    await watched.simulator.take_offline(watched.point)
    await watched.advance(hours=2)
    await watched.simulator.bring_online(watched.point)
    await watched.advance(hours=2)
    assert messages(told) == []


async def test_an_outage_of_minut_is_no_return_of_a_point(
    watched: House, told: list[ServiceCall]
) -> None:
    watched.simulator.faults.add(status=502, times=None)
    for _ in range(5):
        await watched.advance(hours=1)
    assert watched.state("sensor.temperature") == "unavailable"
    watched.simulator.faults.clear()
    for _ in range(2):
        await watched.advance(hours=1)
    assert watched.state("sensor.temperature") != "unavailable"
    assert messages(told) == []


async def test_a_point_that_is_offline_is_not_reported_again_after_a_restart_but_its_return(
    watched: House, told: list[ServiceCall]
) -> None:
    await watched.simulator.take_offline(watched.point)
    await watched.advance(hours=4)
    assert messages(told) == [OFFLINE]
    await stop(watched)
    await watched.advance(minutes=2)
    await start_again(watched)
    await watched.advance(hours=4)
    assert messages(told) == []
    await watched.simulator.bring_online(watched.point)
    await watched.advance(minutes=1)
    assert messages(told) == [ONLINE]


async def test_a_point_that_is_offline_over_a_restart_is_reported_in_time(
    watched: House, told: list[ServiceCall], caplog: pytest.LogCaptureFixture
) -> None:
    await watched.simulator.take_offline(watched.point)
    await watched.advance(hours=2)
    await stop(watched)
    await start_again(watched)
    await let_wait(watched, caplog)
    assert not told
    await finish_waiting(watched, hours=1, minutes=5)
    assert messages(told) == [OFFLINE]
