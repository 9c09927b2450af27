"""What the logbook shows of Minut's events."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
import json
import logging
from typing import Any

from homeassistant.components.recorder import get_instance
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.point.const import CONF_HISTORY

from .helpers.documents import examples
from .helpers.house import House

pytestmark = [pytest.mark.homes(1), pytest.mark.points(3)]

[EXCLUDED] = [example.value for example in examples() if example.is_a("logbook")]


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: None) -> None:
    """Prepare the recorder."""
    for name in ("sqlalchemy.engine", "homeassistant.components.recorder"):
        logging.getLogger(name).setLevel(logging.WARNING)  # they log each row


@pytest.fixture
async def logbook(recorder_mock: None, hass: HomeAssistant, request: pytest.FixtureRequest) -> None:
    """Set up the logbook, with the configuration of the test.

    Request it before `house`: the web server accepts no further routes once it runs.
    """
    assert await async_setup_component(hass, "logbook", getattr(request, "param", {}))


async def start(house: House) -> None:
    # The recorder of these tests needs no history.
    await house.link(options={CONF_HISTORY: False})
    await house.advance(seconds=30)
    # An entity's first state is no row.
    await house.simulator.motion(house.point)
    await house.advance(minutes=6)


async def mark(house: House) -> datetime:
    """Return the time, and let a second pass: rows of exactly that time are not found."""
    now = dt_util.utcnow()
    await house.advance(seconds=1)
    return now


async def rows(
    house: House, since: datetime, *, device: str | None = None, entities: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """Return the rows of the logbook, of all or of one device, as the frontend gets them."""
    from homeassistant.components.logbook.helpers import (  # noqa: PLC0415 # needs the recorder
        async_determine_event_types,
    )
    from homeassistant.components.logbook.processor import EventProcessor  # noqa: PLC0415

    await async_wait_recording_done(house.hass)
    devices = [device] if device else None
    chosen = list(entities) if device else None
    types = async_determine_event_types(house.hass, chosen, devices)
    processor = EventProcessor(house.hass, types, chosen, devices)
    end = dt_util.utcnow() + timedelta(seconds=1)
    found = await get_instance(house.hass).async_add_executor_job(processor.get_events, since, end)
    return [json.loads(json.dumps(row, default=str)) for row in found]


def sentences(found: list[dict[str, Any]]) -> list[str]:
    return [f"{row['name']} {row['message']}" for row in found if row.get("domain") == "point"]


async def test_each_event_is_a_sentence_with_point_and_home(logbook: None, house: House) -> None:
    await start(house)
    since = await mark(house)
    await house.simulator.glass_break(house.point)
    await house.simulator.emit("crowd_detected", device=house.point)
    await house.simulator.emit("disturbance_first_notice", home=house.home)
    await house.advance(seconds=1)
    assert sorted(sentences(await rows(house, since))) == [
        "Hallway reported “Glass break” in Lakeside 4",
        "Hallway reported “crowd_detected” in Lakeside 4",
        "Lakeside 4 reported “Noise disturbance, first notice”",
    ]


async def test_stands_on_the_page_of_its_device(logbook: None, house: House) -> None:
    await start(house)
    since = await mark(house)
    await house.simulator.glass_break(house.point)
    await house.simulator.emit("alarm_silenced", home=house.home)
    await house.advance(seconds=1)
    pages = []
    for key in (house.point, house.devices[1].device_id, house.home):
        device = house.ha_device(key)
        assert device
        pages.append(sentences(await rows(house, since, device=device.id)))
    assert pages == [
        ["Hallway reported “Glass break” in Lakeside 4"],
        [],
        ["Lakeside 4 reported “Alarm silenced”"],
    ]


async def test_speaks_the_language_of_the_system(
    logbook: None, house: House, hass: HomeAssistant
) -> None:
    await hass.config.async_update(language="de")
    await start(house)
    since = await mark(house)
    await house.simulator.glass_break(house.point)
    await house.advance(seconds=1)
    [sentence] = sentences(await rows(house, since))
    assert sentence.startswith("Hallway meldete „")
    assert sentence.endswith("“ in Lakeside 4")


async def test_speaks_english_until_a_new_language_is_loaded(
    logbook: None, house: House, hass: HomeAssistant
) -> None:
    await start(house)
    since = await mark(house)
    await house.simulator.glass_break(house.point)
    await house.advance(seconds=1)
    hass.config.language = "not loaded"
    [sentence] = sentences(await rows(house, since))
    assert sentence.startswith("Hallway reported")


async def test_an_event_of_nothing_known_has_a_sentence(logbook: None, house: House) -> None:
    await start(house)
    since = await mark(house)
    house.hass.bus.async_fire("point_webhook_received", {"event": None, "device": 3})
    await house.advance(seconds=1)
    assert sentences(await rows(house, since)) == ["Minut reported “?”"]


HAPPENINGS: dict[str, Callable[[House], Awaitable[object]]] = {
    "motion": lambda house: house.simulator.motion(house.point),
    "glass breaks": lambda house: house.simulator.glass_break(house.point),
    "button": lambda house: house.simulator.press_button(house.point),
    "smoke alarm": lambda house: house.simulator.smoke_alarm(house.point),
    "loud sound": lambda house: house.simulator.emit("avg_sound_high", device=house.point),
    "removal": lambda house: house.simulator.remove_from_mount(house.point),
    "battery": lambda house: house.simulator.low_battery(house.point),
    "contact": lambda house: house.simulator.take_offline(house.point),
    "noise": lambda house: house.simulator.make_noise(house.home, 1),
    "unknown": lambda house: house.simulator.emit("crowd_detected", device=house.point),
}


@pytest.mark.parametrize("logbook", [EXCLUDED], indirect=True, ids=["excluded"])
@pytest.mark.parametrize("happening", HAPPENINGS)
async def test_one_happening_is_at_most_two_rows_as_the_page_says(
    logbook: None, house: House, happening: str
) -> None:
    """Nor does its end, or the next heartbeats, add a row."""
    await start(house)
    since = await mark(house)
    await HAPPENINGS[happening](house)
    await house.advance(minutes=6)
    await house.advance(minutes=61)
    found = await rows(house, since)
    assert len(sentences(found)) == 1
    assert len(found) <= 2


@pytest.mark.parametrize(
    ("happening", "count"), [("motion", 5), ("noise", 7), ("button", 5), ("unknown", 2)]
)
async def test_without_the_exclusions_there_are_as_many_as_the_page_says(
    logbook: None, house: House, happening: str, count: int
) -> None:
    await start(house)
    since = await mark(house)
    await HAPPENINGS[happening](house)
    await house.advance(seconds=90)
    assert len(await rows(house, since)) == count
