"""A house whose readings are recorded, and what happens to it."""

import asyncio
from datetime import timedelta
import logging

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState
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

from ..conftest import MADE, Automate

COLD = "It is too cold in Hallway (Lakeside 4): {} °C."


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
    await run_automation(house)


async def run_automation(house: House) -> None:
    """Start the automation, as Home Assistant does when it is up."""
    house.hass.set_state(CoreState.starting)
    await house.hass.services.async_call(
        "automation", "turn_on", {"entity_id": MADE}, blocking=True
    )
    house.hass.set_state(CoreState.running)
    house.hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)


async def let_wait(house: House, caplog: pytest.LogCaptureFixture, *, step: str = "delay") -> None:
    """Let the automation go on until it waits, which keeps Home Assistant from being done."""
    async with asyncio.timeout(10):
        while f"Executing step {step}" not in caplog.text:
            await get_instance(house.hass).async_add_executor_job(bool)


async def finish_waiting(house: House, **by: float) -> None:
    """Advance the clock until the automation that waits has finished."""
    house.freezer.tick(timedelta(**by))
    async_fire_time_changed(house.hass)
    await house.hass.async_block_till_done()
