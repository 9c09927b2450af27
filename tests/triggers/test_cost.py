"""What triggers cost: listeners, work for each event, and what is left of an account."""

from collections import Counter
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import DATA_DISPATCHER
import pytest

from custom_components.point.coordinator import SIGNAL_EVENT, SIGNAL_STATE, PointCoordinator
from custom_components.point.triggers.state import StateTrigger

from ..helpers.house import House
from .happenings import HAPPENINGS, attach, begin, by_device, by_home, places

LARGE = pytest.mark.parametrize("simulator", [6], indirect=True, ids=["12 Points"])
TIMED = ["noise_notice_reached", "noise_ended", "removed", "went_offline", "came_online"]


def all_homes(house: House) -> dict[str, Any]:
    return by_home(house, *(home.home_id for home in house.homes))


def listeners(hass: HomeAssistant) -> Counter[str]:
    """Return the number of listeners of the event bus and of our signals."""
    bus = hass.bus.async_listeners()
    found = Counter({str(event): count for event, count in bus.items()})
    for signal in (SIGNAL_EVENT, SIGNAL_STATE):
        found[str(signal)] = len(hass.data[DATA_DISPATCHER].get(signal, ()))
    return found


@LARGE
@pytest.mark.parametrize("name", HAPPENINGS)
async def test_listens_once_whatever_the_number_of_entities(
    hosted: House, hass: HomeAssistant, name: str
) -> None:
    before = listeners(hass)
    await attach(hass, name, all_homes(hosted))
    added = listeners(hass) - before
    added.pop("homeassistant_stop", None)  # the test's own
    assert len(added) == added.total() == 1
    assert added.keys() <= {str(SIGNAL_EVENT), str(SIGNAL_STATE)}


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that collects the homes and Points at which triggers look."""
    keys: list[str] = []
    holds = StateTrigger._holds

    def look(self: StateTrigger, coordinator: PointCoordinator, key: str) -> bool | None:
        keys.append(key)
        return holds(self, coordinator, key)

    monkeypatch.setattr(StateTrigger, "_holds", look)
    return keys


@LARGE
async def test_each_event_looks_only_at_its_own_place_in_the_target(
    hosted: House, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []
    has = StateTrigger._has

    def look(self: StateTrigger, coordinator: PointCoordinator, key: str) -> bool:
        looked_up.append(key)
        return has(self, coordinator, key)

    monkeypatch.setattr(StateTrigger, "_has", look)
    fired = await attach(hass, "glass_broke", all_homes(hosted))
    await begin(hosted, "glass_broke", hosted.point)
    assert len(fired) == 1
    assert looked_up == [hosted.point]


@LARGE
@pytest.mark.parametrize("behavior", ["each", "first", "all"])
async def test_an_event_costs_the_same_in_an_account_of_any_size(
    hosted: House, hass: HomeAssistant, looked_at: list[str], behavior: str
) -> None:
    await attach(hass, "glass_broke", all_homes(hosted), behavior=behavior)
    assert len(set(looked_at)) == 12
    looked_at.clear()
    await begin(hosted, "glass_broke", hosted.point)
    assert set(looked_at) == {hosted.point}


@pytest.mark.parametrize("behavior", ["each", "first", "all"])
@pytest.mark.parametrize("name", TIMED)
async def test_no_timer_is_left_of_an_account_that_is_unloaded(
    hosted: House,
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    behavior: str,
) -> None:
    triggers: list[StateTrigger] = []
    subscribe = StateTrigger._async_subscribe

    def note(self: StateTrigger) -> Any:
        triggers.append(self)
        return subscribe(self)

    monkeypatch.setattr(StateTrigger, "_async_subscribe", note)
    place, _ = places(hosted, name)
    await HAPPENINGS[name].prepare(hosted, place)
    await hosted.settle()
    await attach(hass, name, by_device(hosted, place), behavior=behavior, **{"for": {"hours": 9}})
    await begin(hosted, name, place)
    [trigger] = triggers
    assert trigger._timers
    assert trigger._known
    await hosted.stop()
    assert not trigger._timers
    assert not trigger._known


async def test_nothing_is_left_of_a_setup_that_failed(
    hosted: House, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[PointCoordinator] = []
    update = StateTrigger._async_update

    @callback
    def note(self: StateTrigger, coordinator: PointCoordinator, keys: frozenset[str]) -> None:
        update(self, coordinator, keys)
        seen.append(coordinator)
        assert (coordinator in self._known) is not coordinator.is_closing

    monkeypatch.setattr(StateTrigger, "_async_update", note)
    await attach(hass, "removed", all_homes(hosted))
    await hosted.stop()
    hosted.simulator.faults.add(method="GET", path="/homes", status=502, times=None)
    assert not await hass.config_entries.async_setup(hosted.entry.entry_id)
    assert len({*map(id, seen)}) == 2
    assert all(coordinator.is_closing for coordinator in seen)
