"""Trigger by any event that Minut sends, including types that are not known here."""

from typing import ClassVar, Final, override

from homeassistant.core import callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import VolDictType
import voluptuous as vol

from ..coordinator import PointCoordinator
from ..state.change import Change
from .base import EventTrigger

ATTR_EVENT_TYPE: Final = "event_type"


class EventReceived(EventTrigger):
    """An event of one of these types was received, of any type by default."""

    _options_schema: ClassVar[VolDictType] = {
        vol.Optional(ATTR_EVENT_TYPE, default=list): vol.All(cv.ensure_list, [cv.string])
    }
    _description = "event"

    @callback
    @override
    def _async_handle(self, coordinator: PointCoordinator, change: Change) -> None:
        event, types = change.event, self._options[ATTR_EVENT_TYPE]
        if types and event.type not in types:
            return
        own = [key for key in (change.device_id, change.home_id) if key]
        if not change.concerns_home:
            own = own[:1]
        if any(self._has(coordinator, key) for key in own):
            self._fire(
                coordinator,
                own[0],
                event_type=event.type,
                time=change.at.isoformat(),
                value=event.value,
                threshold=event.threshold,
                person=change.person,
            )
