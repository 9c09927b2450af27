"""Things that happen: the event entities of Points and homes."""

from datetime import timedelta
import json
from pathlib import Path
from typing import Any

from homeassistant.core import Event, EventStateChangedData, State, callback
from homeassistant.helpers.dispatcher import DATA_DISPATCHER
from homeassistant.helpers.event import async_track_state_change_event
import pytest

from custom_components.point.coordinator import event_signal
from custom_components.point.minut.event_types import EVENT_TYPES
from custom_components.point.state.presence_rules import PresenceEvent

from ..helpers.house import House

STAYS = ["stay_started", "stay_ended", *PresenceEvent]
TRANSLATIONS = Path(__file__).parents[2] / "custom_components/point/translations/en.json"
BUTTON, ACTIVITY = "event.button", "event.activity"


def triggers(house: House, key: str, of: str | None = None) -> list[dict[str, Any]]:
    """Return a list that collects what an event entity triggers with."""
    collected: list[dict[str, Any]] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        assert isinstance(state, State)
        collected.append(said(state))

    async_track_state_change_event(house.hass, [house.entity_id(key, of)], note)
    return collected


def said(state: State) -> dict[str, Any]:
    """Return what an event entity shows, without what is the same for all events."""
    told = ("event_type", "type", "time", "value", "threshold", "person")
    return {name: state.attributes[name] for name in told if name in state.attributes}


def other_home(house: House) -> str:
    return next(home.home_id for home in house.homes if home.home_id != house.home)


def at(house: House, **ago: float) -> str:
    return (house.simulator.time() - timedelta(**ago)).isoformat()


# What they are


async def test_the_button_is_one_of_the_standard_kind(linked: House) -> None:
    state = linked.get(BUTTON)
    assert state.attributes["device_class"] == "button"
    assert state.attributes["event_types"] == ["press_end"]
    assert state.state == "unknown"


@pytest.mark.parametrize(("of", "own"), [("point", []), ("home", STAYS)])
async def test_every_type_of_the_catalogue_is_declared(
    linked: House, of: str, own: list[str]
) -> None:
    """Predecessor's defect 83: it knew half of them."""
    declared = linked.get(ACTIVITY, getattr(linked, of)).attributes["event_types"]
    assert sorted(declared) == sorted([*EVENT_TYPES, *own, "other"])


def test_every_declared_type_and_attribute_has_a_name() -> None:
    names = json.loads(TRANSLATIONS.read_text())["entity"]["event"]
    activity = names["activity"]["state_attributes"]
    assert activity["event_type"]["state"].keys() == {*EVENT_TYPES, *STAYS, "other"}
    assert all(activity["event_type"]["state"].values())
    told = {"type", "time", "value", "threshold", "person"}
    assert {name for name in activity if activity[name].get("name")} >= told
    assert "button" not in names  # Home Assistant has the texts of its device class


# The button


@pytest.mark.points(2)
async def test_a_press_triggers_the_button_of_its_point_only(linked: House) -> None:
    other = linked.devices[1].device_id
    pressed, others = triggers(linked, BUTTON), triggers(linked, BUTTON, other)
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert pressed == [{"event_type": "press_end", "time": at(linked)}]
    assert not others


async def test_nothing_but_a_press_triggers_the_button(linked: House) -> None:
    pressed = triggers(linked, BUTTON)
    for event_type in EVENT_TYPES.keys() - {"short_button_press"} | {"long_button_press"}:
        await linked.simulator.emit(event_type, device=linked.point)
    await linked.settle()
    assert not pressed


# What an event says


@pytest.mark.parametrize("event_type", [*EVENT_TYPES, "crowd_detected"])
@pytest.mark.homes(2)
async def test_each_type_triggers_its_point_and_alarm_and_noise_also_its_home(
    linked: House, event_type: str
) -> None:
    places = (linked.point, linked.home, other_home(linked))
    happened, of_home, others = (triggers(linked, ACTIVITY, place) for place in places)
    await linked.simulator.emit(event_type, device=linked.point)
    await linked.settle()
    named = event_type if event_type in EVENT_TYPES else "other"
    assert [(e["event_type"], e["type"], e["time"]) for e in happened] == [
        (named, event_type, at(linked))
    ]
    assert [e["type"] for e in of_home] == ([event_type] if event_type in OF_HOME else [])
    assert not others


async def test_carries_value_and_threshold(linked: House) -> None:
    happened = triggers(linked, ACTIVITY)
    await linked.simulator.emit(
        "temperature_low", device=linked.point, sensor_value=11.6, sensor_threshold=12
    )
    await linked.settle()
    assert happened == [
        {
            "event_type": "temperature_low",
            "type": "temperature_low",
            "time": at(linked),
            "value": 11.6,
            "threshold": 12,
        }
    ]


@pytest.mark.parametrize("of", ["point", "home"])
async def test_a_type_that_is_not_known_is_usable_the_day_it_appears(
    linked: House, of: str
) -> None:
    """Predecessor's defect 58: such events vanished in silence."""
    key = getattr(linked, of)
    happened = triggers(linked, ACTIVITY, key)
    await linked.simulator.emit("crowd_detected", **{"device" if of == "point" else "home": key})
    await linked.settle()
    assert happened == [{"event_type": "other", "type": "crowd_detected", "time": at(linked)}]


@pytest.mark.parametrize(
    "event_type", ["disturbance_dismissed", "disturbance_snoozed", "alarm_silenced"]
)
async def test_names_the_person_who_did_it(linked: House, event_type: str) -> None:
    happened = triggers(linked, ACTIVITY, linked.home)
    await linked.simulator.emit(event_type, home=linked.home)
    await linked.settle()
    assert [event["person"] for event in happened] == [linked.simulator.account.fullname]


@pytest.mark.parametrize(
    "event_type",
    [
        "disturbance_first_notice",
        "alarm_grace_period_expired",
        "crowd_detected",
        "alarm_schedule_started",
    ],
)
async def test_names_nobody_where_the_user_is_only_whose_event_it_is(
    linked: House, event_type: str
) -> None:
    """Predecessor's defect 8."""
    happened = triggers(linked, ACTIVITY, linked.home)
    await linked.simulator.emit(event_type, home=linked.home)
    await linked.settle()
    assert [event["type"] for event in happened] == [event_type]
    assert "person" not in happened[0]


async def test_names_nobody_who_is_no_member_of_the_home(linked: House) -> None:
    """Predecessor's defect 8: it showed a raw user id."""
    happened = triggers(linked, ACTIVITY, linked.home)
    linked.homes[0].changed["members"] = []
    await linked.advance(minutes=16)
    await linked.simulator.emit("alarm_silenced", home=linked.home)
    await linked.settle()
    assert [event["type"] for event in happened] == ["alarm_silenced"]
    assert "person" not in happened[0]


# The activity of a home

OF_HOME = [
    "alarm_grace_period_expired",
    "alarm_silenced",
    "noise_detected",
    "noise_quieted",
    *(name for name in EVENT_TYPES if name.startswith("disturbance_")),
]


@pytest.mark.points(2)
@pytest.mark.parametrize("event_type", [*OF_HOME, "crowd_detected"])
@pytest.mark.homes(2)
async def test_what_names_no_point_triggers_its_home_only(linked: House, event_type: str) -> None:
    of_home = triggers(linked, ACTIVITY, linked.home)
    elsewhere = [
        triggers(linked, ACTIVITY, key)
        for key in (other_home(linked), *(device.device_id for device in linked.devices))
    ]
    await linked.simulator.emit(event_type, home=linked.home)
    await linked.settle()
    assert [event["type"] for event in of_home] == [event_type]
    assert not any(elsewhere)


# How often


async def test_events_that_arrive_together_trigger_once_each(linked: House) -> None:
    """Another integration waits half a second, and loses all but the last."""
    happened, pressed = triggers(linked, ACTIVITY), triggers(linked, BUTTON)
    linked.simulator.switches.hold_deliveries = True
    for event_type in ("short_button_press", "pir_motion", "short_button_press"):
        await linked.simulator.emit(event_type, device=linked.point)
    await linked.simulator.release_deliveries()
    await linked.settle()
    assert [event["type"] for event in happened] == [
        "short_button_press",
        "pir_motion",
        "short_button_press",
    ]
    assert len(pressed) == 2


async def test_an_event_that_is_delivered_twice_triggers_once(linked: House) -> None:
    """Predecessor's defect 57."""
    happened, pressed = triggers(linked, ACTIVITY), triggers(linked, BUTTON)
    linked.simulator.switches.duplicate_deliveries = True
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert {delivery.status for delivery in linked.simulator.deliveries} == {200}
    assert len(linked.simulator.deliveries) == 2
    assert (len(happened), len(pressed)) == (1, 1)


async def test_a_poll_triggers_nothing(linked: House) -> None:
    happened = triggers(linked, ACTIVITY)
    linked.simulator.switches.lose_deliveries = True
    await linked.simulator.set_temperature(linked.point, 31)
    await linked.simulator.press_button(linked.point)
    await linked.advance(minutes=61)
    assert linked.state("binary_sensor.heat") == "on"
    assert not happened


async def test_an_event_that_is_fetched_triggers_nothing(linked: House) -> None:
    key = linked.entry.entry_id
    assert await linked.hass.config_entries.async_unload(key)
    linked.simulator.switches.lose_deliveries = True
    await linked.simulator.emit("battery_low", device=linked.point)
    await linked.hass.config_entries.async_setup(key)
    await linked.settle()
    assert linked.state("binary_sensor.battery") == "on"
    assert linked.state(ACTIVITY) == "unknown"


@pytest.mark.parametrize(("minutes", "count"), [(4, 1), (5, 1), (5.1, 0), (60, 0), (-6, 0)])
async def test_only_what_happened_within_five_minutes_triggers(
    linked: House, minutes: float, count: int
) -> None:
    """Home Assistant would stamp it as now, and start automations."""
    happened, pressed = triggers(linked, ACTIVITY), triggers(linked, BUTTON)
    created_at = linked.simulator.time() - timedelta(minutes=minutes)
    await linked.simulator.emit("short_button_press", device=linked.point, created_at=created_at)
    await linked.settle()
    assert (len(happened), len(pressed)) == (count, count)


# Availability


async def test_are_unavailable_without_push(house: House) -> None:
    house.simulator.faults.add(method="GET", path="/webhooks", status=500, times=None)
    await house.link()
    assert {house.state(BUTTON), house.state(ACTIVITY), house.state(ACTIVITY, house.home)} == {
        "unavailable"
    }
    house.simulator.faults.clear()
    await house.advance(minutes=1)
    assert house.state(BUTTON) == "unknown"
    await house.simulator.press_button(house.point)
    await house.settle()
    assert house.get(BUTTON).attributes["event_type"] == "press_end"


async def test_hear_nothing_once_they_are_gone(linked: House) -> None:
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    before = linked.get(BUTTON)
    gone = linked.point
    signals, signal = linked.hass.data[DATA_DISPATCHER], event_signal(linked.entry.entry_id, gone)
    assert len(signals[signal]) == 2
    assert await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    assert signal not in signals
    assert before.state != linked.state(BUTTON) == "unavailable"


async def test_the_recorder_can_store_the_attributes_of_the_same_event_once(linked: House) -> None:
    """The time of each event would be another set of attributes in the database."""
    info = linked.get("event.activity").state_info
    assert info
    assert "time" in info["unrecorded_attributes"]
