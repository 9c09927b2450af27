"""What a Point notices."""

from datetime import timedelta

from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
import pytest

from custom_components.point.const import DOMAIN

from ..helpers.house import House

ALL_KEYS = (
    "alarm",
    "battery",
    "button_press",
    "cold",
    "connectivity",
    "dry",
    "glass",
    "heat",
    "light",
    "moisture",
    "motion",
    "noise",
    "sound",
    "tamper",
    "tamper_old",
)
MOMENTARY = {
    "alarm_heard": ("alarm", 300),
    "short_button_press": ("button_press", 5),
    "glassbreak": ("glass", 60),
    "pir_motion": ("motion", 60),
    "avg_sound_high": ("sound", 5),
    "tamper_removed": ("tamper", 5),
    "tamper": ("tamper_old", 5),
}
LASTING = {
    "cold": ("temperature_low", "temperature_risen_normal"),
    "dry": ("humidity_low", "humidity_risen_normal"),
    "heat": ("temperature_high", "temperature_dropped_normal"),
    "moisture": ("humidity_high", "humidity_dropped_normal"),
}


def changes_of(house: House, key: str) -> list[str]:
    """Return a list that collects what an entity shows from now on."""
    shown: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        shown.append(new.state if new else "removed")

    async_track_state_change_event(house.hass, house.entity_id(key), note)
    return shown


UNPROVED = {"light", "tamper_old"}


def registered(house: House, key: str) -> er.RegistryEntry | None:
    registry = er.async_get(house.hass)
    unique_id = f"{DOMAIN}.{house.point}-{key}"
    return registry.async_get(
        registry.async_get_entity_id("binary_sensor", DOMAIN, unique_id) or ""
    )


async def test_each_point_has_all_but_what_it_has_not_proved(linked: House) -> None:
    for key in ALL_KEYS:
        found = registered(linked, key)
        assert (found is None) is (key in UNPROVED)
        assert found is None or not found.disabled


async def test_what_a_point_proves_appears_and_is_on_at_once(linked: House) -> None:
    await linked.simulator.emit("tamper", device=linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.tamper_old") == "on"
    linked.devices[0].latest["part_als"] = (linked.simulator.time(), 120.0)
    await linked.advance(minutes=61)
    assert linked.state("binary_sensor.light") == "on"
    assert linked.state("binary_sensor.tamper_old") == "off"


async def test_smoking_is_disabled_until_it_is_detected_and_on_at_once(linked: House) -> None:
    found = registered(linked, "smoking")
    assert found
    assert found.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    await linked.simulator.smoke(linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.smoking") == "on"


async def test_what_is_enabled_by_us_reloads_nothing(linked: House) -> None:
    """A reload would end the states that last for a moment."""
    data = linked.entry.runtime_data
    await linked.simulator.emit("alarm_heard", device=linked.point)
    await linked.simulator.smoke(linked.point)
    await linked.settle()
    for _ in range(4):
        await linked.advance(minutes=1)
    assert linked.entry.runtime_data is data
    assert linked.state("binary_sensor.alarm") == "on"
    assert linked.state("binary_sensor.smoking") == "on"


async def test_what_is_there_stays_without_proof(house: House) -> None:
    """Core's `point` enables the sensor for Points of the first generation for all."""
    house.entry = await house.make_entry()
    unique_id = f"{DOMAIN}.{house.point}-tamper_old"
    er.async_get(house.hass).async_get_or_create(
        "binary_sensor", DOMAIN, unique_id, config_entry=house.entry
    )
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.settle()
    assert house.state("binary_sensor.tamper_old") == "off"


@pytest.mark.parametrize("key", [key for key in ALL_KEYS if key not in UNPROVED])
async def test_is_right_at_once_after_set_up(linked: House, key: str) -> None:
    """Predecessor's defect 11: all were unknown until the second poll."""
    assert linked.state(f"binary_sensor.{key}") == ("on" if key == "connectivity" else "off")


@pytest.mark.parametrize(("event", "key", "seconds"), [(e, *v) for e, v in MOMENTARY.items()])
async def test_goes_on_at_the_event_and_off_by_itself(
    linked: House, event: str, key: str, seconds: int
) -> None:
    """Predecessor's defects 14 and 15."""
    await linked.simulator.emit(event, device=linked.point)
    await linked.settle()
    assert linked.state(f"binary_sensor.{key}") == "on"
    await linked.advance(seconds=seconds - 1)
    assert linked.state(f"binary_sensor.{key}") == "on"
    await linked.advance(seconds=1)
    assert linked.state(f"binary_sensor.{key}") == "off"


@pytest.mark.points(2)
@pytest.mark.parametrize("event", MOMENTARY)
async def test_an_event_changes_no_other_point(linked: House, event: str) -> None:
    other = linked.devices[1].device_id
    before = {key: linked.state(f"binary_sensor.{key}", other) for key in ("alarm", "motion")}
    await linked.simulator.emit(event, device=linked.point)
    await linked.settle()
    assert before == {key: linked.state(f"binary_sensor.{key}", other) for key in before}


async def test_a_poll_ends_nothing_momentary(linked: House) -> None:
    """Predecessor's defect 12."""
    await linked.simulator.emit("alarm_heard", device=linked.point)
    await linked.settle()
    await linked.entry.runtime_data.coordinator.async_refresh()
    await linked.settle()
    assert linked.state("binary_sensor.alarm") == "on"


async def test_a_second_press_is_seen_as_off_and_on(linked: House) -> None:
    shown = changes_of(linked, "binary_sensor.button_press")
    await linked.simulator.press_button(linked.point)
    await linked.advance(seconds=2)
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert shown == ["on", "off", "on"]
    await linked.advance(seconds=4)
    assert shown == ["on", "off", "on"]
    await linked.advance(seconds=1)
    assert shown == ["on", "off", "on", "off"]


async def test_more_motion_prolongs(linked: House) -> None:
    shown = changes_of(linked, "binary_sensor.motion")
    await linked.simulator.motion(linked.point)
    await linked.advance(seconds=50)
    await linked.simulator.motion(linked.point)
    await linked.advance(seconds=50)
    assert shown[-1] == "on"
    assert "off" not in shown
    await linked.advance(seconds=10)
    assert shown[-1] == "off"


async def test_an_old_event_switches_nothing_momentary_on(linked: House) -> None:
    long_ago = linked.simulator.time() - timedelta(minutes=6)
    await linked.simulator.emit("pir_motion", device=linked.point, created_at=long_ago)
    await linked.settle()
    assert linked.state("binary_sensor.motion") == "off"


@pytest.mark.parametrize(("key", "opens", "closes"), [(k, *v) for k, v in LASTING.items()])
async def test_lasts_until_the_event_of_its_end(
    linked: House, key: str, opens: str, closes: str
) -> None:
    await linked.simulator.emit(opens, device=linked.point)
    await linked.advance(seconds=1)
    assert linked.state(f"binary_sensor.{key}") == "on"
    await linked.simulator.emit(closes, device=linked.point)
    await linked.settle()
    assert linked.state(f"binary_sensor.{key}") == "off"


@pytest.mark.parametrize(("key", "opens"), [(key, pair[0]) for key, pair in LASTING.items()])
async def test_is_on_where_the_poll_lists_it_as_ongoing(house: House, key: str, opens: str) -> None:
    house.devices[0].ongoing.append(opens)
    await house.link()
    assert house.state(f"binary_sensor.{key}") == "on"


async def test_an_old_poll_does_not_undo_an_event(linked: House) -> None:
    """Predecessor's defect 13: an hour-old ongoing event turned the sensor on again."""
    await linked.simulator.set_temperature(linked.point, 31)
    await linked.advance(seconds=10)
    assert linked.state("binary_sensor.heat") == "on"
    await linked.simulator.emit("temperature_dropped_normal", device=linked.point)
    await linked.settle()
    await linked.entry.runtime_data.coordinator.async_refresh()  # it still lists temperature_high
    await linked.settle()
    assert linked.state("binary_sensor.heat") == "off"


async def test_connectivity_follows_the_events(linked: House) -> None:
    """Predecessor's defect 9: offline was shown as connected."""
    await linked.simulator.take_offline(linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.connectivity") == "off"
    assert linked.state("binary_sensor.heat") == "unavailable"
    assert linked.state("binary_sensor.motion") == "unavailable"
    await linked.simulator.bring_online(linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.connectivity") == "on"
    assert linked.state("binary_sensor.motion") == "off"


async def test_connectivity_follows_the_poll(house: House) -> None:
    """Predecessor's defect 10: always connected, whatever the cloud said."""
    house.devices[0].offline = True
    await house.link()
    assert house.state("binary_sensor.connectivity") == "off"


@pytest.mark.parametrize("event", ["battery_low", "battery_empty"])
async def test_battery_is_low_after_the_warning_until_charged(linked: House, event: str) -> None:
    """Predecessor's defect 17."""
    await linked.simulator.emit(event, device=linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.battery") == "on"
    await linked.advance(minutes=1)
    await linked.simulator.charge(linked.point)
    await linked.advance(minutes=61)
    await linked.advance(minutes=1)
    assert linked.state("binary_sensor.battery") == "off"


async def test_battery_is_low_by_its_level(house: House) -> None:
    house.devices[0].battery_percent = 7
    await house.link()
    assert house.state("binary_sensor.battery") == "on"


async def test_battery_of_which_nothing_is_known_is_unknown(house: House) -> None:
    """Predecessor's defect 63."""
    house.devices[0].omitted.add("battery")
    await house.link()
    assert house.state("binary_sensor.battery") == "unknown"


@pytest.mark.points(2)
@pytest.mark.parametrize(
    "notice",
    ["disturbance_first_notice", "disturbance_second_notice", "disturbance_third_notice"],
)
@pytest.mark.parametrize(
    "end", ["disturbance_ended", "disturbance_dismissed", "disturbance_snoozed"]
)
@pytest.mark.homes(2)
async def test_noise_of_a_home_shows_on_its_points_only(
    linked: House, notice: str, end: str
) -> None:
    """Predecessor's defect 18: such events carry no device id."""
    home = linked.home
    inside = [d.device_id for d in linked.devices if d.home_id == home]
    outside = [d.device_id for d in linked.devices if d.home_id != home]
    await linked.simulator.emit(notice, home=home)
    await linked.advance(seconds=1)
    assert {linked.state("binary_sensor.noise", key) for key in inside} == {"on"}
    assert {linked.state("binary_sensor.noise", key) for key in outside} == {"off"}
    await linked.simulator.emit(end, home=home)
    await linked.settle()
    assert {linked.state("binary_sensor.noise", key) for key in inside} == {"off"}


async def test_silencing_the_alarm_of_a_home_ends_the_heard_alarm(linked: House) -> None:
    """Predecessor's defect 16: that event carries no device id either."""
    await linked.simulator.emit("alarm_heard", device=linked.point)
    await linked.advance(seconds=1)
    await linked.simulator.emit("alarm_silenced", home=linked.home)
    await linked.settle()
    assert linked.state("binary_sensor.alarm") == "off"


async def test_light_shows_where_there_is_such_a_reading(house: House) -> None:
    """Predecessor's defect 19."""
    now = house.simulator.time()
    house.devices[0].latest["part_als"] = (now, 120.0)
    await house.link()
    assert house.state("binary_sensor.light") == "on"


@pytest.mark.parametrize("key", ["motion", "button_press", "alarm"])
async def test_without_push_what_lasts_for_a_moment_is_unavailable(house: House, key: str) -> None:
    house.simulator.faults.add(method="GET", path="/webhooks", status=500, times=None)
    await house.link()
    assert house.state(f"binary_sensor.{key}") == "unavailable"
    assert house.state("binary_sensor.connectivity") == "on"
