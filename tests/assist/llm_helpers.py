"""Ask the tools that Assist is offered."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.llm import async_get_tools
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.llm import LLMContext, Tool, ToolInput, ToolResult

from ..helpers.house import House

ASSISTANT = "conversation"
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def expose(house: House, *only: str) -> None:
    """Expose just these entities, of all homes and Points; without any: all."""
    registry = er.async_get(house.hass)
    for entity in er.async_entries_for_config_entry(registry, house.entry.entry_id):
        name = f"{entity.domain}.{entity.unique_id.rpartition('-')[2]}"
        is_exposed = not only or name in only
        async_expose_entity(house.hass, ASSISTANT, entity.entity_id, is_exposed)


def context() -> LLMContext:
    return LLMContext(
        platform="test", context=None, language="en", assistant=ASSISTANT, device_id=None
    )


async def tools(hass: HomeAssistant, api: str = "assist") -> dict[str, Tool]:
    found = await async_get_tools(hass, context(), api)
    return {tool.name: tool for tool in found.tools if tool.name.startswith("point__")}


async def ask(house: House, name: str, place: str, **arguments: object) -> dict[str, Any]:
    """Ask a tool; return its answer."""
    tool = (await tools(house.hass))[f"point__{name}"]
    call = ToolInput(tool_name=tool.name, tool_args={"place": place, **arguments})
    result = await tool.async_call(house.hass, call, context())
    assert isinstance(result, ToolResult)
    return dict(result.data)


def local(time: datetime) -> str:
    return time.astimezone(STOCKHOLM).isoformat()


def written(time: datetime) -> str:
    """Return a local time as an assistant writes it."""
    return time.astimezone(STOCKHOLM).strftime("%Y-%m-%dT%H:%M")


def moments(start: datetime, end: datetime, reports: list[float]) -> list[float]:
    """Return when a Point measured: every five minutes, and when it reported."""
    first, last = start.timestamp(), end.timestamp()
    grid = [number * 300.0 for number in range(int(first // 300), int(last // 300) + 1)]
    return [time for time in (*grid, *reports) if first <= time < last]
