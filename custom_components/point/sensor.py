"""Sensors: readings and reports of Points, values of homes, counts of the account."""

from collections.abc import Mapping
from datetime import datetime
from typing import override

from homeassistant.components.sensor import SensorEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .coordinator import PointCoordinator
from .data import PointConfigEntry, data_of
from .entity import PointAccountEntity, PointDeviceEntity, PointHomeEntity, add_for_each
from .presence.entity import PointStayEntity
from .sensor_descriptions import (
    CLIMATE_SENSORS,
    COUNTS,
    DEVICE_SENSORS,
    GRACE_PERIOD,
    HOME_SENSORS,
    LAST_PUSH,
    READINGS,
    STATUS,
    STAY_SENSORS,
    ClimateDescription,
    ReadingDescription,
    StaySensorDescription,
    ValueDescription,
)
from .state.counts import Count
from .state.device import DeviceState
from .state.home import HomeState
from .state.presence_rules import Status

PARALLEL_UPDATES = 0


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
        return self.available and (self.native_value, self._device.polled.last_heard_from_at)


class CurrentSensor(ReportSensor):
    """A reading or a value calculated from readings; unavailable while the Point is offline."""

    @property
    @override
    def available(self) -> bool:
        return super().available and self._device.online


class ReadingSensor(CurrentSensor):
    """A reading."""

    entity_description: ReadingDescription

    @property
    @override
    def native_value(self) -> float | None:
        return self._device.reading(self.entity_description.reading)


class ClimateSensor(CurrentSensor):
    """A calculated value."""

    entity_description: ClimateDescription

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
    """The status of a home with settings, from its bookings and motion."""

    @staticmethod
    @override
    def states(coordinator: PointCoordinator) -> Mapping[str, HomeState]:
        tracks = data_of(coordinator).presence.tracks
        return {key: home for key, home in coordinator.data.homes.items() if tracks(key)}

    @property
    @override
    def native_value(self) -> Status | None:
        return self._runtime_data.presence.conclusion(self._key).status


class LastPush(PointAccountEntity, SensorEntity):
    """Time of the last event that Minut delivered."""

    @property
    @override
    def native_value(self) -> datetime | None:
        return self.coordinator.push.last_delivery_at


class CountSensor(PointAccountEntity, SensorEntity):
    """A count; unavailable while the cloud is, or while nothing is known of what it counts."""

    @property
    def _count(self) -> Count:
        return Count(self._description.key)

    @property
    @override
    def available(self) -> bool:
        is_current = self._count is not Count.DISTURBANCES or self.coordinator.knows_events
        return self.coordinator.last_update_success and is_current and self.native_value is not None

    @property
    @override
    def native_value(self) -> int | None:
        return self.coordinator.counts.get(self._count)
