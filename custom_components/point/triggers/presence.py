"""Triggers that follow from bookings together with motion: who came, stayed away, or left."""

from typing import ClassVar, override

from homeassistant.core import callback

from ..coordinator import PointCoordinator
from ..state.change import Change
from ..state.presence_rules import PresenceEvent
from .base import EventTrigger


class PresenceTrigger(EventTrigger):
    """Fires for each presence event of a home in the target. Such a home has settings."""

    _event: ClassVar[PresenceEvent]

    @callback
    @override
    def _async_handle(self, coordinator: PointCoordinator, change: Change) -> None:
        home_id = change.home_id
        if change.event.type == self._event and home_id and self._has(coordinator, home_id):
            self._fire(coordinator, home_id)


class GuestArrived(PresenceTrigger):
    """There is motion for the first time in a stay."""

    _event = PresenceEvent.ARRIVED
    _description = "arrival of a guest"


class NobodyCame(PresenceTrigger):
    """There has been no motion for hours after a check-in."""

    _event = PresenceEvent.NOBODY_CAME
    _description = "guest who did not come"


class NoMotionInStay(PresenceTrigger):
    """There was no motion in a night in the middle of a stay."""

    _event = PresenceEvent.QUIET
    _description = "night without motion"


class GuestLeft(PresenceTrigger):
    """A guest has left before the check-out."""

    _event = PresenceEvent.LEFT
    _description = "departure of a guest"


class MotionWhileVacant(PresenceTrigger):
    """There is motion in a vacant home in the evening or at night."""

    _event = PresenceEvent.MOTION_WHILE_VACANT
    _description = "motion while vacant"
