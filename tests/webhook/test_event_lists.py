"""Missed events are found in whichever list Minut keeps them, and in whichever form."""

from datetime import timedelta

import pytest

from ..helpers.house import House

NOISE = "binary_sensor.noise"

LISTS = [
    [],
    ["user_events_as_home_events"],
    ["home_events_as_user_events"],
    ["events_forbidden"],
    ["events_forbidden", "home_events_as_user_events"],
    ["event_start_ignored"],
    ["event_start_ignored", "events_forbidden"],
    ["event_time_without_zone"],
    ["error_status_200", "events_forbidden"],
]


@pytest.mark.points(2)
@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("alternatives", LISTS, ids="+".join)
@pytest.mark.homes(2)
async def test_noise_that_began_and_ended_while_away_is_found(
    house: House, alternatives: list[str], *, newest_first: bool
) -> None:
    house.simulator.switches.newest_first = newest_first
    house.simulator.switches.ignore_order = newest_first
    house.simulator.use(*alternatives)
    await house.link()
    other = next(home.home_id for home in house.homes if home.home_id != house.home)
    await house.simulator.make_noise(other)
    await house.advance(minutes=1)
    assert house.state(NOISE, other) == "on"
    await house.stop()
    await house.simulator.make_noise(house.home)
    await house.simulator.emit("disturbance_ended", home=other)
    house.freezer.tick(timedelta(minutes=10))
    await house.start()
    assert house.state(NOISE, house.home) == "on"
    assert house.state(NOISE, other) == "off"


def without_home_events(house: House) -> None:
    """Leave the events of homes out of the account's list."""
    log, of_user = house.simulator.log, house.simulator.log.of_user
    log.of_user = lambda user_id: [  # type: ignore[method-assign] # another cloud
        event for event in of_user(user_id) if not event.type.startswith("disturbance")
    ]


async def test_noise_is_looked_for_in_each_home_if_the_account_lists_none(house: House) -> None:
    without_home_events(house)
    await house.link()
    await house.stop()
    await house.simulator.make_noise(house.home)
    house.freezer.tick(timedelta(minutes=10))
    await house.start()
    assert house.state(NOISE, house.home) == "on"


async def test_with_many_homes_only_those_in_doubt_are_asked(house: House) -> None:
    without_home_events(house)
    for number in range(15):
        await house.simulator.add_home(f"Home {number}")
    await house.link()
    await house.simulator.make_noise(house.home)
    await house.settle()
    await house.stop()
    await house.simulator.emit("disturbance_ended", home=house.home)
    house.freezer.tick(timedelta(minutes=10))
    before = len(house.simulator.requests)
    await house.start()
    assert house.state(NOISE, house.home) == "off"
    asked = [
        request.path
        for request in house.simulator.requests[before:]
        if request.path.startswith("/homes/") and request.path.endswith("/events")
    ]
    assert asked == [f"/homes/{house.home}/events"]


async def test_an_account_that_lists_the_events_of_homes_is_enough(house: House) -> None:
    await house.link()
    await house.stop()
    await house.simulator.make_noise(house.home)
    await house.start()
    before = house.requests("GET", f"/homes/{house.home}/events")
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    assert house.requests("GET", f"/homes/{house.home}/events") == before


async def test_a_start_that_is_ignored_costs_few_requests(house: House) -> None:
    """It took 195 requests in four minutes."""
    house.simulator.use("event_start_ignored")
    for _ in range(3000):
        await house.simulator.emit("pir_motion", device=house.point)
        house.freezer.tick(timedelta(minutes=2))
    await house.link()
    assert house.requests("GET", "/events") <= 20
    before = house.requests("GET", "/events")
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    assert house.requests("GET", "/events") - before <= 4


async def test_noise_is_unknown_while_no_list_answers(house: House) -> None:
    house.simulator.use("events_forbidden")
    house.simulator.faults.add(method="GET", path="/homes/*/events", status=403, times=None)
    await house.link()
    assert house.state(NOISE, house.home) == "unknown"
    coordinator = house.entry.runtime_data.coordinator
    assert not coordinator.data.is_caught_up
    house.simulator.faults.clear()
    await house.advance(minutes=1)
    assert house.state(NOISE, house.home) == "off"


@pytest.mark.points(2)
@pytest.mark.homes(2)
async def test_noise_is_unknown_only_in_the_home_whose_list_does_not_answer(house: House) -> None:
    house.simulator.use("events_forbidden")
    house.simulator.faults.add(
        method="GET", path=f"/homes/{house.home}/events", status=404, times=None
    )
    await house.link()
    other = next(home.home_id for home in house.homes if home.home_id != house.home)
    assert house.state(NOISE, house.home) == "unknown"
    assert house.state(NOISE, other) == "off"
    await house.advance(minutes=15)
    assert house.state(NOISE, house.home) == "unknown"
