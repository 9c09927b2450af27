"""What Assist is told about readings, against what the simulated cloud knows."""

from datetime import timedelta

from homeassistant.util import dt as dt_util
import pytest

from simulator.world.weather import Quantity

from ..helpers.house import House
from .llm_helpers import ask, expose, local, moments, written

pytestmark = pytest.mark.points(2)


async def test_readings_now(asked: House) -> None:
    answer = await ask(asked, "get_readings", "Lakeside 4 Hallway")
    [point] = answer["points"].values()
    device = asked.devices[0]
    for name, quantity in (
        ("temperature", Quantity.TEMPERATURE),
        ("humidity", Quantity.HUMIDITY),
        ("sound_level", Quantity.SOUND),
    ):
        assert point[name]["now"] == pytest.approx(device.latest[quantity][1], abs=0.05)
    assert point["measured_at"] == local(device.last_heard_from_at)
    assert point["is_online"] is True
    assert point["temperature"].keys() == {"unit", "now"}


@pytest.mark.parametrize("hours", [6, 24 * 7])
async def test_readings_over_a_period(asked: House, hours: int) -> None:
    asked.devices[0].first_seen_at -= timedelta(days=30)
    end = dt_util.utcnow().replace(minute=0, second=0)
    start = end - timedelta(hours=hours)
    answer = await ask(
        asked,
        "get_readings",
        "Lakeside 4 Hallway",
        start=written(start),
        end=written(end),
        quantities=["temperature"],
    )
    [point] = answer["points"].values()
    device = asked.devices[0]
    known = [
        device.value(Quantity.TEMPERATURE, time)
        for time in moments(start, end, [])
        if time <= device.last_heard_from_at.timestamp()
    ]
    period = point["temperature"]["period"]
    assert period["min"] == pytest.approx(min(known), abs=0.1)
    assert period["max"] == pytest.approx(max(known), abs=0.1)
    assert period["mean"] == pytest.approx(sum(known) / len(known), abs=0.1)
    assert period["hours"] == hours
    assert 0 <= hours - period["hours_with_values"] <= 1
    assert "humidity" not in point


async def test_only_exposed_readings_are_told(asked: House) -> None:
    expose(asked, "sensor.humidity")
    answer = await ask(asked, "get_readings", "Lakeside 4")
    assert len(answer["points"]) == 2
    for point in answer["points"].values():
        assert point.keys() == {"humidity", "measured_at", "is_online"}


async def test_a_point_that_is_offline_measures_nothing_now(asked: House) -> None:
    await asked.simulator.take_offline(asked.point)
    await asked.settle()
    [point] = (await ask(asked, "get_readings", "Lakeside 4 Hallway"))["points"].values()
    assert point["is_online"] is False
    assert point["temperature"]["now"] is None


async def test_a_period_without_values_has_no_numbers(asked: House) -> None:
    await asked.advance(minutes=3)
    start = written(asked.simulator.time() - timedelta(minutes=1))
    answer = await ask(asked, "get_readings", "Lakeside 4 Hallway", start=start)
    [point] = answer["points"].values()
    assert point["temperature"]["period"] == {"hours": 1, "hours_with_values": 0}
