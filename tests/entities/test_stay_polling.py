"""When stays are read, and what an answer that fails, is empty or is not understood changes."""

from collections.abc import Callable
from itertools import pairwise

from homeassistant.setup import async_setup_component
import pytest

from ..helpers.house import House
from .stay_helpers import at, events_between, link, restart, shown


async def test_reads_hourly_and_shows_what_was_booked_meanwhile(hosted: House) -> None:
    path = f"/homes/{hosted.home}/guests"
    assert hosted.requests("GET", path) == 1
    await hosted.simulator.add_guest(hosted.home, at(-2), at(0.5))
    await hosted.advance(minutes=59)
    assert hosted.requests("GET", path) == 1
    assert len(await events_between(hosted, at(days=-1), at(days=2))) == 1
    await hosted.advance(minutes=1)
    assert hosted.requests("GET", path) == 2
    assert len(await events_between(hosted, at(days=-1), at(days=2))) == 2


@pytest.mark.homes(2)
async def test_many_homes_are_read_less_often(house: House) -> None:
    for _ in range(39):
        await house.simulator.add_home()
    await link(house)
    path = f"/homes/{house.home}/guests"
    for minutes in (61, 61, 61, 61, 61):
        await house.advance(minutes=minutes)
    assert house.requests("GET", path) == 1
    await house.advance(minutes=61)
    assert house.requests("GET", path) == 2


async def test_a_home_that_appears_has_its_stays(hosted: House) -> None:
    home = await hosted.simulator.add_home("Cabin")
    await hosted.simulator.add_guest(home.home_id, at(-1), at(24))
    await hosted.advance(minutes=15)
    await hosted.advance(seconds=1)
    assert hosted.state("binary_sensor.occupied", home.home_id) == "on"


@pytest.mark.homes(2)
async def test_a_home_that_goes_is_not_asked_for_any_more(hosted: House) -> None:
    gone = hosted.homes[1].home_id
    await hosted.simulator.remove_home(gone)
    await hosted.advance(minutes=15)
    before = hosted.requests("GET", f"/homes/{gone}/guests")
    for _ in range(3):
        await hosted.advance(minutes=60)
    assert hosted.requests("GET", f"/homes/{gone}/guests") == before


def fails(house: House) -> None:
    house.simulator.faults.add(path="/homes/*/guests", status=502, times=None)


def is_not_understood(house: House) -> None:
    house.simulator.switches.guest_spelling = {"check_in_at": "first_night"}


def is_no_list(house: House) -> None:
    house.simulator.switches.guest_spelling = {"guests": "visitors"}


def is_empty(house: House) -> None:
    house.homes[0].guests.clear()


@pytest.mark.parametrize("spoil", [fails, is_not_understood, is_no_list, is_empty])
async def test_one_bad_answer_never_empties_a_calendar(
    hosted: House, spoil: Callable[[House], None]
) -> None:
    guests = dict(hosted.homes[0].guests)
    spoil(hosted)
    await hosted.advance(minutes=60)
    assert shown(hosted)[:2] == ["on", "on"]
    hosted.simulator.faults.clear()
    hosted.simulator.switches.guest_spelling = {}
    hosted.homes[0].guests = guests
    await hosted.advance(minutes=15)
    assert shown(hosted)[:2] == ["on", "on"]


async def test_an_empty_answer_is_believed_when_it_comes_again(hosted: House) -> None:
    hosted.homes[0].guests.clear()
    await hosted.advance(minutes=60)
    assert shown(hosted)[0] == "on"
    await hosted.advance(minutes=5)
    assert shown(hosted) == ["off", "off", "unknown", "unknown"]


async def test_one_empty_answer_after_a_restart_shows_no_empty_calendar(hosted: House) -> None:
    guests = dict(hosted.homes[0].guests)
    hosted.homes[0].guests.clear()
    await restart(hosted)
    assert shown(hosted) == ["unavailable"] * 4
    hosted.homes[0].guests = guests
    await hosted.advance(minutes=5)
    assert shown(hosted)[:2] == ["off", "off"]


async def test_stays_that_cannot_be_read_at_first_are_unavailable(house: House) -> None:
    fails(house)
    await link(house)
    assert shown(house) == ["unavailable"] * 4
    assert house.state("sensor.temperature") != "unavailable"
    house.simulator.faults.clear()
    await house.advance(minutes=15)
    assert shown(house)[:2] == ["off", "off"]


async def test_stays_that_are_not_understood_are_logged_once(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.simulator.add_guest(house.home, at(1), at(24))
    is_not_understood(house)
    await link(house)
    for _ in range(3):
        await house.advance(minutes=15)
    told = [r for r in caplog.records if r.name.endswith("polling.stays")]
    assert [r.levelname for r in told if r.levelname != "DEBUG"] == ["WARNING"]


@pytest.mark.parametrize("status", [403, 404])
async def test_what_does_not_pass_by_itself_is_not_asked_for_more_often(
    house: House, status: int
) -> None:
    """In an account with many homes that would be thousands of requests a day."""
    house.simulator.faults.add(path="/homes/*/guests", status=status, times=None)
    await link(house)
    path = f"/homes/{house.home}/guests"
    before = house.requests("GET", path)
    await house.advance(minutes=59)
    assert house.requests("GET", path) == before
    await house.advance(minutes=1)
    assert house.requests("GET", path) > before


async def test_a_lost_cloud_is_asked_less_and_less_often(house: House) -> None:
    fails(house)
    await link(house)
    path = f"/homes/{house.home}/guests"
    asked = [house.requests("GET", path)]
    for _ in range(12):
        await house.advance(minutes=15)
        asked.append(house.requests("GET", path))
    assert [after - before for before, after in pairwise(asked)] == [
        *(1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0)
    ]


async def test_nothing_is_asked_after_unloading(hosted: House) -> None:
    assert await hosted.hass.config_entries.async_unload(hosted.entry.entry_id)
    before = len(hosted.simulator.requests)
    await hosted.advance(hours=2)
    assert len(hosted.simulator.requests) == before


async def test_stays_are_read_again_after_two_days_without_an_answer(hosted: House) -> None:
    path = f"/homes/{hosted.home}/guests"
    hosted.simulator.faults.add(path=path, status=503, times=None)
    for _ in range(50):
        await hosted.advance(hours=1)
    hosted.simulator.faults.clear()
    asked = hosted.requests("GET", path)
    await hosted.advance(hours=2)
    assert hosted.requests("GET", path) > asked


async def test_to_update_an_entity_of_stays_reads_them(hosted: House) -> None:
    await async_setup_component(hosted.hass, "homeassistant", {})
    await hosted.simulator.add_guest(hosted.home, at(30), at(40))
    path = f"/homes/{hosted.home}/guests"
    asked = hosted.requests("GET", path)
    for _ in range(5):  # once in a minute is enough
        await hosted.hass.services.async_call(
            "homeassistant",
            "update_entity",
            {"entity_id": hosted.entity_id("calendar.stays", hosted.home)},
            blocking=True,
        )
        await hosted.advance(seconds=10)
    assert hosted.requests("GET", path) == asked + 1
