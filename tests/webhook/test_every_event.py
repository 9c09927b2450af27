"""What each type of event does to every entity of its home, and of no other home or account.

The tables were written from Minut's catalogue (API notes 8) and the design, not from the code.
"""

from homeassistant.core import State
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.point.minut.event_types import EVENT_TYPES

from ..helpers.house import House
from ..helpers.neighbour import Neighbour, link_neighbour

pytestmark = [pytest.mark.homes(2), pytest.mark.points(2)]

NOW = "2026-11-20T12:10:00+00:00"
VALUE = 42.5

type Shown = dict[str, str]
"""What entities show, as "<point, twin or home> <platform>.<key>"."""

STARTS: dict[str, Shown] = {
    "alarm_heard": {"point binary_sensor.alarm": "on"},
    "glassbreak": {"point binary_sensor.glass": "on"},
    "pir_motion": {"point binary_sensor.motion": "on", "point sensor.last_motion": NOW},
    "short_button_press": {
        "point binary_sensor.button_press": "on",
        "point event.button": "press_end",
    },
    "smoking_detection_smoking_detected": {"point binary_sensor.smoking": "on"},
    "tamper": {"point binary_sensor.tamper_old": "on"},
    "tamper_removed": {
        "point binary_sensor.tamper": "on",
        "point sensor.mount_status": "removed",
    },
    "avg_sound_high": {
        "point binary_sensor.sound": "on",
        "point sensor.sound_pressure": str(VALUE),
    },
    "sound_level_high_quiet_hours": {
        "point binary_sensor.sound": "on",
        "point sensor.sound_pressure": str(VALUE),
    },
    "sound_level_high_despite_warning": {
        "point binary_sensor.sound": "on",
        "point sensor.sound_pressure": str(VALUE),
    },
    "smoke_detected": {"point binary_sensor.alarm": "on"},
    "temperature_high": {
        "point binary_sensor.heat": "on",
        "point sensor.temperature": str(VALUE),
    },
    "temperature_low": {"point binary_sensor.cold": "on", "point sensor.temperature": str(VALUE)},
    "humidity_high": {"point binary_sensor.moisture": "on", "point sensor.humidity": str(VALUE)},
    "humidity_low": {"point binary_sensor.dry": "on", "point sensor.humidity": str(VALUE)},
    "battery_low": {"point binary_sensor.battery": "on", "account sensor.batteries_low": "1"},
    "battery_empty": {"point binary_sensor.battery": "on", "account sensor.batteries_low": "1"},
    "alarm_grace_period_expired": {
        "home alarm_control_panel.alarm": "triggered",
        "account sensor.alarms_triggered": "1",
    },
}
ENDS: dict[str, tuple[str, Shown]] = {
    "tamper_mounted": (
        "tamper_removed",
        {"point binary_sensor.tamper": "off", "point sensor.mount_status": "mounted"},
    ),
    "sound_level_dropped_normal": ("", {"point sensor.sound_pressure": str(VALUE)}),
    "temperature_dropped_normal": (
        "temperature_high",
        {"point binary_sensor.heat": "off", "point sensor.temperature": str(VALUE)},
    ),
    "temperature_risen_normal": (
        "temperature_low",
        {"point binary_sensor.cold": "off", "point sensor.temperature": str(VALUE)},
    ),
    "humidity_dropped_normal": (
        "humidity_high",
        {"point binary_sensor.moisture": "off", "point sensor.humidity": str(VALUE)},
    ),
    "humidity_risen_normal": (
        "humidity_low",
        {"point binary_sensor.dry": "off", "point sensor.humidity": str(VALUE)},
    ),
    "battery_charging_complete": (
        "battery_low",
        {"point binary_sensor.battery": "off", "account sensor.batteries_low": "0"},
    ),
    "alarm_silenced": (
        "alarm_grace_period_expired",
        {
            "home alarm_control_panel.alarm": "armed_away",
            "account sensor.alarms_triggered": "0",
        },
    ),
}


def noise(stage: str, state: str) -> Shown:
    """Return what a home, both its Points and the account's count show."""
    return {
        "account sensor.disturbances": "1" if state == "on" else "0",
        "home sensor.disturbance": stage,
        "home binary_sensor.noise": state,
        "point binary_sensor.noise": state,
        "twin binary_sensor.noise": state,
    }


NOTICES: dict[str, Shown] = {
    "disturbance_first_notice": noise("first_notice", "on"),
    "disturbance_second_notice": noise("second_notice", "on"),
    "disturbance_third_notice": noise("third_notice", "on"),
    "noise_detected": noise("first_notice", "on"),
}
QUIETING: dict[str, Shown] = {
    "disturbance_snoozed": noise("snoozed", "off"),
    "disturbance_dismissed": noise("dismissed", "off"),
    "disturbance_ended": noise("none", "off"),
    "noise_quieted": noise("none", "off"),
}
CONNECTION = {"device_offline", "device_online"}
OF_HOME = {"alarm_grace_period_expired", "alarm_silenced", *NOTICES, *QUIETING}
UNHEARD_OF = "crowd_detected"
SETTINGS = ("point number.", "point switch.", "point time.")
"""What the cloud holds for a Point, whether it is heard or not."""

EXPECTED: dict[str, tuple[str, Shown]] = {
    **{event_type: ("", shown) for event_type, shown in (STARTS | NOTICES).items()},
    **ENDS,
    **{event_type: ("disturbance_second_notice", shown) for event_type, shown in QUIETING.items()},
    UNHEARD_OF: ("", {}),
}


@pytest.fixture
async def neighbour(house: House) -> Neighbour:
    """Return another account beside the first; every home is armed, every entity is enabled."""
    await house.link()
    neighbour = await link_neighbour(house)
    for home in house.simulator.homes.values():
        home.alarm_status = "on"
    registry = er.async_get(house.hass)
    for entity in list(registry.entities.values()):
        if entity.disabled:
            registry.async_update_entity(entity.entity_id, disabled_by=None)
    # Each Point has proved all that it can notice; long ago, so that nothing is on.
    for device in house.simulator.devices.values():
        for event_type in ("smoking_detection_smoking_detected", "tamper"):
            await house.simulator.emit(event_type, device=device.device_id)
    await house.advance(minutes=9)  # Home Assistant reloads both accounts after 30 s
    await house.advance(minutes=1)
    return neighbour


def observed(house: House) -> dict[str, State]:
    """Return the states of all entities of homes and Points, of both accounts."""
    roles = {
        house.point: "point",
        house.devices[1].device_id: "twin",
        house.home: "home",
        house.simulator.account.user_id: "account",
    }
    found = {}
    for entity in er.async_get(house.hass).entities.values():
        if entity.unique_id.endswith("-last_push"):  # each delivery is one
            continue
        state = house.hass.states.get(entity.entity_id)
        if entity.disabled or entity.unique_id.endswith("-grace_period_ends"):
            continue  # it exists only while it runs
        assert state, f"{entity.entity_id} has no state"
        key, _, name = entity.unique_id.removeprefix("point.").partition("-")
        found[f"{roles.get(key, key)} {entity.domain}.{name or 'alarm'}"] = state
    return found


def shown_by(state: State) -> str:
    """Return what an entity shows: of an event the type, else the state."""
    is_event = state.domain == "event" and state.state != "unavailable"
    return str(state.attributes["event_type"]) if is_event else state.state


async def happen(
    house: House, event_type: str, *, value: float | None = None, at: str | None = None
) -> Shown:
    """Let it happen at a Point (the first one) or in its home; return all that changes."""
    before = observed(house)
    device = house.simulator.devices[at or house.point]
    is_of_home = event_type in OF_HOME
    await house.simulator.emit(
        event_type,
        device=None if is_of_home else device.device_id,
        home=device.home_id if is_of_home else None,
        sensor_value=value,
    )
    await house.advance(seconds=1)  # counts follow within a second
    after = observed(house)
    assert after.keys() == before.keys()
    return {what: shown_by(new) for what, new in after.items() if new.state != before[what].state}


def test_every_type_of_the_catalogue_is_in_the_tables() -> None:
    tested = EXPECTED.keys() | CONNECTION
    assert tested == {*EVENT_TYPES, UNHEARD_OF}


@pytest.mark.parametrize("event_type", EXPECTED)
async def test_an_event_does_what_the_catalogue_says_and_nothing_else_anywhere(
    house: House, neighbour: Neighbour, event_type: str
) -> None:
    """Predecessor's defects 1, 2, 3 (one account's events moved the other's panels), 8, 16, 18."""
    first, expected = EXPECTED[event_type]
    if first:
        await happen(house, first)
        house.freezer.tick(1)
    named = event_type if event_type != UNHEARD_OF else "other"
    activity = {f"{'home' if event_type in OF_HOME else 'point'} event.activity": named}
    assert await happen(house, event_type, value=VALUE) == expected | activity

    changed = await happen(house, event_type, value=VALUE, at=neighbour.point)
    if event_type == "alarm_silenced":  # nothing to silence there
        assert len(changed) == 1
    assert changed
    assert not [what for what in changed if not what.startswith((neighbour.point, neighbour.home))]


async def test_a_point_that_is_cut_off_shows_nothing_old_and_no_other_is_touched(
    house: House, neighbour: Neighbour
) -> None:
    """Predecessor's defects 9, 10 and 23."""
    cut_off = await happen(house, "device_offline")
    own = {what for what in observed(house) if what.startswith("point ")}
    assert cut_off.pop("point binary_sensor.connectivity") == "off"
    assert cut_off.pop("account sensor.points_offline") == "1"
    assert cut_off.pop("point event.activity") == "device_offline"
    stay = {"binary_sensor.connectivity", "binary_sensor.battery", "binary_sensor.noise"}
    stay |= {"event.activity", "event.button", "sensor.last_motion", "sensor.battery_level"}
    stay |= {f"sensor.{key}" for key in ("charge_status", "mould_risk", "mount_status")}
    stay.add("sensor.last_heard_from")
    stay |= {what.removeprefix("point ") for what in own if what.startswith(SETTINGS)}
    assert cut_off == dict.fromkeys(own - {f"point {key}" for key in stay}, "unavailable")
    house.freezer.tick(1)
    back = await happen(house, "device_online")
    assert back.pop("point binary_sensor.connectivity") == "on"
    assert back.pop("account sensor.points_offline") == "0"
    assert back.pop("point event.activity") == "device_online"
    assert back.keys() == cut_off.keys()
    assert "unavailable" not in back.values()
