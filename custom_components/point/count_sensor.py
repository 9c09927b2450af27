"""An account's counts at a glance: how many homes and Points call for attention."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import (
    DOMAIN as PLATFORM,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import PointCoordinator
from .entity import PointAccountEntity, PointEntityDescription, add_for_account
from .state.account import AccountState
from .state.counts import Count


@dataclass(frozen=True, kw_only=True)
class CountDescription(PointEntityDescription, SensorEntityDescription):
    """A count. `only_pushed`: nothing but events tells of it."""

    only_pushed: bool = False


COUNTS = tuple(
    CountDescription(
        key=count,
        state_class=SensorStateClass.MEASUREMENT,
        only_pushed=count is Count.DISTURBANCES,
    )
    for count in Count
)


def add_counts(coordinator: PointCoordinator, add_entities: AddConfigEntryEntitiesCallback) -> None:
    """Add the counts as soon as there is a second home; they stay when only one is left."""
    registry = er.async_get(coordinator.hass)

    def exists(state: AccountState, description: CountDescription) -> bool:
        unique_id = f"{DOMAIN}.{coordinator.account_id}-{description.key}"
        was_there = registry.async_get_entity_id(PLATFORM, DOMAIN, unique_id) is not None
        return was_there or len(state.homes) > 1

    add_for_account(coordinator, add_entities, CountSensor, COUNTS, exists=exists)


class CountSensor(PointAccountEntity, SensorEntity):
    """A count; unavailable while the cloud is, and while nothing is known of what it counts."""

    entity_description: CountDescription

    def __init__(
        self, coordinator: PointCoordinator, key: str, description: CountDescription
    ) -> None:
        super().__init__(coordinator, key, description)
        self._count = Count(description.key)
        self.coordinator_context = self._count  # what else the account is told does not matter

    @property
    @override
    def available(self) -> bool:
        return (
            self.coordinator.last_update_success
            and (self.coordinator.knows_events or not self.entity_description.only_pushed)
            and self.native_value is not None
        )

    @property
    @override
    def native_value(self) -> int | None:
        return self.coordinator.counts.value(self._count)
