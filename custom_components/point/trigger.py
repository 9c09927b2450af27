"""Triggers for automations, by home, Point, area, floor, label or entity."""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .triggers.events import EventReceived
from .triggers.home import EntryDelayStarted, NoiseEnded, NoiseNoticeReached
from .triggers.point import CameOnline, GlassBroke, Removed, SmokeAlarmHeard, WentOffline
from .triggers.presence import (
    GuestArrived,
    GuestLeft,
    MotionWhileVacant,
    NobodyCame,
    NoMotionInStay,
)
from .triggers.stays import StayEnded, StayStarted

TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "came_online": CameOnline,
    "entry_delay_started": EntryDelayStarted,
    "event_received": EventReceived,
    "glass_broke": GlassBroke,
    "guest_arrived": GuestArrived,
    "guest_left": GuestLeft,
    "motion_while_vacant": MotionWhileVacant,
    "no_motion_in_stay": NoMotionInStay,
    "nobody_came": NobodyCame,
    "noise_ended": NoiseEnded,
    "noise_notice_reached": NoiseNoticeReached,
    "removed": Removed,
    "smoke_alarm_heard": SmokeAlarmHeard,
    "stay_ended": StayEnded,
    "stay_started": StayStarted,
    "went_offline": WentOffline,
}


async def async_get_triggers(_hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of the integration."""
    return TRIGGERS
