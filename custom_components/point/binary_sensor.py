"""Binary sensors: what Points detect, noise and stays of homes, push updates of the account."""

from collections.abc import Callable
from dataclasses import dataclass, replace
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
    add_for_each,
)
from .listeners import ONLY_POLLED
from .minut.event_types import Lasting, Momentary
from .presence.entity import PointStayEntity
from .registry.entity_limit import Tier
from .state.account import AccountState
from .state.device import NOISE, DeviceState
from .state.home import HomeState

PARALLEL_UPDATES = 0


def _always(_coordinator: PointCoordinator, _device: DeviceState) -> bool:
    """Return True: the cloud knows the state even if the Point is offline."""
    return True


def _while_online(_coordinator: PointCoordinator, device: DeviceState) -> bool:
    """Return whether the Point is online. Otherwise the readings behind the state are outdated."""
    return device.online


def _while_pushed(coordinator: PointCoordinator, device: DeviceState) -> bool:
    """Return whether events of the Point arrive. Without them, "off" is not certain."""
    return coordinator.push.works and device.online


def _while_home_is_pushed(coordinator: PointCoordinator, _device: DeviceState) -> bool:
    """Return whether events of the home arrive."""
    return coordinator.knows_events


def _has_happened(momentary: Momentary) -> Callable[[DeviceState], bool]:
    """Return a function that returns whether a Point has ever detected this."""
    return lambda device: device.momentary.last(momentary) is not None


def _has_light(device: DeviceState) -> bool:
    return device.light is not None


@dataclass(frozen=True, kw_only=True)
class PointBinarySensorDescription(
    PointEntityDescription[DeviceState], BinarySensorEntityDescription
):
    """A binary sensor of a Point: its state, and when that state is known."""

    is_on_fn: Callable[[DeviceState, datetime], bool | None]
    available_fn: Callable[[PointCoordinator, DeviceState], bool]
    is_pushed_fn: Callable[[DeviceState, datetime], bool] = lambda _device, _since: False
    tier: Tier = Tier.DOCUMENTED


def _momentary(
    momentary: Momentary,
    device_class: BinarySensorDeviceClass | None = None,
    *,
    tier: Tier = Tier.DOCUMENTED,
    named_by_class: bool = False,
) -> PointBinarySensorDescription:
    return PointBinarySensorDescription(
        key=momentary,
        tier=tier,
        named_by_class=named_by_class,
        aspects=frozenset({momentary}),
        device_class=device_class,
        is_on_fn=lambda device, now: device.momentary.is_on(momentary, now),
        available_fn=_while_pushed,
        is_pushed_fn=lambda device, since: device.momentary.is_pushed(momentary, since),
    )


def _lasting(
    key: str, condition: Lasting, device_class: BinarySensorDeviceClass | None = None
) -> PointBinarySensorDescription:
    return PointBinarySensorDescription(
        key=key,
        aspects=frozenset({condition}),
        device_class=device_class,
        is_on_fn=lambda device, _now: device.is_lasting(condition),
        available_fn=_while_online,
        is_pushed_fn=lambda device, since: device.is_lasting_pushed(condition, since),
    )


BINARY_SENSORS = (
    _momentary(Momentary.ALARM, BinarySensorDeviceClass.SMOKE, tier=Tier.SMALL),
    _momentary(Momentary.BUTTON_PRESS),
    _momentary(Momentary.GLASS, BinarySensorDeviceClass.GLASS_BREAK),
    _momentary(
        Momentary.MOTION, BinarySensorDeviceClass.MOTION, tier=Tier.SMALL, named_by_class=True
    ),
    _momentary(Momentary.SOUND, BinarySensorDeviceClass.SOUND),
    _momentary(Momentary.TAMPER, BinarySensorDeviceClass.TAMPER),
    replace(
        _momentary(Momentary.TAMPER_OLD, BinarySensorDeviceClass.TAMPER, tier=Tier.FULL),
        exists_fn=_has_happened(Momentary.TAMPER_OLD),
        known_fn=_has_happened(Momentary.TAMPER_OLD),
    ),
    # No device class: this is a cigarette, and `smoke` would look like a smoke alarm.
    replace(_momentary(Momentary.SMOKING), known_fn=_has_happened(Momentary.SMOKING)),
    _lasting("cold", Lasting.COLD, BinarySensorDeviceClass.COLD),
    _lasting("dry", Lasting.DRY),
    _lasting("heat", Lasting.HEAT, BinarySensorDeviceClass.HEAT),
    _lasting("moisture", Lasting.HUMID),
    PointBinarySensorDescription(
        key="battery",
        tier=Tier.SMALL,
        aspects=frozenset({Lasting.BATTERY_LOW}),
        device_class=BinarySensorDeviceClass.BATTERY,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda device, _now: device.battery_low,
        available_fn=_always,
        is_pushed_fn=lambda device, since: device.is_lasting_pushed(Lasting.BATTERY_LOW, since),
    ),
    PointBinarySensorDescription(
        key="connectivity",
        tier=Tier.SMALL,
        named_by_class=True,
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda device, _now: device.online,
        available_fn=_always,
        is_pushed_fn=lambda device, since: device.is_lasting_pushed(Lasting.OFFLINE, since),
    ),
    PointBinarySensorDescription(
        key="light",
        tier=Tier.FULL,
        aspects=ONLY_POLLED,
        named_by_class=True,
        device_class=BinarySensorDeviceClass.LIGHT,
        exists_fn=_has_light,
        known_fn=_has_light,
        is_on_fn=lambda device, _now: device.light,
        available_fn=_while_online,
    ),
    PointBinarySensorDescription(
        key="noise",
        aspects=frozenset({NOISE}),
        device_class=BinarySensorDeviceClass.SOUND,
        is_on_fn=lambda device, _now: device.noise,
        available_fn=_while_home_is_pushed,
        is_pushed_fn=lambda device, since: device.is_noise_pushed(since),
    ),
)

PUSH = PointEntityDescription[AccountState](
    key="push",
    tier=Tier.ACCOUNT,
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)
HOME_NOISE = PointEntityDescription[HomeState](
    key="noise", tier=Tier.SMALL, device_class=BinarySensorDeviceClass.SOUND
)
OCCUPIED = PointEntityDescription[HomeState](
    key="occupied", tier=Tier.SMALL, device_class=BinarySensorDeviceClass.OCCUPANCY
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of each Point, each home and the account."""
    coordinator = entry.runtime_data.coordinator
    add_for_each(coordinator, async_add_entities, Push, [PUSH])
    add_for_each(coordinator, async_add_entities, PointBinarySensor, BINARY_SENSORS)
    add_for_each(coordinator, async_add_entities, HomeNoise, [HOME_NOISE])
    add_for_each(coordinator, async_add_entities, HomeOccupied, [OCCUPIED])


class PointBinarySensor(PointDeviceEntity, BinarySensorEntity):
    """A binary sensor of a Point."""

    entity_description: PointBinarySensorDescription

    @property
    @override
    def available(self) -> bool:
        return super().available and self.entity_description.available_fn(
            self.coordinator, self._device
        )

    @property
    @override
    def _is_pushed(self) -> bool:
        return self.entity_description.is_pushed_fn(self._device, self.coordinator.polled_at)

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.is_on_fn(self._device, dt_util.utcnow())

    @property
    @override
    def _shown(self) -> object:
        return self.available and (self.is_on,)


class HomeNoise(PointHomeEntity, BinarySensorEntity):
    """Whether there is a noise disturbance in a home."""

    @property
    @override
    def available(self) -> bool:
        return super().available and self.coordinator.knows_events

    @property
    @override
    def _is_pushed(self) -> bool:
        return self._home.disturbance.is_pushed(self.coordinator.polled_at)

    @property
    @override
    def is_on(self) -> bool | None:
        return self._home.disturbance.noise


class Push(PointAccountEntity, BinarySensorEntity):
    """Whether Minut's events arrive."""

    @property
    @override
    def is_on(self) -> bool | None:
        works = self.coordinator.push.works
        return works if works or self.coordinator.push.is_checked else None


class HomeOccupied(PointStayEntity, BinarySensorEntity):
    """Whether there is a current stay in a home."""

    @property
    @override
    def is_on(self) -> bool:
        return self._stays.current(dt_util.utcnow()) is not None
