"""The tools that Assist is offered, and the places and periods that they take."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.llm import ToolInput, ToolResult
import pytest
import voluptuous as vol

from ..helpers.house import House
from .llm_helpers import ask, context, expose, tools

pytestmark = pytest.mark.points(2)


async def test_there_are_two_tools_that_only_read(asked: House, hass: HomeAssistant) -> None:
    found = await tools(hass)
    assert found.keys() == {"point__get_events", "point__get_readings"}
    for tool in found.values():
        assert tool.annotations.read_only
        assert not tool.annotations.destructive
        assert tool.integration == "point"
        assert tool.title
        assert tool.description
    assert await tools(hass, "homeassistant") == {}


@pytest.mark.homes(2)
async def test_places_are_the_homes_and_points(asked: House, hass: HomeAssistant) -> None:
    for tool in (await tools(hass)).values():
        for place in ("Lakeside 4", "Harbour Loft", "Lakeside 4 Hallway", "Harbour Loft Bedroom"):
            tool.parameters({"place": place})
        with pytest.raises(vol.Invalid):
            tool.parameters({"place": "Elsewhere"})


@pytest.mark.homes(2)
async def test_homes_that_share_a_name_are_told_apart(asked: House) -> None:
    for home in asked.homes:
        home.changed["name"] = "Lakeside 4"
    await asked.advance(minutes=61)
    await asked.simulator.make_noise(asked.homes[1].home_id)
    await asked.advance(minutes=1)
    noisy = [
        place
        for place in ("Lakeside 4", "Lakeside 4 (2)")
        if (await ask(asked, "get_events", place))["noise"]["disturbances"]
    ]
    assert noisy == ["Lakeside 4 (2)"]
    await ask(asked, "get_readings", "Lakeside 4 Hallway (2)")


async def test_nothing_is_offered_where_nothing_is_exposed(
    asked: House, hass: HomeAssistant
) -> None:
    expose(asked, "none.at_all")
    assert await tools(hass) == {}


async def test_a_place_that_is_hidden_meanwhile_is_not_answered(
    asked: House, hass: HomeAssistant
) -> None:
    tool = (await tools(hass))["point__get_events"]
    expose(asked, "none.at_all")
    call = ToolInput(tool_name=tool.name, tool_args={"place": "Lakeside 4"})
    result = await tool.async_call(hass, call, context())
    assert isinstance(result, ToolResult)
    assert result.error


async def test_a_disabled_entity_shows_nothing(asked: House, hass: HomeAssistant) -> None:
    registry = er.async_get(hass)
    for device in asked.devices:
        entity_id = asked.entity_id("sensor.temperature", device.device_id)
        registry.async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    answer = await ask(asked, "get_readings", "Lakeside 4")
    assert answer["points"]
    assert not [point for point in answer["points"].values() if "temperature" in point]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("yesterday", None),
        ("2026-13-01T00:00", None),
        ("2026-11-20T13:00", "2026-11-20T12:00"),
        ("2030-01-01T00:00", None),
        ("2020-01-01T00:00", None),
        ("9999-12-31T23:59:59+00:00", None),
    ],
)
async def test_a_period_that_makes_no_sense_is_explained(
    asked: House, start: str, end: str | None
) -> None:
    arguments = {"start": start} | ({"end": end} if end else {})
    answer = await ask(asked, "get_events", "Lakeside 4", **arguments)
    assert "error" in answer


async def test_an_error_of_the_cloud_is_told(asked: House) -> None:
    asked.simulator.faults.add(method="GET", status=500, times=None)
    with pytest.raises(HomeAssistantError):
        await ask(asked, "get_events", "Lakeside 4")
