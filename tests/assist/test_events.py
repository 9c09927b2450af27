"""What Assist is told about events and stays, against what the simulated cloud knows."""

from datetime import timedelta

import pytest

from ..helpers.house import House
from .llm_helpers import ask, expose, local

pytestmark = pytest.mark.points(2)


@pytest.mark.parametrize(
    ("place", "expected"),
    [("Lakeside 4", 2), ("Lakeside 4 Hallway", 1), ("Harbour Loft", 0)],
)
@pytest.mark.homes(2)
async def test_events_are_those_of_the_place(asked: House, place: str, expected: int) -> None:
    for device in asked.devices[:2]:
        await asked.simulator.glass_break(device.device_id)
    await asked.advance(minutes=1)
    answer = await ask(asked, "get_events", place)
    assert answer["counts"].get("glassbreak", 0) == expected
    assert [event["type"] for event in answer["events"]].count("glassbreak") == expected


async def test_says_who_silenced_the_alarm(asked: House) -> None:
    await asked.simulator.emit("alarm_silenced", home=asked.home)
    await asked.advance(minutes=1)
    [event] = (await ask(asked, "get_events", "Lakeside 4"))["events"]
    assert event["type"] == "alarm_silenced"


@pytest.mark.parametrize(("place", "expected"), [("Lakeside 4", 1), ("Lakeside 4 Hallway", 0)])
async def test_an_event_of_the_home_is_none_of_a_point(
    asked: House, place: str, expected: int
) -> None:
    await asked.simulator.emit("crowd_detected", home=asked.home)
    await asked.advance(minutes=1)
    assert (await ask(asked, "get_events", place))["counts"].get("crowd_detected", 0) == expected


async def test_an_event_about_the_sound_level_is_shown_by_its_sensor(asked: House) -> None:
    for name in ("avg_sound_high", "glassbreak"):
        await asked.simulator.emit(name, device=asked.point)
    await asked.advance(minutes=1)
    expose(asked, "sensor.sound_pressure")
    assert (await ask(asked, "get_events", "Lakeside 4"))["counts"] == {"avg_sound_high": 1}


EVERYTHING = {
    "glassbreak": "binary_sensor.glass",
    "tamper_removed": "binary_sensor.tamper",
    "pir_motion": "binary_sensor.motion",
    "short_button_press": "event.button",
    "temperature_high": "binary_sensor.heat",
    "disturbance_second_notice": "binary_sensor.noise",
    "device_offline": "binary_sensor.connectivity",
    "crowd_detected": "event.activity",
}


@pytest.mark.parametrize("event_type", EVERYTHING)
async def test_an_event_is_told_only_if_an_entity_that_shows_it_is_exposed(
    asked: House, event_type: str
) -> None:
    for name in EVERYTHING:
        await asked.simulator.emit(name, device=asked.point)
    await asked.advance(minutes=1)
    expose(asked, EVERYTHING[event_type], "sensor.battery_level")
    answer = await ask(asked, "get_events", "Lakeside 4")
    shown = set(EVERYTHING) if event_type == "crowd_detected" else {event_type}
    assert answer["counts"].keys() == shown
    assert "stays" not in answer
    assert "loudest" not in answer
    assert ("noise" in answer) is ("disturbance_second_notice" in shown)


@pytest.mark.parametrize("shows_names", [True, False])
async def test_stays_never_carry_a_contact(asked: House, *, shows_names: bool) -> None:
    start = asked.simulator.time() - timedelta(hours=1)
    await asked.simulator.add_guest(asked.home, start, start + timedelta(days=2))
    options = {"stays": True, "history": False, "guest_names": shows_names}
    asked.hass.config_entries.async_update_entry(asked.entry, options=options)
    assert await asked.hass.config_entries.async_reload(asked.entry.entry_id)
    await asked.advance(seconds=1)
    answer = await ask(asked, "get_events", "Lakeside 4")
    stay = {"check_in": local(start), "check_out": local(start + timedelta(days=2))}
    assert answer["stays"] == [stay | ({"guest": "Kim Guest"} if shows_names else {})]
    assert "kim@" not in str(answer)
    assert "+467" not in str(answer)
