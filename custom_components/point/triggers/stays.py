"""Triggers by the start and the end of stays."""

from datetime import datetime
from typing import ClassVar, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.trigger import (
    ATTR_BEHAVIOR,
    BEHAVIOR_EACH,
    BEHAVIOR_FIRST,
    TriggerConfig,
)
from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util

from ..coordinator import PointCoordinator
from ..data import PointData, accounts
from ..state.change import Change
from ..state.stays import StayEvent
from .base import BEHAVIOR, EventTrigger


class StayTrigger(EventTrigger):
    """Fires when a stay starts or ends: in each, the first or all homes of the target."""

    _options_schema: ClassVar[VolDictType] = BEHAVIOR
    _event: ClassVar[StayEvent]

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        self._behavior: str = self._options[ATTR_BEHAVIOR]
        self._handled: dict[str, datetime] = {}
        """Time of the last event of each home."""

    @callback
    @override
    def _async_handle(self, coordinator: PointCoordinator, change: Change) -> None:
        home_id = change.home_id
        if change.event.type != self._event or home_id is None:
            return
        self._handled[home_id] = change.at
        if self._has(coordinator, home_id) and self._is_wanted(change.at):
            self._fire(coordinator, home_id)

    def _is_wanted(self, at: datetime) -> bool:
        """Return whether to trigger: always, for the first home that matches, or when all match."""
        if self._behavior == BEHAVIOR_EACH:
            return True
        matching = [
            self._matches(account, home_id, at)
            for account in accounts(self._hass)
            for home_id in account.coordinator.data.homes
            if account.stays.of(home_id).is_known and self._has(account.coordinator, home_id)
        ]
        return sum(matching) == 1 if self._behavior == BEHAVIOR_FIRST else all(matching)

    def _matches(self, account: PointData, home_id: str, at: datetime) -> bool:
        """Return whether a home is occupied (or vacant), as far as its events were handled.

        Stays of several homes may start at the same time: their events arrive one by one.
        """
        now = dt_util.utcnow()
        stays = account.stays.of(home_id)
        changed_at = stays.last_change(now)
        is_occupied = stays.current(now) is not None
        is_handled = changed_at is None or changed_at < at or self._handled.get(home_id) == at
        return is_occupied == (self._event is StayEvent.STARTED) and is_handled


class StayStarted(StayTrigger):
    """A stay has started in a home."""

    _event = StayEvent.STARTED
    _description = "start of a stay"


class StayEnded(StayTrigger):
    """A stay has ended in a home."""

    _event = StayEvent.ENDED
    _description = "end of a stay"
