"""What the logbook shows of Minut's events."""

from collections.abc import AsyncIterator
from datetime import timedelta
import json
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import get_instance
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from simulator import Simulator

from .conftest import NOON
from .helpers.documents import examples
from .helpers.house import House

[EXCLUDED] = [example.value for example in examples() if example.is_a("logbook")]


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: None) -> None:
    """Prepare the recorder."""
    for name in ("sqlalchemy.engine", "homeassistant.components.recorder"):
        logging.getLogger(name).setLevel(logging.WARNING)  # they log each row


@pytest.fixture
async def simulator(
    socket_enabled: None, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Simulator]:
    """Return a Minut cloud with one home and three Points."""
    freezer.move_to(NOON)
    async with Simulator(homes=1, devices=3, now=dt_util.utcnow) as cloud:
        yield cloud


async def start(house: House, config: dict[str, Any]) -> None:
    assert await async_setup_component(house.hass, "logbook", config)
    await house.link()
    await house.advance(seconds=30)
    # An entity's first state is no row.
    await house.simulator.motion(house.point)
    await house.advance(minutes=6)


async def rows(
    house: House, since: Any, *, device: str | None = None, entities: tuple[str, ...] = ()
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


async def test_each_event_is_a_sentence_with_point_and_home(
    recorder_mock: None, house: House, hass_client: ClientSessionGenerator
) -> None:
    await start(house, {})
    since = dt_util.utcnow()
    await house.simulator.glass_break(house.point)
    await house.simulator.emit("crowd_detected", device=house.point)
    await house.simulator.emit("disturbance_first_notice", home=house.home)
    await house.advance(seconds=1)
    assert sorted(sentences(await rows(house, since))) == [
        "Hallway reported “Glass break” in Lakeside 4",
        "Hallway reported “crowd_detected” in Lakeside 4",
        "Lakeside 4 reported “Noise disturbance, first notice”",
    ]


async def test_stands_on_the_page_of_its_device(recorder_mock: None, house: House) -> None:
    await start(house, {})
    since = dt_util.utcnow()
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
    recorder_mock: None, house: House, hass: HomeAssistant
) -> None:
    await hass.config.async_update(language="de")
    await start(house, {})
    since = dt_util.utcnow()
    await house.simulator.glass_break(house.point)
    await house.advance(seconds=1)
    [sentence] = sentences(await rows(house, since))
    assert sentence.startswith("Hallway meldete „")
    assert sentence.endswith("“ in Lakeside 4")


async def test_an_event_of_nothing_known_has_a_sentence(recorder_mock: None, house: House) -> None:
    await start(house, {})
    since = dt_util.utcnow()
    house.hass.bus.async_fire("point_webhook_received", {"event": None, "device": 3})
    await house.advance(seconds=1)
    assert sentences(await rows(house, since)) == ["Minut reported “?”"]


async def test_one_happening_is_at_most_two_rows_as_the_page_says(
    recorder_mock: None, house: House
) -> None:
    await start(house, EXCLUDED)
    since = dt_util.utcnow()
    await house.simulator.motion(house.point)
    await house.advance(minutes=2)
    [motion] = await rows(house, since)
    assert "Motion" in motion["message"]
    since = dt_util.utcnow()
    await house.simulator.make_noise(house.home, 1)
    await house.advance(seconds=1)
    assert len(await rows(house, since)) == 2
    since = dt_util.utcnow()
    await house.simulator.press_button(house.point)
    await house.advance(seconds=10)
    assert len(await rows(house, since)) == 1
