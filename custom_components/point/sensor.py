"""Sensors: readings and reports of Points, values of homes, counts of the account."""

from collections.abc import Callable, Mapping, Sequence
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
    UnitOfTime,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .coordinator import PointCoordinator
from .data import PointConfigEntry
from .entity import (
    PointAccountEntity,
    PointDeviceEntity,
    PointEntityDescription,
    PointHomeEntity,
    PointStayEntity,
    add_for_each,
)
from .listeners import ONLY_POLLED, Context
from .minut.event_types import Disturbance, Momentary
from .minut.guests import Stay
from .registry.entity_limit import Tier
from .state.account import AccountState
from .state.climate import Sample, dew_point, freezes_in, mould_hours
from .state.counts import Count
from .state.device import MOUNT, DeviceState
from .state.home import HomeState
from .state.presence import Status

PARALLEL_UPDATES = 0


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
    """A value that is calculated here: from the present readings, and from those of a day."""

    value_fn: Callable[[DeviceState, Sequence[Sample], datetime], float | None]
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    suggested_display_precision: int | None = 1


@dataclass(frozen=True, kw_only=True)
class StaySensorDescription(PointEntityDescription[HomeState], SensorEntityDescription):
    """A time of the current stay in a home, or else of the next one."""

    value_fn: Callable[[Stay], datetime | None]


@dataclass(frozen=True, kw_only=True)
class HomeStatusDescription(PointEntityDescription[HomeState], SensorEntityDescription):
    """What a home with settings is doing."""


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
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        value_fn=lambda device, _samples, _now: dew_point(
            device.reading("temperature"), device.reading("humidity")
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
        value_fn=lambda device: device.last(Momentary.MOTION),
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
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
)

COUNTS = tuple(
    AccountSensorDescription(
        key=count,
        exists_fn=lambda account: len(account.homes) > 1,
        state_class=SensorStateClass.MEASUREMENT,
    )
    for count in Count
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of each Point, each home and the account."""
    coordinator = entry.runtime_data.coordinator
    add_for_each(coordinator, async_add_entities, LastPush, [LAST_PUSH])
    add_for_each(coordinator, async_add_entities, CountSensor, COUNTS)
    add_for_each(coordinator, async_add_entities, ReadingSensor, READINGS)
    add_for_each(coordinator, async_add_entities, ClimateSensor, CLIMATE_SENSORS)
    add_for_each(coordinator, async_add_entities, DeviceSensor, DEVICE_SENSORS)
    add_for_each(coordinator, async_add_entities, HomeSensor, HOME_SENSORS)
    add_for_each(coordinator, async_add_entities, GracePeriodSensor, [GRACE_PERIOD])
    add_for_each(coordinator, async_add_entities, StaySensor, STAY_SENSORS)
    add_for_each(coordinator, async_add_entities, HomeStatus, [STATUS])


class ReportSensor(PointDeviceEntity, SensorEntity):
    """A value that a Point reports. A repeated report is written even if the value is the same."""

    @property
    @override
    def _shown(self) -> object:
        return self.available and (super()._shown, self._device.polled.last_heard_from_at)


class ReadingSensor(ReportSensor):
    """A reading; unavailable while the Point is offline, as the reading is not current then."""

    entity_description: ReadingDescription

    @property
    @override
    def available(self) -> bool:
        return super().available and self._device.online

    @property
    @override
    def native_value(self) -> float | None:
        return self._device.reading(self.entity_description.reading)


class ClimateSensor(ReportSensor):
    """A calculated value; unavailable while the Point is offline, as its readings are."""

    entity_description: ClimateDescription

    @property
    @override
    def available(self) -> bool:
        return super().available and self._device.online

    @property
    @override
    def native_value(self) -> float | None:
        samples = self.coordinator.data.logs.climate.of(self._key)
        return self.entity_description.value_fn(self._device, samples, dt_util.utcnow())


class DeviceSensor(ReportSensor):
    """Another value of a Point."""

    entity_description: ValueDescription[DeviceState]

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value_fn(self._device)


class HomeSensor(PointHomeEntity, SensorEntity):
    """A value of a home."""

    entity_description: ValueDescription[HomeState]

    @property
    @override
    def available(self) -> bool:
        only_pushed = self.entity_description.only_pushed
        return super().available and (self.coordinator.knows_events or not only_pushed)

    @property
    @override
    def _is_pushed(self) -> bool:
        is_pushed = self._home.disturbance.is_pushed(self.coordinator.polled_at)
        return self.entity_description.only_pushed and is_pushed

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value_fn(self._home)


class GracePeriodSensor(HomeSensor):
    """The end of the exit or entry delay. It has a state only while a delay runs.

    A state that appears or disappears has no row in the logbook, where the panel already has one.
    """

    @callback
    @override
    def _async_write_ha_state(self) -> None:
        if self._is_present and self._home.grace_period_ends is None:
            self.hass.states.async_remove(self.entity_id, self._context)
        else:
            super()._async_write_ha_state()


class StaySensor(PointStayEntity, SensorEntity):
    """A time of the current stay in a home, or else of the next one."""

    entity_description: StaySensorDescription

    @property
    @override
    def native_value(self) -> datetime | None:
        visit = self._stays.current_or_next(dt_util.utcnow())
        return self.entity_description.value_fn(visit.stay) if visit else None


class HomeStatus(PointHomeEntity, SensorEntity):
    """What a home with settings is doing, by its bookings and motion."""

    @staticmethod
    @override
    def states(coordinator: PointCoordinator) -> Mapping[str, HomeState]:
        entry: PointConfigEntry = coordinator.config_entry
        tracks = entry.runtime_data.presence.tracks
        return {key: home for key, home in coordinator.data.homes.items() if tracks(key)}

    @property
    @override
    def native_value(self) -> Status | None:
        return self._runtime_data.presence.verdict(self._key).status


class LastPush(PointAccountEntity, SensorEntity):
    """Time of the last event that Minut delivered."""

    @property
    @override
    def native_value(self) -> datetime | None:
        return self.coordinator.push.last_delivery_at


class CountSensor(PointAccountEntity, SensorEntity):
    """A count; unavailable while the cloud is, and while nothing is known of what it counts."""

    def __init__(
        self,
        coordinator: PointCoordinator,
        key: str,
        description: PointEntityDescription[AccountState],
    ) -> None:
        super().__init__(coordinator, key, description)
        self._count = Count(description.key)
        self.coordinator_context = Context(self._count)  # updated only when this count changes

    @property
    @override
    def available(self) -> bool:
        is_told = self._count is not Count.DISTURBANCES or self.coordinator.knows_events
        return self.coordinator.last_update_success and is_told and self.native_value is not None

    @property
    @override
    def native_value(self) -> int | None:
        return self.coordinator.counts.get(self._count)
