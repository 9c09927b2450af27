"""Frost and damp: reported once, and when it is over, also over outages and restarts."""

import asyncio
from datetime import timedelta
import logging
import re

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, ServiceCall
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)
from pytest_homeassistant_custom_component.typing import RecorderInstanceContextManager

from simulator import Simulator
from tests.helpers.house import House

from .conftest import MADE, Automate, messages

COLD = "It is too cold in Hallway (Lakeside 4): {} °C."
WARM = "It is no longer too cold in Hallway (Lakeside 4): {} °C."
OFFLINE = "Hallway (Lakeside 4) has been offline for a while. Check its battery and the Wi-Fi."
ONLINE = "Hallway (Lakeside 4) is back online."


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: RecorderInstanceContextManager) -> None:
    """Prepare the recorder before `hass`, without a log line for each row."""
    for name in ("sqlalchemy.engine", "homeassistant.components.recorder"):
        logging.getLogger(name).setLevel(logging.WARNING)


@pytest.fixture
def persistent_database() -> bool:
    """Use a database file."""
    return True


@pytest.fixture
async def recorded(simulator: Simulator, recorder_mock: None, house: House) -> House:
    """Return a Home Assistant with a recorder and a linked account."""
    await house.link(options={"history": False})
    return house


async def pass_time(house: House, minutes: int) -> None:
    """Let time pass; compile the statistics of every five minutes, as the recorder does."""
    for _ in range(minutes // 5):
        await house.advance(minutes=5)
        await compile_statistics(house)


async def compile_statistics(house: House) -> None:
    """Compile the statistics of the last five minutes by the clock."""
    await async_wait_recording_done(house.hass)
    now = dt_util.utcnow()
    start = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
    do_adhoc_statistics(house.hass, start=start - timedelta(minutes=5))
    await async_wait_recording_done(house.hass)


@pytest.fixture
def inputs(recorded: House) -> dict[str, object]:
    sensors = [recorded.entity_id(key) for key in ("sensor.temperature", "sensor.humidity")]
    return {"sensors": sensors, "blind_for": {"hours": 3}}


@pytest.fixture
async def watched(recorded: House, automate: Automate, inputs: dict[str, object]) -> House:
    await automate("freeze_and_damp", **inputs)
    await pass_time(recorded, 30)
    return recorded


async def stop(house: House) -> None:
    """Stop the automation and the account, as a restart does."""
    await house.hass.services.async_call(
        "automation", "turn_off", {"entity_id": MADE, "stop_actions": True}, blocking=True
    )
    await house.stop()


async def start_again(house: House) -> None:
    """Start the account and, once Home Assistant is up, the automation."""
    await house.start()
    house.hass.set_state(CoreState.starting)
    await house.hass.services.async_call(
        "automation", "turn_on", {"entity_id": MADE}, blocking=True
    )
    house.hass.set_state(CoreState.running)
    house.hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)


async def let_wait(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Let the automation go on until it waits, which keeps Home Assistant from being done."""
    async with asyncio.timeout(10):
        while "Executing step delay" not in caplog.text:
            await get_instance(house.hass).async_add_executor_job(bool)


async def test_frost_is_reported_once_and_its_end(watched: House, told: list[ServiceCall]) -> None:
    await watched.simulator.set_temperature(watched.point, 3)
    await watched.advance(minutes=1)
    assert messages(told) == []
    await watched.advance(minutes=15)
    assert messages(told) == [COLD.format("3.0")]
    await pass_time(watched, 60)
    assert messages(told) == []
    await watched.simulator.set_temperature(watched.point, 20)
    await watched.advance(minutes=1)
    assert messages(told) == []
    await watched.advance(minutes=16)
    assert messages(told) == [WARM.format("20.0")]
    await pass_time(watched, 60)
    assert messages(told) == []


@pytest.mark.parametrize("minutes", [5, 10, 15])
async def test_the_end_is_reported_however_short_the_delay(
    recorded: House,
    automate: Automate,
    inputs: dict[str, object],
    told: list[ServiceCall],
    minutes: int,
) -> None:
    await automate("freeze_and_damp", **inputs, cold_for={"minutes": minutes})
    await pass_time(recorded, 30)
    await recorded.simulator.set_temperature(recorded.point, 3)
    await pass_time(recorded, 40)
    assert messages(told) == [COLD.format("3.0")]
    # The mean of the five minutes in which this happens is above the limit.
    await recorded.advance(minutes=1)
    await recorded.simulator.set_temperature(recorded.point, 20)
    for _ in range(4):
        await recorded.advance(minutes=4)
        await compile_statistics(recorded)
        await recorded.advance(minutes=1)
    assert messages(told) == [WARM.format("20.0")]


async def test_the_end_of_a_frost_hardly_longer_than_the_delay_is_reported(
    recorded: House, automate: Automate, inputs: dict[str, object], told: list[ServiceCall]
) -> None:
    await automate("freeze_and_damp", **inputs, cold_for={"minutes": 5})
    await pass_time(recorded, 30)
    # No five minutes of the statistics are as cold as the frost.
    await recorded.advance(minutes=2)
    await recorded.simulator.set_temperature(recorded.point, 3)
    await recorded.advance(minutes=3)
    await compile_statistics(recorded)
    await recorded.advance(minutes=3)
    assert messages(told) == [COLD.format("3.0")]
    await recorded.simulator.set_temperature(recorded.point, 20)
    await recorded.advance(minutes=2)
    await compile_statistics(recorded)
    await recorded.advance(minutes=4)
    assert messages(told) == [WARM.format("20.0")]


async def test_the_end_of_a_frost_shorter_than_the_delay_is_not_reported(
    recorded: House, automate: Automate, inputs: dict[str, object], told: list[ServiceCall]
) -> None:
    await automate("freeze_and_damp", **inputs, cold_for={"minutes": 5})
    await pass_time(recorded, 30)
    # Nearly all of these five minutes is cold, and so is their mean.
    await recorded.advance(minutes=1)
    await recorded.simulator.set_temperature(recorded.point, -10)
    await recorded.advance(minutes=4)
    await compile_statistics(recorded)
    await recorded.advance(seconds=30)
    await recorded.simulator.set_temperature(recorded.point, 20)
    await recorded.advance(minutes=4, seconds=30)
    await compile_statistics(recorded)
    await pass_time(recorded, 10)
    assert messages(told) == []


async def test_a_short_frost_is_not_reported_nor_its_end(
    watched: House, told: list[ServiceCall]
) -> None:
    await watched.simulator.set_temperature(watched.point, 3)
    await watched.advance(minutes=5)
    await watched.simulator.set_temperature(watched.point, 20)
    await pass_time(watched, 60)
    assert messages(told) == []


async def test_damp_has_to_last(watched: House, told: list[ServiceCall]) -> None:
    await watched.simulator.set_humidity(watched.point, 90)
    await watched.advance(hours=2)
    await watched.simulator.set_humidity(watched.point, 50)
    await watched.advance(hours=2)
    await watched.advance(hours=6)
    assert messages(told) == []
    await watched.simulator.set_humidity(watched.point, 90)
    for _ in range(7):
        await watched.advance(hours=1)
    [text] = messages(told)
    assert re.fullmatch(r"It is too damp in Hallway \(Lakeside 4\): 9\d\.\d %\.", text)


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
    watched.freezer.tick(timedelta(hours=1, minutes=5))
    async_fire_time_changed(watched.hass)
    await watched.hass.async_block_till_done()
    assert messages(told) == [OFFLINE]


async def test_frost_is_not_reported_again_after_an_outage(
    watched: House, told: list[ServiceCall]
) -> None:
    await watched.simulator.set_temperature(watched.point, 3)
    await pass_time(watched, 40)
    assert messages(told) == [COLD.format("3.0")]
    await watched.simulator.take_offline(watched.point)
    await watched.advance(hours=1)
    await watched.simulator.set_temperature(watched.point, 3)
    await watched.simulator.bring_online(watched.point)
    await pass_time(watched, 40)
    assert messages(told) == []
    await watched.simulator.set_temperature(watched.point, 20)
    await pass_time(watched, 30)
    assert messages(told) == [WARM.format("20.0")]


async def test_frost_is_not_reported_again_after_a_restart_but_its_end(
    watched: House, told: list[ServiceCall]
) -> None:
    await watched.simulator.set_temperature(watched.point, 3)
    await pass_time(watched, 40)
    assert messages(told) == [COLD.format("3.0")]
    await stop(watched)
    await watched.advance(minutes=2)
    await start_again(watched)
    await pass_time(watched, 30)
    assert messages(told) == []
    await watched.simulator.set_temperature(watched.point, 20)
    await pass_time(watched, 30)
    assert messages(told) == [WARM.format("20.0")]


async def test_frost_that_begins_while_home_assistant_is_down_is_reported(
    watched: House, told: list[ServiceCall], caplog: pytest.LogCaptureFixture
) -> None:
    await stop(watched)
    await watched.simulator.set_temperature(watched.point, 2)
    await watched.advance(hours=1)
    await start_again(watched)
    await let_wait(watched, caplog)
    assert not told
    watched.freezer.tick(timedelta(minutes=15))
    async_fire_time_changed(watched.hass)
    await watched.hass.async_block_till_done()
    assert messages(told) == [COLD.format("2.1")]
