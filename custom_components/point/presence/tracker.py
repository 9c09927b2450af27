"""Follows the status of the homes that have settings, and sends presence events."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..commands.thresholds import ThresholdCommands
from ..coordinator import SIGNAL_STATE, PointCoordinator
from ..minut.event_types import Momentary
from ..minut.parsing import Json, mapping
from ..polling.stays import StayPoller
from ..state.presence import Presence
from ..state.presence_rules import ABSENT, PRESENT, Conclusion, Situation
from .calendars import CalendarReader
from .limits import StayLimits
from .settings import HomeSettings, home_settings

UNKNOWN: Final = Conclusion(None, "not evaluated yet")


class PresenceTracker:
    """The presence in the homes that have settings, by id."""

    def __init__(
        self,
        coordinator: PointCoordinator,
        stays: StayPoller,
        settings: Mapping[str, HomeSettings],
        commands: ThresholdCommands,
    ) -> None:
        self._hass = coordinator.hass
        self._coordinator = coordinator
        self._stays = stays
        self._settings = settings
        self._limits = StayLimits(coordinator, stays, settings, commands)
        self._presence = {home_id: Presence() for home_id in settings}
        self._conclusions: dict[str, Conclusion] = {}
        self._due: dict[str, datetime] = {}
        self._cancel: CALLBACK_TYPE | None = None
        coordinator.store.async_add(self, "presence")

    def tracks(self, home_id: str) -> bool:
        """Return whether the status of a home is followed."""
        return home_id in self._settings

    def conclusion(self, home_id: str) -> Conclusion:
        """Return the status of a home and the reason for it."""
        return self._conclusions.get(home_id, UNKNOWN)

    def is_occupied(self, home_id: str, now: datetime) -> bool | None:
        """Return whether a guest is in a home, None if unknown.

        Bookings and motion decide for a home with settings, stays alone for any other.
        """
        if self.tracks(home_id):
            status = self.conclusion(home_id).status
            return None if status is None else status in PRESENT
        stays = self._stays.of(home_id)
        return stays.current(now) is not None if stays.is_known else None

    def is_vacant(self, home_id: str, now: datetime) -> bool | None:
        """Return whether nobody is in a home, None if unknown. While it is cleaned, somebody is."""
        if self.tracks(home_id):
            status = self.conclusion(home_id).status
            return None if status is None else status in ABSENT
        occupied = self.is_occupied(home_id, now)
        return None if occupied is None else not occupied

    @callback
    def async_start(self) -> None:
        """Follow bookings, motion and the clock. Reload the account when settings change."""
        on_unload = self._coordinator.config_entry.async_on_unload
        on_unload(async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._on_entry))
        if not self._settings:
            return
        on_unload(async_dispatcher_connect(self._hass, SIGNAL_STATE, self._on_state))
        on_unload(self._cancel_timer)
        CalendarReader(self._coordinator, self._stays, self._settings).async_start()
        self._update(self._settings)

    @callback
    def _on_entry(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        is_ours = (
            entry.entry_id == self._coordinator.config_entry.entry_id
            and change is ConfigEntryChange.UPDATED
        )
        if is_ours and not self._coordinator.is_closing and home_settings(entry) != self._settings:
            self._hass.config_entries.async_schedule_reload(entry.entry_id)

    @callback
    def _on_state(self, coordinator: PointCoordinator, keys: frozenset[str]) -> None:
        if coordinator is self._coordinator:
            devices = coordinator.data.devices
            homes = {devices[key].polled.home_id if key in devices else key for key in keys}
            self._update(home_id for home_id in self._settings if home_id in homes)

    @callback
    def _on_time(self, _now: datetime) -> None:
        now = dt_util.utcnow()
        self._update([home_id for home_id, due in self._due.items() if due <= now])

    @callback
    def _update(self, homes: Iterable[str]) -> None:
        """Evaluate homes again. Entities are updated before events are sent."""
        if self._coordinator.is_closing:
            return
        present = self._coordinator.data.homes
        self._due = {home_id: due for home_id, due in self._due.items() if home_id in present}
        homes = [home_id for home_id in homes if home_id in present]
        changed = [home_id for home_id in homes if self._evaluate(home_id)]
        self._plan()
        self._coordinator.async_notify(changed)
        for home_id in homes:
            self._send_events(home_id)
            self._limits.async_update(home_id)

    def _evaluate(self, home_id: str) -> bool:
        """Evaluate a home. Return whether its status changed."""
        presence, stays = self._presence[home_id], self._stays.of(home_id)
        rules, situation = self._settings[home_id].rules, self._situation(home_id)
        for device in self._coordinator.data.devices_in(home_id):
            if (at := device.momentary.last(Momentary.MOTION)) and presence.record(at):
                self._coordinator.store.save_soon()
        presence.update(stays, situation.now)
        before, conclusion = self.conclusion(home_id), presence.conclusion(stays, rules, situation)
        self._conclusions[home_id] = conclusion
        self._due[home_id] = presence.next_change(stays, rules, situation)
        return conclusion.status != before.status

    def _send_events(self, home_id: str) -> None:
        presence, rules = self._presence[home_id], self._settings[home_id].rules
        situation = self._situation(home_id)
        for event, _ in presence.new_events(self._stays.of(home_id), rules, situation):
            self._coordinator.async_send_home_event(home_id, event, situation.now)
            self._coordinator.store.save_soon()

    def _situation(self, home_id: str) -> Situation:
        heard: datetime | None = None
        for device in self._coordinator.data.devices_in(home_id):
            times = [device.polled.last_heard_from_at, device.momentary.last(Momentary.MOTION)]
            last = max(filter(None, times), default=None)
            if not device.online or last is None:
                heard = None
                break
            heard = min(heard or last, last)
        if not self._coordinator.knows_events:
            heard = None
        now = dt_util.utcnow()
        return Situation(now=now, zone=self._stays.zone(home_id), heard_until=heard)

    # The clock

    @callback
    def _plan(self) -> None:
        self._cancel_timer()
        if self._due:
            due = min(self._due.values())
            self._cancel = async_track_point_in_utc_time(self._hass, self._on_time, due)

    @callback
    def _cancel_timer(self) -> None:
        if self._cancel:
            self._cancel()
            self._cancel = None

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return what to store of each home, as JSON. None of it is personal data."""
        return {home_id: presence.dump() for home_id, presence in self._presence.items()}

    def load(self, stored: Json) -> None:
        """Restore what an earlier run stored."""
        for home_id, saved in mapping(stored).items():
            if home_id in self._presence:
                self._presence[home_id].load(mapping(saved))
