"""Sensors; readings have a unit and statistics, and an event changes the value."""

from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorStateClass
from homeassistant.const import PERCENTAGE, Platform, UnitOfSoundPressure, UnitOfTemperature

from . import FloorEntity, setup_of

READINGS = {
    "temperature": (SensorDeviceClass.TEMPERATURE, UnitOfTemperature.CELSIUS),
    "humidity": (SensorDeviceClass.HUMIDITY, PERCENTAGE),
    "sound_pressure": (SensorDeviceClass.SOUND_PRESSURE, UnitOfSoundPressure.WEIGHTED_DECIBEL_A),
}


class Sensor(FloorEntity, SensorEntity):
    """A sensor."""

    def __init__(self, known: dict[str, Any]) -> None:
        super().__init__(known)
        if reading := READINGS.get(known["unique_id"].partition("-")[2]):
            self._attr_device_class, self._attr_native_unit_of_measurement = reading
            self._attr_state_class = SensorStateClass.MEASUREMENT
            self._attr_suggested_display_precision = 1
            self._attr_native_value = 24.5

    @override
    def update_from_event(self) -> None:
        self._attr_native_value = 29.5 if self.native_value == 24.5 else 24.5
        self.async_write_ha_state()


async_setup_entry = setup_of(Platform.SENSOR, Sensor)
