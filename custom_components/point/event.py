"""Event entities: triggered once by each accepted delivery, never by a poll."""

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
    add_for_each,
)
from .listeners import ONLY_POLLED, Aspects
from .minut.event_types import EVENT_TYPES, Momentary
from .registry.entity_limit import Tier
from .state.change import Change
from .state.device import DeviceState
from .state.home import HomeState
from .state.presence_rules import PresenceEvent
from .state.stays import StayEvent

PARALLEL_UPDATES = 0

OTHER = "other"
PRESS_END = "press_end"
"""A click, as Home Assistant's device class for buttons names it."""


@dataclass(frozen=True, kw_only=True)
class PointEventDescription[S](PointEntityDescription[S], EventEntityDescription):
    """An event entity of a Point or a home. It is triggered by a signal."""

    tier: Tier = Tier.DOCUMENTED
    aspects: Aspects = ONLY_POLLED


BUTTON = PointEventDescription[DeviceState](
    key="button",
    tier=Tier.SMALL,
    named_by_class=True,
    device_class=EventDeviceClass.BUTTON,
    event_types=[PRESS_END],
)
ACTIVITY = PointEventDescription[DeviceState](key="activity", event_types=[*EVENT_TYPES, OTHER])
HOME_ACTIVITY = PointEventDescription[HomeState](
    key="activity", event_types=[*EVENT_TYPES, *StayEvent, *PresenceEvent, OTHER]
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entities of each Point and each home."""
    coordinator = entry.runtime_data.coordinator
    add_for_each(coordinator, async_add_entities, PointButton, [BUTTON])
    add_for_each(coordinator, async_add_entities, PointActivity, [ACTIVITY])
    add_for_each(coordinator, async_add_entities, HomeActivity, [HOME_ACTIVITY])


class PushedEvent[S](PointEntity[S], EventEntity):
    """An event entity that is triggered by deliveries; available while they arrive."""

    entity_description: PointEventDescription[S]
    _unrecorded_attributes = frozenset({"time"})
    """About the time of the state. With it, the recorder would store new attributes each time."""

    @property
    @override
    def available(self) -> bool:
        return self._is_present and self.coordinator.push.works

    @property
    @override
    def _shown(self) -> object:
        return self.available, self.state

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        signal = event_signal(self.coordinator.config_entry.entry_id, self._key)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._handle_event))

    @callback
    def _handle_event(self, change: Change) -> None:
        """Trigger the entity with the attributes of Minut's event."""
        event = change.event
        attributes = {
            "type": event.type,
            "time": change.at.isoformat(),
            "value": event.value,
            "threshold": event.threshold,
            "person": change.person,
        }
        kind = event.type if event.type in self.event_types else OTHER
        self._trigger_event(
            kind, {name: value for name, value in attributes.items() if value is not None}
        )
        self._write(self._shown)


class PointActivity(PushedEvent[DeviceState], PointDeviceEntity):
    """All events of a Point."""


class HomeActivity(PushedEvent[HomeState], PointHomeEntity):
    """Events of a home: those without a Point, and all of alarm, noise and stays."""

    @callback
    @override
    def _handle_event(self, change: Change) -> None:
        if not self.available:  # our clock sends the events of stays even if no deliveries arrive
            return
        if change.concerns_home:
            super()._handle_event(change)


class PointButton(PushedEvent[DeviceState], PointDeviceEntity):
    """The button of a Point."""

    @callback
    @override
    def _handle_event(self, change: Change) -> None:
        kind = EVENT_TYPES.get(change.event.type)
        if kind is not None and kind.starts is Momentary.BUTTON_PRESS:
            self._trigger_event(PRESS_END, {"time": change.at.isoformat()})
            self._write(self._shown)
