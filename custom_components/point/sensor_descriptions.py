"""Descriptions of the sensors: what each shows, of what, and with which unit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfPressure,
    UnitOfSoundPressure,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.helpers.typing import StateType

from .entity import PointEntityDescription
from .listeners import DELIVERIES, ONLY_POLLED, Aspects
from .minut.event_types import Disturbance, Momentary
from .minut.guests import Stay
from .registry.entity_limit import Tier
from .state.account import AccountState
from .state.climate import Sample, dew_point, freezes_in, mould_hours
from .state.counts import Count
from .state.device import MOUNT, DeviceState
from .state.home import HomeState
from .state.presence_rules import Status


@dataclass(frozen=True, kw_only=True)
class ReadingDescription(PointEntityDescription[DeviceState], SensorEntityDescription):
    """A reading. `reading` is Minut's name of it (API notes 3.2)."""

    reading: str
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    suggested_display_precision: int | None = 1


@dataclass(frozen=True, kw_only=True)
class ValueDescription[S](PointEntityDescription[S], SensorEntityDescription):
    """Another value of a Point or home. `only_pushed`: it is known from events alone."""

    value_fn: Callable[[S], StateType | datetime]
    only_pushed: bool = False


@dataclass(frozen=True, kw_only=True)
class ClimateDescription(PointEntityDescription[DeviceState], SensorEntityDescription):
    """A value that is calculated here: from the readings of the last report, or those of a day.

    The value of an event does not count: it would be combined with an earlier humidity.
    """

    value_fn: Callable[[DeviceState, Sequence[Sample], datetime], float | None]
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    suggested_display_precision: int | None = 1
    aspects: Aspects = ONLY_POLLED


@dataclass(frozen=True, kw_only=True)
class StaySensorDescription(PointEntityDescription[HomeState], SensorEntityDescription):
    """A time of the current stay in a home, or else of the next one."""

    value_fn: Callable[[Stay], datetime | None]


@dataclass(frozen=True, kw_only=True)
class HomeStatusDescription(PointEntityDescription[HomeState], SensorEntityDescription):
    """The status of a home with settings."""


@dataclass(frozen=True, kw_only=True)
class AccountSensorDescription(PointEntityDescription[AccountState], SensorEntityDescription):
    """A value of the account."""

    tier: Tier = Tier.ACCOUNT


READINGS = (
    ReadingDescription(
        key="temperature",
        reading="temperature",
        aspects=frozenset({"temperature"}),
        tier=Tier.ESSENTIAL,
        named_by_class=True,
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
    ),
    ReadingDescription(
        key="humidity",
        reading="humidity",
        aspects=frozenset({"humidity"}),
        tier=Tier.ESSENTIAL,
        named_by_class=True,
        device_class=SensorDeviceClass.HUMIDITY,
        native_unit_of_measurement=PERCENTAGE,
    ),
    ReadingDescription(
        key="sound_pressure",
        reading="sound",
        aspects=frozenset({"sound"}),
        tier=Tier.ESSENTIAL,
        device_class=SensorDeviceClass.SOUND_PRESSURE,
        native_unit_of_measurement=UnitOfSoundPressure.WEIGHTED_DECIBEL_A,
    ),
    ReadingDescription(
        key="pressure",
        reading="pressure",
        aspects=frozenset({"pressure"}),
        exists_fn=lambda device: device.reading("pressure") is not None,
        device_class=SensorDeviceClass.ATMOSPHERIC_PRESSURE,
        native_unit_of_measurement=UnitOfPressure.PA,
        suggested_unit_of_measurement=UnitOfPressure.HPA,
    ),
)

CLIMATE_SENSORS = (
    ClimateDescription(
        key="dew_point",
        device_class=SensorDeviceClass.TEMPERATURE,
        # Voice assistants would mistake it for the temperature of the room.
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        value_fn=lambda device, _samples, _now: dew_point(
            device.polled_reading("temperature"), device.polled_reading("humidity")
        ),
    ),
    ClimateDescription(
        key="mould_hours",
        tier=Tier.OPTIONAL,
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.HOURS,
        value_fn=lambda _device, samples, now: mould_hours(samples, now),
    ),
    ClimateDescription(
        key="freezes_in",
        tier=Tier.OPTIONAL,
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.HOURS,
        value_fn=lambda _device, samples, now: freezes_in(samples, now),
    ),
)

DEVICE_SENSORS = (
    ValueDescription[DeviceState](
        key="last_motion",
        aspects=frozenset({Momentary.MOTION}),
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda device: device.momentary.last(Momentary.MOTION),
    ),
    ValueDescription[DeviceState](
        key="battery_level",
        aspects=ONLY_POLLED,
        named_by_class=True,
        device_class=SensorDeviceClass.BATTERY,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=lambda device: device.polled.battery_percent,
    ),
    ValueDescription[DeviceState](
        key="last_heard_from",
        aspects=ONLY_POLLED,
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda device: device.polled.last_heard_from_at,
    ),
    ValueDescription[DeviceState](
        key="mount_status",
        aspects=frozenset({MOUNT}),
        entity_category=EntityCategory.DIAGNOSTIC,
        exists_fn=lambda device: device.mount_status is not None,
        value_fn=lambda device: device.mount_status,
    ),
    ValueDescription[DeviceState](
        key="mould_risk",
        aspects=ONLY_POLLED,
        tier=Tier.OPTIONAL,
        entity_category=EntityCategory.DIAGNOSTIC,
        exists_fn=lambda device: device.polled.mould_risk is not None,
        value_fn=lambda device: device.polled.mould_risk,
    ),
    ValueDescription[DeviceState](
        key="charge_status",
        aspects=ONLY_POLLED,
        tier=Tier.OPTIONAL,
        entity_category=EntityCategory.DIAGNOSTIC,
        exists_fn=lambda device: device.polled.charge_status is not None,
        value_fn=lambda device: device.polled.charge_status,
    ),
)

HOME_SENSORS = (
    ValueDescription[HomeState](
        key="disturbance",
        tier=Tier.SMALL,
        device_class=SensorDeviceClass.ENUM,
        options=list(Disturbance),
        value_fn=lambda home: home.disturbance.stage,
        only_pushed=True,
    ),
)

GRACE_PERIOD = ValueDescription[HomeState](
    key="grace_period_ends",
    device_class=SensorDeviceClass.TIMESTAMP,
    value_fn=lambda home: home.grace_period_ends,
)

STATUS = HomeStatusDescription(
    key="status",
    tier=Tier.DOCUMENTED,
    device_class=SensorDeviceClass.ENUM,
    options=list(Status),
)

STAY_SENSORS = tuple(
    StaySensorDescription(
        key=key,
        tier=Tier.DOCUMENTED,
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=value_fn,
    )
    for key, value_fn in (
        ("check_in", lambda stay: stay.check_in),
        ("check_out", lambda stay: stay.check_out),
    )
)

LAST_PUSH = AccountSensorDescription(
    key="last_push",
    tier=Tier.OPTIONAL,
    follows=DELIVERIES,
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
)

COUNTS = tuple(
    AccountSensorDescription(
        key=count,
        follows=count,
        exists_fn=lambda account: len(account.homes) > 1,
        state_class=SensorStateClass.MEASUREMENT,
    )
    for count in Count
)
