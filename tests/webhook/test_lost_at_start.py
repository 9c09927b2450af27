"""Deliveries that Home Assistant drops while it starts: its web server runs before we do."""

from datetime import datetime, timedelta
import json
from pathlib import Path
import sys

from homeassistant.bootstrap import STAGE_0_INTEGRATIONS, STAGE_1_INTEGRATIONS
from homeassistant.core import Event, callback
from homeassistant.util import dt as dt_util
import pytest

from custom_components import point as component
from custom_components.point.const import EVENT_RECEIVED
from custom_components.point.webhook import missed_events, process

from ..helpers.house import House


@pytest.fixture(name="fired")
def fired_fixture(house: House) -> list[Event]:
    """Return the events that are fired on the bus."""
    fired: list[Event] = []

    @callback
    def note(event: Event) -> None:
        fired.append(event)

    house.hass.bus.async_listen(EVENT_RECEIVED, note)
    return fired


def process_starts(house: House, monkeypatch: pytest.MonkeyPatch, **ago: float) -> datetime:
    """Let the process have started that long ago."""
    started_at = house.simulator.time() - timedelta(**ago)
    monkeypatch.setattr(missed_events, "process_started_at", lambda: started_at)
    return started_at


async def test_what_was_lost_while_starting_triggers_once(
    house: House, monkeypatch: pytest.MonkeyPatch, fired: list[Event]
) -> None:
    """45 deliveries were answered 200 by Home Assistant and dropped."""
    await house.link()
    await house.stop()
    await house.simulator.press_button(house.point)
    house.freezer.tick(timedelta(minutes=1))
    process_starts(house, monkeypatch)
    for _ in range(3):
        house.freezer.tick(timedelta(seconds=1))
        await house.simulator.emit("short_button_press", device=house.point, home=house.home)
    fired.clear()
    await house.start()
    assert len(fired) == 3, "not the one from before the process started"
    first = fired[0].data
    assert first["event"]["type"] == "short_button_press"
    assert first["event"]["device_id"] == house.point
    assert first["device_id"]
    last = house.simulator.deliveries[-1].event
    assert house.state("event.button").startswith(last.created_at.isoformat()[:19])
    await house.advance(minutes=15)
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    assert len(fired) == 3


async def test_a_delivery_that_is_repeated_later_does_not_trigger_again(
    house: House, monkeypatch: pytest.MonkeyPatch, fired: list[Event]
) -> None:
    await house.link()
    await house.stop()
    process_starts(house, monkeypatch)
    house.freezer.tick(timedelta(seconds=1))
    house.simulator.switches.lose_deliveries = False
    house.simulator.switches.hold_deliveries = True
    await house.simulator.press_button(house.point)
    fired.clear()
    await house.start()
    assert len(fired) == 1
    house.simulator.switches.hold_deliveries = False
    await house.simulator.release_deliveries()
    await house.settle()
    assert len(fired) == 1


async def test_a_slow_start_triggers_nothing_late(
    house: House, monkeypatch: pytest.MonkeyPatch, fired: list[Event]
) -> None:
    await house.link()
    await house.stop()
    process_starts(house, monkeypatch)
    house.freezer.tick(timedelta(seconds=1))
    await house.simulator.press_button(house.point)
    house.freezer.tick(timedelta(minutes=6))
    fired.clear()
    await house.start()
    assert not fired


async def test_an_account_that_is_new_triggers_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, fired: list[Event]
) -> None:
    process_starts(house, monkeypatch)
    house.freezer.tick(timedelta(seconds=1))
    await house.simulator.press_button(house.point)
    house.freezer.tick(timedelta(seconds=1))
    await house.link()
    assert not [event for event in fired if event.data["event"]["type"] == "short_button_press"]


def test_our_part_of_the_start_waits_for_nothing_that_starts_later() -> None:
    """What our manifest waits for is set up in an earlier stage than custom integrations anyway."""
    manifest = json.loads((Path(component.__file__).parent / "manifest.json").read_text())
    early = STAGE_1_INTEGRATIONS.union(*(names for _, names, _ in STAGE_0_INTEGRATIONS))
    assert set(manifest["after_dependencies"]) <= early


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says when a process started")
def test_the_start_of_the_process_is_known() -> None:
    started_at = process.process_started_at()
    assert started_at
    assert timedelta(0) < dt_util.utcnow() - started_at < timedelta(days=1)


def test_elsewhere_the_start_of_the_process_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "START_TIME", 1_000)
    assert process.process_started_at() is None
