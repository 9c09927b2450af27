"""Reads the bookings of homes from calendars of Home Assistant."""

from collections.abc import Mapping
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.components.calendar import DOMAIN as CALENDAR, SERVICE_GET_EVENTS
from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_state_change_event, async_track_time_interval
from homeassistant.util import dt as dt_util

from ..coordinator import PointCoordinator
from ..minut.parsing import Json, mapping
from ..polling.stays import StayPoller
from .bookings import read_bookings
from .settings import HomeSettings

_LOGGER = logging.getLogger(__name__)

INTERVAL: Final = timedelta(minutes=15)
BACK: Final = timedelta(days=4)
AHEAD: Final = timedelta(days=400)
"""Period of the events that are read."""
MAX_AGE: Final = timedelta(hours=6)
"""Time for which bookings are used after their calendar could last be read."""


class CalendarReader:
    """Keeps the stays of homes in sync with their calendars."""

    def __init__(
        self,
        coordinator: PointCoordinator,
        stays: StayPoller,
        settings: Mapping[str, HomeSettings],
    ) -> None:
        self._hass = coordinator.hass
        self._coordinator = coordinator
        self._stays = stays
        self._settings = settings
        self._homes: dict[str, list[str]] = {}
        """Ids of homes by calendar."""
        for home_id, of_home in settings.items():
            if of_home.calendar:
                self._homes.setdefault(of_home.calendar, []).append(home_id)
        self._read_at: dict[str, datetime] = {}

    @callback
    def async_start(self) -> None:
        """Read the calendars now, regularly, and whenever their state changes."""
        if not self._homes:
            return
        on_unload = self._coordinator.config_entry.async_on_unload
        on_unload(async_track_state_change_event(self._hass, [*self._homes], self._on_change))
        on_unload(async_track_time_interval(self._hass, self._on_interval, INTERVAL))
        self._on_interval(dt_util.utcnow())

    @callback
    def _on_change(self, event: Event[EventStateChangedData]) -> None:
        self._read(event.data["entity_id"])

    @callback
    def _on_interval(self, _now: datetime) -> None:
        for calendar in self._homes:
            self._read(calendar)

    @callback
    def _read(self, calendar: str) -> None:
        self._coordinator.config_entry.async_create_background_task(
            self._hass, self._async_read(calendar), "Minut bookings"
        )

    async def _async_read(self, calendar: str) -> None:
        """Read a calendar. While it cannot be read, its bookings stay for a while."""
        now = dt_util.utcnow()
        events = await self._async_events(calendar, now)
        if self._coordinator.is_closing or now < self._read_at.get(calendar, now):
            return  # the account is closing, or a later read was faster
        if events is not None:
            self._read_at[calendar] = now
        elif calendar in self._read_at and now - self._read_at[calendar] <= MAX_AGE:
            return
        for home_id in self._homes[calendar]:
            await self._stays.async_find_zone(home_id)
            zone = self._stays.zone(home_id)
            bookings = (
                None if events is None else read_bookings(events, self._settings[home_id], zone)
            )
            self._stays.async_set(home_id, bookings)

    async def _async_events(self, calendar: str, now: datetime) -> Json:
        """Return the events of a calendar, None if it cannot be read."""
        state = self._hass.states.get(calendar)
        if state is None or state.state == STATE_UNAVAILABLE:
            return None
        period = {"start_date_time": now - BACK, "end_date_time": now + AHEAD}
        try:
            answer = await self._hass.services.async_call(
                CALENDAR,
                SERVICE_GET_EVENTS,
                {ATTR_ENTITY_ID: calendar, **period},
                blocking=True,
                return_response=True,
            )
        except HomeAssistantError as error:
            _LOGGER.debug("Cannot read a calendar of bookings: %s", error)
            return None
        return mapping(mapping(answer).get(calendar)).get("events")
