"""Where Home Assistant shows entities by itself, and what assistants and voice may use."""

from unittest.mock import Mock

from homeassistant.components.air_quality.trigger import TRIGGERS as AIR_QUALITY
from homeassistant.components.alexa.entities import BinarySensorCapabilities
from homeassistant.components.google_assistant.const import DEVICE_CLASS_TO_GOOGLE_TYPES
from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.const import ATTR_DEVICE_CLASS, EntityCategory
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest

from ..helpers.house import House

# What the frontend of 2026.11 shows on its pages, of the domains that this integration has.
SECURITY = {
    "lock",
    "door",
    "window",
    "garage_door",
    "opening",
    "carbon_monoxide",
    "gas",
    "glass_break",
    "moisture",
    "safety",
    "smoke",
    "tamper",
}
CLIMATE = {"window"}
LIGHTS_DOMAIN = "light"
DISARMS_SILENCES_OR_CHANGES_LIMITS = {"switch", "number", "time"}


@pytest.fixture
async def shown(house: House) -> dict[str, er.RegistryEntry]:
    """Return all entities that are enabled, of Points that have proved all they can notice."""
    assert await async_setup_component(house.hass, "homeassistant", {})
    house.devices[0].latest["part_als"] = (house.simulator.time(), 120.0)
    await house.link(options={"stays": True})
    for event_type in ("tamper", "smoking_detection_smoking_detected"):
        await house.simulator.emit(event_type, device=house.point)
    await house.settle()
    entities = er.async_entries_for_config_entry(er.async_get(house.hass), house.entry.entry_id)
    return {
        f"{entity.domain}.{entity.unique_id.rpartition('-')[2]}"
        if "-" in entity.unique_id
        else f"{entity.domain}.alarm": entity
        for entity in entities
        if not entity.disabled
    }


def of_classes(
    house: House, shown: dict[str, er.RegistryEntry], classes: set[str], domain: str
) -> set[str]:
    """Return the entities of these device classes."""
    return {
        name
        for name, entity in shown.items()
        if entity.domain == domain
        and (state := house.hass.states.get(entity.entity_id))
        and state.attributes.get(ATTR_DEVICE_CLASS) in classes
    }


async def test_the_security_page_shows_alarms_and_no_cigarettes(
    house: House, shown: dict[str, er.RegistryEntry]
) -> None:
    assert of_classes(house, shown, SECURITY, "binary_sensor") == {
        "binary_sensor.alarm",
        "binary_sensor.glass",
        "binary_sensor.tamper",
        "binary_sensor.tamper_old",
    }


async def test_the_trigger_for_smoke_is_about_the_alarm(
    house: House, shown: dict[str, er.RegistryEntry]
) -> None:
    assert {"smoke_detected", "smoke_cleared"} <= AIR_QUALITY.keys()
    assert of_classes(house, shown, {"smoke"}, "binary_sensor") == {"binary_sensor.alarm"}


@pytest.mark.parametrize(
    ("domain", "device_class", "expected"),
    [
        ("binary_sensor", "moisture", set()),  # leaks
        ("binary_sensor", "gas", set()),
        ("binary_sensor", "motion", {"binary_sensor.motion"}),
        ("binary_sensor", "light", {"binary_sensor.light"}),
        ("binary_sensor", "occupancy", {"binary_sensor.occupied"}),
        ("binary_sensor", "vibration", set()),
        ("binary_sensor", "battery", {"binary_sensor.battery"}),
        ("sensor", "battery", {"sensor.battery_level"}),
        # A dew point has this class in all of Home Assistant: only so its unit is converted.
        ("sensor", "temperature", {"sensor.temperature", "sensor.dew_point"}),
        ("sensor", "humidity", {"sensor.humidity"}),
        ("event", "button", {"event.button"}),
        ("event", "doorbell", set()),
        ("event", "motion", set()),
    ],
)
async def test_a_trigger_by_purpose_gets_what_it_names(
    house: House,
    shown: dict[str, er.RegistryEntry],
    domain: str,
    device_class: str,
    expected: set[str],
) -> None:
    assert of_classes(house, shown, {device_class}, domain) == expected


async def test_no_other_page_takes_an_entity_for_what_it_is_not(
    house: House, shown: dict[str, er.RegistryEntry]
) -> None:
    assert of_classes(house, shown, CLIMATE, "binary_sensor") == set()
    assert LIGHTS_DOMAIN not in {entity.domain for entity in shown.values()}


async def test_what_is_exposed_to_assistants_by_default(
    house: House, shown: dict[str, er.RegistryEntry]
) -> None:
    exposed = {
        name
        for name, entity in shown.items()
        if async_should_expose(house.hass, "conversation", entity.entity_id)
    }
    assert exposed == {"sensor.temperature", "sensor.humidity", "binary_sensor.motion"}


async def test_whatever_silences_or_changes_limits_is_configuration(
    shown: dict[str, er.RegistryEntry],
) -> None:
    found = {
        name: entity.entity_category
        for name, entity in shown.items()
        if entity.domain in DISARMS_SILENCES_OR_CHANGES_LIMITS
    }
    assert {"switch.noise_monitoring", "switch.quiet_hours"} <= found.keys()
    assert set(found.values()) == {EntityCategory.CONFIG}


async def test_google_takes_only_the_alarm_for_a_smoke_detector(
    house: House, shown: dict[str, er.RegistryEntry]
) -> None:
    """HomeKit, too: it shows whatever has none of its classes as occupancy, if it is chosen."""
    as_types: dict[str, str] = {}
    for name, entity in shown.items():
        state = house.hass.states.get(entity.entity_id)
        kind = (entity.domain, state.attributes.get(ATTR_DEVICE_CLASS) if state else None)
        if kind in DEVICE_CLASS_TO_GOOGLE_TYPES:
            as_types[name] = DEVICE_CLASS_TO_GOOGLE_TYPES[kind].rpartition(".")[2]
    assert as_types == {
        "binary_sensor.alarm": "SMOKE_DETECTOR",
        "sensor.temperature": "SENSOR",
        "sensor.dew_point": "SENSOR",
        "sensor.humidity": "SENSOR",
    }


async def test_alexa_takes_only_motion_for_a_sensor_of_its_own(
    house: House, shown: dict[str, er.RegistryEntry]
) -> None:
    kinds = {}
    for name, entity in shown.items():
        state = house.hass.states.get(entity.entity_id)
        if entity.domain == "binary_sensor" and state:
            kinds[name] = BinarySensorCapabilities(house.hass, Mock(), state).get_type()
    assert {name: kind for name, kind in kinds.items() if kind} == {
        "binary_sensor.motion": "motion"
    }
