"""Binary sensors; an event inverts the state."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.const import Platform

from . import FloorEntity, setup_of


class BinarySensor(FloorEntity, BinarySensorEntity):
    """A binary sensor."""

    _attr_device_class = BinarySensorDeviceClass.MOTION
    _attr_is_on = False

    @override
    def update_from_event(self) -> None:
        self._attr_is_on = not self._attr_is_on
        self.async_write_ha_state()


async_setup_entry = setup_of(Platform.BINARY_SENSOR, BinarySensor)
