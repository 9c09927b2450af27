"""Times: start and end of a Point's quiet hours, in the local time of its home."""

from dataclasses import dataclass
from datetime import time
from typing import override

from homeassistant.components.time import TimeEntity, TimeEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import PointConfigEntry
from .entity import PointEntityDescription, PointThresholdEntity, add_for_each, has_value
from .listeners import ONLY_POLLED
from .minut.thresholds import Setting
from .state.device import DeviceState

PARALLEL_UPDATES = 1  # many changes at once must not delay an alarm command


@dataclass(frozen=True, kw_only=True)
class PointTimeDescription(PointEntityDescription[DeviceState], TimeEntityDescription):
    """A time of day among the settings of a Point."""


TIMES = tuple(
    PointTimeDescription(key=setting, aspects=ONLY_POLLED, known_fn=has_value(setting))
    for setting in (Setting.QUIET_HOURS_START, Setting.QUIET_HOURS_END)
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the times of each Point."""
    add_for_each(entry.runtime_data.coordinator, async_add_entities, PointTime, TIMES)


class PointTime(PointThresholdEntity, TimeEntity):
    """A time of day among the settings of a Point."""

    entity_description: PointTimeDescription

    @property
    @override
    def native_value(self) -> time | None:
        return self._value if isinstance(self._value, time) else None

    @override
    async def async_set_value(self, value: time) -> None:
        await self._async_write(value)
