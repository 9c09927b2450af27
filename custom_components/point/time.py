"""When the quiet hours of a Point begin and end, in the local time of its home."""

from dataclasses import dataclass
from datetime import time
from typing import override

from homeassistant.components.time import TimeEntity, TimeEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import PointConfigEntry
from .entity import PointEntityDescription, add_for_each_device
from .minut.thresholds import Setting
from .threshold_entity import PointThresholdEntity

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class PointTimeDescription(PointEntityDescription, TimeEntityDescription):
    """A time of day that Minut holds for a Point."""


TIMES = (
    PointTimeDescription(key=Setting.QUIET_HOURS_START),
    PointTimeDescription(key=Setting.QUIET_HOURS_END),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the quiet hours' times of each Point."""
    add_for_each_device(entry.runtime_data.coordinator, async_add_entities, PointTime, TIMES)


class PointTime(PointThresholdEntity, TimeEntity):
    """A time of day that Minut holds for a Point."""

    entity_description: PointTimeDescription

    @property
    @override
    def native_value(self) -> time | None:
        return self._value if isinstance(self._value, time) else None

    @override
    async def async_set_value(self, value: time) -> None:
        await self._async_write(value)
