"""What a Point notices: for a moment, or for as long as it lasts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import PointCoordinator
from .data import PointConfigEntry
from .entity import (
    PointAccountEntity,
    PointDeviceEntity,
    PointEntityDescription,
    PointHomeEntity,
    add_for_account,
    add_for_each_device,
    add_for_each_home,
)
from .minut.event_types import Lasting, Momentary
from .state.device import DeviceState
from .stay_entity import PointStayEntity

PARALLEL_UPDATES = 0


def _always(_coordinator: PointCoordinator, _device: DeviceState) -> bool:
    """Show it always: the cloud knows, whether the Point is heard or not."""
    return True


def _while_online(_coordinator: PointCoordinator, device: DeviceState) -> bool:
    """Show what follows from readings, which are not current while the Point is silent."""
    return device.online


def _while_pushed(coordinator: PointCoordinator, device: DeviceState) -> bool:
    """Show what only events of the Point tell: without push it is not known to be "off"."""
    return coordinator.push_works and device.online


def _while_home_is_pushed(coordinator: PointCoordinator, _device: DeviceState) -> bool:
    """Show what only events of the home tell."""
    return coordinator.knows_events


@dataclass(frozen=True, kw_only=True)
class PointBinarySensorDescription(PointEntityDescription, BinarySensorEntityDescription):
    """What is shown of a Point, and when that can be known."""

    is_on_fn: Callable[[DeviceState, datetime], bool | None]
    available_fn: Callable[[PointCoordinator, DeviceState], bool]
    exists_fn: Callable[[DeviceState], bool] = lambda _device: True


def _momentary(
    momentary: Momentary,
    device_class: BinarySensorDeviceClass | None = None,
    *,
    enabled: bool = True,
) -> PointBinarySensorDescription:
    return PointBinarySensorDescription(
        key=momentary,
        device_class=device_class,
        entity_registry_enabled_default=enabled,
        is_on_fn=lambda device, now: device.is_momentary(momentary, now),
        available_fn=_while_pushed,
    )


def _lasting(
    key: str, condition: Lasting, device_class: BinarySensorDeviceClass | None = None
) -> PointBinarySensorDescription:
    return PointBinarySensorDescription(
        key=key,
        device_class=device_class,
        is_on_fn=lambda device, _now: device.is_lasting(condition),
        available_fn=_while_online,
    )


BINARY_SENSORS = (
    _momentary(Momentary.ALARM, BinarySensorDeviceClass.SOUND),
    _momentary(Momentary.BUTTON_PRESS),
    _momentary(Momentary.GLASS, BinarySensorDeviceClass.GLASS_BREAK),
    _momentary(Momentary.MOTION, BinarySensorDeviceClass.MOTION),
    _momentary(Momentary.SOUND, BinarySensorDeviceClass.SOUND),
    _momentary(Momentary.TAMPER, BinarySensorDeviceClass.TAMPER),
    _momentary(Momentary.TAMPER_OLD, BinarySensorDeviceClass.TAMPER, enabled=False),
    PointBinarySensorDescription(
        key=Momentary.SMOKING,
        device_class=BinarySensorDeviceClass.SMOKE,
        is_on_fn=lambda device, now: device.is_momentary(Momentary.SMOKING, now),
        available_fn=_while_pushed,
        exists_fn=lambda device: device.last(Momentary.SMOKING) is not None,
    ),
    _lasting("cold", Lasting.COLD, BinarySensorDeviceClass.COLD),
    _lasting("dry", Lasting.DRY),
    _lasting("heat", Lasting.HEAT, BinarySensorDeviceClass.HEAT),
    _lasting("moisture", Lasting.HUMID, BinarySensorDeviceClass.MOISTURE),
    PointBinarySensorDescription(
        key="battery",
        device_class=BinarySensorDeviceClass.BATTERY,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda device, _now: device.battery_low,
        available_fn=_always,
    ),
    PointBinarySensorDescription(
        key="connectivity",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda device, _now: device.online,
        available_fn=_always,
    ),
    PointBinarySensorDescription(
        key="light",
        device_class=BinarySensorDeviceClass.LIGHT,
        entity_registry_enabled_default=False,
        is_on_fn=lambda device, _now: device.light,
        available_fn=_while_online,
    ),
    PointBinarySensorDescription(
        key="noise",
        device_class=BinarySensorDeviceClass.SOUND,
        is_on_fn=lambda device, _now: device.noise,
        available_fn=_while_home_is_pushed,
    ),
)

PUSH = PointEntityDescription(
    key="push",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)
HOME_NOISE = PointEntityDescription(key="noise", device_class=BinarySensorDeviceClass.SOUND)
OCCUPIED = PointEntityDescription(key="occupied", device_class=BinarySensorDeviceClass.OCCUPANCY)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what each Point notices, noise and stays of each home, and whether events arrive."""
    coordinator = entry.runtime_data.coordinator
    add_for_account(coordinator, async_add_entities, Push, [PUSH])
    add_for_each_device(
        coordinator,
        async_add_entities,
        PointBinarySensor,
        BINARY_SENSORS,
        exists=lambda device, description: description.exists_fn(device),
    )
    add_for_each_home(coordinator, async_add_entities, HomeNoise, [HOME_NOISE])
    if entry.runtime_data.stays.is_on:
        add_for_each_home(coordinator, async_add_entities, HomeOccupied, [OCCUPIED])


class PointBinarySensor(PointDeviceEntity, BinarySensorEntity):
    """Something that a Point notices."""

    entity_description: PointBinarySensorDescription

    @property
    @override
    def available(self) -> bool:
        return super().available and self.entity_description.available_fn(
            self.coordinator, self._device
        )

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.is_on_fn(self._device, dt_util.utcnow())


class HomeNoise(PointHomeEntity, BinarySensorEntity):
    """Whether a noise disturbance goes on in a home."""

    @property
    @override
    def available(self) -> bool:
        return super().available and self.coordinator.knows_events

    @property
    @override
    def is_on(self) -> bool | None:
        return self._home.disturbance.noise


class Push(PointAccountEntity, BinarySensorEntity):
    """Whether Minut's events arrive."""

    @property
    @override
    def is_on(self) -> bool | None:
        works = self.coordinator.push_works
        return works if works or self.coordinator.push.is_checked else None


class HomeOccupied(PointStayEntity, BinarySensorEntity):
    """Whether a stay goes on in a home."""

    @property
    @override
    def is_on(self) -> bool:
        return self._stays.current(dt_util.utcnow()) is not None
