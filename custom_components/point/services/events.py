"""Action `get_events`."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from ..errors import invalid, translated_errors
from ..minut.guests import StayField
from ..minut.home_events import read_home_events
from ..minut.models import Event
from .targets import (
    ATTR_END,
    ATTR_START,
    DEVICES,
    Target,
    async_check_permission,
    async_homes,
    async_points_of,
    filled_rows,
    requested_period,
)

EVENT_TYPE: Final = "event_type"

DEFAULT_PERIOD: Final = timedelta(hours=24)

GET_EVENTS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(ATTR_DEVICE_ID): DEVICES,
        vol.Optional(ATTR_START): cv.datetime,
        vol.Optional(ATTR_END): cv.datetime,
        vol.Optional(EVENT_TYPE, default=[]): vol.All(filled_rows, [cv.string]),
        vol.Optional(StayField.ID.value, default=[]): vol.All(filled_rows, [cv.string]),
    }
)


async def async_get_events(call: ServiceCall) -> ServiceResponse:
    """Return the events of homes, oldest first; of the last 24 hours by default."""
    start, end = requested_period(call, dt_util.utcnow(), default=DEFAULT_PERIOD)
    found: list[tuple[datetime, JsonValueType]] = []
    homes = async_homes(call.hass, call.data[ATTR_DEVICE_ID])
    for home in homes:
        await async_check_permission(call, [home, *async_points_of(home)])
    for home in homes:
        with translated_errors(call.hass, home.coordinator.config_entry, "look_up"):
            listed = await read_home_events(
                home.data.client,
                home.key,
                start_at=start,
                end_at=end,
                types=call.data[EVENT_TYPE],
                stay_ids=call.data[StayField.ID],
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
