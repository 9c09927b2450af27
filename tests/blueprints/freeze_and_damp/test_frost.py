"""Frost and damp: reported once, and when it is over, also over outages and restarts."""

import re

from homeassistant.core import ServiceCall
import pytest

from tests.helpers.house import House

from ..conftest import Automate, messages
from .conftest import (
    COLD,
    compile_statistics,
    finish_waiting,
    let_wait,
    pass_time,
    start_again,
    stop,
)

WARM = "It is no longer too cold in Hallway (Lakeside 4): {} °C."


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
    await finish_waiting(watched, minutes=15)
    assert messages(told) == [COLD.format("2.1")]
