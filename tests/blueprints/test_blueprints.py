"""Alarm, button, batteries, vacant homes."""

from datetime import timedelta

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr, label_registry as lr
from homeassistant.util import dt as dt_util
import pytest

from tests.helpers.house import House

from .conftest import Automate, messages

# Alarm


async def raise_alarm(house: House) -> None:
    """Arm the first home, walk into it, and do nothing."""
    await house.simulator.arm(house.home)
    await house.simulator.emit("alarm_grace_period_expired", home=house.home)
    house.simulator.homes[house.home].alarm_status = "critical_event"
    await house.advance(seconds=5)
    assert house.panel() == "triggered"


async def test_an_alarm_is_told_and_its_end(
    linked: House, automate: Automate, told: list[ServiceCall]
) -> None:
    panels = [
        linked.entity_id("alarm_control_panel.alarm", home) for home in linked.simulator.homes
    ]
    await automate("alarm_triggered", panels=panels)
    await linked.call_panel("alarm_arm_away")
    assert messages(told) == []
    await raise_alarm(linked)
    assert messages(told) == ["The alarm in Lakeside 4 has been triggered."]
    await linked.simulator.silence(linked.home)
    await linked.advance(seconds=5)
    assert messages(told) == [
        "The alarm in Lakeside 4 is over. Alex Example has silenced it. The home is still armed."
    ]


async def test_an_alarm_is_not_over_because_minut_cannot_be_reached(
    linked: House, automate: Automate, told: list[ServiceCall]
) -> None:
    """It is told again when it is back: rather twice than not at all."""
    panel = linked.entity_id("alarm_control_panel.alarm")
    await automate("alarm_triggered", panels=[panel])
    await raise_alarm(linked)
    messages(told)
    await linked.stop()
    assert linked.panel() == "unavailable"
    assert messages(told) == []
    await linked.start()
    assert messages(told) == ["The alarm in Lakeside 4 has been triggered."]


# Button


@pytest.fixture
def turned_on(hass: HomeAssistant) -> list[ServiceCall]:
    """Return the scenes that are turned on, one after the other; each notes the time."""

    async def note(call: ServiceCall) -> None:
        calls.append(call)
        for entity_id in call.data["entity_id"]:
            hass.states.async_set(entity_id, dt_util.utcnow().isoformat())

    calls: list[ServiceCall] = []
    hass.services.async_register("scene", "turn_on", note)
    return calls


@pytest.mark.homes(2)
async def test_each_press_turns_on_the_next_scene(
    linked: House, hass: HomeAssistant, automate: Automate, turned_on: list[ServiceCall]
) -> None:
    scenes = ["scene.bright", "scene.cosy", "scene.dark"]
    for scene in scenes:
        hass.states.async_set(scene, "unknown")
    button = linked.entity_id("event.button")
    await automate("button_scenes", buttons=[button], scenes=scenes)
    for _ in range(4):
        await linked.simulator.press_button(linked.point)
        await linked.advance(seconds=2)
    await linked.simulator.motion(linked.point)
    await linked.simulator.press_button(linked.devices[1].device_id)
    await linked.settle()
    assert [call.data["entity_id"] for call in turned_on] == [
        [scenes[place]] for place in (0, 1, 2, 0)
    ]


async def test_a_restart_is_no_press(
    linked: House, hass: HomeAssistant, automate: Automate, turned_on: list[ServiceCall]
) -> None:
    hass.states.async_set("scene.bright", "unknown")
    button = linked.entity_id("event.button")
    await automate("button_scenes", buttons=[button], scenes=["scene.bright"])
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert len(turned_on) == 1
    await linked.stop()
    await linked.start()
    assert len(turned_on) == 1


# Batteries

ROUND = {"at": "18:00:00", "days": ["fri"]}


async def until_the_round(house: House) -> None:
    for _ in range(6):
        await house.advance(hours=1)
    await house.advance(seconds=1)


@pytest.mark.homes(2)
async def test_the_round_lists_batteries_and_points_that_are_not_heard(
    linked: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await automate("battery_round", **ROUND)
    await linked.simulator.low_battery(linked.point)
    await linked.simulator.take_offline(linked.devices[1].device_id)
    await until_the_round(linked)
    assert messages(told) == [
        "Charge: Hallway (Lakeside 4) (6 %).\nOffline: Hallway (Harbour Loft).",
    ]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, []),
        ({"even_if_none": True}, ["All Points are charged and online."]),
        ({"even_if_none": True, "days": ["sat"]}, []),
    ],
    ids=["nothing to do", "says so", "another day"],
)
async def test_a_round_without_work(
    linked: House,
    automate: Automate,
    told: list[ServiceCall],
    inputs: dict[str, object],
    expected: list[str],
) -> None:
    await automate("battery_round", **ROUND | {"below": 5} | inputs)
    await until_the_round(linked)
    assert all(call.data["title"] == "All Points are fine" for call in told)
    assert messages(told) == expected


async def test_a_round_by_label_of_the_home(
    linked: House, hass: HomeAssistant, automate: Automate, told: list[ServiceCall]
) -> None:
    label = lr.async_get(hass).async_create("North").label_id
    home = linked.ha_device(linked.home)
    assert home
    dr.async_get(hass).async_update_device(home.id, labels={label})
    await automate("battery_round", **ROUND, label=[label])
    for device in linked.devices:
        await linked.simulator.low_battery(device.device_id)
    await until_the_round(linked)
    assert messages(told) == ["Charge: Hallway (Lakeside 4) (6 %)."]


@pytest.mark.homes(2)
async def test_a_round_without_minut_says_that_nothing_is_known(
    linked: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await automate("battery_round", **ROUND)
    linked.simulator.faults.add(status=502, times=None)
    for _ in range(3):
        await linked.advance(minutes=20)
    await until_the_round(linked)
    assert messages(told) == ["Unknown: Hallway (Harbour Loft), Hallway (Lakeside 4)."]


# Vacant homes


@pytest.fixture
async def vacant(house: House, automate: Automate) -> House:
    """Return an account with stays whose homes have been vacant for four hours."""
    await house.link(options={"stays": True})
    points = [linked for linked in map(house.ha_device, house.simulator.devices) if linked]
    await automate("vacancy_watch", points={"device_id": [point.id for point in points]})
    for _ in range(4):
        await house.advance(hours=1)
    return house


async def motion(house: House) -> None:
    await house.simulator.motion(house.point)
    await house.advance(minutes=2)


SOMEBODY = "Lakeside 4 should be vacant, but its Point Hallway has detected motion."


async def test_motion_in_a_vacant_home_is_told_once_in_a_while(
    vacant: House, told: list[ServiceCall]
) -> None:
    await motion(vacant)
    assert messages(told) == [SOMEBODY]
    await motion(vacant)
    assert messages(told) == []
    await vacant.advance(minutes=31)
    await motion(vacant)
    assert messages(told) == [SOMEBODY]


async def test_motion_during_a_stay_and_just_after_it_is_not_told(
    vacant: House, told: list[ServiceCall]
) -> None:
    now = vacant.simulator.time()
    await vacant.simulator.add_guest(
        vacant.home, now + timedelta(hours=1, minutes=30), now + timedelta(hours=3)
    )
    for _ in range(2):
        await vacant.advance(hours=1)
    await motion(vacant)
    await vacant.advance(hours=2)
    assert vacant.state("binary_sensor.occupied", vacant.home) == "off"
    await motion(vacant)
    assert messages(told) == []
    for _ in range(3):
        await vacant.advance(hours=1)
    await motion(vacant)
    assert messages(told) == [SOMEBODY]


async def test_missing_stays_are_explained_until_they_are_there(
    house: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await house.link()
    point = house.ha_device(house.point)
    assert point
    await automate("vacancy_watch", points={"device_id": point.id}, vacant_for=0)
    house.hass.bus.async_fire("automation_reloaded")
    await house.settle()
    [call] = told
    assert call.data["title"] == "Made: no stays"
    house.hass.config_entries.async_update_entry(house.entry, options={"stays": True})
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.advance(minutes=1)
    house.hass.bus.async_fire("automation_reloaded")
    await house.settle()
    [withdrawal] = withdrawn
    assert withdrawal.data["notification_id"] == call.data["notification_id"]
    assert len(told) == 1


async def test_without_stays_nobody_is_suspected(
    linked: House, automate: Automate, told: list[ServiceCall]
) -> None:
    point = linked.ha_device(linked.point)
    assert point
    await automate("vacancy_watch", points={"device_id": point.id}, vacant_for=0)
    await linked.advance(hours=1)
    await motion(linked)
    assert messages(told) == []
