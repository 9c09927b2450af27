"""What is written to Home Assistant when entities are told of something: what is another only."""

from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, callback
from homeassistant.helpers import entity_registry as er
import pytest

from ..helpers.house import House

type Written = list[tuple[str, bool]]
"""The unique id of each entity that was written, and whether anything of it changed."""


@pytest.fixture
async def told(house: House) -> House:
    """Return a linked account, each of whose entities has been told of something once."""
    await house.link()
    house.entry.runtime_data.coordinator.async_update_listeners()
    await house.advance(seconds=1)
    await house.simulator.emit("temperature_high", device=house.point, sensor_value=29.5)
    await house.settle()
    return house


@pytest.fixture
def written(told: House) -> Written:
    """Return what has been written since, as it grows."""
    written: Written = []
    registry = er.async_get(told.hass)

    @callback
    def is_any(_data: object) -> bool:
        return True

    @callback
    def note(event: Event[Any]) -> None:
        entity = registry.async_get(event.data["entity_id"])
        if entity and entity.platform == "point":
            written.append((entity.unique_id, event.event_type == EVENT_STATE_CHANGED))

    for kind in (EVENT_STATE_CHANGED, EVENT_STATE_REPORTED):
        told.hass.bus.async_listen(kind, note, event_filter=is_any)
    return written


async def read_again(house: House) -> None:
    """Emit an event without a value, after which the Point is read."""
    await house.simulator.emit("temperature_high", device=house.point)
    await house.advance(seconds=16)


def of_point(house: House, *keys: str) -> Written:
    return [(f"point.{house.point}-{key}", True) for key in keys]


async def test_an_event_writes_what_it_changes(told: House, written: Written) -> None:
    """A delivery would else write all the entities of its Point: most of what it costs."""
    told.freezer.tick(1)
    await told.simulator.emit("temperature_dropped_normal", device=told.point, sensor_value=24.5)
    await told.settle()
    expected = of_point(told, "temperature", "heat", "activity")
    assert sorted(written) == sorted(expected)


async def test_an_event_that_says_nothing_new_is_shown_as_an_event(
    told: House, written: Written
) -> None:
    told.freezer.tick(1)
    await told.simulator.emit("temperature_high", device=told.point, sensor_value=29.5)
    await told.settle()
    assert written == of_point(told, "activity")


async def test_an_answer_writes_what_it_changes(told: House, written: Written) -> None:
    await read_again(told)
    assert written == of_point(told, "activity")
    told.devices[0].changed["battery"] = {"percent": 42.0}
    told.freezer.tick(301)
    await read_again(told)
    of_the_point = [each for each in written if told.point in each[0]]
    assert of_the_point == of_point(told, "activity", "activity", "battery_level")


async def test_whatever_depends_on_the_connection_comes_and_goes_with_it(
    told: House, written: Written
) -> None:
    await told.simulator.take_offline(told.point)
    await told.settle()
    assert told.state("sensor.temperature") == told.state("binary_sensor.heat") == "unavailable"
    assert all(is_changed for _, is_changed in written)
    await told.simulator.bring_online(told.point)
    await told.settle()
    assert (told.state("sensor.temperature"), told.state("binary_sensor.heat")) == ("29.5", "on")


async def test_an_attribute_is_written_where_only_that_changes(told: House) -> None:
    await told.call("number.temperature_low", "set_value", value=8)
    before = told.get("number.humidity_low")
    assert before.attributes["pending"] is True
    told.devices[0].changed["configuration"] = {
        "reactions": [{"type": "humidity_low", "value": float(before.state)}]
    }
    await read_again(told)
    assert told.state("number.humidity_low") == before.state
    assert "pending" not in told.get("number.humidity_low").attributes


@pytest.mark.parametrize("key", ["sensor.humidity", "number.humidity_low"])
async def test_what_somebody_else_has_written_does_not_stay(told: House, key: str) -> None:
    before = told.get(key)
    told.hass.states.async_set(told.entity_id(key), "nonsense", {"by": "somebody"})
    await told.advance(minutes=61)
    assert told.get(key).state != "nonsense"
    assert told.get(key).attributes == before.attributes


async def test_a_reading_that_is_told_again_is_written_though_it_is_the_same(
    told: House, written: Written
) -> None:
    """Helpers that look at when a sensor was last reported take it for silent otherwise."""
    point = told.devices[0]
    told.freezer.tick(3700)
    point.last_heard_from_at = told.simulator.time()
    await told.entry.runtime_data.coordinator.async_refresh()
    await told.settle()
    assert (f"point.{told.point}-battery_level", False) in written
