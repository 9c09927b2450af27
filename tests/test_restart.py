"""What Home Assistant knows after a restart: the truth at once, or nothing; never an old story."""

from collections.abc import Awaitable, Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CoreState, Event, EventStateChangedData, callback
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.point.const import EVENT_RECEIVED
from simulator.world.events import Event as MinutEvent

from .helpers.house import House

UNHEARD = {"unknown", "unavailable"}


def changes_of(house: House, key: str, of: str | None = None) -> list[str]:
    """Return a list that collects what an entity shows, one by one."""
    shown: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        assert event.data["new_state"]
        shown.append(event.data["new_state"].state)

    async_track_state_change_event(house.hass, [house.entity_id(key, of)], note)
    return shown


def stored(storage: dict[str, Any], house: House) -> dict[str, Any]:
    found: dict[str, Any] = storage[f"point.{house.entry.entry_id}"]
    return found


NOISE, STAGE = "binary_sensor.noise", "sensor.disturbance"


# Noise


async def test_noise_that_goes_on_is_on(linked: House) -> None:
    """Predecessor's defect 22."""
    await linked.simulator.make_noise(linked.home, 2)
    await linked.settle()
    await linked.stop()
    linked.freezer.tick(timedelta(minutes=20))
    shown = changes_of(linked, NOISE, linked.home)
    await linked.start()
    assert set(shown) <= {*UNHEARD, "on"}
    assert linked.state(STAGE, linked.home) == "second_notice"
    assert linked.state(NOISE, linked.home) == linked.state(NOISE) == "on"


async def test_noise_that_ended_meanwhile_is_off_and_never_shown_as_on(linked: House) -> None:
    await linked.simulator.make_noise(linked.home)
    await linked.settle()
    await linked.stop()
    linked.freezer.tick(timedelta(minutes=20))
    await linked.simulator.quiet(linked.home)
    shown = changes_of(linked, NOISE, linked.home)
    await linked.start()
    assert set(shown) <= {*UNHEARD, "off"}
    assert linked.state(NOISE, linked.home) == "off"


async def test_noise_that_began_meanwhile_is_on(linked: House) -> None:
    await linked.stop()
    await linked.simulator.make_noise(linked.home)
    linked.freezer.tick(timedelta(minutes=20))
    await linked.start()
    assert linked.state(NOISE, linked.home) == "on"


@pytest.mark.parametrize("way", ["404", "500"])
async def test_noise_is_unknown_where_what_was_missed_cannot_be_fetched(
    linked: House, way: str
) -> None:
    await linked.simulator.make_noise(linked.home)
    await linked.settle()
    await linked.stop()
    if way == "404":
        linked.simulator.switches.user_events = False
    else:
        linked.simulator.faults.add(path="/events", status=500, times=None)
    linked.simulator.faults.add(path="/homes/*/events", status=500, times=None)
    await linked.start()
    assert linked.state(NOISE, linked.home) == linked.state(STAGE, linked.home) == "unknown"
    await linked.simulator.make_noise(linked.home, 3)
    await linked.settle()
    assert linked.state(NOISE, linked.home) == "on"


@pytest.mark.points(2)
@pytest.mark.homes(2)
async def test_noise_is_known_too_where_minut_has_no_list_of_all_events(linked: House) -> None:
    await linked.simulator.make_noise(linked.home)
    await linked.settle()
    await linked.stop()
    linked.simulator.switches.user_events = False
    await linked.start()
    other = next(home.home_id for home in linked.homes if home.home_id != linked.home)
    assert (linked.state(NOISE, linked.home), linked.state(NOISE, other)) == ("on", "off")


# After a crash


@pytest.fixture
def crash(linked: House, hass_storage: dict[str, Any]) -> Callable[[], Awaitable[None]]:
    """Return what stops the integration and leaves the file as it is at that time."""
    file = f"point.{linked.entry.entry_id}"

    async def stop_without_saving() -> None:
        saved = deepcopy(hass_storage.get(file))
        await linked.stop()
        if saved is None:
            del hass_storage[file]
        else:
            hass_storage[file] = saved

    return stop_without_saving


def deliver_again(house: House, event: MinutEvent) -> None:
    for hook in house.simulator.hooks.values():
        house.simulator.webhooks.deliver(hook, event)


async def test_states_are_right_after_a_crash(
    linked: House, crash: Callable[[], Awaitable[None]]
) -> None:
    await linked.simulator.emit("temperature_high", device=linked.point, sensor_value=31)
    await linked.simulator.make_noise(linked.home)
    await linked.settle()
    await crash()
    linked.freezer.tick(timedelta(seconds=30))
    await linked.start()
    assert linked.state("binary_sensor.heat") == "on"
    assert linked.state(NOISE, linked.home) == "on"
    assert linked.state("binary_sensor.button_press") == "off"


@pytest.mark.parametrize(("minutes", "counts_again"), [(0, True), (16, False)])
async def test_what_was_not_saved_before_a_crash_counts_again_if_minut_delivers_it_again(
    linked: House,
    crash: Callable[[], Awaitable[None]],
    minutes: int,
    *,
    counts_again: bool,
) -> None:
    press = await linked.simulator.press_button(linked.point)
    await linked.settle()
    before = linked.state("event.button")
    if minutes:
        await linked.advance(minutes=minutes)
    await crash()
    linked.freezer.tick(timedelta(seconds=30))
    await linked.start()
    received = async_capture_events(linked.hass, EVENT_RECEIVED)
    assert press
    deliver_again(linked, press)
    await linked.settle()
    assert len(received) == counts_again
    assert (linked.state("event.button") != before) is counts_again


@pytest.mark.parametrize("crashes", [False, True])
async def test_what_comes_late_happens(
    linked: House, crash: Callable[[], Awaitable[None]], *, crashes: bool
) -> None:
    await (crash() if crashes else linked.stop())
    press = await linked.simulator.press_button(linked.point)
    linked.freezer.tick(timedelta(seconds=30))
    await linked.start()
    assert press
    deliver_again(linked, press)
    await linked.settle()
    assert linked.state("event.button") != "unknown"


# When it is saved


async def test_steady_events_are_saved_every_quarter_of_an_hour(
    linked: House, hass_storage: dict[str, Any]
) -> None:
    await linked.advance(minutes=16)
    before = deepcopy(hass_storage[f"point.{linked.entry.entry_id}"])
    for _ in range(14):
        await linked.simulator.press_button(linked.point)
        await linked.advance(minutes=1)
    assert stored(hass_storage, linked) == before
    await linked.advance(minutes=2)
    assert stored(hass_storage, linked) != before


async def test_what_changed_is_saved_when_home_assistant_stops(
    linked: House, hass_storage: dict[str, Any]
) -> None:
    press = await linked.simulator.press_button(linked.point)
    await linked.settle()
    linked.hass.set_state(CoreState.stopping)
    linked.hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await linked.settle()
    linked.hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await linked.settle()
    linked.hass.set_state(CoreState.running)
    assert press
    assert press.id in stored(hass_storage, linked)["data"]["seen"]


# What else lasts


async def test_what_lasts_is_right_at_once(linked: House) -> None:
    """Predecessor's defects 11 and 22."""
    await linked.simulator.emit("battery_low", device=linked.point)
    await linked.simulator.emit("temperature_high", device=linked.point, sensor_value=31)
    await linked.settle()
    keys = ("binary_sensor.battery", "binary_sensor.heat", "sensor.temperature")
    before = [linked.state(key) for key in keys]
    assert before == ["on", "on", "31.0"]
    await linked.stop()
    shown = [changes_of(linked, key) for key in keys]
    await linked.start()
    assert [linked.state(key) for key in keys] == before
    for states, expected in zip(shown, before, strict=True):
        assert set(states) <= {*UNHEARD, expected}


async def test_the_panel_stays_triggered_where_the_cloud_still_says_armed(linked: House) -> None:
    linked.homes[0].alarm_status = "on"
    await linked.advance(minutes=15)
    await linked.simulator.emit("alarm_grace_period_expired", home=linked.home)
    await linked.advance(seconds=3)
    await linked.stop()
    await linked.start()
    assert linked.panel() == "triggered"
    await linked.stop()
    linked.freezer.tick(timedelta(minutes=6))
    await linked.start()
    assert linked.panel() == "armed_away"


@pytest.mark.parametrize("status", ["off", "on"])
async def test_the_panel_names_who_changed_it_only_where_nobody_has_since(
    linked: House, status: str
) -> None:
    linked.homes[0].alarm_status = "on"
    await linked.advance(minutes=15)
    await linked.simulator.emit("alarm_silenced", home=linked.home)
    await linked.advance(seconds=3)
    person = linked.simulator.account.fullname
    assert linked.get("alarm_control_panel.alarm").attributes["changed_by"] == person
    await linked.stop()
    linked.homes[0].alarm_status = status  # type: ignore[assignment] # a table
    await linked.start()
    panel = linked.get("alarm_control_panel.alarm")
    assert panel.attributes["changed_by"] == (person if status == "on" else None)


async def test_last_motion_and_smoking_are_remembered(linked: House) -> None:
    moved_at = linked.simulator.time().isoformat()
    await linked.simulator.motion(linked.point)
    await linked.simulator.smoke(linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.smoking") == "on"
    await linked.stop()
    linked.freezer.tick(timedelta(minutes=30))
    await linked.start()
    assert linked.state("sensor.last_motion") == moved_at
    assert linked.state("binary_sensor.smoking") == "off"
    assert linked.state("binary_sensor.motion") == "off"


# Events that are old


async def test_an_old_event_starts_nothing(linked: House) -> None:
    received = async_capture_events(linked.hass, EVENT_RECEIVED)
    await linked.stop()
    for event_type in ("short_button_press", "pir_motion", "alarm_heard", "tamper_removed"):
        await linked.simulator.emit(event_type, device=linked.point)
    linked.freezer.tick(timedelta(minutes=6))
    keys = ("button_press", "motion", "alarm", "tamper")
    shown = [changes_of(linked, f"binary_sensor.{key}") for key in keys]
    await linked.start()
    assert {state for states in shown for state in states} <= {*UNHEARD, "off"}
    assert linked.state("event.button") == linked.state("event.activity") == "unknown"
    assert linked.state("sensor.last_motion") != "unknown"
    assert not received


async def test_an_event_that_came_before_the_restart_counts_no_second_time(linked: House) -> None:
    """Predecessor's defect 57."""
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    before = linked.state("event.button")
    await linked.stop()
    linked.freezer.tick(timedelta(minutes=1))
    await linked.start()
    received = async_capture_events(linked.hass, EVENT_RECEIVED)
    hook, (sent,) = next(iter(linked.simulator.hooks.values())), linked.simulator.deliveries
    linked.simulator.webhooks.deliver(hook, sent.event)
    await linked.settle()
    assert [delivery.status for delivery in linked.simulator.deliveries] == [200, 200]
    assert linked.state("binary_sensor.button_press") == "off"
    assert linked.state("event.button") == before
    assert not received


async def test_what_was_on_for_a_moment_does_not_come_back_on(linked: House) -> None:
    """It would start its automations once more."""
    await linked.simulator.press_button(linked.point)
    await linked.simulator.motion(linked.point)
    await linked.settle()
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert linked.state("binary_sensor.button_press") == "off"
    assert linked.state("binary_sensor.motion") == "off"
