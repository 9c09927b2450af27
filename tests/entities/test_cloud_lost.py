"""What events report is shown although the cloud cannot be polled."""

from collections.abc import Awaitable, Callable

from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from ..helpers.house import House

POLLED = ["sensor.temperature", "binary_sensor.cold", "binary_sensor.battery"]


async def api_down(house: House) -> None:
    """Let three polls in a row fail; deliveries still arrive."""
    house.simulator.faults.add(method="GET", status=503, times=None)
    for _ in range(3):
        house.freezer.tick(3600)
        await house.entry.runtime_data.coordinator.async_refresh()


async def login_ended(house: House) -> None:
    """Let Minut refuse the login; deliveries still arrive."""
    house.simulator.faults.add(method="GET", status=401, times=None)
    house.simulator.faults.add(path="/oauth/token", status=401, times=None)
    house.freezer.tick(3600)
    await house.entry.runtime_data.coordinator.async_refresh()


type Loss = Callable[[House], Awaitable[None]]


@pytest.fixture(params=[api_down, login_ended])
async def lost(linked: House, request: pytest.FixtureRequest) -> House:
    """Return a Home Assistant that receives deliveries but cannot poll."""
    lose: Loss = request.param
    await lose(linked)
    await linked.settle()
    assert not linked.entry.runtime_data.coordinator.last_update_success
    linked.freezer.tick(10)
    return linked


async def test_what_only_polls_reported_is_unavailable(lost: House) -> None:
    assert lost.panel() == "unavailable"
    assert {lost.state(key) for key in POLLED} == {"unavailable"}
    assert lost.state("binary_sensor.alarm") == "unavailable"


async def test_an_alarm_is_shown_and_starts_automations(lost: House) -> None:
    ran = async_capture_events(lost.hass, "ran")
    automation = {
        "triggers": {
            "trigger": "state",
            "entity_id": lost.entity_id("alarm_control_panel.alarm", lost.home),
            "to": "triggered",
        },
        "actions": {"event": "ran"},
    }
    assert await async_setup_component(lost.hass, "automation", {"automation": automation})
    await lost.simulator.emit("alarm_grace_period_expired", home=lost.home)
    await lost.settle()
    assert lost.panel() == "triggered"
    assert len(ran) == 1
    assert lost.state("sensor.temperature") == "unavailable"


async def test_a_silenced_alarm_is_what_only_a_poll_can_tell(lost: House) -> None:
    await lost.simulator.emit("alarm_grace_period_expired", home=lost.home)
    await lost.settle()
    lost.freezer.tick(1)
    await lost.simulator.emit("alarm_silenced", home=lost.home)
    await lost.settle()
    assert lost.panel() == "unavailable"


@pytest.mark.points(2)
@pytest.mark.parametrize(
    ("event_type", "key"),
    [
        ("alarm_heard", "alarm"),
        ("pir_motion", "motion"),
        ("glassbreak", "glass"),
        ("short_button_press", "button_press"),
        ("temperature_high", "heat"),
        ("temperature_low", "cold"),
        ("humidity_high", "moisture"),
        ("battery_low", "battery"),
    ],
)
async def test_an_event_is_shown_at_once(lost: House, event_type: str, key: str) -> None:
    changes: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        if new := event.data["new_state"]:
            changes.append(new.state)

    async_track_state_change_event(lost.hass, [lost.entity_id(f"binary_sensor.{key}")], note)
    await lost.simulator.emit(event_type, device=lost.point)
    await lost.settle()
    assert changes == ["on"]
    other = next(one.device_id for one in lost.devices if one.device_id != lost.point)
    assert lost.state(f"binary_sensor.{key}", other) == "unavailable"
    assert lost.state("sensor.temperature") == "unavailable"


async def test_noise_is_shown(lost: House) -> None:
    await lost.simulator.make_noise(lost.home, 1)
    await lost.settle()
    assert lost.state("binary_sensor.noise", lost.home) == "on"
    assert lost.state("binary_sensor.noise") == "on"
    assert lost.state("sensor.disturbance", lost.home) == "first_notice"


async def test_an_event_that_confirms_a_poll_makes_its_state_available(linked: House) -> None:
    await linked.simulator.emit("temperature_high", device=linked.point)
    await linked.settle()
    linked.freezer.tick(3600)
    await linked.entry.runtime_data.coordinator.async_refresh()
    await api_down(linked)
    assert linked.state("binary_sensor.heat") == "unavailable"
    linked.freezer.tick(10)
    await linked.simulator.emit("temperature_high", device=linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.heat") == "on"
