"""The start and the end of a stay as events of its home."""

from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from ..helpers.house import House
from .stay_helpers import at, link, restart, shown


def activity(house: House) -> tuple[object, object]:
    attributes = house.get("event.activity", house.home).attributes
    return attributes.get("event_type"), attributes.get("time")


@pytest.mark.homes(2)
async def test_a_stay_that_begins_and_ends_is_an_event_of_its_home(hosted: House) -> None:
    assert activity(hosted) == (None, None)
    await hosted.advance(minutes=60)
    assert activity(hosted) == ("stay_started", "2026-11-20T13:00:00+00:00")
    begun = hosted.state("event.activity", hosted.home)
    await hosted.advance(minutes=60)
    assert hosted.state("event.activity", hosted.home) == begun
    await hosted.advance(hours=22)
    assert activity(hosted) == ("stay_ended", "2026-11-21T12:00:00+00:00")
    assert hosted.state("event.activity", hosted.homes[1].home_id) == "unknown"


async def test_what_a_stay_starts_finds_the_home_occupied(hosted: House) -> None:
    """Automations run at once when the event is told."""
    activity_id = hosted.entity_id("event.activity", hosted.home)
    seen = []

    @callback
    def look(_event: Event[EventStateChangedData]) -> None:
        seen.append(shown(hosted)[:2])

    async_track_state_change_event(hosted.hass, activity_id, look)
    await hosted.advance(minutes=60)
    assert seen == [["on", "on"]]


async def test_a_stay_is_told_once_over_a_restart(hosted: House) -> None:
    await hosted.advance(minutes=60)
    told = hosted.state("event.activity", hosted.home)
    await restart(hosted, minutes=2)
    assert hosted.state("binary_sensor.occupied", hosted.home) == "on"
    assert hosted.state("event.activity", hosted.home) == told


async def test_a_stay_that_began_during_a_restart_is_told(hosted: House) -> None:
    await hosted.advance(minutes=58)
    await restart(hosted, minutes=4)
    assert activity(hosted) == ("stay_started", "2026-11-20T13:00:00+00:00")


@pytest.mark.homes(2)
async def test_a_stay_that_began_long_before_it_was_heard_of_is_not_told(hosted: House) -> None:
    await hosted.simulator.add_guest(hosted.homes[1].home_id, at(minutes=30), at(2))
    await hosted.advance(minutes=60)
    other = hosted.homes[1].home_id
    assert hosted.state("binary_sensor.occupied", other) == "on"
    assert hosted.state("event.activity", other) == "unknown"


async def test_without_push_there_are_no_events_but_the_calendar_goes_on(house: House) -> None:
    house.simulator.faults.add(method="GET", path="/webhooks", status=500, times=None)
    await house.simulator.add_guest(house.home, at(1), at(24))
    await link(house)
    await house.advance(minutes=60)
    assert house.state("event.activity", house.home) == "unavailable"
    assert shown(house)[:2] == ["on", "on"]


async def test_the_calendar_starts_automations(hosted: House) -> None:
    ran = async_capture_events(hosted.hass, "ran")
    entity_id = hosted.entity_id("calendar.stays", hosted.home)
    assert await async_setup_component(
        hosted.hass,
        "automation",
        {
            "automation": {
                "triggers": {"trigger": "calendar", "entity_id": entity_id, "event": "start"},
                "actions": {
                    "event": "ran",
                    "event_data": {"summary": "{{ trigger.calendar_event.summary }}"},
                },
            }
        },
    )
    await hosted.settle()
    for _ in range(5):
        await hosted.advance(minutes=15)
    assert [event.data["summary"] for event in ran] == ["Stay"]
    await hosted.hass.services.async_call("automation", "turn_off", {"entity_id": "all"})
    await hosted.settle()
