"""Each, first and all; durations; what does not fire: unavailability, unknown states."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
import pytest

from ..helpers.house import House
from .happenings import (
    EVENT,
    HAPPENINGS,
    LASTING,
    WITH_DURATION,
    attach,
    attach_each_way,
    begin,
    by_device,
    by_home,
    counts,
    ha_device,
    prepare,
    undo,
)

LASTING_BY_EVENTS = [name for name in LASTING if not name.startswith(("stay", "entry"))]
"""Stays are read from Minut, and an entry delay follows the alarm of the home, which is read."""


@pytest.mark.parametrize("simulator", [1, 3], indirect=True, ids=["2 Points", "6 Points"])
@pytest.mark.parametrize("name", LASTING)
async def test_each_the_first_or_all(hosted: House, name: str) -> None:
    one, other = await prepare(hosted, name)
    fired = await attach_each_way(hosted, name, one, other)
    for key in (one, other):
        await begin(hosted, name, key)
    first, second = ha_device(hosted, one).id, ha_device(hosted, other).id
    assert {
        behavior: [trigger["device_id"] for trigger in triggers]
        for behavior, triggers in fired.items()
    } == {"each": [first, second], "first": [first], "all": [second]}


@pytest.mark.parametrize("name", LASTING)
async def test_fires_again_after_it_was_over(hosted: House, name: str) -> None:
    one, _ = await prepare(hosted, name)
    fired = await attach_each_way(hosted, name, one)
    await begin(hosted, name, one)
    await undo(hosted, name, one)
    assert counts(fired) == {1}
    await begin(hosted, name, one)
    assert counts(fired) == {2}


@pytest.mark.parametrize("name", LASTING)
async def test_what_is_so_already_does_not_fire(hosted: House, name: str) -> None:
    one, _ = await prepare(hosted, name)
    await begin(hosted, name, one)
    fired = await attach_each_way(hosted, name, one)
    await hosted.advance(seconds=2)
    assert counts(fired) == {0}


@pytest.mark.parametrize("name", HAPPENINGS)
async def test_coming_back_from_unavailable_does_not_fire(hosted: House, name: str) -> None:
    one, _ = await prepare(hosted, name)
    await begin(hosted, name, one)
    fired = await attach_each_way(hosted, name, one)
    if name in {"smoke_alarm_heard", "glass_broke"}:
        await hosted.advance(minutes=6)
    hosted.simulator.faults.add(method="GET", path="/devices", status=502, times=None)
    for _ in range(4):
        await hosted.advance(minutes=20)
    assert hosted.state("sensor.temperature") == "unavailable"
    hosted.simulator.faults.clear()
    for _ in range(2):
        await hosted.advance(minutes=20)
    assert hosted.state("sensor.humidity", hosted.devices[-1].device_id) != "unavailable"
    assert counts(fired) == {0}


@pytest.mark.parametrize("name", [*LASTING_BY_EVENTS, EVENT])
async def test_an_event_fires_while_the_cloud_cannot_be_polled(
    hosted: House, hass: HomeAssistant, name: str
) -> None:
    one, _ = await prepare(hosted, name)
    fired = await attach(hass, name, by_device(hosted, one))
    hosted.simulator.faults.add(method="GET", status=502, times=None)
    for _ in range(4):
        await hosted.advance(minutes=20)
    assert hosted.state("sensor.temperature") == "unavailable"
    await begin(hosted, name, one)
    assert len(fired) == 1


@pytest.mark.parametrize("name", WITH_DURATION)
async def test_fires_after_its_duration(hosted: House, name: str) -> None:
    one, _ = await prepare(hosted, name)
    fired = await attach_each_way(hosted, name, one, **{"for": {"minutes": 10}})
    await begin(hosted, name, one)
    await hosted.advance(minutes=9)
    assert counts(fired) == {0}
    await undo(hosted, name, one)
    await hosted.advance(minutes=2)
    assert counts(fired) == {0}
    await begin(hosted, name, one)
    await hosted.advance(minutes=11)
    for triggers in fired.values():
        [trigger] = triggers
        assert trigger["for"] == timedelta(minutes=10)


async def test_the_first_goes_on_while_any_is_left(hosted: House, hass: HomeAssistant) -> None:
    """As Home Assistant's own triggers do."""
    one, other = await prepare(hosted, "removed")
    target = by_device(hosted, one, other)
    fired = await attach(hass, "removed", target, behavior="first", **{"for": {"minutes": 10}})
    await begin(hosted, "removed", one)
    await begin(hosted, "removed", other)
    await undo(hosted, "removed", one)
    await hosted.advance(minutes=5)
    assert fired == []
    await undo(hosted, "removed", other)
    await hosted.advance(minutes=6)
    assert fired == []


async def test_a_point_that_leaves_the_account_fires_nothing(
    hosted: House, hass: HomeAssistant
) -> None:
    one, other = await prepare(hosted, "removed")
    target = by_device(hosted, one, other)
    fired = await attach(hass, "removed", target, **{"for": {"minutes": 90}})
    await begin(hosted, "removed", one)
    await hosted.simulator.remove_device(one)
    for _ in range(5):
        await hosted.advance(minutes=20)
    assert fired == []


# Noise


@pytest.mark.parametrize(
    ("level", "notices", "expected"),
    [
        ("first", [1, 2, 3], ["first"]),
        ("second", [1, 2, 3], ["second"]),
        ("second", [1, 3], ["third"]),
        ("third", [1, 2], []),
    ],
)
async def test_noise_reaches_a_level_or_a_higher_one(
    hosted: House, hass: HomeAssistant, level: str, notices: list[int], expected: list[str]
) -> None:
    target = by_home(hosted, hosted.home)
    fired = await attach(hass, "noise_notice_reached", target, level=level)
    for notice in notices:
        await hosted.simulator.make_noise(hosted.home, notice)  # type: ignore[arg-type] # 1 to 3
        await hosted.settle()
    assert [trigger["level"] for trigger in fired] == expected


async def test_noise_that_is_snoozed_has_not_ended(hosted: House, hass: HomeAssistant) -> None:
    await hosted.simulator.make_noise(hosted.home)
    await hosted.settle()
    fired = await attach(hass, "noise_ended", by_home(hosted, hosted.home))
    await hosted.simulator.snooze_noise(hosted.home)
    await hosted.settle()
    assert fired == []
    await hosted.simulator.emit("disturbance_ended", home=hosted.home)
    await hosted.settle()
    assert len(fired) == 1


# Removal


async def test_each_removal_fires_also_after_a_while(hosted: House, hass: HomeAssistant) -> None:
    fired = await attach(hass, "removed", by_home(hosted, hosted.home))
    for _ in range(2):
        await begin(hosted, "removed", hosted.point)
        await hosted.advance(minutes=10)
        await undo(hosted, "removed", hosted.point)
        await hosted.advance(minutes=10)
    assert len(fired) == 2


@pytest.mark.parametrize("word", [None, "wall"])
async def test_removal_by_events_where_the_status_says_nothing(
    hosted: House, hass: HomeAssistant, word: str | None
) -> None:
    """Minut publishes no list of its mount statuses."""
    hosted.simulator.devices[hosted.point].changed["mount_status"] = word
    await hosted.advance(minutes=61)
    fired = await attach(hass, "removed", by_home(hosted, hosted.home))
    for _ in range(2):
        await begin(hosted, "removed", hosted.point)
        await hosted.advance(minutes=61)
        await undo(hosted, "removed", hosted.point)
        await hosted.advance(minutes=61)
    assert len(fired) == 2


# Stays


async def test_a_stay_that_follows_another_ends_and_starts(
    hosted: House, hass: HomeAssistant
) -> None:
    target = by_home(hosted, hosted.home)
    noon = hosted.simulator.time()
    await hosted.simulator.add_guest(hosted.home, noon, noon + timedelta(hours=1))
    await hosted.simulator.add_guest(
        hosted.home, noon + timedelta(hours=1), noon + timedelta(hours=3)
    )
    await hosted.entry.runtime_data.stays.async_read(hosted.home)
    await hosted.advance(minutes=30)
    started = await attach(hass, "stay_started", target)
    ended = await attach(hass, "stay_ended", target)
    all_vacant = await attach(hass, "stay_ended", target, behavior="all")
    await hosted.advance(minutes=31)
    assert (len(started), len(ended), len(all_vacant)) == (1, 1, 0)
    await hosted.advance(hours=2)
    assert (len(started), len(ended), len(all_vacant)) == (1, 2, 1)


async def test_stays_that_start_at_the_same_time(hosted: House) -> None:
    homes = [home.home_id for home in hosted.homes]
    start = hosted.simulator.time() + timedelta(minutes=10)
    for home in homes:
        await hosted.simulator.add_guest(home, start, start + timedelta(hours=3))
        await hosted.entry.runtime_data.stays.async_read(home)
    started = await attach_each_way(hosted, "stay_started", *homes)
    ended = await attach_each_way(hosted, "stay_ended", *homes)
    await hosted.advance(minutes=11)
    expected = {"each": 2, "first": 1, "all": 1}
    assert {behavior: len(fired) for behavior, fired in started.items()} == expected
    await hosted.advance(hours=3)
    assert {behavior: len(fired) for behavior, fired in ended.items()} == expected
