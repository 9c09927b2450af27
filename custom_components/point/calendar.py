"""Calendar of a home's stays, in which stays can be created.

Stays cannot be changed or deleted here, because Minut may send messages to the guest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.calendar import (
    EVENT_END,
    EVENT_RRULE,
    EVENT_START,
    EVENT_SUMMARY,
    CalendarEntity,
    CalendarEntityDescription,
    CalendarEntityFeature,
    CalendarEvent,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import PointCoordinator
from .data import PointConfigEntry, data_of
from .entity import PointEntityDescription, add_for_each
from .errors import invalid, translated_errors
from .minut.guests import StayField
from .presence.entity import PointStayEntity
from .registry.entity_limit import Tier
from .state.home import HomeState
from .state.stays import StaySource, Visit
from .texts import texts

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PointCalendarDescription(PointEntityDescription[HomeState], CalendarEntityDescription):
    """A calendar of a home."""


STAYS = PointCalendarDescription(key="stays", tier=Tier.SMALL)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the calendar of each home."""
    add_for_each(entry.runtime_data.coordinator, async_add_entities, StaysCalendar, [STAYS])


class StaysCalendar(PointStayEntity, CalendarEntity):
    """The stays of a home at Minut, in the time zone of the home."""

    entity_description: PointCalendarDescription
    _attr_supported_features = CalendarEntityFeature.CREATE_EVENT

    @staticmethod
    @override
    def states(coordinator: PointCoordinator) -> Mapping[str, HomeState]:
        source = data_of(coordinator).stays.source
        homes = coordinator.data.homes
        return {key: homes[key] for key in homes if source(key) is StaySource.MINUT}

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the current or next stay, without the name: it would become an attribute."""
        visit = self._stays.current_or_next(dt_util.utcnow())
        return self._as_event(visit, None) if visit else None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state every time: the calendar panel shows more stays than the state does."""
        self.async_write_ha_state()

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        shows_names = self._runtime_data.stays.shows_names
        return [
            self._as_event(visit, visit.stay.name if shows_names else None)
            for visit in self._stays.between(dt_util.as_utc(start_date), dt_util.as_utc(end_date))
        ]

    @override
    async def async_create_event(self, **kwargs: Any) -> None:
        """Create a stay at Minut. The summary is the name of the guest.

        An all-day event lasts from the check-in time on its first day to the check-out time on the
        day after its last.
        """
        if EVENT_RRULE in kwargs:
            raise invalid("stay_repeats")
        given = {
            StayField.NAME: kwargs[EVENT_SUMMARY],
            StayField.CHECK_IN: kwargs[EVENT_START],
            StayField.CHECK_OUT: kwargs[EVENT_END],
        }
        entry, stays = self.coordinator.config_entry, self._runtime_data.commands.stays
        async with stays.lock(self._key):
            with translated_errors(self.hass, entry, "stays", unexpected="not_understood"):
                guests = await stays.async_read(self._key)
            with translated_errors(self.hass, entry, "stay"):
                values = stays.localize(self._key, given)
                await stays.async_create(self._key, values, {}, guests)

    def _as_event(self, visit: Visit, name: str | None) -> CalendarEvent:
        zone = self._runtime_data.stays.zone(self._key)
        return CalendarEvent(
            start=visit.start.astimezone(zone),
            end=visit.end.astimezone(zone),
            summary=name or texts(self.hass, "stay")["nameless"],
            uid=visit.stay.id,
        )
