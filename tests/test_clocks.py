"""A clock of Home Assistant that differs from Minut's."""

from datetime import timedelta

from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    get_system_health_info,
)

from custom_components.point.const import DOMAIN, EVENT_RECEIVED
from custom_components.point.diagnostics import async_get_config_entry_diagnostics

from .helpers.house import House


def differ(house: House, **by: float) -> None:
    """Set the clock of the cloud ahead of Home Assistant's."""
    offset = timedelta(**by)
    house.simulator._now = lambda: dt_util.utcnow() + offset


def issue(house: House) -> ir.IssueEntry | None:
    registry = ir.async_get(house.hass)
    return registry.async_get_issue(DOMAIN, f"clocks_differ_{house.entry.entry_id}")


@pytest.mark.parametrize("hours", [-2, 2])
async def test_events_trigger_though_the_clocks_differ(house: House, hours: int) -> None:
    differ(house, hours=hours)
    house.homes[0].alarm_status = "on"
    await house.link()
    received = async_capture_events(house.hass, EVENT_RECEIVED)
    await house.simulator.press_button(house.point)
    await house.simulator.motion(house.point)
    await house.simulator.emit("alarm_grace_period_expired", home=house.home)
    await house.settle()
    assert house.state("event.button") != "unknown"
    assert house.state("binary_sensor.button_press") == "on"
    assert house.panel() == "triggered"
    assert all(abs(event.data["age"]) < 2 for event in received)
    await house.advance(seconds=30)
    assert house.state("binary_sensor.motion") == "on"
    assert house.state("binary_sensor.connectivity") == "on"


async def test_an_old_event_triggers_nothing_though_our_clock_is_behind(house: House) -> None:
    differ(house, hours=2)
    await house.link()
    [(hook_id, hook)] = house.simulator.hooks.items()
    del house.simulator.hooks[hook_id]
    event = await house.simulator.press_button(house.point)
    house.simulator.hooks[hook_id] = hook
    await house.advance(minutes=10)
    received = async_capture_events(house.hass, EVENT_RECEIVED)
    assert event
    house.simulator.webhooks.deliver(hook, event)
    await house.settle()
    assert [round(heard.data["age"] / 60) for heard in received] == [10]
    assert house.state("event.button") == "unknown"


async def test_times_of_answers_are_by_our_clock(house: House) -> None:
    differ(house, hours=2)
    await house.link()
    await house.simulator.arm(house.home)
    client = house.entry.runtime_data.client
    now = dt_util.utcnow()
    expires_at = (await client.home(house.home)).grace_period_expires_at
    assert expires_at
    assert now < expires_at < now + timedelta(minutes=5)
    assert expires_at in {each.grace_period_expires_at for each in (await client.homes()).items}
    device = next(each for each in (await client.devices()).items if each.id == house.point)
    heard, due = device.last_heard_from_at, device.next_heartbeat_at
    assert heard
    assert due
    assert heard <= now + timedelta(seconds=1)
    assert due <= now + timedelta(hours=1)
    assert all(each.time is None or each.time <= now for each in device.readings.values())


@pytest.mark.parametrize(
    ("minutes", "shown", "has_issue"),
    [(0.5, 0, False), (3, 180, False), (-3, -180, False), (10, 600, True), (-10, -600, True)],
)
async def test_the_difference_is_shown_and_reported(
    house: House, minutes: float, shown: int, *, has_issue: bool
) -> None:
    differ(house, minutes=minutes)
    await house.link()
    assert await async_setup_component(house.hass, "system_health", {})
    health = await get_system_health_info(house.hass, DOMAIN)
    await health["can_reach_server"]
    await health["check"]
    found = await async_get_config_entry_diagnostics(house.hass, house.entry)
    assert found["clock_offset_seconds"] == pytest.approx(shown, abs=1)
    assert health["clock_offset"] == pytest.approx(shown, abs=1)
    assert (issue(house) is not None) is has_issue


async def test_the_repair_disappears_when_the_clocks_agree(house: House) -> None:
    differ(house, minutes=10)
    await house.link()
    told = issue(house)
    assert told
    assert (told.translation_placeholders or {})["minutes"] == "10"
    differ(house, minutes=0)
    await house.advance(minutes=16)
    assert issue(house) is None
