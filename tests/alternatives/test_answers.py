"""Whatever the answers look like, the account is linked with the same entities and values."""

from dataclasses import dataclass

from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from ..helpers.house import House
from .conftest import HOMES

pytestmark = pytest.mark.newest_only("long; what Minut answers is up to Minut")

ANSWERS = (
    *("paging_none", "paging_total", "paging_meta_total", "paging_has_more", "paging_next"),
    *("limit_refused", "limit_above_50_refused"),
    *("list_null", "list_named_items", "list_named_data", "list_nested", "list_bare"),
    *("home_list_summaries", "home_list_without_alarm"),
    *("device_list_summaries", "device_list_without_values"),
    *("object_wrapped", "id_plain", "reference_objects", "reference_ids"),
    *("id_number", "id_uuid", "number_as_text", "time_unix_seconds", "time_unix_milliseconds"),
    *("device_online", "unit_fahrenheit", "unit_hectopascal"),
    *("reading_bare", "reading_without_time", "reading_time_unreadable", "error_status_200"),
    *("event_time_without_zone", "event_time_local"),
)

type Values = dict[str, object]

_usual: Values = {}


def values(house: House) -> Values:
    """Return the states of all entities by entity id, and what the registry knows of devices."""
    found: Values = {}
    for entity in er.async_entries_for_config_entry(er.async_get(house.hass), house.entry.entry_id):
        state = house.hass.states.get(entity.entity_id)
        found[entity.entity_id] = as_number(state.state if state else None)
        found[f"{entity.entity_id} is disabled by"] = entity.disabled_by
    registry = dr.async_get(house.hass)
    for device in dr.async_entries_for_config_entry(registry, house.entry.entry_id):
        above = registry.async_get(device.via_device_id or "")
        found[f"device {device.name}, {device.model}, {above.name if above else None}"] = (
            device.sw_version,
            device.hw_version,
            device.connections,
            device.area_id,
        )
    return found


def as_number(state: str | None) -> object:
    """Return a state, as a number if it is one."""
    try:
        return float(state or "")
    except ValueError:
        return state


async def as_usual(house: House) -> Values:
    """Return what is shown without any alternative. The first test of a process finds out."""
    if not _usual:
        await house.link()
        _usual.update(values(house))
        assert await house.hass.config_entries.async_remove(house.entry.entry_id)
        await house.settle()
    return _usual


@pytest.mark.parametrize("name", ANSWERS)
async def test_all_homes_and_values_are_there(house: House, name: str) -> None:
    usual = await as_usual(house)
    simulator = house.simulator
    simulator.use(name)
    await house.link()
    coordinator = house.entry.runtime_data.coordinator
    assert len(coordinator.data.homes) == len(coordinator.data.devices) == HOMES
    assert not house.entry.runtime_data.client.lists.incomplete
    assert values(house) == pytest.approx(usual, abs=0.11), "the simulator rounds other units"

    await house.advance(minutes=1)
    warm, pressed, armed = (shown(house, f"Home {number}") for number in (2, 3, 0))
    await simulator.set_temperature(house.devices[2].device_id, 33.5)
    await simulator.press_button(house.devices[3].device_id)
    await simulator.arm(house.homes[0].home_id)
    await house.settle()
    assert float(house.state("sensor.temperature", warm.point)) == pytest.approx(33.5, abs=0.1)
    assert house.state("binary_sensor.heat", warm.point) == "on"
    assert house.state("event.button", pressed.point) == "2026-11-20T12:01:00.000+00:00"

    await simulator.set_temperature(house.devices[2].device_id, 21.5)
    await house.advance(hours=2)
    assert float(house.state("sensor.temperature", warm.point)) == pytest.approx(21.5, abs=0.1)
    assert house.state("binary_sensor.heat", warm.point) == "off"
    assert house.panel(armed.home) == "armed_away"
    assert not house.entry.runtime_data.client.unreadable


@dataclass(frozen=True)
class Ids:
    """Ids of a home and its Point as Home Assistant knows them."""

    home: str
    point: str


def shown(house: House, name: str) -> Ids:
    """Return the ids of the home of this name."""
    state = house.entry.runtime_data.coordinator.data
    [home] = [key for key, home in state.homes.items() if home.polled.name == name]
    [point] = state.devices_in(home)
    return Ids(home, point.polled.id)
