"""The limits that a Point reacts to, and how long it has to be loud."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import PERCENTAGE, UnitOfSoundPressure, UnitOfTemperature, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import PointConfigEntry
from .entity import PointEntityDescription, add_for_each_device
from .minut.thresholds import RANGES, Setting
from .threshold_entity import PointThresholdEntity

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class PointNumberDescription(PointEntityDescription, NumberEntityDescription):
    """A number that Minut holds for a Point."""


def _number(
    setting: Setting, device_class: NumberDeviceClass, unit: str, *, step: float = 1
) -> PointNumberDescription:
    least, most = RANGES[setting]
    return PointNumberDescription(
        key=setting,
        device_class=device_class,
        native_unit_of_measurement=unit,
        native_min_value=least,
        native_max_value=most,
        native_step=step,
        mode=NumberMode.BOX,
    )


NUMBERS = (
    *(
        _number(setting, NumberDeviceClass.TEMPERATURE, UnitOfTemperature.CELSIUS, step=0.5)
        for setting in (Setting.TEMPERATURE_LOW, Setting.TEMPERATURE_HIGH)
    ),
    *(
        _number(setting, NumberDeviceClass.HUMIDITY, PERCENTAGE)
        for setting in (Setting.HUMIDITY_LOW, Setting.HUMIDITY_HIGH)
    ),
    *(
        _number(setting, NumberDeviceClass.SOUND_PRESSURE, UnitOfSoundPressure.WEIGHTED_DECIBEL_A)
        for setting in (Setting.SOUND_LEVEL_HIGH, Setting.SOUND_LEVEL_HIGH_QUIET_HOURS)
    ),
    _number(Setting.NOISE_DURATION, NumberDeviceClass.DURATION, UnitOfTime.MINUTES),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the limits of each Point."""
    add_for_each_device(entry.runtime_data.coordinator, async_add_entities, PointNumber, NUMBERS)


class PointNumber(PointThresholdEntity, NumberEntity):
    """A number that Minut holds for a Point."""

    entity_description: PointNumberDescription

    @property
    @override
    def native_value(self) -> float | None:
        return self._value if isinstance(self._value, int | float) else None

    @override
    async def async_set_native_value(self, value: float) -> None:
        await self._async_write(value)
