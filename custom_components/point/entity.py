"""What the entities of a Point, and those of a home, have in common."""

from collections.abc import Callable, Iterable, KeysView
from dataclasses import dataclass
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import PointCoordinator
from .device_state import DeviceState
from .home_state import HomeState

FULL_SET_UP_TO = 10
"""Accounts with more Points get the small set of entities enabled at first."""


@dataclass(frozen=True, kw_only=True)
class PointEntityDescription(EntityDescription):
    """An entity of a Point. `essential` ones are enabled in accounts of any size."""

    essential: bool = False


class PointDeviceEntity(CoordinatorEntity[PointCoordinator]):
    """An entity of a Point."""

    _attr_has_entity_name = True

    def __init__(
        self, coordinator: PointCoordinator, device_id: str, description: PointEntityDescription
    ) -> None:
        super().__init__(coordinator, device_id)
        self.entity_description = description
        self._device_id = device_id
        self._attr_unique_id = f"{DOMAIN}.{device_id}-{description.key}"
        self._attr_translation_key = description.key
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, device_id)})
        self._attr_entity_registry_enabled_default = (
            description.entity_registry_enabled_default
            and (description.essential or len(coordinator.data.devices) <= FULL_SET_UP_TO)
        )

    @property
    def _device(self) -> DeviceState:
        return self.coordinator.data.devices[self._device_id]

    @property
    @override
    def available(self) -> bool:
        return super().available and self._device_id in self.coordinator.data.devices


class PointHomeEntity(CoordinatorEntity[PointCoordinator]):
    """An entity of a home."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: PointCoordinator, home_id: str) -> None:
        super().__init__(coordinator, home_id)
        self._home_id = home_id
        self._attr_unique_id = f"{DOMAIN}.{home_id}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, home_id)})

    @property
    def _home(self) -> HomeState:
        return self.coordinator.data.homes[self._home_id]

    @property
    @override
    def available(self) -> bool:
        return super().available and self._home_id in self.coordinator.data.homes


def add_for_each_device[D: PointEntityDescription](
    coordinator: PointCoordinator,
    add_entities: AddConfigEntryEntitiesCallback,
    entity: Callable[[PointCoordinator, str, D], Entity],
    descriptions: Iterable[D],
) -> None:
    """Add these entities for each Point that there is, and for each that appears."""
    _add_for_each(
        coordinator,
        coordinator.data.devices.keys,
        lambda key: add_entities(entity(coordinator, key, each) for each in descriptions),
    )


def add_for_each_home(
    coordinator: PointCoordinator,
    add_entities: AddConfigEntryEntitiesCallback,
    entity: Callable[[PointCoordinator, str], Entity],
) -> None:
    """Add this entity for each home that there is, and for each that appears."""
    _add_for_each(
        coordinator,
        coordinator.data.homes.keys,
        lambda key: add_entities([entity(coordinator, key)]),
    )


def _add_for_each(
    coordinator: PointCoordinator, present: Callable[[], KeysView[str]], add: Callable[[str], None]
) -> None:
    added: set[str] = set()

    @callback
    def add_new() -> None:
        absent = added - present()
        added.difference_update(key for key in absent if coordinator.devices.ha_id(key) is None)
        for key in present() - added:
            added.add(key)
            add(key)

    coordinator.async_on_new(add_new)
