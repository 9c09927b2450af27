"""What is known of Points and homes, as values."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfPressure,
    UnitOfSoundPressure,
    UnitOfTemperature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .count_sensor import add_counts
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
from .minut.event_types import Disturbance, Momentary
from .minut.guests import Stay
from .state.device import DeviceState
from .state.home import HomeState
from .stay_entity import PointStayEntity

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ReadingDescription(PointEntityDescription, SensorEntityDescription):
    """A reading. `reading` is Minut's name of it (API notes 3.2).

    `optional` where only some Points measure it.
    """

    reading: str
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class DeviceSensorDescription(PointEntityDescription, SensorEntityDescription):
    """Something else that is known of a Point; `optional` where only some Points report it."""

    value_fn: Callable[[DeviceState], StateType | datetime]
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class HomeSensorDescription(PointEntityDescription, SensorEntityDescription):
    """Something that is known of a home. `only_pushed`: nothing but events tells of it."""

    value_fn: Callable[[HomeState], StateType | datetime]
    only_pushed: bool = False


@dataclass(frozen=True, kw_only=True)
class AccountSensorDescription(PointEntityDescription, SensorEntityDescription):
    """Something that is known of the account."""


@dataclass(frozen=True, kw_only=True)
class StaySensorDescription(PointEntityDescription, SensorEntityDescription):
    """A time of the stay that goes on in a home, or else of the next one."""

    value_fn: Callable[[Stay], datetime | None]


READINGS = (
    ReadingDescription(
        key="temperature",
        reading="temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
    ),
    ReadingDescription(
        key="humidity",
        reading="humidity",
        device_class=SensorDeviceClass.HUMIDITY,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
    ),
    ReadingDescription(
        key="sound_pressure",
        reading="sound",
        device_class=SensorDeviceClass.SOUND_PRESSURE,
        native_unit_of_measurement=UnitOfSoundPressure.WEIGHTED_DECIBEL_A,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
    ),
    ReadingDescription(
        key="pressure",
        reading="pressure",
        optional=True,
        device_class=SensorDeviceClass.ATMOSPHERIC_PRESSURE,
        native_unit_of_measurement=UnitOfPressure.PA,
        suggested_unit_of_measurement=UnitOfPressure.HPA,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
    ),
)

DEVICE_SENSORS = (
    DeviceSensorDescription(
        key="last_motion",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda device: device.last(Momentary.MOTION),
    ),
    DeviceSensorDescription(
        key="battery_level",
        device_class=SensorDeviceClass.BATTERY,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=lambda device: device.polled.battery_percent,
    ),
    DeviceSensorDescription(
        key="last_heard_from",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda device: device.polled.last_heard_from_at,
    ),
    DeviceSensorDescription(
        key="mount_status",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda device: device.mount_status,
        optional=True,
    ),
    DeviceSensorDescription(
        key="mould_risk",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda device: device.polled.mould_risk,
        optional=True,
    ),
    DeviceSensorDescription(
        key="charge_status",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda device: device.polled.charge_status,
        optional=True,
    ),
)

HOME_SENSORS = (
    HomeSensorDescription(
        key="disturbance",
        device_class=SensorDeviceClass.ENUM,
        options=list(Disturbance),
        value_fn=lambda home: home.disturbance.stage,
        only_pushed=True,
    ),
    HomeSensorDescription(
        key="grace_period_ends",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda home: home.grace_period_ends,
    ),
)

LAST_PUSH = AccountSensorDescription(
    key="last_push",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
)


STAY_SENSORS = (
    StaySensorDescription(
        key="check_in",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda stay: stay.check_in,
    ),
    StaySensorDescription(
        key="check_out",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda stay: stay.check_out,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what is known of each Point, each home, and the account."""
    coordinator = entry.runtime_data.coordinator
    add_for_account(coordinator, async_add_entities, LastPush, [LAST_PUSH])
    add_counts(coordinator, async_add_entities)
    add_for_each_device(
        coordinator,
        async_add_entities,
        ReadingSensor,
        READINGS,
        exists=lambda device, description: (
            not description.optional or device.reading(description.reading) is not None
        ),
    )
    add_for_each_device(
        coordinator,
        async_add_entities,
        DeviceSensor,
        DEVICE_SENSORS,
        exists=lambda device, description: (
            not description.optional or description.value_fn(device) is not None
        ),
    )
    add_for_each_home(coordinator, async_add_entities, HomeSensor, HOME_SENSORS)
    if entry.runtime_data.stays.is_on:
        add_for_each_home(coordinator, async_add_entities, StaySensor, STAY_SENSORS)


class ReportSensor(PointDeviceEntity, SensorEntity):
    """Something that a Point reports: told again, it is current again, though it is the same."""

    @property
    @override
    def _shown(self) -> object:
        return self.available and (super()._shown, self._device.polled.last_heard_from_at)


class ReadingSensor(ReportSensor):
    """A reading; unavailable while the Point is offline, for then it is not current."""

    entity_description: ReadingDescription

    @property
    @override
    def available(self) -> bool:
        return super().available and self._device.online

    @property
    @override
    def native_value(self) -> float | None:
        return self._device.reading(self.entity_description.reading)


class DeviceSensor(ReportSensor):
    """Something else that is known of a Point."""

    entity_description: DeviceSensorDescription

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value_fn(self._device)


class HomeSensor(PointHomeEntity, SensorEntity):
    """Something that is known of a home."""

    entity_description: HomeSensorDescription

    @property
    @override
    def available(self) -> bool:
        only_pushed = self.entity_description.only_pushed
        return super().available and (self.coordinator.knows_events or not only_pushed)

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value_fn(self._home)


class LastPush(PointAccountEntity, SensorEntity):
    """When Minut last delivered an event."""

    @property
    @override
    def native_value(self) -> datetime | None:
        return self.coordinator.push.last_delivery_at


class StaySensor(PointStayEntity, SensorEntity):
    """A time of the stay that goes on in a home, or else of the next one."""

    entity_description: StaySensorDescription

    @property
    @override
    def native_value(self) -> datetime | None:
        visit = self._stays.current_or_next(dt_util.utcnow())
        return self.entity_description.value_fn(visit.stay) if visit else None
