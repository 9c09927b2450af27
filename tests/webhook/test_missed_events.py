"""Events that were missed are fetched, and what is kept over a restart is written down."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.helpers.event import async_track_state_change_event
import pytest

from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.models import Event as MinutEvent
from custom_components.point.minut.paging import Page
from custom_components.point.webhook import event_lists, missed_events

from ..helpers.house import House

NOISE = "binary_sensor.noise"


def stored(storage: dict[str, Any], house: House) -> dict[str, Any]:
    found: dict[str, Any] = storage[f"point.{house.entry.entry_id}"]
    return found


# What came and went

CAME_AND_WENT = [
    ("disturbance_first_notice", "disturbance_ended"),
    ("disturbance_third_notice", "disturbance_dismissed"),
    ("temperature_high", "temperature_dropped_normal"),
    ("humidity_low", "humidity_risen_normal"),
    ("battery_low", "battery_charging_complete"),
    ("device_offline", "device_online"),
    ("alarm_grace_period_expired", "alarm_silenced"),
    ("tamper_removed", "tamper_mounted"),
]

ENDINGS = [("sensor.lakeside_4_noise_notice", "dismissed")]
"""What the end itself shows."""


@pytest.mark.parametrize(("begins", "ends"), CAME_AND_WENT)
async def test_what_came_and_went_is_never_shown(linked: House, begins: str, ends: str) -> None:
    """It would start automations hours late."""
    linked.homes[0].alarm_status = "on"
    await linked.advance(minutes=15)
    shown: list[tuple[str, str]] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        assert old
        assert new
        if new.state != old.state:
            shown.append((new.entity_id, new.state))

    linked.simulator.switches.lose_deliveries = True
    for event_type in (begins, ends):
        linked.freezer.tick(timedelta(seconds=20))
        await linked.simulator.emit(event_type, device=linked.point)
    async_track_state_change_event(linked.hass, linked.hass.states.async_entity_ids(), note)
    data = linked.entry.runtime_data
    coordinator = data.coordinator
    missed_events.MissedEvents(coordinator, data.webhook).async_start()
    await linked.settle()
    assert coordinator.data.events.complete_until == linked.simulator.time()
    assert [state for state in shown if state not in ENDINGS] == []


# How much is fetched


async def fetched(house: House, missed: int) -> int:
    """Let events be missed; return how many requests fetch them."""
    await house.stop()
    for _ in range(missed):
        await house.simulator.emit("pir_motion", device=house.point)
        house.freezer.tick(timedelta(seconds=45))
    await house.simulator.make_noise(house.home)
    before = house.requests("GET", "/events")
    await house.start()
    return house.requests("GET", "/events") - before


async def test_all_pages_are_fetched(linked: House) -> None:
    assert await fetched(linked, 250) == 6
    assert linked.state(NOISE, linked.home) == "on"


async def test_more_than_fits_into_one_go_is_fetched_in_several(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_lists, "MAX_PAGES", 3)
    await fetched(linked, 450)
    last = linked.simulator.deliveries[-2].event
    assert linked.state("sensor.last_motion") == last.created_at.isoformat(timespec="seconds")
    assert linked.state(NOISE, linked.home) == "on"


@pytest.mark.parametrize("newest_first", [True, False])
async def test_a_go_that_leads_no_further_is_the_last(
    linked: House, monkeypatch: pytest.MonkeyPatch, *, newest_first: bool
) -> None:
    """More events within an hour than fit into one go, or in an order that was not asked for."""
    monkeypatch.setattr(event_lists, "MAX_PAGES", 1)
    if newest_first:
        linked.simulator.switches.ignore_order = True
    assert await fetched(linked, 60) == (1 if newest_first else 2)
    # Where the account's list does not reach so far, the list of the home does.
    assert linked.state(NOISE, linked.home) == "on"


async def test_a_cloud_that_repeats_its_first_page_is_asked_twice(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = MinutClient.events

    async def first_page(
        client: MinutClient, *, start_at: datetime, offset: int = 0
    ) -> Page[MinutEvent]:
        page = await events(client, start_at=start_at)
        return replace(page, next_offset=50)

    monkeypatch.setattr(MinutClient, "events", first_page)
    assert await fetched(linked, 150) == 2


async def test_what_could_not_be_fetched_is_fetched_later(linked: House) -> None:
    """Else an event that comes meanwhile would hide what was missed for good."""
    await linked.stop()
    await linked.simulator.emit("battery_low", device=linked.point)
    linked.freezer.tick(timedelta(minutes=30))
    linked.simulator.faults.add(method="GET", path="/events", status=502)
    await linked.start()
    assert linked.state("binary_sensor.battery") == "off"
    await linked.simulator.motion(linked.point)
    await linked.advance(seconds=61)
    assert linked.state("binary_sensor.battery") == "on"


async def test_a_press_that_was_missed_a_moment_ago_starts_nothing(linked: House) -> None:
    await linked.stop()
    await linked.simulator.press_button(linked.point)
    linked.freezer.tick(timedelta(seconds=20))
    await linked.start()
    assert linked.state("binary_sensor.button_press") == "off"


# The file


async def test_steady_events_do_not_put_the_saving_off(
    linked: House, hass_storage: dict[str, Any]
) -> None:
    for _ in range(4):
        await linked.simulator.press_button(linked.point)
        await linked.advance(minutes=5)
    assert hass_storage[f"point.{linked.entry.entry_id}"]["data"]["seen"]


@pytest.mark.parametrize(
    "content",
    [
        [],
        "text",
        7,
        {"seen": 7, "complete_until": [], "states": "many"},
        {
            "seen": [None, {}, []],
            "complete_until": "soon",
            "push": {"is_failing": 3},
            "states": {"a": None, "b": []},
        },
    ],
    ids=str,
)
async def test_a_file_that_cannot_be_read_prevents_nothing(
    linked: House, hass_storage: dict[str, Any], content: object
) -> None:
    await linked.stop()
    stored(hass_storage, linked)["data"] = content
    await linked.start()
    assert linked.state(NOISE, linked.home) == "off"
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.button_press") == "on"


@pytest.mark.parametrize("garbage", [None, 7, "text", [], {}, {"on": 1, "at": 2}], ids=str)
async def test_states_that_cannot_be_read_prevent_nothing(
    linked: House, hass_storage: dict[str, Any], garbage: object
) -> None:
    for event_type in ("pir_motion", "temperature_high", "alarm_silenced"):
        await linked.simulator.emit(event_type, device=linked.point)
    await linked.settle()
    await linked.stop()
    states = stored(hass_storage, linked)["data"]["states"]
    for state in states.values():
        for name in state:
            state[name] = dict.fromkeys(state[name], garbage) if state[name] else garbage
    await linked.start()
    assert linked.state("binary_sensor.motion") == "off"
    assert linked.panel() == "disarmed"


async def test_is_written_a_quarter_of_an_hour_after_an_event(
    linked: House, hass_storage: dict[str, Any]
) -> None:
    await linked.advance(minutes=16)
    event = await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert event
    await linked.advance(minutes=14)
    assert event.id not in stored(hass_storage, linked)["data"]["seen"]
    await linked.advance(minutes=2)
    assert list(stored(hass_storage, linked)["data"]["seen"])[-1] == event.id


async def test_the_file_goes_with_the_entry(linked: House, hass_storage: dict[str, Any]) -> None:
    await linked.simulator.press_button(linked.point)
    await linked.advance(minutes=16)
    assert stored(hass_storage, linked)
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    await linked.settle()
    assert not [key for key in hass_storage if key.startswith("point.")]


@pytest.mark.homes(2)
async def test_the_file_forgets_a_home_that_is_excluded(
    linked: House, hass_storage: dict[str, Any]
) -> None:
    """It named who had silenced an alarm there."""
    await linked.simulator.emit("alarm_silenced", home=linked.home, device=linked.point)
    linked.hass.config_entries.async_update_entry(
        linked.entry, options={"excluded_homes": [linked.home]}
    )
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    await linked.stop()
    states = stored(hass_storage, linked)["data"]["states"]
    assert linked.homes[1].home_id in states
    assert states.keys().isdisjoint({linked.home, linked.point})


async def test_an_event_without_a_time_is_not_made_up_for(linked: House) -> None:
    """Nobody knows what came after it."""
    linked.entry.runtime_data.coordinator.async_apply_missed(
        [MinutEvent(id="e1", type="temperature_high", device_id=linked.point)]
    )
    assert linked.state("binary_sensor.heat") == "off"
