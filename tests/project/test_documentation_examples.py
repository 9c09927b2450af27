"""Run every example of the documentation, in the world that it is written for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
import json
import logging
import re
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
    script,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.point.auth.yaml import CONFIG_SCHEMA
from custom_components.point.registry import entity_limit
from simulator import Simulator

from ..conftest import NOON
from ..helpers.documents import PAGES, Example, examples, read, rows
from ..helpers.house import House
from .sources import PLATFORMS

EXAMPLES = list(examples())
AUTOMATIONS = {
    automation["alias"]: automation
    for example in EXAMPLES
    if example.is_a("automation")
    for automation in example.value["automation"]
}
[IMPORT] = [
    each
    for each in EXAMPLES
    if each.is_a("action") and each.value["action"] == "point.import_history"
]
ACTIONS = [each for each in EXAMPLES if each.is_a("action") and each is not IMPORT]
CONFIGURATIONS = [example for example in EXAMPLES if example.is_a("point")]

HOUSEHOLD, SMALL, LARGE = (1, 3), (2, 1), (11, 1)
"""Homes, and Points in each: `scripts/develop --homes 1 --points 3`."""


@pytest.fixture
def mock_recorder_before_hass(request: pytest.FixtureRequest) -> None:
    """Prepare the recorder before `hass` if a test uses it."""
    if "recorder_mock" in request.fixturenames:
        request.getfixturevalue("async_test_recorder")
        for name in ("sqlalchemy.engine", "homeassistant.components.recorder"):
            logging.getLogger(name).setLevel(logging.WARNING)  # they log each row


@pytest.fixture
async def simulator(
    socket_enabled: None, freezer: FrozenDateTimeFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Simulator]:
    """Return the Minut cloud of a household, or of the size that a test requests."""
    freezer.move_to(NOON)
    homes, devices = getattr(request, "param", HOUSEHOLD)
    async with Simulator(homes=homes, devices=devices, now=dt_util.utcnow) as cloud:
        yield cloud


@pytest.fixture
async def world(house: House) -> House:
    """Return a linked account with stays: a guest arrives at five."""
    arrival = dt_util.utcnow() + timedelta(hours=5)
    await house.simulator.add_guest(house.home, arrival, arrival + timedelta(days=2))
    await house.link(options={"stays": True, "history": False})
    await house.advance(seconds=1)
    home = house.ha_device(house.home)
    assert home
    label = lr.async_get(house.hass).async_create("Rented").label_id
    dr.async_get(house.hass).async_update_device(home.id, labels={label})
    return house


# Automations


async def press_hallway(world: House) -> None:
    await world.simulator.press_button(world.point)


async def press_bedroom(world: House) -> None:
    await world.simulator.press_button(world.devices[1].device_id)


async def break_glass(world: House) -> None:
    await world.simulator.glass_break(world.devices[2].device_id)


async def snooze(world: House) -> None:
    await world.simulator.make_noise(world.home)
    await world.simulator.snooze_noise(world.home)


async def leave(world: House) -> None:
    for people in "10":
        world.hass.states.async_set("zone.home", people)
        await world.settle()
    await world.advance(minutes=5, seconds=1)


async def wait_for_guests(world: House) -> None:
    for _ in range(6):
        await world.advance(hours=1)


async def be_loud(world: House) -> None:
    await world.simulator.make_noise(world.home, 1)
    await world.settle()
    await world.simulator.make_noise(world.home, 2)


async def be_loud_as_guests(world: House) -> None:
    await wait_for_guests(world)
    await be_loud(world)


async def take_off(world: House) -> None:
    await world.simulator.remove_from_mount(world.point)
    await world.advance(minutes=11)


async def gather(world: House) -> None:
    await world.simulator.emit("crowd_detected", home=world.home)


async def move(world: House) -> None:
    await world.simulator.motion(world.point)


NOTED = "persistent_notification.create"
SHOWN: dict[str, tuple[Callable[[House], Awaitable[None]], str, dict[str, Any]]] = {
    "Point button press": (press_hallway, NOTED, {"message": "Point button was pressed."}),
    "Point button press (webhook)": (press_hallway, NOTED, {}),
    "Glass or loud sound": (
        break_glass,
        NOTED,
        {"title": "Kitchen", "message": "Glass break"},
    ),
    "Report snoozed noise": (
        snooze,
        NOTED,
        {"message": "The noise notices for Lakeside 4 were snoozed."},
    ),
    "Arm when everybody has left": (
        leave,
        "alarm_control_panel.alarm_arm_away",
        {"entity_id": ["alarm_control_panel.lakeside_4_alarm"]},
    ),
    "Quieter while guests stay": (
        wait_for_guests,
        "point.set_thresholds",
        {"sound_level_high": 65},
    ),
    "Heat before the guests arrive": (
        wait_for_guests,
        "climate.set_temperature",
        {"temperature": 21},
    ),
    "Noise in a rented home": (
        be_loud,
        NOTED,
        {"title": "Noise in Lakeside 4", "message": "It has reached the second notice."},
    ),
    "Point off its mount": (
        take_off,
        NOTED,
        {"message": "Hallway in Lakeside 4 is off its mount."},
    ),
    "A crowd": (gather, NOTED, {"message": "crowd_detected in Lakeside 4"}),
    "Somebody in a vacant home": (
        move,
        NOTED,
        {"message": "Motion in the hallway, and nobody has booked."},
    ),
    "Ask guests to be quiet": (
        be_loud_as_guests,
        NOTED,
        {"message": "Please be quiet in Lakeside 4."},
    ),
    "Say good night": (press_bedroom, "light.turn_off", {"area_id": ["bedroom"]}),
}
"""For each automation: what triggers it, the action that follows, and data of that action."""


def test_every_automation_is_tried() -> None:
    assert SHOWN.keys() == AUTOMATIONS.keys()


@pytest.mark.parametrize("alias", SHOWN)
async def test_automation_does_what_the_page_says(
    world: House, hass: HomeAssistant, alias: str
) -> None:
    act, action, data = SHOWN[alias]
    calls = async_mock_service(hass, *action.split("."))
    config = {"automation": [AUTOMATIONS[alias]]}
    assert await async_setup_component(hass, "automation", config)
    await world.settle()
    assert not calls
    await act(world)
    await world.settle()
    assert len(calls) == 1
    assert {key: calls[0].data[key] for key in data} == data
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


# Actions


def is_answer(example: Example) -> bool:
    """Return whether an example is the answer of the action before it."""
    return not any(example.is_a(key) for key in ("action", "automation", "logbook", "point"))


def filled_in(value: Any, places: dict[str, str]) -> Any:
    text = json.dumps(value)
    for place, name in places.items():
        text = text.replace(place, name)
    return json.loads(text)


def fits(example: Any, answer: Any) -> bool:
    """Return whether an answer has the shape of an example. Ids may differ."""
    match example, answer:
        case dict(), dict():
            any_of = {key: next(iter(answer), None) for key in example if len(str(key)) == 32}
            pairs = [(value, answer.get(any_of.get(key, key))) for key, value in example.items()]
            return all(fits(*pair) for pair in pairs)
        case list(), list():
            return bool(answer) and fits(example[0], answer[0])
        case None, _:
            return True
        case _:
            return isinstance(answer, type(example))


@pytest.fixture
async def places(world: House, hass: HomeAssistant) -> dict[str, str]:
    """Return the ids that replace the placeholders of the examples."""
    home, point = world.ha_device(world.home), world.ha_device(world.point)
    assert home
    assert point
    stay = next(iter(world.simulator.homes[world.home].guests))
    return {"YOUR_HOME": home.id, "YOUR_POINT": point.id, "YOUR_STAY": stay}


async def try_out(hass: HomeAssistant, example: Example, places: dict[str, str]) -> None:
    """Run an action, and compare its answer with the one that the page shows."""
    sequence = cv.SCRIPT_SCHEMA([filled_in(example.value, places)])
    actions = await script.async_validate_actions_config(hass, sequence)
    result = await script.Script(hass, actions, "Example", "script").async_run(context=Context())
    assert result
    answer = result.variables.get(example.value.get("response_variable"))
    assert answer or "response_variable" not in example.value
    for other in EXAMPLES:
        if other.before == example.value and is_answer(other):
            assert fits(other.value, answer), answer


@pytest.mark.parametrize("example", ACTIONS, ids=lambda example: example.name)
async def test_action_does_what_the_page_says(
    world: House, hass: HomeAssistant, places: dict[str, str], example: Example
) -> None:
    await world.simulator.make_noise(world.home)
    await try_out(hass, example, places)


async def test_history_is_imported_as_the_page_says(
    recorder_mock: None, world: House, hass: HomeAssistant, places: dict[str, str]
) -> None:
    humidity = world.entity_id("sensor.humidity")
    er.async_get(hass).async_update_entity(humidity, disabled_by=er.RegistryEntryDisabler.USER)
    await try_out(hass, IMPORT, places)


@pytest.mark.parametrize("example", CONFIGURATIONS, ids=lambda example: example.name)
def test_configuration_is_accepted(example: Example) -> None:
    assert CONFIG_SCHEMA(example.value)["point"]


def test_every_example_is_tried() -> None:
    """Any other example is the answer of the action before it."""
    for example in filter(is_answer, EXAMPLES):
        assert "action" in example.before, example.name


# Entities


def mentioned(text: str) -> set[str]:
    """Return the entity ids in a text, and names of actions and triggers that look like them."""
    kinds = "|".join(name.removesuffix(".py") for name in PLATFORMS)
    return set(re.findall(rf"(?<![.\w])(?:{kinds})\.[a-z]+_[a-z0-9_]+", text))


async def test_examples_name_existing_entities(world: House, hass: HomeAssistant) -> None:
    names = set().union(*(mentioned(read(page)) for page in PAGES))
    actions = {
        f"{domain}.{name}"
        for domain, all_of in hass.services.async_services().items()
        for name in all_of
    }
    assert names - actions - set(hass.states.async_entity_ids()) == set()


UNPROVED = ("light", "smoking", "tamper_old")


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch, simulator: Simulator) -> None:
    """Let an account of a dozen Points be too large for more than the small set."""
    if len(simulator.devices) > 10:
        monkeypatch.setattr(entity_limit, "FULL_LIMIT", 0)
        monkeypatch.setattr(entity_limit, "PLANNED_LIMIT", 200)


@pytest.mark.parametrize("simulator", [SMALL, LARGE], indirect=True, ids=["small", "large"])
async def test_page_marks_entities_that_are_enabled_at_first(
    limits: None, world: House, hass: HomeAssistant
) -> None:
    """★: in accounts of any size; no mark: in small ones; ☆: in none."""
    is_large = len(world.devices) > 10
    owners = {
        "Of a home": world.homes[0].home_id,
        "Of a Point": world.point,
        "Of the account": world.simulator.account.user_id,
    }
    registry = er.async_get(hass).entities.values()
    for heading, owner in owners.items():
        enabled = {
            (entity.domain, entity.unique_id.removeprefix(f"point.{owner}").removeprefix("-"))
            for entity in registry
            if not entity.disabled and owner in entity.unique_id
        }
        said = {
            (kind[0], kind[1] if len(kind) == 2 else "")
            for name, place, *_ in rows("entities.md", heading)
            if (kind := re.findall(r"`(\w+)`", place))
            if name.endswith("★") or not (name.endswith("☆") or is_large)
        }
        # These are there, or enabled, once a Point has proved that it can notice them.
        unproved = {("binary_sensor", key) for key in UNPROVED}
        without_settings = {("sensor", "status")}
        assert said - unproved - without_settings == enabled
