"""Whom the coordinator notifies."""

from homeassistant.core import callback
import pytest

from custom_components.point.coordinator import PointCoordinator
from custom_components.point.listeners import Context
from custom_components.point.state.counts import Count

from .helpers.house import House


@pytest.fixture
def coordinator(linked: House) -> PointCoordinator:
    """Return the coordinator of a loaded account."""
    found = linked.entry.runtime_data.coordinator
    assert isinstance(found, PointCoordinator)
    return found


def listen(coordinator: PointCoordinator, called: list[str], key: str) -> None:
    """Note each call of a listener to a key."""
    coordinator.config_entry.async_on_unload(
        coordinator.async_add_listener(lambda: called.append(key), Context(key))
    )


async def test_only_listeners_of_a_changed_key_are_called(
    linked: House, coordinator: PointCoordinator
) -> None:
    called: list[str] = []
    for key in (linked.home, linked.point):
        listen(coordinator, called, key)
    coordinator.async_notify([linked.point, "nobody"])
    assert called == [linked.point]


async def test_a_key_that_is_named_twice_is_notified_once(
    linked: House, coordinator: PointCoordinator
) -> None:
    called: list[str] = []
    listen(coordinator, called, linked.point)
    coordinator.async_notify([linked.point, linked.point])
    assert called == [linked.point]


async def test_a_removed_listener_is_not_called(
    linked: House, coordinator: PointCoordinator
) -> None:
    called: list[str] = []
    remove = coordinator.async_add_listener(lambda: called.append("removed"), Context(linked.point))
    remove()
    coordinator.async_notify([linked.point])
    assert called == []


async def test_an_error_in_one_listener_does_not_affect_the_others(
    linked: House, coordinator: PointCoordinator, caplog: pytest.LogCaptureFixture
) -> None:
    called: list[str] = []

    @callback
    def fail() -> None:
        raise RuntimeError

    linked.entry.async_on_unload(coordinator.async_add_listener(fail, Context(linked.point)))
    listen(coordinator, called, linked.point)
    coordinator.async_notify([linked.point])
    assert called == [linked.point]
    assert "Error updating an entity" in caplog.text


async def test_a_count_is_notified_when_it_changes(
    linked: House, coordinator: PointCoordinator
) -> None:
    called: list[str] = []
    listen(coordinator, called, Count.POINTS_OFFLINE)
    coordinator.async_notify([linked.point])
    assert called == []
    await linked.simulator.emit("device_offline", device=linked.point)
    await linked.advance(seconds=2)  # counts are debounced
    assert called == [Count.POINTS_OFFLINE]
