"""Base classes of the entities of Points, homes and the account, and functions that add them."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import override

from homeassistant.const import EntityCategory
from homeassistant.core import State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import (
    AddConfigEntryEntitiesCallback,
    async_get_current_platform,
)
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .commands.thresholds import ensure_changed
from .const import DOMAIN
from .coordinator import PointCoordinator
from .data import PointData, data_of
from .errors import translated_errors
from .listeners import ANYTHING, Aspects, Context
from .minut.thresholds import Setting, ThresholdValues, Value
from .registry.entity_limit import Tier
from .registry.unique_ids import unique_id
from .state.account import AccountState
from .state.device import DeviceState
from .state.home import HomeState


@dataclass(frozen=True, kw_only=True)
class PointEntityDescription[S](EntityDescription):
    """An entity of a Point, a home or the account, whose state is an `S`.

    `named_by_class`: the name is that of the device class, which Home Assistant translates.
    `exists_fn`: whether the Point, home or account has it at all. `known_fn`: whether Minut reports
    anything about it; the entity is disabled until then. `aspects`: what an event must change of a
    Point to update the entity. `follows`: the key of what updates it instead of any change of the
    Point, home or account.
    """

    tier: Tier = Tier.FULL
    named_by_class: bool = False
    exists_fn: Callable[[S], bool] = lambda _state: True
    known_fn: Callable[[S], bool] = lambda _state: True
    aspects: Aspects = ANYTHING
    follows: str | None = None


class PointEntity[S](CoordinatorEntity[PointCoordinator]):
    """An entity of the home, the Point or the account whose id is `key`."""

    _attr_has_entity_name = True
    _written: tuple[State | None, object] | None = None
    """The state that this entity wrote last, and the values that it was written from."""

    def __init__(
        self, coordinator: PointCoordinator, key: str, description: PointEntityDescription[S]
    ) -> None:
        context = Context(description.follows or key, description.aspects)
        super().__init__(coordinator, context)
        self.entity_description = self._description = description
        self._key = key
        self._attr_unique_id = unique_id(key, description.key)
        self._attr_translation_key = None if description.named_by_class else description.key
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, key)})

    @property
    def _runtime_data(self) -> PointData:
        """Return the other objects of the account."""
        return data_of(self.coordinator)

    @staticmethod
    @abstractmethod
    def states(coordinator: PointCoordinator) -> Mapping[str, S]:
        """Return the states of all Points, of all homes, or of the account, by id."""

    @classmethod
    def is_known(
        cls, coordinator: PointCoordinator, key: str, description: PointEntityDescription[S]
    ) -> bool:
        """Return whether Minut reports anything about this entity of a Point, home or account."""
        state = cls.states(coordinator).get(key)
        return state is not None and description.known_fn(state)

    @property
    @override
    def entity_registry_enabled_default(self) -> bool:
        is_known = self.is_known(self.coordinator, self._key, self._description)
        return is_known and self.coordinator.entity_limit.enables(self._description.tier)

    @property
    def _is_present(self) -> bool:
        """Return whether the account has this home or Point."""
        return self._key in self.states(self.coordinator)

    @property
    @override
    def available(self) -> bool:
        return self._is_present and (
            super().available or (self.coordinator.push.works and self._is_pushed)
        )

    @property
    def _is_pushed(self) -> bool:
        """Return whether an event has set the state since the last successful poll.

        Such a state is shown although the cloud cannot be polled.
        """
        return False

    @property
    def _shown(self) -> object:
        """Return everything that the state is written from."""
        return self.available and (
            self.state,
            self.state_attributes,
            self.extra_state_attributes,
        )

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state only if it changed: an event changes few entities of its Point.

        Also write it if something else has overwritten the state since.
        """
        shown = self._shown
        if (self.hass.states.get(self.entity_id), shown) != self._written:
            self._write(shown)

    @callback
    def _write(self, shown: object) -> None:
        self.async_write_ha_state()
        self._written = self.hass.states.get(self.entity_id), shown

    async def _async_set_thresholds(self, device_id: str, values: ThresholdValues) -> None:
        """Set thresholds of a Point. Raises HomeAssistantError."""
        with translated_errors(self.hass, self.coordinator.config_entry, "change"):
            ensure_changed(
                await self._runtime_data.commands.thresholds.async_write(device_id, values)
            )


class PointDeviceEntity(PointEntity[DeviceState]):
    """An entity of a Point."""

    @staticmethod
    @override
    def states(coordinator: PointCoordinator) -> Mapping[str, DeviceState]:
        return coordinator.data.devices

    @property
    def _device(self) -> DeviceState:
        return self.coordinator.data.devices[self._key]


class PointHomeEntity(PointEntity[HomeState]):
    """An entity of a home."""

    @staticmethod
    @override
    def states(coordinator: PointCoordinator) -> Mapping[str, HomeState]:
        return coordinator.data.homes

    @property
    def _home(self) -> HomeState:
        return self.coordinator.data.homes[self._key]


class PointAccountEntity(PointEntity[AccountState]):
    """An entity of the account itself."""

    @staticmethod
    @override
    def states(coordinator: PointCoordinator) -> Mapping[str, AccountState]:
        return {coordinator.account_id: coordinator.data}

    @property
    @override
    def available(self) -> bool:
        return True


class PointThresholdEntity(PointDeviceEntity):
    """A setting of a Point. The entity's key is Minut's name of the setting.

    The entity shows the value that the cloud holds. It is `pending` until the Point applies it,
    which happens when the Point next reports.
    """

    _attr_entity_category = EntityCategory.CONFIG

    @property
    def _setting(self) -> Setting:
        return Setting(self._description.key)

    @property
    @override
    def _shown(self) -> object:
        return (
            self.available and self._device.polled.thresholds
        )  # cheaper than comparing the values

    @property
    def _value(self) -> Value:
        return self._device.polled.thresholds.value(self._setting)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, bool] | None:
        is_pending = self._device.polled.thresholds.is_pending
        return None if is_pending is None else {"pending": is_pending}

    async def _async_write(self, value: Value) -> None:
        await self._async_set_thresholds(self._key, {self._setting: value})


def has_value(setting: Setting) -> Callable[[DeviceState], bool]:
    """Return a function that returns whether Minut holds a value of this setting for a Point."""
    return lambda device: device.polled.thresholds.value(setting) is not None


def add_for_each[S](
    coordinator: PointCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entity_class: type[PointEntity[S]],
    descriptions: Iterable[PointEntityDescription[S]],
) -> None:
    """Add these entities for each Point, home or account that exists, and that appears later.

    An entity in the registry stays, even if its Point no longer shows that it supports it. Call
    this function in the platform's `async_setup_entry`.
    """
    platform = async_get_current_platform()
    registry = er.async_get(coordinator.hass)
    added: set[tuple[str, str]] = set()

    def registered(entity_unique_id: str | None) -> er.RegistryEntry | None:
        entity_id = registry.async_get_entity_id(platform.domain, DOMAIN, str(entity_unique_id))
        return registry.async_get(entity_id) if entity_id else None

    def new_entity(key: str, description: PointEntityDescription[S]) -> PointEntity[S]:
        entity = entity_class(coordinator, key, description)
        known = registered(entity.unique_id)
        if entity_id := coordinator.entity_ids.suggest(platform, key, entity, known):
            entity.entity_id = entity_id
        return entity

    @callback
    def add(key: str, description: PointEntityDescription[S]) -> None:
        async_add_entities([new_entity(key, description)])

    @callback
    def add_new() -> None:
        states = entity_class.states(coordinator)
        gone = {key for key, _ in added} - states.keys()
        removed = {key for key in gone if coordinator.devices.ha_id(key) is None}
        added.difference_update([pair for pair in added if pair[0] in removed])
        new = [
            (key, description, new_entity(key, description))
            for key, state in states.items()
            for description in descriptions
            if (key, description.key) not in added
            and (description.exists_fn(state) or registered(unique_id(key, description.key)))
        ]
        if not new:
            return
        async_add_entities(entity for _, _, entity in new)
        for key, description, entity in new:
            added.add((key, description.key))
            if known := registered(entity.unique_id):
                coordinator.entity_limit.watch(
                    known,
                    description.tier,
                    is_known=partial(entity_class.is_known, coordinator, key, description),
                    add=partial(add, key, description),
                )

    coordinator.async_on_new(add_new)
