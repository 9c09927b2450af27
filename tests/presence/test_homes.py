"""Homes with settings: bookings of a calendar, status, events and triggers."""

from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, override

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.components.calendar.const import DATA_COMPONENT
from homeassistant.config_entries import SOURCE_USER, ConfigSubentry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest

from custom_components.point.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from custom_components.point.presence.settings import MAX_HOURS, home_settings
from custom_components.point.state.presence_rules import Rules
from tests.helpers.house import House

CALENDAR = "calendar.bookings"
STATUS = "sensor.status"
ZONE = "+01:00"
"""The homes of the simulator lie in Stockholm. The clock of the tests starts on 20 November."""


class Calendar(CalendarEntity):
    """A calendar of bookings."""

    entity_id = CALENDAR

    def __init__(self) -> None:
        self.events: list[CalendarEvent] = []

    @property
    @override
    def event(self) -> None:
        return None

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        return self.events


@pytest.fixture
async def calendar(house: House) -> Calendar:
    """Return an empty calendar."""
    assert await async_setup_component(house.hass, "calendar", {})
    found = Calendar()
    await house.hass.data[DATA_COMPONENT].async_add_entities([found])
    return found


def book(calendar: Calendar, start: str, end: str, title: str = "Reserved") -> None:
    """Add a booking: of days ("2026-11-20"), or of times."""
    is_day = len(start) == len("2026-11-20")
    parse = date.fromisoformat if is_day else lambda text: datetime.fromisoformat(text + ZONE)
    calendar.events.append(CalendarEvent(start=parse(start), end=parse(end), summary=title))


async def link(house: House, **settings: Any) -> None:
    """Link the account; the first home has settings."""
    data = {"home_id": house.home, **settings}
    house.entry = await house.make_entry()
    house.hass.config_entries.async_add_subentry(
        house.entry,
        ConfigSubentry(
            data=MappingProxyType(data),
            subentry_type="home",
            title="Lakeside 4",
            unique_id=house.home,
        ),
    )
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.advance(seconds=1)


async def until(house: House, time: str) -> None:
    """Advance to a time of 20 November in Stockholm, with a report of each Point on the way."""
    target = datetime.fromisoformat(f"2026-11-20T{time}{ZONE}")
    while (now := datetime.now(UTC)) < target:
        await house.advance(seconds=min(600, (target - now).total_seconds()))


async def test_bookings_of_whole_days_begin_and_end_at_the_times_of_the_home(
    house: House, calendar: Calendar
) -> None:
    book(calendar, "2026-11-20", "2026-11-22")
    await link(house, calendar=CALENDAR, check_in="16:00:00", check_out="10:00:00")
    assert house.state("sensor.check_in", house.home) == "2026-11-20T15:00:00+00:00"
    assert house.state("sensor.check_out", house.home) == "2026-11-22T09:00:00+00:00"
    assert house.state("binary_sensor.occupied", house.home) == "off"
    assert house.state(STATUS, house.home) == "expected"


async def test_only_homes_with_settings_have_a_status(house: House, calendar: Calendar) -> None:
    await link(house, calendar=CALENDAR)
    registry = er.async_get(house.hass)
    entities = er.async_entries_for_config_entry(registry, house.entry.entry_id)
    of_stays = {e.unique_id for e in entities if e.unique_id.endswith(("-status", "-occupied"))}
    assert of_stays == {f"point.{house.home}-status", f"point.{house.home}-occupied"}
    assert not [e for e in entities if e.domain == "calendar"]


async def test_guests_arrive_and_leave(house: House, calendar: Calendar) -> None:
    book(calendar, "2026-11-20 14:00:00", "2026-11-20 20:00:00")
    await link(house, calendar=CALENDAR)
    assert house.state(STATUS, house.home) == "expected"
    await until(house, "15:10")
    await house.simulator.emit("pir_motion", device=house.point)
    await house.settle()
    assert house.state(STATUS, house.home) == "arrived"
    assert house.get("event.activity", house.home).attributes["event_type"] == "guest_arrived"
    assert house.state("binary_sensor.occupied", house.home) == "on"
    await until(house, "20:30")
    assert house.state("binary_sensor.occupied", house.home) == "off"
    assert house.state(STATUS, house.home) in {"checked_out", "left_early"}


async def test_a_blocked_period_is_no_booking(house: House, calendar: Calendar) -> None:
    book(calendar, "2026-11-20", "2026-11-22", title="Airbnb (Not available)")
    await link(house, calendar=CALENDAR)
    assert house.state(STATUS, house.home) == "vacant"


async def test_a_cancelled_booking_is_gone(house: House, calendar: Calendar) -> None:
    book(calendar, "2026-11-20", "2026-11-22")
    await link(house, calendar=CALENDAR)
    calendar.events.clear()
    await house.advance(minutes=16)
    assert house.state(STATUS, house.home) == "vacant"


async def test_a_calendar_that_vanishes_is_used_for_some_hours(
    house: House, calendar: Calendar
) -> None:
    book(calendar, "2026-11-20", "2026-11-25")
    await link(house, calendar=CALENDAR)
    await house.simulator.emit("pir_motion", device=house.point)
    await calendar.async_remove()
    await house.advance(hours=2)
    assert house.state(STATUS, house.home) != STATE_UNKNOWN
    for _ in range(5):
        await house.advance(hours=1)
    assert house.state(STATUS, house.home) == STATE_UNKNOWN
    assert house.state("binary_sensor.occupied", house.home) == STATE_UNAVAILABLE


async def test_without_a_calendar_the_stays_at_minut_count(house: House) -> None:
    now = house.simulator.time()
    await house.simulator.add_guest(house.home, now + timedelta(hours=1), now + timedelta(hours=30))
    await link(house)
    assert house.state(STATUS, house.home) == "expected"
    assert house.entity_id("calendar.stays", house.home)


async def test_a_point_that_is_offline_makes_it_unknown(house: House, calendar: Calendar) -> None:
    await link(house, calendar=CALENDAR)
    assert house.state(STATUS, house.home) == "vacant"
    await house.simulator.emit("device_offline", device=house.point)
    await house.settle()
    assert house.state(STATUS, house.home) == STATE_UNKNOWN


async def test_what_happened_survives_a_restart(house: House, calendar: Calendar) -> None:
    book(calendar, "2026-11-20 11:00:00", "2026-11-22 11:00:00")
    await link(house, calendar=CALENDAR)
    await house.simulator.emit("pir_motion", device=house.point)
    await house.settle()
    assert house.state(STATUS, house.home) == "arrived"
    await house.stop()
    await house.start()
    await house.advance(minutes=1)
    assert house.state(STATUS, house.home) == "arrived"


async def test_a_calendar_that_cannot_be_read_is_unknown(
    house: House, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_args: object) -> list[CalendarEvent]:
        raise HomeAssistantError

    monkeypatch.setattr(calendar, "async_get_events", fail)
    await link(house, calendar=CALENDAR)
    assert house.state(STATUS, house.home) == STATE_UNKNOWN


@pytest.mark.homes(2)
async def test_conditions_follow_the_status(house: House, calendar: Calendar) -> None:
    book(calendar, "2026-11-20 11:00:00", "2026-11-22 11:00:00")
    await link(house, calendar=CALENDAR)
    presence, home = house.entry.runtime_data.presence, house.home

    def answers() -> tuple[bool | None, bool | None]:
        now = house.simulator.time()
        return presence.is_occupied(home, now), presence.is_vacant(home, now)

    assert answers() == (False, True)  # expected, and nobody is there
    await house.simulator.emit("pir_motion", device=house.point)
    await house.settle()
    assert answers() == (True, False)
    other = house.homes[1].home_id
    now = house.simulator.time()
    assert (presence.is_occupied(other, now), presence.is_vacant(other, now)) == (None, None)


@pytest.mark.points(2)
async def test_a_home_that_is_gone_is_no_longer_judged(house: House, calendar: Calendar) -> None:
    await link(house, calendar=CALENDAR)
    for point in [each for each in house.devices if each.home_id == house.home]:
        await house.simulator.remove_device(point.device_id)
    home = house.homes[0].home_id
    await house.simulator.remove_home(home)
    await house.advance(minutes=61)
    await house.advance(minutes=61)
    assert house.state(STATUS, home) == STATE_UNAVAILABLE


@pytest.mark.homes(2)
async def test_the_diagnostics_say_why(house: House, calendar: Calendar) -> None:
    book(calendar, "2026-11-20", "2026-11-22")
    await link(house, calendar=CALENDAR)
    found = await async_get_config_entry_diagnostics(house.hass, house.entry)
    assert [home["presence"] for home in found["homes"]] == [
        {"status": "expected", "reason": "check-in today"},
        None,
    ]
    device = house.ha_device(house.home)
    assert device
    [home] = (await async_get_device_diagnostics(house.hass, house.entry, device))["homes"]
    assert home["presence"]["reason"] == "check-in today"


# Settings


async def add_settings(house: House, **data: Any) -> Any:
    subentries = house.hass.config_entries.subentries
    form = await subentries.async_init(
        (house.entry.entry_id, "home"), context={"source": SOURCE_USER}
    )
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "user"
    return await subentries.async_configure(
        form["flow_id"],
        {"home_id": house.home, "check_in": "15:00:00", "check_out": "11:00:00", "rules": {}}
        | data,
    )


async def test_settings_are_added_changed_and_removed(linked: House, calendar: Calendar) -> None:
    book(calendar, "2026-11-20", "2026-11-22")
    result = await add_settings(linked, calendar=CALENDAR)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await linked.advance(seconds=1)
    assert linked.state(STATUS, linked.home) == "expected"
    [subentry] = linked.entry.subentries.values()
    assert subentry.title == linked.homes[0].name

    form = await linked.entry.start_subentry_reconfigure_flow(linked.hass, subentry.subentry_id)
    result = await linked.hass.config_entries.subentries.async_configure(
        form["flow_id"],
        {
            "calendar": CALENDAR,
            "check_in": "18:00:00",
            "check_out": "11:00:00",
            "ignored": ["reserved"],
            "rules": {"nobody_came_after": 3},
        },
    )
    assert result["reason"] == "reconfigure_successful"
    await linked.advance(seconds=1)
    assert linked.state(STATUS, linked.home) == "vacant"
    settings = home_settings(linked.entry)[linked.home]
    assert settings.rules.nobody_came_after == timedelta(hours=3)
    assert settings.rules.left_after == Rules().left_after

    linked.hass.config_entries.async_remove_subentry(linked.entry, subentry.subentry_id)
    await linked.advance(seconds=1)
    registry = er.async_get(linked.hass)
    entities = er.async_entries_for_config_entry(registry, linked.entry.entry_id)
    assert not [e for e in entities if e.unique_id.endswith(("-status", "-occupied"))]


async def test_the_list_of_what_is_no_booking_can_be_emptied(
    linked: House, calendar: Calendar
) -> None:
    book(calendar, "2026-11-20", "2026-11-22", title="Not available")
    await add_settings(linked, calendar=CALENDAR)
    await linked.advance(seconds=1)
    assert linked.state(STATUS, linked.home) == "expected"


async def test_each_home_has_settings_once(linked: House) -> None:
    for home in linked.homes:
        await add_settings(linked, home_id=home.home_id)
        await linked.advance(seconds=1)
    result = await linked.hass.config_entries.subentries.async_init(
        (linked.entry.entry_id, "home"), context={"source": SOURCE_USER}
    )
    assert result["reason"] == "no_homes_left"


async def test_settings_need_a_loaded_account(linked: House) -> None:
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    result = await linked.hass.config_entries.subentries.async_init(
        (linked.entry.entry_id, "home"), context={"source": SOURCE_USER}
    )
    assert result["reason"] == "entry_not_loaded"


@pytest.mark.parametrize(
    "data",
    [
        {
            "calendar": 5,
            "check_in": "noon",
            "check_out": None,
            "ignored": 3,
            "rules": "few",
            "noise_preset": "party",
        },
        {"rules": {"left_after": MAX_HOURS + 1, "quiet_from": [], "cleaning": "long"}},
    ],
)
async def test_odd_settings_count_as_defaults(house: House, data: dict[str, Any]) -> None:
    await link(house, **data)
    assert home_settings(house.entry)[house.home].rules == Rules()
    assert home_settings(house.entry)[house.home].calendar is None
    assert home_settings(house.entry)[house.home].noise_preset is None
    assert house.state(STATUS, house.home) == "vacant"
