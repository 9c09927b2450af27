"""Reports on unusual nights and homes, through a running Home Assistant."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
import re
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest

from simulator import Device, Simulator
from simulator.world.weather import Quantity

from ..helpers.house import House
from .test_report import report

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
AUTUMN, SPRING = "2026-10-25T12:00:00+00:00", "2026-03-29T12:00:00+00:00"


@pytest.fixture
async def simulator(
    request: pytest.FixtureRequest, socket_enabled: None, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Simulator]:
    """Return a Minut cloud with two homes of two Points each, at a time; by default the noon."""
    freezer.move_to(getattr(request, "param", NOON))
    async with Simulator(now=dt_util.utcnow) as cloud:
        yield cloud


def point_of(house: House, answer: Any, device: Device) -> Any:
    """Return what a report says of a Point."""
    found = house.ha_device(device.device_id)
    assert found
    return answer["points"][found.id]


def make_noise(device: Device, start: datetime, end: datetime, level: float) -> None:
    """Make noise at a level in dB(A), and none until the next one."""
    for time, value in ((start, level), (end, 40.0)):
        device.set_value(Quantity.SOUND, time.timestamp(), value)


@pytest.mark.parametrize("simulator", [AUTUMN], indirect=True)
async def test_the_night_of_the_clock_change_in_autumn_has_eleven_hours(house: House) -> None:
    """The hour from 2 to 3 comes twice. It is loud both times, half an hour each."""
    hallway = house.devices[0]
    for hour in (0, 1):
        start = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        make_noise(hallway, start, start + HOUR / 2, 80.0 + 12 * hour)
    await house.link()
    for hour in (0, 1):
        await house.simulator.emit(
            "noise_detected",
            home=house.home,
            created_at=datetime(2026, 10, 25, hour, 40, tzinfo=UTC),
        )
    await house.settle()
    answer = await report(house)
    assert answer["start"] == "2026-10-24T22:00:00+02:00"
    assert answer["end"] == "2026-10-25T08:00:00+01:00"
    point = point_of(house, answer, hallway)
    assert point["measured_minutes"] == 11 * 60
    assert point["over_limit_minutes"] == 60
    assert re.fullmatch(r"2026-10-25T02:[345].:00\+01:00", point["loudest_at"])
    assert point["gaps"] == []
    text = answer["markdown"]
    assert "2026-10-24 22:00 CEST \N{EN DASH} 2026-10-25 08:00 CET" in text
    assert "11 h 0 min of 11 h 0 min" in text
    assert re.search(r"dBA at 02:[345]. CET", text)
    assert "- 02:40 CEST: Noise detected\n- 02:40 CET: Noise detected\n" in text


@pytest.mark.parametrize("simulator", [SPRING], indirect=True)
async def test_the_night_of_the_clock_change_in_spring_has_nine_hours(house: House) -> None:
    """The hour from 2 to 3 is missing. A Point that is offline from 1:30 to 4:00 misses 90 min."""
    hallway, bedroom = house.devices[:2]
    start = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    bedroom.gaps.append((start.timestamp(), (start + 1.5 * HOUR).timestamp()))
    await house.link()
    answer = await report(house)
    assert answer["start"] == "2026-03-28T22:00:00+01:00"
    assert answer["end"] == "2026-03-29T08:00:00+02:00"
    assert point_of(house, answer, hallway)["measured_minutes"] == 9 * 60
    point = point_of(house, answer, bedroom)
    assert point["measured_minutes"] == 7.5 * 60
    assert [(gap["start"], gap["end"]) for gap in point["gaps"]] == [
        ("2026-03-29T01:30:00+01:00", "2026-03-29T04:00:00+02:00")
    ]
    assert "7 h 30 min of 9 h 0 min" in answer["markdown"]
    assert "Bedroom: 01:30 CET \N{EN DASH} 04:00 CEST" in answer["markdown"]


async def test_a_month_with_a_clock_change_has_an_hour_more(house: House) -> None:
    await house.link()
    await house.hass.config.async_set_time_zone("Europe/Stockholm")
    answer = await report(house, start="2026-10-20 00:00:00", end="2026-11-20 00:00:00")
    for point in answer["points"].values():
        assert point["measured_minutes"] == (31 * 24 + 1) * 60


async def test_each_point_has_its_own_limits(linked: House) -> None:
    first, second = linked.devices[:2]
    second.reactions["sound_level_high"].value = 97
    for device in (first, second):
        make_noise(device, NOON, NOON + 2 * HOUR, 86.0)
    await linked.advance(hours=1, minutes=5)  # the new limit is read, and nothing was over it
    await linked.advance(hours=3)
    answer = await report(linked, start=NOON, end=NOON + 3 * HOUR)
    over = [point_of(linked, answer, each)["over_limit_minutes"] for each in (first, second)]
    # The limit of the second was seen an hour late. Until then, the one before counts.
    assert over == [120, 65]


async def test_a_limit_that_changed_counts_from_then_on(linked: House) -> None:
    hallway = linked.devices[0]
    make_noise(hallway, NOON, NOON + 6 * HOUR, 86.0)
    await linked.advance(hours=2)
    device = linked.ha_device(linked.point)
    assert device
    await linked.hass.services.async_call(
        "point",
        "set_thresholds",
        {"device_id": device.id, "sound_level_high": 97},
        blocking=True,
        return_response=True,
    )
    await linked.advance(hours=6)
    answer = await report(linked, start=NOON, end=NOON + 6 * HOUR)
    point = point_of(linked, answer, hallway)
    assert point["measured_minutes"] == 6 * 60
    assert point["over_limit_minutes"] == 2 * 60
    assert "limits_assumed_until" not in point
    assert "not known" not in answer["markdown"]


async def test_an_empty_battery_explains_half_a_night(linked: House) -> None:
    bedroom = linked.devices[1]
    start, end = (datetime(2026, 11, 20, hour, tzinfo=UTC) for hour in (2, 7))
    bedroom.gaps.append((start.timestamp(), end.timestamp()))
    await linked.simulator.emit("battery_empty", device=bedroom.device_id, created_at=start)
    await linked.settle()
    answer = await report(linked)
    assert [gap["cause"] for gap in point_of(linked, answer, bedroom)["gaps"]] == ["battery"]
    assert "Bedroom: 03:00 \N{EN DASH} 08:00 (battery low or empty)" in answer["markdown"]


async def test_a_home_in_another_time_zone_has_its_own_night(house: House) -> None:
    """Times without a zone are in that of Home Assistant, as in all actions."""
    for home in house.homes:
        home.timezone = "Asia/Kolkata"
    await house.link()
    answer = await report(house)
    assert answer["start"] == "2026-11-19T22:00:00+05:30"
    assert answer["end"] == "2026-11-20T08:00:00+05:30"
    assert "2026-11-19 22:00 \N{EN DASH} 2026-11-20 08:00" in answer["markdown"]
    await house.hass.config.async_set_time_zone("Europe/Stockholm")
    answer = await report(house, start="2026-11-18 08:00:00", end="2026-11-18 20:00:00")
    assert answer["start"] == "2026-11-18T12:30:00+05:30"


async def test_stays_that_overlap_have_a_report_each(house: House) -> None:
    await house.link(options={"stays": True, "guest_names": True})
    stays = [
        await house.simulator.add_guest(
            house.home, name=name, check_in=NOON - hours * HOUR, check_out=NOON - 2 * HOUR
        )
        for name, hours in (("Kim", 24), ("Robin", 12))
    ]
    answers = [await report(house, stay_id=stay.guest_id) for stay in stays]
    assert [answer["guest"] for answer in answers] == ["Kim", "Robin"]
    starts = [datetime.fromisoformat(answer["start"]) for answer in answers]
    assert starts == [NOON - 24 * HOUR, NOON - 12 * HOUR]


async def test_a_stay_of_another_home_is_refused(house: House) -> None:
    await house.link(options={"stays": True})
    elsewhere = next(home.home_id for home in house.homes if home.home_id != house.home)
    stay = await house.simulator.add_guest(elsewhere, NOON - 5 * HOUR, NOON - HOUR)
    with pytest.raises(ServiceValidationError) as raised:
        await report(house, stay_id=stay.guest_id)
    assert raised.value.translation_key == "unknown_stay"


async def test_a_stay_longer_than_a_report_is_refused(house: House) -> None:
    await house.link(options={"stays": True})
    stay = await house.simulator.add_guest(house.home, NOON - timedelta(days=60), None)
    with pytest.raises(ServiceValidationError) as raised:
        await report(house, stay_id=stay.guest_id)
    assert raised.value.translation_key == "report_too_long"


async def test_a_home_without_points_has_no_report(house: House) -> None:
    home = await house.simulator.add_home("Cellar")
    await house.link()
    with pytest.raises(ServiceValidationError) as raised:
        await report(house, home.home_id)
    assert raised.value.translation_key == "no_point_targeted"


@pytest.mark.parametrize(
    "period",
    [
        {"start": "0001-01-01 00:00:00"},
        {"start": "0001-01-01T00:00:00+14:00", "end": "0001-01-02T00:00:00-12:00"},
        {"start": "9999-12-31 23:59:59"},
        {"start": "9999-12-31T23:59:59-12:00", "end": "9999-12-31T23:59:59-12:00"},
        {"start": NOON - HOUR, "end": NOON - HOUR},
        {"start": NOON, "end": NOON + HOUR},
    ],
)
async def test_absurd_periods_are_refused(linked: House, period: dict[str, object]) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await report(linked, **period)
    assert raised.value.translation_key in {"nothing_between", "report_too_long"}


async def test_a_period_of_seconds_has_a_report(linked: House) -> None:
    start = NOON - 5 * HOUR + timedelta(seconds=7)
    answer = await report(linked, start=start, end=start + timedelta(seconds=1))
    for point in answer["points"].values():
        assert point["measured_minutes"] == 0
        assert point["gaps"] == []


async def test_names_cannot_format_the_text(house: House) -> None:
    """A guest can choose a name, too."""
    evil = "1. <img src=x> | # *a* [b](javascript:x) www.evil.example {{ 1 }}"
    house.homes[0].name = evil
    house.devices[0].description = evil
    await house.link(options={"stays": True, "guest_names": True})
    stay = await house.simulator.add_guest(house.home, NOON - 5 * HOUR, NOON - HOUR, evil)
    text = (await report(house, stay_id=stay.guest_id))["markdown"]
    assert text.count("evil") == 3
    assert not re.search(r"(?<!\\)[<*\[{]|www\.e", text)


async def test_the_names_are_those_that_the_user_gave(linked: House) -> None:
    registry = dr.async_get(linked.hass)
    for key, name in ((linked.home, "The barn"), (linked.point, "Hay loft")):
        device = linked.ha_device(key)
        assert device
        registry.async_update_device(device.id, name_by_user=name)
    answer = await report(linked)
    assert answer["markdown"].startswith("## Report on The barn\n")
    assert "|  | Hay loft | Bedroom |" in answer["markdown"]
    assert point_of(linked, answer, linked.devices[0])["name"] == "Hay loft"
