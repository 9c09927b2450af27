"""An event updates only the entities that show what it changes, and all of those."""

from collections.abc import Mapping
from functools import partial
from itertools import permutations
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util
import pytest

from custom_components.point.minut.event_types import EVENT_TYPES
from tests.helpers.house import House

BEGINNINGS = {
    "device_offline": "device_online",
    "temperature_high": "temperature_dropped_normal",
    "tamper_removed": "tamper_mounted",
    "disturbance_ended": "disturbance_first_notice",
}
"""Events, and those that end what they begin."""

type Shown = dict[str, tuple[str, dict[str, object]] | None]


def shown(house: House) -> Shown:
    """Return the state and attributes of each entity of the account."""
    entities = er.async_entries_for_config_entry(er.async_get(house.hass), house.entry.entry_id)
    states = {entity.unique_id: house.hass.states.get(entity.entity_id) for entity in entities}
    return {
        key: (state.state, dict(state.attributes)) if state else None
        for key, state in states.items()
    }


def update_all(house: House) -> None:
    """Update all entities, whatever changed."""
    DataUpdateCoordinator.async_update_listeners(house.entry.runtime_data.coordinator)


async def deliver(house: House, kind: str, value: float | None) -> None:
    emit = partial(house.simulator.emit, kind, device=house.point, home=house.home)
    await (emit() if value is None else emit(sensor_value=value))
    await house.settle()


async def expect_nothing_stale(house: House, kind: str, value: float | None) -> None:
    """Deliver an event, and expect that an update of all entities changes nothing."""
    await deliver(house, kind, value)
    after = shown(house)
    update_all(house)
    assert shown(house) == after, (kind, value)


@pytest.mark.parametrize("kind", EVENT_TYPES)
async def test_nothing_is_stale_after_an_event(linked: House, kind: str) -> None:
    for value in (None, 61.5):
        await expect_nothing_stale(linked, kind, value)


@pytest.mark.parametrize("first", BEGINNINGS)
async def test_nothing_is_stale_after_events_in_any_order(linked: House, first: str) -> None:
    for others in permutations(BEGINNINGS.keys() - {first}):
        for kind in (first, *others):
            await expect_nothing_stale(linked, kind, 61.5)
        for end in BEGINNINGS.values():
            linked.freezer.tick(1)
            await expect_nothing_stale(linked, end, None)
        linked.freezer.tick(1)


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (
            "temperature_high",
            31.5,
            {"binary_sensor.heat", "sensor.temperature", "event.activity"},
        ),
        ("pir_motion", None, {"binary_sensor.motion", "sensor.last_motion", "event.activity"}),
        ("device_online", None, {"event.activity"}),
    ],
)
async def test_an_event_writes_only_the_states_that_it_changes(
    linked: House, kind: str, value: float | None, written: set[str]
) -> None:
    found: list[str] = []

    @callback
    def note(data: Mapping[str, Any]) -> bool:
        found.append(data["entity_id"])
        return False

    @callback
    def ignore(_event: Event[Mapping[str, Any]]) -> None:
        """Handle no event: the filter has seen it."""

    for event_type in (str(EVENT_STATE_CHANGED), str(EVENT_STATE_REPORTED)):
        linked.hass.bus.async_listen(event_type, ignore, event_filter=note)
    await deliver(linked, kind, value)
    assert sorted(found) == sorted(map(linked.entity_id, written))


async def test_the_last_delivery_is_shown_after_each_one(
    linked: House,
) -> None:
    registry = er.async_get(linked.hass)
    account = linked.entry.unique_id
    last_push = linked.entity_id("sensor.last_push", account)
    registry.async_update_entity(last_push, disabled_by=None)
    await linked.advance(seconds=31)
    for _ in range(2):
        await linked.advance(minutes=1)
        await deliver(linked, "pir_motion", None)
        shown_at = dt_util.parse_datetime(linked.state("sensor.last_push", account))
        assert shown_at == dt_util.utcnow()
