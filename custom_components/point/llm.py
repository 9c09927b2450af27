"""Tools of Assist: what happened at a place, and what was measured there. They only read.

A place is offered if one of its entities is exposed. Answers contain what exposed entities show.
"""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, override

from homeassistant.components.llm import LLMTools
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.llm import (
    LLM_API_ASSIST,
    LLMContext,
    Tool,
    ToolAnnotations,
    ToolInput,
    ToolResult,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from .assist.events import async_look_up_events
from .assist.places import (
    ATTR_END,
    ATTR_PLACE,
    ATTR_START,
    InvalidPeriodError,
    Place,
    async_places,
    period,
    place_field,
)
from .assist.readings import QUANTITIES, async_readings
from .const import DOMAIN

ATTR_QUANTITIES: Final = "quantities"
DEFAULT_PERIOD: Final = timedelta(hours=24)

TIME: Final = "Local time of the home, like 2026-11-20T22:00."


class PlaceTool(Tool):
    """A tool that answers for one home or Point, in the time zone of the home."""

    annotations = ToolAnnotations(
        read_only=True, destructive=False, idempotent=True, open_world=True
    )
    integration = DOMAIN

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places
        self.parameters = vol.Schema(
            {
                vol.Required(ATTR_PLACE, description="Home or Point"): place_field(places),
                vol.Optional(ATTR_START, description=TIME): str,
                vol.Optional(ATTR_END, description=f"{TIME} Defaults to now."): str,
                **self.fields(),
            }
        )

    def fields(self) -> dict[vol.Marker, object]:
        """Return the schema of further parameters."""
        return {}

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult:
        data = self.parameters(tool_input.tool_args)
        # What is exposed may have changed since the tools were listed.
        place = async_places(hass, llm_context.assistant).get(data[ATTR_PLACE].casefold())
        if place is None:
            return ToolResult(data={"error": "There is no such home or Point."}, error=True)
        zone = await place.async_zone()
        context: JsonObjectType = {
            "place": place.name,
            "time_zone": str(zone),
            "now": dt_util.utcnow().astimezone(zone).isoformat(),
        }
        try:
            return ToolResult(data=context | await self.answer(hass, place, data))
        except InvalidPeriodError as error:
            return ToolResult(data=context | {"error": str(error)}, error=True)

    @abstractmethod
    async def answer(
        self, hass: HomeAssistant, place: Place, data: Mapping[str, str]
    ) -> JsonObjectType:
        """Return the answer for a place. Raises InvalidPeriodError, HomeAssistantError."""


class EventsTool(PlaceTool):
    """What happened."""

    name = f"{DOMAIN}__get_events"
    title = "Look up what happened in a home"
    description = (
        "Look up what happened in a home, or at a Minut Point, in a period (the last 24 hours by "
        "default): events, noise disturbances with their notices, the longest disturbance, the "
        "loudest moment, and stays. Use it for questions like 'Was it loud last night?'."
    )

    @override
    async def answer(
        self, hass: HomeAssistant, place: Place, data: Mapping[str, str]
    ) -> JsonObjectType:
        zone = await place.async_zone()
        asked = period(data.get(ATTR_START), data.get(ATTR_END), zone, default=DEFAULT_PERIOD)
        return {
            "start": asked[0].astimezone(zone).isoformat(),
            "end": asked[1].astimezone(zone).isoformat(),
            **await async_look_up_events(hass, place, asked, zone),
        }


class ReadingsTool(PlaceTool):
    """What was measured."""

    name = f"{DOMAIN}__get_readings"
    title = "Look up readings of a home"
    description = (
        "Look up temperature, humidity and sound level in a home, or at a Minut Point: now, and if "
        "a start is given, minimum, maximum and mean of a period."
    )

    @override
    def fields(self) -> dict[vol.Marker, object]:
        names = [quantity.name for quantity in QUANTITIES]
        return {vol.Optional(ATTR_QUANTITIES, default=list): [vol.In(names)]}

    @override
    async def answer(
        self, hass: HomeAssistant, place: Place, data: Mapping[str, str]
    ) -> JsonObjectType:
        zone = await place.async_zone()
        asked = None
        answer: JsonObjectType = {}
        if ATTR_START in data:
            asked = period(data[ATTR_START], data.get(ATTR_END), zone, default=DEFAULT_PERIOD)
            answer = {
                "start": asked[0].astimezone(zone).isoformat(),
                "end": asked[1].astimezone(zone).isoformat(),
            }
        wanted = data[ATTR_QUANTITIES]
        chosen = [each for each in QUANTITIES if not wanted or each.name in wanted]
        answer["points"] = await async_readings(hass, place, chosen, asked, zone)
        return answer


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return the tools if any home or Point has an exposed entity."""
    if api_id != LLM_API_ASSIST:
        return None
    places = async_places(hass, llm_context.assistant)
    return LLMTools(tools=[EventsTool(places), ReadingsTool(places)]) if places else None
