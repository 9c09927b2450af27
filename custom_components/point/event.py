"""Things that happen, for automations: each accepted delivery triggers once, a poll never."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.event import (
    EventDeviceClass,
    EventEntity,
    EventEntityDescription,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import event_signal
from .data import PointConfigEntry
from .entity import (
    PointDeviceEntity,
    PointEntity,
    PointEntityDescription,
    PointHomeEntity,
    add_for_each_device,
    add_for_each_home,
)
from .minut.event_types import EVENT_TYPES, Momentary
from .state.account import Change
from .state.stays import StayEvent

PARALLEL_UPDATES = 0

OTHER = "other"
PRESS_END = "press_end"
"""A click, in the standard vocabulary of button events."""


@dataclass(frozen=True, kw_only=True)
class PointEventDescription(PointEntityDescription, EventEntityDescription):
    """Something that happens."""


BUTTON = PointEventDescription(
    key="button",
    device_class=EventDeviceClass.BUTTON,
    event_types=[PRESS_END],
)
ACTIVITY = PointEventDescription(key="activity", event_types=[*EVENT_TYPES, OTHER])
HOME_ACTIVITY = PointEventDescription(key="activity", event_types=[*EVENT_TYPES, *StayEvent, OTHER])


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what happens at each Point and in each home."""
    coordinator = entry.runtime_data.coordinator
    add_for_each_device(coordinator, async_add_entities, PointButton, [BUTTON])
    add_for_each_device(coordinator, async_add_entities, PointActivity, [ACTIVITY])
    add_for_each_home(coordinator, async_add_entities, HomeActivity, [HOME_ACTIVITY])


class PushedEvent(PointEntity, EventEntity):
    """Something that only Minut's deliveries tell of."""

    entity_description: PointEventDescription

    @property
    @override
    def available(self) -> bool:
        return self._is_present and self.coordinator.push_works

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        signal = event_signal(self.coordinator.config_entry.entry_id, self._key)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._handle_event))

    @callback
    def _handle_event(self, change: Change) -> None:
        """Trigger with what Minut said."""
        event = change.event
        said = {
            "type": event.type,
            "time": change.at.isoformat(),
            "value": event.value,
            "threshold": event.threshold,
            "person": change.person,
        }
        kind = event.type if event.type in self.event_types else OTHER
        self._trigger_event(
            kind, {name: value for name, value in said.items() if value is not None}
        )
        self._handle_coordinator_update()


class PointActivity(PushedEvent, PointDeviceEntity):
    """Every event of a Point."""


class HomeActivity(PushedEvent, PointHomeEntity):
    """The events of a home that are not of one Point, and those of alarm, noise and stays."""

    @callback
    @override
    def _handle_event(self, change: Change) -> None:
        if not self.available:  # stays go on by our clock while nothing is delivered
            return
        kind = EVENT_TYPES.get(change.event.type)
        is_of_home = kind is not None and (kind.alarm or kind.disturbance or kind.noise is not None)
        if change.event.device_id is None or is_of_home:
            super()._handle_event(change)


class PointButton(PushedEvent, PointDeviceEntity):
    """The button of a Point."""

    @callback
    @override
    def _handle_event(self, change: Change) -> None:
        kind = EVENT_TYPES.get(change.event.type)
        if kind is not None and kind.starts is Momentary.BUTTON_PRESS:
            self._trigger_event(PRESS_END, {"time": change.at.isoformat()})
            self._handle_coordinator_update()
