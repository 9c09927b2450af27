"""Events that do not arrive: they come with the polls, and a silent way is found out and mended."""

import asyncio
from datetime import datetime, timedelta

from homeassistant.core import Event
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.point.minut import models
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.paging import Page
from custom_components.point.state.push import MAX_REFUSALS

from ..helpers.house import House


@pytest.fixture
async def cut_off(house: House) -> House:
    """Return an account to which Minut never registers a hook."""
    house.simulator.faults.add(path="/webhooks", status=403, times=None)
    await house.link()
    return house


def fetches(house: House) -> int:
    return house.requests("GET", "/events")


def push(house: House) -> str:
    return house.state("binary_sensor.push", house.simulator.account.user_id)


def silence(house: House) -> ir.IssueEntry | None:
    issue_id = f"push_silent_{house.entry.entry_id}"
    return ir.async_get(house.hass).async_get_issue("point", issue_id)


# With the polls


async def test_events_come_with_the_polls(cut_off: House, received: list[Event]) -> None:
    assert push(cut_off) == "off"
    await cut_off.simulator.emit("battery_low", device=cut_off.point)
    await cut_off.simulator.press_button(cut_off.point)
    await cut_off.advance(minutes=15)
    assert cut_off.state("binary_sensor.battery") == "on"
    assert cut_off.state("binary_sensor.button_press") == "unavailable"
    assert cut_off.state("event.button") == "unavailable"
    assert not received


async def test_they_are_asked_for_every_quarter_of_an_hour(cut_off: House) -> None:
    before = fetches(cut_off)
    for _ in range(24):
        await cut_off.advance(minutes=5)
    assert 8 <= fetches(cut_off) - before <= 18  # a second page that is empty ends each


@pytest.mark.parametrize("homes", [2, 12])
async def test_a_list_of_all_events_that_is_missing_is_remembered(house: House, homes: int) -> None:
    for number in range(homes - len(house.homes)):
        await house.simulator.add_home(f"Further {number}")
    house.simulator.switches.user_events = False
    house.simulator.faults.add(path="/webhooks", status=403, times=None)
    await house.link()
    assert fetches(house) == 1
    before = house.requests("GET", f"/homes/{house.home}/events")
    for _ in range(3):
        await house.advance(minutes=15)
    await house.simulator.make_noise(house.home)
    await house.advance(minutes=15)
    assert house.state("binary_sensor.noise", house.home) == "on"
    assert fetches(house) == 1
    asked = house.requests("GET", f"/homes/{house.home}/events") - before
    assert asked == (4 if homes == 2 else 1)  # home by home it is dear


async def test_some_bad_minutes_of_the_cloud_show_nowhere(cut_off: House) -> None:
    cut_off.simulator.faults.add(path="/events", status=502, times=None)
    await cut_off.advance(minutes=15)
    await cut_off.advance(minutes=1)
    assert cut_off.state("binary_sensor.noise", cut_off.home) == "off"
    await cut_off.advance(minutes=5)
    assert cut_off.state("binary_sensor.noise", cut_off.home) == "unavailable"
    cut_off.simulator.faults.clear()
    await cut_off.advance(minutes=15)
    assert cut_off.state("binary_sensor.noise", cut_off.home) == "off"


# When push comes back


async def test_what_was_missed_is_fetched_when_push_comes_back(house: House) -> None:
    house.simulator.faults.add(path="/webhooks", status=403, times=None)
    await house.link()
    await house.advance(minutes=12)
    await house.simulator.emit("battery_low", device=house.point)
    house.simulator.faults.clear()
    await house.advance(minutes=4)
    assert push(house) == "on"
    assert house.state("binary_sensor.battery") == "on"


# Silence


async def test_a_lost_delivery_is_made_good_within_hours(linked: House) -> None:
    linked.simulator.switches.lose_deliveries = True
    await linked.simulator.motion(linked.point)
    await linked.settle()
    happened_at = linked.simulator.time()
    linked.simulator.switches.lose_deliveries = False
    linked.freezer.tick(timedelta(minutes=11))
    await linked.simulator.press_button(linked.point)
    for _ in range(25):
        await linked.advance(minutes=15)
    assert linked.state("sensor.last_motion") == happened_at.isoformat()
    assert push(linked) == "on"
    assert not silence(linked)


async def test_a_way_that_has_become_silent_is_found_out(linked: House) -> None:
    linked.simulator.switches.lose_deliveries = True
    await linked.advance(minutes=6)
    await linked.simulator.make_noise(linked.home)
    for _ in range(25):
        await linked.advance(minutes=15)
    assert push(linked) == "off"
    assert silence(linked)
    assert linked.state("binary_sensor.motion") == "unavailable"

    linked.simulator.switches.lose_deliveries = False
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert push(linked) == "on"
    assert not silence(linked)
    assert linked.state("binary_sensor.button_press") == "on"


async def test_events_that_were_lost_for_a_while_are_no_silence(linked: House) -> None:
    """The internet was away; meanwhile the home is empty, and a sample shows that all is well."""
    linked.simulator.switches.lose_deliveries = True
    await linked.advance(minutes=6)
    await linked.simulator.motion(linked.point)
    await linked.advance(minutes=6)
    linked.simulator.switches.lose_deliveries = False
    [hook_id] = linked.simulator.hooks
    samples = linked.requests("POST", f"/webhooks/{hook_id}/ping")
    for _ in range(25):
        await linked.advance(minutes=15)
        assert push(linked) == "on"
    assert linked.requests("POST", f"/webhooks/{hook_id}/ping") == samples + 1


async def test_a_silent_way_that_is_open_again_is_found_out_without_an_event(
    linked: House,
) -> None:
    linked.simulator.switches.lose_deliveries = True
    await linked.advance(minutes=6)
    await linked.simulator.motion(linked.point)
    for _ in range(26):
        await linked.advance(minutes=15)
    assert push(linked) == "off"
    linked.simulator.switches.lose_deliveries = False
    await linked.advance(minutes=15)
    assert push(linked) == "on"
    assert not silence(linked)


async def test_silence_alone_proves_nothing(linked: House) -> None:
    """In an empty home nothing happens for days."""
    linked.simulator.switches.lose_deliveries = True
    for _ in range(50):
        await linked.advance(minutes=30)
    assert push(linked) == "on"
    assert not silence(linked)


async def test_what_happened_during_a_restart_does_not_count_as_silence(linked: House) -> None:
    await linked.stop()
    await linked.simulator.motion(linked.point)
    happened_at = linked.simulator.time()
    linked.freezer.tick(timedelta(hours=1))
    await linked.start()
    assert linked.state("sensor.last_motion") == happened_at.isoformat()
    assert push(linked) == "on"


async def test_an_event_that_may_still_be_delivered_does_not_count_as_silence(
    linked: House,
) -> None:
    linked.simulator.switches.hold_deliveries = True
    for _ in range(23):
        await linked.advance(minutes=15)
    linked.freezer.tick(timedelta(minutes=10))
    await linked.simulator.emit("battery_low", device=linked.point)
    linked.freezer.tick(timedelta(minutes=5))
    await linked.advance(minutes=1)
    assert linked.state("binary_sensor.battery") == "on"
    assert push(linked) == "on"


async def test_an_event_that_is_fetched_before_it_is_delivered_still_happens(
    linked: House, received: list[Event]
) -> None:
    """Else a reload, or the poll of a bad moment, would swallow the press."""
    linked.simulator.switches.hold_deliveries = True
    await linked.simulator.press_button(linked.point)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert linked.state("binary_sensor.button_press") == "off"
    linked.simulator.switches.hold_deliveries = False
    await linked.simulator.release_deliveries()
    await linked.settle()
    assert linked.state("binary_sensor.button_press") == "on"
    assert linked.get("event.button").attributes["event_type"] == "press_end"
    assert len(received) == 1


async def test_what_happens_before_the_first_hook_is_fetched(house: House) -> None:
    house.simulator.faults.add(path="/webhooks", status=503, times=2)
    await house.link()
    await house.advance(seconds=50)
    await house.simulator.make_noise(house.home)
    await house.advance(minutes=1)
    assert push(house) == "off"
    await house.advance(minutes=2)
    assert push(house) == "on"
    assert house.state("binary_sensor.noise", house.home) == "on"


async def test_a_wish_that_comes_during_a_fetch_is_not_forgotten(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = list[datetime](), asyncio.Event()
    events = MinutClient.events

    async def answer_late(
        client: MinutClient, *, start_at: datetime, offset: int = 0
    ) -> Page[models.Event]:
        asked.append(start_at)
        page = await events(client, start_at=start_at, offset=offset)
        await go_on.wait()
        return page

    monkeypatch.setattr(MinutClient, "events", answer_late)
    house.simulator.faults.add(method="GET", path="/webhooks", status=503)
    entry = house.entry = await house.make_entry()
    await house.hass.config_entries.async_setup(entry.entry_id)
    while house.requests("GET", "/webhooks") < 1:  # noqa: ASYNC110 # sockets have no event
        await asyncio.sleep(0)
    house.freezer.tick(timedelta(seconds=50))
    await house.simulator.make_noise(house.home)
    while not house.simulator.hooks:  # as above
        house.freezer.tick(timedelta(seconds=1))
        async_fire_time_changed(house.hass)
        await asyncio.sleep(0)
    go_on.set()
    await house.settle()
    assert len(asked) >= 2
    assert house.state("binary_sensor.noise", house.home) == "on"


async def test_what_was_refused_is_fetched_when_the_hook_is_renewed(linked: House) -> None:
    linked.simulator.switches.signature = "sha1"
    for _ in range(MAX_REFUSALS):
        linked.freezer.tick(timedelta(seconds=1))
        await linked.simulator.make_noise(linked.home)
        await linked.settle()
    assert push(linked) == "on"
    assert linked.state("binary_sensor.noise", linked.home) == "on"


@pytest.mark.parametrize("status", [400, 403, 405, 410])
async def test_a_list_of_all_events_that_is_refused_is_done_without(
    house: House, status: int
) -> None:
    house.simulator.faults.add(path="/events", status=status, times=None)
    house.simulator.faults.add(path="/webhooks", status=503, times=None)
    await house.link()
    assert house.state("binary_sensor.noise", house.home) == "off"


@pytest.mark.homes(2)
async def test_a_home_whose_events_are_refused_harms_no_other(house: House) -> None:
    house.simulator.switches.user_events = False
    house.simulator.faults.add(path="/webhooks", status=503, times=None)
    first, second = (home.home_id for home in house.homes)
    house.simulator.faults.add(path=f"/homes/{first}/events", status=403, times=None)
    await house.link()
    await house.simulator.make_noise(second)
    await house.advance(minutes=15)
    assert house.state("binary_sensor.noise", second) == "on"


@pytest.mark.points(2)
async def test_what_was_read_since_is_not_read_again(house: House) -> None:
    """With 600 Points it would take ten minutes at each start."""
    for device in house.devices:
        await house.simulator.emit("temperature_high", device=device.device_id)
    await house.simulator.emit("alarm_silenced", home=house.home)
    house.freezer.tick(timedelta(hours=5))
    await house.link()
    await house.advance(minutes=1)
    paths = [request.path for request in house.simulator.requests]
    assert not [
        path
        for path in paths
        if path.startswith(("/devices/", "/homes/")) and not path.endswith("/events")
    ]
