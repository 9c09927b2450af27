"""The stays of a home as a calendar, to which stays can be added.

It changes and deletes none: Minut may write to the guest.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

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

from .data import PointConfigEntry
from .entity import PointEntityDescription, add_for_each_home
from .errors import invalid, translated_errors
from .minut.guests import StayField
from .state.stays import Visit
from .stay_entity import PointStayEntity

PARALLEL_UPDATES = 0

NAMELESS: Final = "Stay"


@dataclass(frozen=True, kw_only=True)
class PointCalendarDescription(PointEntityDescription, CalendarEntityDescription):
    """A calendar of a home."""


STAYS = PointCalendarDescription(key="stays")


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the calendar of each home."""
    add_for_each_home(entry.runtime_data.coordinator, async_add_entities, StaysCalendar, [STAYS])


class StaysCalendar(PointStayEntity, CalendarEntity):
    """The stays of a home, in its own time zone."""

    entity_description: PointCalendarDescription
    _attr_supported_features = CalendarEntityFeature.CREATE_EVENT

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the stay that goes on or comes next; its name never becomes an attribute."""
        visit = self._stays.current_or_next(dt_util.utcnow())
        return self._as_event(visit, None) if visit else None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state in any case: so hears who looks at stays that it does not show."""
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
        """Create a stay at Minut: the summary is the guest's name.

        Whole days are nights, from check-in time on the first to check-out time after the last.
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
            summary=name or NAMELESS,
            uid=visit.stay.id,
        )
