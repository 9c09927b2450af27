"""The action that looks up what happened in homes."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
import probatio

from ..errors import invalid, translated_errors
from ..minut.guests import Part
from ..minut.models import Event
from ..minut.rate_limit import Priority
from .action_span import ATTR_END, ATTR_START, asked_span
from .targets import Target, async_homes

EVENT_TYPE: Final = "event_type"

DEFAULT_SPAN: Final = timedelta(hours=24)

GET_EVENTS_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(ATTR_DEVICE_ID): probatio.All(cv.ensure_list, [cv.string]),
        probatio.Optional(ATTR_START): cv.datetime,
        probatio.Optional(ATTR_END): cv.datetime,
        probatio.Optional(EVENT_TYPE, default=[]): probatio.All(cv.ensure_list, [cv.string]),
        probatio.Optional(Part.ID, default=[]): probatio.All(cv.ensure_list, [cv.string]),
    }
)


async def async_get_events(call: ServiceCall) -> ServiceResponse:
    """Return the events of these homes, the oldest first; without times, of the last 24 hours."""
    start, end = asked_span(call, dt_util.utcnow(), otherwise=DEFAULT_SPAN)
    found: list[tuple[datetime, JsonValueType]] = []
    for home in async_homes(call.hass, call.data[ATTR_DEVICE_ID]):
        with translated_errors(call.hass, home.coordinator.config_entry, "look_up"):
            listed = await home.data.client.home_events(
                home.key,
                start_at=start,
                end_at=end,
                event_types=call.data[EVENT_TYPE],
                guest_ids=call.data[Part.ID],
                priority=Priority.COMMAND,
            )
        if not listed.is_complete:
            raise invalid("too_many_events")
        found += [(event.created_at or start, _as_answer(home, event)) for event in listed.items]
    return {"events": [answer for _, answer in sorted(found, key=lambda pair: pair[0])]}


def _as_answer(home: Target, event: Event) -> JsonValueType:
    answer: dict[str, JsonValueType] = {
        "home": home.device_id,
        "device": home.coordinator.devices.ha_id(event.device_id),
        "event_id": event.id,
        "type": event.type,
        "time": event.created_at.isoformat() if event.created_at else None,
        "value": event.value,
        "threshold": event.threshold,
    }
    return {name: value for name, value in answer.items() if value is not None}
