"""Readings of a Point."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, UnitOfSoundPressure, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PointConfigEntry
from .entity import PointDeviceEntity, PointEntityDescription, add_for_each_device

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PointSensorDescription(PointEntityDescription, SensorEntityDescription):
    """A reading. `reading` is Minut's name of it (API notes 3.2)."""

    reading: str


SENSORS = (
    PointSensorDescription(
        key="temperature",
        essential=True,
        reading="temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
    ),
    PointSensorDescription(
        key="humidity",
        essential=True,
        reading="humidity",
        device_class=SensorDeviceClass.HUMIDITY,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
    ),
    PointSensorDescription(
        key="sound_pressure",
        essential=True,
        reading="sound",
        device_class=SensorDeviceClass.SOUND_PRESSURE,
        native_unit_of_measurement=UnitOfSoundPressure.WEIGHTED_DECIBEL_A,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the readings of each Point."""
    add_for_each_device(entry.runtime_data, async_add_entities, PointSensor, SENSORS)


class PointSensor(PointDeviceEntity, SensorEntity):
    """A reading; unavailable while the Point is offline, for then it is not current."""

    entity_description: PointSensorDescription

    @property
    @override
    def available(self) -> bool:
        return super().available and self._device.online

    @property
    @override
    def native_value(self) -> float | None:
        return self._device.reading(self.entity_description.reading)
