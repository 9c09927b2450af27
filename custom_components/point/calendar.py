"""The stays of a home as a calendar, read-only: Minut may write to a guest who is changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, override

from homeassistant.components.calendar import (
    CalendarEntity,
    CalendarEntityDescription,
    CalendarEvent,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import PointConfigEntry
from .entity import PointEntityDescription, add_for_each_home
from .stay_entity import PointStayEntity
from .stays import Visit

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
    add_for_each_home(entry.runtime_data, async_add_entities, StaysCalendar, [STAYS])


class StaysCalendar(PointStayEntity, CalendarEntity):
    """The stays of a home, in its own time zone."""

    entity_description: PointCalendarDescription

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the stay that goes on or comes next; its name never becomes an attribute."""
        visit = self._stays.present_or_next(dt_util.utcnow())
        return self._as_event(visit, None) if visit else None

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        shows_names = self.coordinator.stays.shows_names
        return [
            self._as_event(visit, visit.stay.name if shows_names else None)
            for visit in self._stays.between(dt_util.as_utc(start_date), dt_util.as_utc(end_date))
        ]

    def _as_event(self, visit: Visit, name: str | None) -> CalendarEvent:
        zone = self.coordinator.stays.zone(self._key)
        return CalendarEvent(
            start=visit.start.astimezone(zone),
            end=visit.end.astimezone(zone),
            summary=name or NAMELESS,
            uid=visit.stay.id,
        )
