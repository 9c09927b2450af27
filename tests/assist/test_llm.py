"""What Assist is told, against what the simulated cloud knows."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.llm import async_get_tools
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.llm import LLMContext, Tool, ToolInput, ToolResult
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
import voluptuous as vol

from simulator.world.weather import Quantity

from .. import conftest
from ..helpers.house import House

pytestmark = pytest.mark.points(2)

ASSISTANT = "conversation"
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture
async def asked(house: House, hass: HomeAssistant) -> House:
    """Return an account with stays; everything is exposed, and Home Assistant is elsewhere."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "llm", {})
    await hass.config.async_set_time_zone("America/New_York")
    house.entry = await house.make_entry()
    house.hass.config_entries.async_update_entry(
        house.entry, options={"stays": True, "history": False}
    )
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.advance(seconds=1)
    expose(house)
    return house


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


# What is offered


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


async def test_places_are_the_homes_and_points(asked: House, hass: HomeAssistant) -> None:
    for tool in (await tools(hass)).values():
        for place in ("Lakeside 4", "Harbour Loft", "Lakeside 4 Hallway", "Harbour Loft Bedroom"):
            tool.parameters({"place": place})
        with pytest.raises(vol.Invalid):
            tool.parameters({"place": "Elsewhere"})


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


# What happened


async def night(house: House) -> tuple[datetime, datetime]:
    """Let it be loud for forty minutes after midnight in Stockholm; return when."""
    await house.advance(hours=12)
    begin = house.simulator.time()
    await house.simulator.make_noise(house.home, 1)
    await house.advance(minutes=20)
    await house.simulator.make_noise(house.home, 2)
    await house.advance(minutes=20)
    end = house.simulator.time()
    await house.simulator.quiet(house.home)
    await house.advance(hours=3)
    return begin, end


async def test_was_it_loud_last_night(asked: House) -> None:
    begin, end = await night(asked)
    answer = await ask(asked, "get_events", "Lakeside 4", start=written(begin - timedelta(hours=2)))
    assert answer["time_zone"] == "Europe/Stockholm"
    assert answer["now"] == local(asked.simulator.time())
    assert answer["noise"] == {
        "now": "none",
        "disturbances": [
            {
                "start": local(begin),
                "end": local(end),
                "minutes": 40,
                "highest_notice": 2,
                "began_before_period": False,
            }
        ],
        "notices": {"first": 1, "second": 1, "third": 0},
        "longest_minutes": 40,
    }
    loudest = answer["loudest"]
    assert loudest["unit"] == "dB(A)"
    at = datetime.fromisoformat(loudest["time"])
    assert begin - timedelta(minutes=5) <= at <= end
    assert loudest["sound_level"] == pytest.approx(true_maximum(asked, Quantity.SOUND, begin, end))
    assert {event["type"] for event in answer["events"]} == answer["counts"].keys()
    other = await ask(asked, "get_events", "Harbour Loft", start=written(begin))
    assert other["noise"]["disturbances"] == []


@pytest.fixture
def _start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the time at which the simulated cloud starts."""
    monkeypatch.setattr(conftest, "NOON", request.param)


@pytest.mark.parametrize(
    ("_start", "evening", "begin", "end"),
    [
        pytest.param(
            datetime(2026, 10, 24, 12, 40, tzinfo=UTC),
            "2026-10-24T22:00",
            "2026-10-25T02:40:00+02:00",
            "2026-10-25T02:20:00+01:00",
            id="the clocks go back",
        ),
        pytest.param(
            datetime(2027, 3, 27, 12, 40, tzinfo=UTC),
            "2027-03-27T22:00",
            "2027-03-28T01:40:00+01:00",
            "2027-03-28T03:20:00+02:00",
            id="the clocks go forward",
        ),
    ],
    indirect=["_start"],
)
async def test_was_it_loud_in_the_night_of_a_clock_change(
    _start: None, asked: House, evening: str, begin: str, end: str
) -> None:
    """Forty minutes stay forty minutes, and each time has the offset that held then."""
    loud = await night(asked)
    answer = await ask(asked, "get_events", "Lakeside 4", start=evening)
    [disturbance] = answer["noise"]["disturbances"]
    for key, expected, truth in (("start", begin, loud[0]), ("end", end, loud[1])):
        told = datetime.fromisoformat(disturbance[key])
        assert told == truth
        assert told.replace(second=0, microsecond=0).isoformat() == expected
    assert disturbance["minutes"] == answer["noise"]["longest_minutes"] == 40
    at = datetime.fromisoformat(answer["loudest"]["time"])
    assert loud[0] - timedelta(minutes=5) <= at <= loud[1]


def true_maximum(house: House, quantity: Quantity, start: datetime, end: datetime) -> float:
    """Return the highest value that a Point of the first home measured."""
    return round(
        max(
            device.value(quantity, time)
            for device in house.devices
            if device.home_id == house.home
            for time in moments(start, end, device.reports)
        ),
        1,
    )


def moments(start: datetime, end: datetime, reports: list[float]) -> list[float]:
    """Return when a Point measured: every five minutes, and when it reported."""
    first, last = start.timestamp(), end.timestamp()
    grid = [number * 300.0 for number in range(int(first // 300), int(last // 300) + 1)]
    return [time for time in (*grid, *reports) if first <= time < last]


async def test_noise_that_goes_on_is_told_whenever_it_began(asked: House) -> None:
    await asked.simulator.make_noise(asked.home, 2)
    await asked.advance(minutes=30)
    start = written(asked.simulator.time() - timedelta(minutes=10))
    noise = (await ask(asked, "get_events", "Lakeside 4", start=start))["noise"]
    assert noise["now"] == "second_notice"
    assert noise["disturbances"] == []


async def test_noise_of_a_point_is_that_of_its_home(asked: House) -> None:
    begin, _ = await night(asked)
    answer = await ask(asked, "get_events", "Lakeside 4 Hallway", start=written(begin))
    assert answer["noise"]["longest_minutes"] == 40
    assert "Hallway" in answer["loudest"]["point"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [("Lakeside 4", 2), ("Lakeside 4 Hallway", 1), ("Harbour Loft", 0)],
)
async def test_events_are_those_of_the_place(asked: House, place: str, expected: int) -> None:
    for device in asked.devices[:2]:
        await asked.simulator.glass_break(device.device_id)
    await asked.advance(minutes=1)
    answer = await ask(asked, "get_events", place)
    assert answer["counts"].get("glassbreak", 0) == expected
    assert [event["type"] for event in answer["events"]].count("glassbreak") == expected


async def test_says_who_silenced_the_alarm(asked: House) -> None:
    await asked.simulator.emit("alarm_silenced", home=asked.home)
    await asked.advance(minutes=1)
    [event] = (await ask(asked, "get_events", "Lakeside 4"))["events"]
    assert event["type"] == "alarm_silenced"


@pytest.mark.parametrize(("place", "expected"), [("Lakeside 4", 1), ("Lakeside 4 Hallway", 0)])
async def test_an_event_of_the_home_is_none_of_a_point(
    asked: House, place: str, expected: int
) -> None:
    await asked.simulator.emit("crowd_detected", home=asked.home)
    await asked.advance(minutes=1)
    assert (await ask(asked, "get_events", place))["counts"].get("crowd_detected", 0) == expected


async def test_an_event_about_the_sound_level_is_shown_by_its_sensor(asked: House) -> None:
    for name in ("avg_sound_high", "glassbreak"):
        await asked.simulator.emit(name, device=asked.point)
    await asked.advance(minutes=1)
    expose(asked, "sensor.sound_pressure")
    assert (await ask(asked, "get_events", "Lakeside 4"))["counts"] == {"avg_sound_high": 1}


EVERYTHING = {
    "glassbreak": "binary_sensor.glass",
    "tamper_removed": "binary_sensor.tamper",
    "pir_motion": "binary_sensor.motion",
    "short_button_press": "event.button",
    "temperature_high": "binary_sensor.heat",
    "disturbance_second_notice": "binary_sensor.noise",
    "device_offline": "binary_sensor.connectivity",
    "crowd_detected": "event.activity",
}


@pytest.mark.parametrize("event_type", EVERYTHING)
async def test_an_event_is_told_only_if_an_entity_that_shows_it_is_exposed(
    asked: House, event_type: str
) -> None:
    for name in EVERYTHING:
        await asked.simulator.emit(name, device=asked.point)
    await asked.advance(minutes=1)
    expose(asked, EVERYTHING[event_type], "sensor.battery_level")
    answer = await ask(asked, "get_events", "Lakeside 4")
    shown = set(EVERYTHING) if event_type == "crowd_detected" else {event_type}
    assert answer["counts"].keys() == shown
    assert "stays" not in answer
    assert "loudest" not in answer
    assert ("noise" in answer) is ("disturbance_second_notice" in shown)


@pytest.mark.parametrize("shows_names", [True, False])
async def test_stays_never_carry_a_contact(asked: House, *, shows_names: bool) -> None:
    start = asked.simulator.time() - timedelta(hours=1)
    await asked.simulator.add_guest(asked.home, start, start + timedelta(days=2))
    options = {"stays": True, "history": False, "guest_names": shows_names}
    asked.hass.config_entries.async_update_entry(asked.entry, options=options)
    assert await asked.hass.config_entries.async_reload(asked.entry.entry_id)
    await asked.advance(seconds=1)
    answer = await ask(asked, "get_events", "Lakeside 4")
    stay = {"check_in": local(start), "check_out": local(start + timedelta(days=2))}
    assert answer["stays"] == [stay | ({"guest": "Kim Guest"} if shows_names else {})]
    assert "kim@" not in str(answer)
    assert "+467" not in str(answer)


# What was measured


async def test_readings_now(asked: House) -> None:
    answer = await ask(asked, "get_readings", "Lakeside 4 Hallway")
    [point] = answer["points"].values()
    device = asked.devices[0]
    for name, quantity in (
        ("temperature", Quantity.TEMPERATURE),
        ("humidity", Quantity.HUMIDITY),
        ("sound_level", Quantity.SOUND),
    ):
        assert point[name]["now"] == pytest.approx(device.latest[quantity][1], abs=0.05)
    assert point["measured_at"] == local(device.last_heard_from_at)
    assert point["is_online"] is True
    assert point["temperature"].keys() == {"unit", "now"}


@pytest.mark.parametrize("hours", [6, 24 * 7])
async def test_readings_over_a_period(asked: House, hours: int) -> None:
    asked.devices[0].first_seen_at -= timedelta(days=30)
    end = dt_util.utcnow().replace(minute=0, second=0)
    start = end - timedelta(hours=hours)
    answer = await ask(
        asked,
        "get_readings",
        "Lakeside 4 Hallway",
        start=written(start),
        end=written(end),
        quantities=["temperature"],
    )
    [point] = answer["points"].values()
    device = asked.devices[0]
    known = [
        device.value(Quantity.TEMPERATURE, time)
        for time in moments(start, end, [])
        if time <= device.last_heard_from_at.timestamp()
    ]
    period = point["temperature"]["period"]
    assert period["min"] == pytest.approx(min(known), abs=0.1)
    assert period["max"] == pytest.approx(max(known), abs=0.1)
    assert period["mean"] == pytest.approx(sum(known) / len(known), abs=0.1)
    assert period["hours"] == hours
    assert 0 <= hours - period["hours_with_values"] <= 1
    assert "humidity" not in point


async def test_only_exposed_readings_are_told(asked: House) -> None:
    expose(asked, "sensor.humidity")
    answer = await ask(asked, "get_readings", "Lakeside 4")
    assert len(answer["points"]) == 2
    for point in answer["points"].values():
        assert point.keys() == {"humidity", "measured_at", "is_online"}


async def test_a_point_that_is_offline_measures_nothing_now(asked: House) -> None:
    await asked.simulator.take_offline(asked.point)
    await asked.settle()
    [point] = (await ask(asked, "get_readings", "Lakeside 4 Hallway"))["points"].values()
    assert point["is_online"] is False
    assert point["temperature"]["now"] is None


async def test_a_period_without_values_has_no_numbers(asked: House) -> None:
    await asked.advance(minutes=3)
    start = written(asked.simulator.time() - timedelta(minutes=1))
    answer = await ask(asked, "get_readings", "Lakeside 4 Hallway", start=start)
    [point] = answer["points"].values()
    assert point["temperature"]["period"] == {"hours": 1, "hours_with_values": 0}
