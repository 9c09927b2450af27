"""Days of a home in a running Home Assistant: a calendar, motion from the simulator, and a clock.

Times are local times of the home, in Stockholm.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from homeassistant.components.calendar import CalendarEvent
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
import pytest

from custom_components.point.state.presence_rules import PresenceEvent
from tests.helpers.house import House

from .test_homes import CALENDAR, STATUS, Calendar, calendar, link

__all__ = ["calendar"]

HOME_ZONE = ZoneInfo("Europe/Stockholm")
STEP = timedelta(minutes=20)


def local(text: str) -> datetime:
    """Return a local time of the home: "2026-11-20 13:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=HOME_ZONE)


@dataclass(kw_only=True)
class Day:
    """What happens, and the status that follows.

    `steps`: a time, what happens then if anything, and the expected status. "motion": at that time;
    "late": the Point tells of motion an hour ago.
    """

    begins: str
    bookings: list[tuple[str, str]]
    steps: list[tuple[str, str, str]]
    events: list[str] = field(default_factory=list)
    """The presence events of the home, in order."""


DAYS = {
    "normal stay": Day(
        begins="2026-11-20 13:30",
        bookings=[("2026-11-20", "2026-11-21")],
        steps=[
            ("2026-11-20 14:00", "", "expected"),
            ("2026-11-20 16:00", "motion", "arrived"),
            ("2026-11-21 00:10", "", "occupied"),
            ("2026-11-21 10:30", "motion", "occupied"),
            ("2026-11-21 11:30", "", "checked_out"),
            ("2026-11-21 12:30", "motion", "cleaning"),
            ("2026-11-21 15:10", "", "vacant"),
        ],
        events=["guest_arrived"],
    ),
    "early arrival": Day(
        begins="2026-11-20 13:30",
        bookings=[("2026-11-20", "2026-11-21")],
        steps=[
            ("2026-11-20 14:10", "motion", "somebody_there"),
            ("2026-11-20 14:40", "motion", "somebody_there"),
            ("2026-11-20 15:01", "", "arrived"),
        ],
        events=["guest_arrived"],
    ),
    "late check-out": Day(
        begins="2026-11-20 13:30",
        bookings=[("2026-11-20 13:00", "2026-11-20 17:00")],
        steps=[
            ("2026-11-20 14:00", "motion", "arrived"),
            ("2026-11-20 15:50", "motion", "arrived"),
            ("2026-11-20 16:45", "motion", "arrived"),
            ("2026-11-20 17:05", "motion", "occupied"),
            ("2026-11-20 17:20", "motion", "occupied"),
            ("2026-11-20 17:55", "", "checked_out"),
            ("2026-11-20 18:30", "motion", "cleaning"),
        ],
        events=["guest_arrived"],
    ),
    "turnover on the same day": Day(
        begins="2026-11-20 13:30",
        bookings=[
            ("2026-11-20 13:00", "2026-11-20 15:00"),
            ("2026-11-20 18:00", "2026-11-22 11:00"),
        ],
        steps=[
            ("2026-11-20 13:40", "motion", "arrived"),
            ("2026-11-20 15:10", "", "checked_out"),
            ("2026-11-20 15:40", "motion", "cleaning"),
            ("2026-11-20 18:10", "", "expected"),
            ("2026-11-20 19:00", "motion", "arrived"),
        ],
        events=["guest_arrived", "guest_arrived"],
    ),
    "cancelled booking": Day(
        begins="2026-11-20 13:30",
        bookings=[("2026-11-20", "2026-11-22")],
        steps=[
            ("2026-11-20 14:00", "", "expected"),
            ("2026-11-20 14:20", "cancel", "vacant"),
            ("2026-11-20 16:00", "motion", "somebody_there"),
        ],
    ),
    "overlapping bookings": Day(
        begins="2026-11-20 13:30",
        bookings=[
            ("2026-11-20 13:00", "2026-11-20 20:00"),
            ("2026-11-20 15:00", "2026-11-20 17:00"),
        ],
        steps=[
            ("2026-11-20 13:40", "motion", "arrived"),
            ("2026-11-20 15:10", "motion", "arrived"),
            ("2026-11-20 17:10", "motion", "arrived"),
            ("2026-11-20 20:50", "", "checked_out"),
        ],
        events=["guest_arrived", "guest_arrived", "guest_left"],
    ),
    "calendar that vanishes": Day(
        begins="2026-11-20 13:30",
        bookings=[("2026-11-20 13:00", "2026-11-22 11:00")],
        steps=[
            ("2026-11-20 14:00", "motion", "arrived"),
            ("2026-11-20 14:10", "vanish", "arrived"),
            ("2026-11-20 19:30", "", "arrived"),
            ("2026-11-20 20:50", "", STATE_UNKNOWN),
        ],
        events=["guest_arrived"],
    ),
    "Point that is offline": Day(
        begins="2026-11-20 13:30",
        bookings=[("2026-11-20 15:00", "2026-11-22 11:00")],
        steps=[
            ("2026-11-20 14:00", "offline", STATE_UNKNOWN),
            ("2026-11-20 21:00", "", STATE_UNKNOWN),
        ],
    ),
    "motion that is told an hour late": Day(
        begins="2026-11-20 13:30",
        bookings=[
            ("2026-11-20 13:30", "2026-11-20 15:00"),
            ("2026-11-21 15:00", "2026-11-22 11:00"),
        ],
        steps=[
            ("2026-11-20 14:20", "", "expected"),
            # At 14:30 somebody was there; now nobody is.
            ("2026-11-20 15:30", "late", "checked_out"),
        ],
    ),
    "clocks go back": Day(
        begins="2027-10-30 14:00",
        bookings=[("2027-10-30", "2027-10-31")],
        steps=[
            ("2027-10-30 14:59", "", "expected"),
            ("2027-10-30 16:00", "motion", "arrived"),
            ("2027-10-31 00:10", "", "occupied"),
            ("2027-10-31 10:40", "motion", "occupied"),
            ("2027-10-31 10:59", "", "occupied"),
            ("2027-10-31 11:15", "", "checked_out"),
            ("2027-10-31 14:59", "", "checked_out"),
            ("2027-10-31 15:01", "", "vacant"),
        ],
        events=["guest_arrived"],
    ),
    "clocks go forward": Day(
        begins="2027-03-27 14:00",
        bookings=[("2027-03-27", "2027-03-28")],
        steps=[
            ("2027-03-27 14:59", "", "expected"),
            ("2027-03-27 16:00", "motion", "arrived"),
            ("2027-03-28 00:10", "", "occupied"),
            ("2027-03-28 10:40", "motion", "occupied"),
            ("2027-03-28 10:59", "", "occupied"),
            ("2027-03-28 11:15", "", "checked_out"),
            ("2027-03-28 14:59", "", "checked_out"),
            ("2027-03-28 15:01", "", "vacant"),
        ],
        events=["guest_arrived"],
    ),
}


def add_booking(calendar: Calendar, start: str, end: str) -> None:
    parse: Callable[[str], object] = local if " " in start else lambda day: local(day).date()
    calendar.events.append(CalendarEvent(start=parse(start), end=parse(end), summary="Reserved"))  # type: ignore[arg-type] # both of a kind


async def happen(house: House, calendar: Calendar, what: str) -> None:
    """Let something happen now."""
    match what:
        case "motion":
            await house.simulator.motion(house.point)
        case "late":
            at = house.simulator.time() - timedelta(hours=1)
            await house.simulator.emit("pir_motion", device=house.point, created_at=at)
        case "offline":
            await house.simulator.take_offline(house.point)
        case "cancel":
            calendar.events.clear()
            await house.advance(minutes=16)
        case "vanish":
            await calendar.async_remove()
    await house.settle()


async def until(house: House, time: str) -> None:
    target = local(time).astimezone(UTC)
    while (now := dt_util.utcnow()) < target:
        await house.advance(seconds=min(STEP, target - now).total_seconds())


FAR_AWAY = ("normal stay", "clocks go back", "clocks go forward")
"""Also with a Home Assistant in another time zone than the home."""


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        *((name, "Europe/Stockholm") for name in DAYS),
        *((name, "Pacific/Auckland") for name in FAR_AWAY),
    ],
)
async def test_a_day(house: House, calendar: Calendar, name: str, zone: str) -> None:
    day = DAYS[name]
    await house.hass.config.async_set_time_zone(zone)
    house.freezer.move_to(local(day.begins))
    for start, end in day.bookings:
        add_booking(calendar, start, end)
    await link(house, calendar=CALENDAR)
    events: list[str] = []
    entity_id = house.entity_id("event.activity", house.home)

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state and state.attributes["event_type"] in set(PresenceEvent):
            events.append(state.attributes["event_type"])

    async_track_state_change_event(house.hass, entity_id, note)
    for time, what, status in day.steps:
        await until(house, time)
        await happen(house, calendar, what)
        assert house.state(STATUS, house.home) == status, (time, what)
    assert events == day.events
