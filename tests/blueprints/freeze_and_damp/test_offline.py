"""Points that are offline: reported once, and their return, also over outages and restarts."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import ServiceCall
from homeassistant.helpers import entity_registry as er
import pytest

from tests.helpers.house import House

from ..conftest import Automate, messages
from .conftest import COLD, finish_waiting, let_wait, pass_time, run_automation, start_again, stop

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


async def test_what_was_reported_after_a_restart_is_not_reported_again_after_the_next(
    watched: House, told: list[ServiceCall], caplog: pytest.LogCaptureFixture
) -> None:
    await watched.simulator.take_offline(watched.point)
    await watched.advance(hours=2)
    await stop(watched)
    await start_again(watched)
    await let_wait(watched, caplog)
    await finish_waiting(watched, hours=1, minutes=5)
    assert messages(told) == [OFFLINE]
    await stop(watched)
    await start_again(watched)
    await watched.advance(minutes=1)
    assert messages(told) == []
    await watched.simulator.bring_online(watched.point)
    await watched.advance(minutes=1)
    assert messages(told) == [ONLINE]


async def test_a_point_that_is_lost_in_a_long_outage_is_reported_once_and_its_return(
    watched: House, told: list[ServiceCall]
) -> None:
    await stop(watched)
    await watched.simulator.take_offline(watched.point)
    await watched.advance(hours=13)
    for expected in ([OFFLINE], [], []):
        await start_again(watched)
        await watched.advance(minutes=1)
        assert messages(told) == expected
        await stop(watched)
        await watched.advance(minutes=1)
    await start_again(watched)
    await watched.simulator.bring_online(watched.point)
    await watched.advance(minutes=1)
    assert messages(told) == [ONLINE]


async def test_a_point_without_readings_that_is_offline_is_reported_after_a_restart(
    recorded: House, automate: Automate, inputs: dict[str, object], told: list[ServiceCall]
) -> None:
    await automate("freeze_and_damp", **inputs)
    await stop(recorded)
    await recorded.simulator.take_offline(recorded.point)
    await start_again(recorded)
    await recorded.advance(minutes=1)
    assert messages(told) == [OFFLINE]


async def test_a_point_that_is_offline_for_weeks_is_not_reported_again_after_a_restart(
    watched: House, told: list[ServiceCall]
) -> None:
    await pass_time(watched, 30)
    await watched.simulator.take_offline(watched.point)
    await watched.advance(hours=4)
    assert messages(told) == [OFFLINE]
    for _ in range(3):
        await watched.advance(days=7)
    await stop(watched)
    await start_again(watched)
    await watched.advance(minutes=1)
    assert messages(told) == []


async def test_a_point_that_is_offline_over_a_reload_is_reported_in_time(
    watched: House, told: list[ServiceCall]
) -> None:
    await watched.simulator.take_offline(watched.point)
    await watched.advance(hours=1)
    await watched.stop()
    await watched.start()
    await watched.advance(hours=1)
    assert messages(told) == []
    await watched.advance(hours=5)
    assert messages(told) == [OFFLINE]
    await watched.simulator.bring_online(watched.point)
    await watched.advance(minutes=1)
    assert messages(told) == [ONLINE]


async def test_a_point_that_is_lost_during_a_reload_does_not_return(
    watched: House, told: list[ServiceCall]
) -> None:
    """Nobody has said that it is offline."""
    await watched.stop()
    await watched.advance(minutes=1)
    await watched.simulator.take_offline(watched.point)
    await watched.start()
    await watched.advance(hours=6)
    await watched.simulator.bring_online(watched.point)
    await watched.advance(minutes=1)
    assert messages(told) == []


async def start_without_minut(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Start while Minut cannot be reached, until the automation waits for it."""
    house.simulator.faults.add(status=502, times=None)
    await house.hass.config_entries.async_setup(house.entry.entry_id)
    assert house.entry.state is ConfigEntryState.SETUP_RETRY
    caplog.clear()
    await run_automation(house)
    await let_wait(house, caplog, step="wait template")


async def test_a_point_that_is_offline_is_reported_when_minut_can_be_reached(
    watched: House, told: list[ServiceCall], caplog: pytest.LogCaptureFixture
) -> None:
    await stop(watched)
    await watched.simulator.take_offline(watched.point)
    watched.freezer.tick(timedelta(hours=13))
    await start_without_minut(watched, caplog)
    assert not told
    watched.simulator.faults.clear()
    await finish_waiting(watched, minutes=10)
    assert messages(told) == [OFFLINE]


async def test_minut_that_cannot_be_reached_is_no_point_that_is_offline(
    watched: House, told: list[ServiceCall], caplog: pytest.LogCaptureFixture
) -> None:
    """Also where the sensor that shows whether the Point is connected is disabled."""
    registry = er.async_get(watched.hass)
    connectivity = watched.entity_id("binary_sensor.connectivity")
    registry.async_update_entity(connectivity, disabled_by=er.RegistryEntryDisabler.USER)
    await stop(watched)
    watched.freezer.tick(timedelta(hours=13))
    await start_without_minut(watched, caplog)
    watched.simulator.faults.clear()
    await finish_waiting(watched, minutes=10)
    assert messages(told) == []


async def test_what_another_automation_found_is_not_reported(
    watched: House, told: list[ServiceCall]
) -> None:
    found = {"automation": "automation.other", "entity_id": watched.entity_id("sensor.humidity")}
    watched.hass.bus.async_fire("minut_frost_and_damp_offline", found)
    await watched.settle()
    assert messages(told) == []
