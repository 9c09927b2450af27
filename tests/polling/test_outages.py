"""The cloud is down or asks for a pause, or the clock is put back."""

from datetime import timedelta

from homeassistant.setup import async_setup_component
import pytest

from custom_components.point.polling.schedule import Plan

from ..helpers.house import House
from .probes import temperature

pytestmark = pytest.mark.points(2)


async def update_temperature(house: House) -> None:
    """Ask for it, as an automation may."""
    data = {"entity_id": house.entity_id("sensor.temperature")}
    await house.hass.services.async_call("homeassistant", "update_entity", data, blocking=True)


async def test_a_cloud_that_is_down_for_hours_is_found_again(linked: House) -> None:
    """Its address refuses connections."""
    await linked.simulator.stop()
    for _ in range(5):
        await linked.advance(minutes=61)
    assert temperature(linked) == "unavailable"
    await linked.simulator.start()
    await linked.advance(minutes=61)
    assert temperature(linked) == str(linked.devices[0].latest["temperature"][1])


async def test_a_pause_that_minut_asks_for_outlasts_a_reload(linked: House) -> None:
    headers = {"Retry-After": "600"}
    linked.simulator.faults.add(method="GET", status=429, headers=headers)
    await linked.advance(minutes=15)
    asked = len(linked.simulator.requests)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    for _ in range(9):
        await linked.advance(minutes=1)
    assert len(linked.simulator.requests) == asked
    assert temperature(linked) == "unavailable"
    for _ in range(20):
        await linked.advance(minutes=1)
    assert temperature(linked) != "unavailable"


async def test_a_pause_that_minut_asks_for_counts_as_one_failure(linked: House) -> None:
    """Home Assistant's timers are up to a second early: the pause may not be over yet.

    Those of the tests are half a second earlier still, hence the odd seconds.
    """
    await linked.advance(seconds=0.7)
    headers = {"Retry-After": "600"}
    linked.simulator.faults.add(method="GET", path="/homes", status=429, headers=headers)
    await linked.advance(minutes=15)
    asked = linked.requests("GET", "/homes")
    await linked.advance(seconds=599.4)
    assert linked.requests("GET", "/homes") == asked
    await linked.advance(seconds=2.2)
    assert linked.requests("GET", "/homes") == asked + 1


async def test_a_clock_that_is_put_back_a_day_does_not_freeze_the_account(linked: House) -> None:
    """Until it was, all that was noted has a time of tomorrow."""
    coordinator = linked.entry.runtime_data.coordinator
    day = timedelta(days=1)
    for state in (*coordinator.data.homes.values(), *coordinator.data.devices.values()):
        state.asked_at += day
    timetable = coordinator._schedule
    for name in ("_homes", "_devices"):
        plan = getattr(timetable, name)
        setattr(timetable, name, Plan(plan.asked_at + day, plan.due + day))
    await linked.simulator.arm(linked.home)
    await linked.simulator.heartbeat(linked.point)
    await linked.advance(minutes=15)
    assert linked.panel() == "armed_away"
    assert temperature(linked) == str(linked.devices[0].latest["temperature"][1])


async def test_an_event_after_a_long_outage_brings_the_next_poll_forward(linked: House) -> None:
    """A smoke alarm does not wait an hour because the cloud was away for a night."""
    for path in ("/homes", "/devices"):
        linked.simulator.faults.add(path=path, status=503, times=None)
    for _ in range(10):
        await linked.advance(hours=1)
    assert temperature(linked) == "unavailable"
    linked.simulator.faults.clear()
    await linked.advance(minutes=2)
    await linked.simulator.emit("alarm_heard", device=linked.point)
    await linked.advance(seconds=7)
    assert linked.state("binary_sensor.alarm") == "on"


async def test_to_update_an_entity_asks_at_once_but_once_in_a_minute(linked: House) -> None:
    await async_setup_component(linked.hass, "homeassistant", {})
    await linked.advance(minutes=3)
    before = {path: linked.requests("GET", path) for path in ("/homes", "/devices")}
    for _ in range(3):
        await update_temperature(linked)
        await linked.advance(seconds=11)
    assert {path: linked.requests("GET", path) - asked for path, asked in before.items()} == {
        "/homes": 1,
        "/devices": 1,
    }


async def test_to_update_an_entity_keeps_to_the_pauses_of_an_outage(linked: House) -> None:
    await async_setup_component(linked.hass, "homeassistant", {})
    headers = {"Retry-After": "600"}
    for path in ("/homes", "/devices"):
        linked.simulator.faults.add(path=path, status=503, headers=headers, times=None)
    await linked.advance(minutes=61)
    asked = linked.requests("GET", "/homes") + linked.requests("GET", "/devices")
    for _ in range(20):
        await update_temperature(linked)
        await linked.advance(seconds=11)
    assert linked.requests("GET", "/homes") + linked.requests("GET", "/devices") == asked
    assert temperature(linked) != "unavailable"
