"""Triggers by what follows from bookings and motion together."""

from homeassistant.core import HomeAssistant
import pytest

from custom_components.point.state.presence_rules import PresenceEvent
from tests.helpers.house import House

from .happenings import attach


@pytest.mark.parametrize("event", PresenceEvent)
async def test_each_fires_for_the_homes_of_its_target_only(
    linked: House, hass: HomeAssistant, event: PresenceEvent
) -> None:
    first, second = (home.home_id for home in linked.homes)
    device = linked.ha_device(first)
    assert device
    target = {"device_id": device.id}
    fired = {name: await attach(hass, name, target) for name in PresenceEvent}
    coordinator = linked.entry.runtime_data.coordinator
    for home_id in (second, first):
        coordinator.async_send_home_event(home_id, event, linked.simulator.time())
    await linked.settle()
    assert {name: len(calls) for name, calls in fired.items() if calls} == {event: 1}
    assert fired[event][0]["home"] == linked.homes[0].name
