"""Numbers: the limits of a Point, and how long a sound has to last."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import PointConfigEntry
from .entity import PointEntityDescription, PointThresholdEntity, add_for_each, has_value
from .listeners import ONLY_POLLED
from .minut.thresholds import RANGES, UNITS, Setting
from .state.device import DeviceState

PARALLEL_UPDATES = 1  # many changes at once must not delay an alarm command


@dataclass(frozen=True, kw_only=True)
class PointNumberDescription(PointEntityDescription[DeviceState], NumberEntityDescription):
    """A number among the settings of a Point."""


def _number(
    setting: Setting, device_class: NumberDeviceClass, *, step: float = 1
) -> PointNumberDescription:
    minimum, maximum = RANGES[setting]
    return PointNumberDescription(
        aspects=ONLY_POLLED,
        key=setting,
        known_fn=has_value(setting),
        device_class=device_class,
        native_unit_of_measurement=UNITS[setting],
        native_min_value=minimum,
        native_max_value=maximum,
        native_step=step,
        mode=NumberMode.BOX,
    )


NUMBERS = (
    *(
        _number(setting, NumberDeviceClass.TEMPERATURE, step=0.5)
        for setting in (Setting.TEMPERATURE_LOW, Setting.TEMPERATURE_HIGH)
    ),
    *(
        _number(setting, NumberDeviceClass.HUMIDITY)
        for setting in (Setting.HUMIDITY_LOW, Setting.HUMIDITY_HIGH)
    ),
    *(
        _number(setting, NumberDeviceClass.SOUND_PRESSURE)
        for setting in (Setting.SOUND_LEVEL_HIGH, Setting.SOUND_LEVEL_HIGH_QUIET_HOURS)
    ),
    _number(Setting.NOISE_DURATION, NumberDeviceClass.DURATION),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of each Point."""
    add_for_each(entry.runtime_data.coordinator, async_add_entities, PointNumber, NUMBERS)


class PointNumber(PointThresholdEntity, NumberEntity):
    """A number among the settings of a Point."""

    entity_description: PointNumberDescription

    @property
    @override
    def native_value(self) -> float | None:
        return self._value if isinstance(self._value, int | float) else None

    @override
    async def async_set_native_value(self, value: float) -> None:
        await self._async_write(value)
