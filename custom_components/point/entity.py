"""What the entities of a Point, and those of a home, have in common."""

from asyncio import Semaphore
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import override

from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback, EntityPlatform
from homeassistant.helpers.update_coordinator import CoordinatorEntity
from homeassistant.util import slugify

from .const import DOMAIN
from .coordinator import PointCoordinator
from .data import PointConfigEntry, PointData
from .state.account import AccountState
from .state.device import DeviceState
from .state.home import HomeState


@dataclass(frozen=True, kw_only=True)
class PointEntityDescription(EntityDescription):
    """An entity of a Point, a home or the account."""


class PointEntity(CoordinatorEntity[PointCoordinator]):
    """An entity of the home, the Point or the account whose id is `key`."""

    _attr_has_entity_name = True
    _of: str
    """What it is an entity of, in the words of `entity_budget`."""
    _written: tuple[State | None, object] | None = None
    """The state that was written last, and what it shows."""

    def __init__(
        self, coordinator: PointCoordinator, key: str, description: PointEntityDescription
    ) -> None:
        super().__init__(coordinator, key)
        self.entity_description = description
        self._key = key
        self._attr_unique_id = f"{DOMAIN}.{key}-{description.key}"
        self._attr_translation_key = description.key
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, key)})

    @callback
    @override
    def add_to_platform_start(
        self, hass: HomeAssistant, platform: EntityPlatform, parallel_updates: Semaphore | None
    ) -> None:
        """Suggest an id for what comes when its device is in the area of its home already.

        Home Assistant would begin it with the area and the device, and both name the home.
        """
        super().add_to_platform_start(hass, platform, parallel_updates)
        identity = platform.domain, DOMAIN, str(self.unique_id)
        if er.async_get(hass).async_get_entity_id(*identity):
            return
        device_name = self.coordinator.devices.name_with_area(self._key)
        if device_name and (own := self.suggested_object_id):
            self.entity_id = f"{platform.domain}.{slugify(f'{device_name} {own}')}"

    @property
    @override
    def entity_registry_enabled_default(self) -> bool:
        name = f"{self._of}.{self.platform.domain}.{self.entity_description.key}"
        return super().entity_registry_enabled_default and self.coordinator.entity_plan.enables(
            name
        )

    @property
    def _runtime_data(self) -> PointData:
        """Return the other objects of the account."""
        entry: PointConfigEntry = self.coordinator.config_entry
        return entry.runtime_data

    @property
    def _is_present(self) -> bool:
        """Tell whether the account has this home or Point."""
        state = self.coordinator.data
        return self._key in state.homes or self._key in state.devices

    @property
    @override
    def available(self) -> bool:
        return super().available and self._is_present

    @property
    def _shown(self) -> object:
        """Return all that may change of the state."""
        return self.available and (
            self.state,
            self.state_attributes,
            self.extra_state_attributes,
        )

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state where it is another: an event changes few entities of its Point.

        Where the state is not the one that was written here, somebody else has written it.
        """
        shown = self._shown
        if (self.hass.states.get(self.entity_id), shown) != self._written:
            self.async_write_ha_state()
            self._written = self.hass.states.get(self.entity_id), shown


class PointDeviceEntity(PointEntity):
    """An entity of a Point."""

    _of = "point"

    @property
    def _device(self) -> DeviceState:
        return self.coordinator.data.devices[self._key]


class PointHomeEntity(PointEntity):
    """An entity of a home."""

    _of = "home"

    @property
    def _home(self) -> HomeState:
        return self.coordinator.data.homes[self._key]


class PointAccountEntity(PointEntity):
    """An entity of the account itself: of Home Assistant's link to Minut."""

    _of = "account"

    @property
    @override
    def available(self) -> bool:
        return True


def add_for_each_device[D: PointEntityDescription](
    coordinator: PointCoordinator,
    add_entities: AddConfigEntryEntitiesCallback,
    entity: Callable[[PointCoordinator, str, D], Entity],
    descriptions: Iterable[D],
    *,
    exists: Callable[[DeviceState, D], bool] = lambda _device, _description: True,
) -> None:
    """Add these entities for each Point that there is, and for each that appears."""
    devices = coordinator.data.devices
    _add_for_each(coordinator, add_entities, entity, descriptions, present=devices, exists=exists)


def add_for_each_home[D: PointEntityDescription](
    coordinator: PointCoordinator,
    add_entities: AddConfigEntryEntitiesCallback,
    entity: Callable[[PointCoordinator, str, D], Entity],
    descriptions: Iterable[D],
) -> None:
    """Add these entities for each home that there is, and for each that appears."""
    homes = coordinator.data.homes
    _add_for_each(
        coordinator, add_entities, entity, descriptions, present=homes, exists=lambda _h, _d: True
    )


def add_for_account[D: PointEntityDescription](
    coordinator: PointCoordinator,
    add_entities: AddConfigEntryEntitiesCallback,
    entity: Callable[[PointCoordinator, str, D], Entity],
    descriptions: Iterable[D],
    *,
    exists: Callable[[AccountState, D], bool] = lambda _state, _description: True,
) -> None:
    """Add these entities for the account itself."""
    account = {coordinator.account_id: coordinator.data}
    _add_for_each(coordinator, add_entities, entity, descriptions, present=account, exists=exists)


def _add_for_each[S, D: PointEntityDescription](
    coordinator: PointCoordinator,
    add_entities: AddConfigEntryEntitiesCallback,
    entity: Callable[[PointCoordinator, str, D], Entity],
    descriptions: Iterable[D],
    *,
    present: Mapping[str, S],
    exists: Callable[[S, D], bool],
) -> None:
    added: set[tuple[str, str]] = set()

    @callback
    def add_new() -> None:
        gone = {key for key, _ in added} - present.keys()
        removed = {key for key in gone if coordinator.devices.ha_id(key) is None}
        added.difference_update([pair for pair in added if pair[0] in removed])
        new = [
            (key, description)
            for key, state in present.items()
            for description in descriptions
            if (key, description.key) not in added and exists(state, description)
        ]
        added.update((key, description.key) for key, description in new)
        if new:
            add_entities(entity(coordinator, key, description) for key, description in new)

    coordinator.async_on_new(add_new)
