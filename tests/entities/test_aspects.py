"""An event updates only the entities that show what it changes, and all of those."""

from functools import partial
from itertools import permutations

from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
import pytest

from custom_components.point.minut.event_types import EVENT_TYPES
from tests.helpers.house import House

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


@pytest.mark.parametrize("value", [None, 61.5])
@pytest.mark.parametrize("kind", EVENT_TYPES)
async def test_nothing_is_stale_after_an_event(
    linked: House, kind: str, value: float | None
) -> None:
    await deliver(linked, kind, value)
    after = shown(linked)
    update_all(linked)
    assert shown(linked) == after


@pytest.mark.parametrize(
    "kinds",
    permutations(["device_offline", "temperature_high", "tamper_removed", "disturbance_ended"]),
)
async def test_nothing_is_stale_after_events_in_any_order(
    linked: House, kinds: tuple[str, ...]
) -> None:
    for kind in kinds:
        await deliver(linked, kind, 61.5)
        after = shown(linked)
        update_all(linked)
        assert shown(linked) == after
