"""A stay that is added on the calendar."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from ..helpers.house import House

TIMES = {
    "start_date_time": "2026-12-24 15:00:00+01:00",
    "end_date_time": "2026-12-27 11:00:00+01:00",
}
IN, OUT = datetime(2026, 12, 24, 14, tzinfo=UTC), datetime(2026, 12, 27, 10, tzinfo=UTC)


@pytest.fixture
async def hosted(house: House) -> House:
    """Return a linked account with stays, none of them booked yet."""
    await house.link(options={"stays": True})
    await house.advance(seconds=1)
    return house


async def add(house: House, **event: Any) -> None:
    """Add an event to the calendar of the first home."""
    data = {"summary": "Kim Guest", **event}
    await house.hass.services.async_call(
        "calendar",
        "create_event",
        {"entity_id": house.entity_id("calendar.stays", house.home), **data},
        blocking=True,
    )
    await house.settle()


@pytest.mark.parametrize("times", [TIMES, {"start_date": "2026-12-24", "end_date": "2026-12-27"}])
@pytest.mark.homes(2)
async def test_becomes_a_stay_at_minut(hosted: House, times: dict[str, str]) -> None:
    """Whole days are nights: the end of an event without times is the day after its last one."""
    await hosted.hass.config.async_set_time_zone("Asia/Tokyo")
    await add(hosted, **times)
    (guest,) = hosted.homes[0].guests.values()
    assert (guest.name, guest.check_in_at, guest.check_out_at) == ("Kim Guest", IN, OUT)
    assert hosted.state("sensor.check_in", hosted.home) == "2026-12-24T14:00:00+00:00"
    assert hosted.homes[1].guests == {}


async def test_is_seen_by_who_looks_at_the_calendar_though_its_state_stays(
    hosted: House,
) -> None:
    await add(hosted, **TIMES)
    before = hosted.get("calendar.stays", hosted.home)
    calendar = hosted.hass.data["calendar"].get_entity(before.entity_id)
    seen: list[list[Any]] = []
    calendar.async_subscribe_events(IN, datetime(2027, 1, 31, tzinfo=UTC), seen.append)
    await add(hosted, start_date="2027-01-10", end_date="2027-01-12")
    assert [len(events) for events in seen] == [2]
    assert hosted.get("calendar.stays", hosted.home) is before


async def test_cannot_repeat(hosted: House) -> None:
    entity = hosted.hass.data["calendar"].get_entity(
        hosted.entity_id("calendar.stays", hosted.home)
    )
    with pytest.raises(ServiceValidationError) as raised:
        await entity.async_create_event(summary="Kim", dtstart=IN, dtend=OUT, rrule="FREQ=DAILY")
    assert raised.value.translation_key == "stay_repeats"
    assert not hosted.homes[0].guests


async def test_says_what_minut_refuses(hosted: House) -> None:
    hosted.simulator.faults.add(method="POST", path="/homes/*/guests", status=403, times=None)
    with pytest.raises(HomeAssistantError) as raised:
        await add(hosted, **TIMES)
    assert raised.value.translation_key == "stay_forbidden"
