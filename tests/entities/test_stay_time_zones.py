"""The stays in the calendar, in the time zone of their home."""

from datetime import UTC, datetime

from homeassistant.core import HomeAssistant
import pytest

from ..helpers.house import House
from .stay_helpers import at, events_between, link


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe", "UTC"])
async def test_ranges_over_a_daylight_saving_change_of_the_home(
    hass: HomeAssistant, house: House, zone: str
) -> None:
    """Clocks in Stockholm went back on 25 October 2026, and go forward on 28 March 2027."""
    await hass.config.async_set_time_zone(zone)
    for check_in, check_out in (
        ("2026-10-24T13:00:00", "2026-10-25T10:00:00"),  # 15:00 +02:00 to 11:00 +01:00
        ("2026-10-25T14:00:00", "2026-10-26T10:00:00"),
        ("2027-03-27T14:00:00", "2027-03-28T09:00:00"),  # 15:00 +01:00 to 11:00 +02:00
    ):
        start, end = (
            datetime.fromisoformat(time).replace(tzinfo=UTC) for time in (check_in, check_out)
        )
        await house.simulator.add_guest(house.home, start, end)
    await link(house)

    async def found(start: str, end: str) -> list[tuple[str, str]]:
        between = (datetime.fromisoformat(time) for time in (start, end))
        return [(event["start"], event["end"]) for event in await events_between(house, *between)]

    autumn = ("2026-10-24T15:00:00+02:00", "2026-10-25T11:00:00+01:00")
    sunday = ("2026-10-25T15:00:00+01:00", "2026-10-26T11:00:00+01:00")
    spring = ("2027-03-27T15:00:00+01:00", "2027-03-28T11:00:00+02:00")
    assert await found("2026-10-24T00:00:00+02:00", "2026-10-27T00:00:00+01:00") == [autumn, sunday]
    assert await found("2026-10-25T00:00:00+02:00", "2026-10-25T02:30:00+01:00") == [autumn]
    assert await found("2026-10-25T10:59:59+01:00", "2026-10-25T15:00:00+01:00") == [autumn]
    assert await found("2026-10-25T11:00:00+01:00", "2026-10-25T15:00:00+01:00") == []
    assert await found("2026-10-25T11:00:00+01:00", "2026-10-25T15:00:01+01:00") == [sunday]
    assert await found("2027-03-28T10:59:59+02:00", "2027-03-28T11:00:00+02:00") == [spring]
    assert await found("2027-03-28T11:00:00+02:00", "2027-03-29T00:00:00+02:00") == []


@pytest.mark.homes(2)
async def test_a_home_without_a_time_zone_has_that_of_home_assistant(
    hass: HomeAssistant, house: House
) -> None:
    await hass.config.async_set_time_zone("Asia/Tokyo")
    for home, zone in zip(house.homes, (None, "Mars/Olympus"), strict=True):
        home.changed["timezone"] = zone
    await house.simulator.add_guest(house.home, at(), at(24))
    await link(house)
    (event,) = await events_between(house, at(), at(1))
    assert event["start"] == "2026-11-20T21:00:00+09:00"
