"""The stays of homes as entities: calendar, occupied, check-in and check-out, and events."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
import json
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component
from homeassistant.util import slugify
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.point.registry import entity_limit

from ..helpers.house import House

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEYS = ("calendar.stays", "binary_sensor.occupied", "sensor.check_in", "sensor.check_out")


def at(hours: float = 0, *, minutes: float = 0, days: float = 0) -> datetime:
    return NOON + timedelta(hours=hours, minutes=minutes, days=days)


@pytest.fixture
async def hosted(house: House) -> House:
    """Return a linked account with stays: one in the first home from 13:00 until the day after."""
    await house.simulator.add_guest(house.home, at(1), at(24))
    await link(house)
    return house


async def link(house: House, **options: bool) -> None:
    """Link the account with stays."""
    house.entry = await house.make_entry()
    house.hass.config_entries.async_update_entry(house.entry, options={"stays": True, **options})
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.advance(seconds=1)


async def restart(house: House, *, minutes: float = 0) -> None:
    """Stop and start again, so much later."""
    await house.stop()
    house.freezer.tick(timedelta(minutes=minutes))
    await house.start()
    await house.advance(seconds=1)


def shown(house: House, of: str | None = None) -> list[str]:
    return [house.state(key, of or house.home) for key in KEYS]


async def events_between(house: House, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return what the calendar answers."""
    entity_id = house.entity_id("calendar.stays", house.home)
    answer = await house.hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": entity_id,
            "start_date_time": start.isoformat(),
            "end_date_time": end.isoformat(),
        },
        blocking=True,
        return_response=True,
    )
    found: Any = answer
    return list(found[entity_id]["events"])


# What shows


async def test_shows_the_next_stay_and_then_that_it_goes_on(hosted: House) -> None:
    check_in, check_out = "2026-11-20T13:00:00+00:00", "2026-11-21T12:00:00+00:00"
    assert shown(hosted) == ["off", "off", check_in, check_out]
    await hosted.advance(minutes=60)
    assert shown(hosted) == ["on", "on", check_in, check_out]
    await hosted.advance(hours=23)
    assert shown(hosted) == ["off", "off", "unknown", "unknown"]


async def test_a_home_without_stays_is_not_occupied(hosted: House) -> None:
    other = hosted.homes[1].home_id
    assert shown(hosted, other) == ["off", "off", "unknown", "unknown"]


async def test_a_stay_without_check_out_goes_on(house: House) -> None:
    await house.simulator.add_guest(house.home, at(-1), None)
    await link(house)
    assert shown(house) == ["on", "on", "2026-11-20T11:00:00+00:00", "unknown"]


async def test_there_are_no_stays_unless_they_are_wanted(linked: House) -> None:
    registry = er.async_get(linked.hass)
    keys = {entity.unique_id.partition("-")[2] for entity in registry.entities.values()}
    assert keys.isdisjoint({"stays", "occupied", "check_in", "check_out"})
    assert linked.requests("GET", f"/homes/{linked.home}/guests") == 0


async def test_stays_that_are_not_wanted_any_more_are_removed(hosted: House) -> None:
    options = await hosted.hass.config_entries.options.async_init(hosted.entry.entry_id)
    await hosted.hass.config_entries.options.async_configure(
        options["flow_id"], {"stays": False, "guest_names": False}
    )
    await hosted.settle()
    assert hosted.entry.state is ConfigEntryState.LOADED
    assert hosted.entry.options == {
        "history": True,
        "stays": False,
        "guest_names": False,
        "entities": "usual",
        "excluded_homes": [],
    }
    assert not hosted.hass.states.async_entity_ids("calendar")


async def test_a_large_account_has_calendar_and_occupied_at_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks for stays wants to see them."""
    monkeypatch.setattr(entity_limit, "PLANNED_LIMIT", 50)
    monkeypatch.setattr(entity_limit, "FULL_LIMIT", 50)
    await link(house)
    registry = er.async_get(house.hass)
    found = {key: registry.async_get(house.entity_id(key, house.home)) for key in KEYS}
    disabled = {key for key, entity in found.items() if entity and entity.disabled}
    assert disabled == {"sensor.check_in", "sensor.check_out"}


# Reading


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


@pytest.mark.parametrize("options", [{"stays": True, "guest_names": False}])
async def test_only_changed_options_load_the_account_anew(
    hosted: House, options: dict[str, bool]
) -> None:
    loaded = hosted.entry.runtime_data
    flows = hosted.hass.config_entries.options
    for chosen, is_same in ((options, False), (options, True)):
        form = await flows.async_init(hosted.entry.entry_id)
        await flows.async_configure(form["flow_id"], chosen)
        await hosted.settle()
        assert (hosted.entry.runtime_data is loaded) is is_same
        loaded = hosted.entry.runtime_data
    token = {**hosted.entry.data["token"], "expires_at": 0}
    hosted.hass.config_entries.async_update_entry(
        hosted.entry, data={**hosted.entry.data, "token": token}
    )
    await hosted.settle()
    assert hosted.entry.runtime_data is loaded


# The calendar's time zone


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


# Names


async def test_names_show_in_the_calendar_only_where_that_is_wanted(house: House) -> None:
    await house.simulator.add_guest(house.home, at(-1), at(24), "Kim Guest")
    await link(house, guest_names=True)
    (event,) = await events_between(house, at(), at(1))
    assert event["summary"] == "Kim Guest"


async def test_names_and_contacts_show_nowhere_else(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in states, events, logs, or what is stored."""
    caplog.set_level("DEBUG")
    heard = async_capture_events(house.hass, "*")
    await house.simulator.add_guest(house.home, at(-1), at(1), "Kim Guest")
    await link(house, guest_names=True)
    await house.advance(hours=1)
    await restart(house)
    states = [state.as_dict() for state in house.hass.states.async_all()]
    places = [
        json.dumps(states, default=str),
        "\n".join(str(event.as_dict()) for event in heard),
        "\n".join(r.getMessage() for r in caplog.records if "point" in r.name),
        json.dumps(house.entry.runtime_data.coordinator.store._content()),
    ]
    for secret in ("Kim", "kim@example.org", "+46700000000"):
        assert not [place for place in places if secret in place]


async def test_names_do_not_show_unless_wanted(hosted: House) -> None:
    (event,) = await events_between(hosted, at(), at(2))
    assert event["summary"] == "Stay"
    assert hosted.get("calendar.stays", hosted.home).attributes["message"] == "Stay"


# What happens


def activity(house: House) -> tuple[object, object]:
    attributes = house.get("event.activity", house.home).attributes
    return attributes.get("event_type"), attributes.get("time")


async def test_a_stay_that_begins_and_ends_is_an_event_of_its_home(hosted: House) -> None:
    assert activity(hosted) == (None, None)
    await hosted.advance(minutes=60)
    assert activity(hosted) == ("stay_started", "2026-11-20T13:00:00+00:00")
    begun = hosted.state("event.activity", hosted.home)
    await hosted.advance(minutes=60)
    assert hosted.state("event.activity", hosted.home) == begun
    await hosted.advance(hours=22)
    assert activity(hosted) == ("stay_ended", "2026-11-21T12:00:00+00:00")
    assert hosted.state("event.activity", hosted.homes[1].home_id) == "unknown"


async def test_what_a_stay_starts_finds_the_home_occupied(hosted: House) -> None:
    """Automations run at once when the event is told."""
    activity_id = hosted.entity_id("event.activity", hosted.home)
    seen = []

    @callback
    def look(_event: Event[EventStateChangedData]) -> None:
        seen.append(shown(hosted)[:2])

    async_track_state_change_event(hosted.hass, activity_id, look)
    await hosted.advance(minutes=60)
    assert seen == [["on", "on"]]


async def test_a_stay_is_told_once_over_a_restart(hosted: House) -> None:
    await hosted.advance(minutes=60)
    told = hosted.state("event.activity", hosted.home)
    await restart(hosted, minutes=2)
    assert hosted.state("binary_sensor.occupied", hosted.home) == "on"
    assert hosted.state("event.activity", hosted.home) == told


async def test_a_stay_that_began_during_a_restart_is_told(hosted: House) -> None:
    await hosted.advance(minutes=58)
    await restart(hosted, minutes=4)
    assert activity(hosted) == ("stay_started", "2026-11-20T13:00:00+00:00")


async def test_a_stay_that_began_long_before_it_was_heard_of_is_not_told(hosted: House) -> None:
    await hosted.simulator.add_guest(hosted.homes[1].home_id, at(minutes=30), at(2))
    await hosted.advance(minutes=60)
    other = hosted.homes[1].home_id
    assert hosted.state("binary_sensor.occupied", other) == "on"
    assert hosted.state("event.activity", other) == "unknown"


async def test_without_push_there_are_no_events_but_the_calendar_goes_on(house: House) -> None:
    house.simulator.faults.add(method="GET", path="/webhooks", status=500, times=None)
    await house.simulator.add_guest(house.home, at(1), at(24))
    await link(house)
    await house.advance(minutes=60)
    assert house.state("event.activity", house.home) == "unavailable"
    assert shown(house)[:2] == ["on", "on"]


async def test_the_calendar_starts_automations(hosted: House) -> None:
    ran = async_capture_events(hosted.hass, "ran")
    entity_id = hosted.entity_id("calendar.stays", hosted.home)
    assert await async_setup_component(
        hosted.hass,
        "automation",
        {
            "automation": {
                "triggers": {"trigger": "calendar", "entity_id": entity_id, "event": "start"},
                "actions": {
                    "event": "ran",
                    "event_data": {"summary": "{{ trigger.calendar_event.summary }}"},
                },
            }
        },
    )
    await hosted.settle()
    for _ in range(5):
        await hosted.advance(minutes=15)
    assert [event.data["summary"] for event in ran] == ["Stay"]
    await hosted.hass.services.async_call("automation", "turn_off", {"entity_id": "all"})
    await hosted.settle()


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


async def test_entities_of_stays_that_are_wanted_later_are_named_after_the_home_once(
    linked: House,
) -> None:
    """The home is in the area of its name by then."""
    linked.hass.config_entries.async_update_entry(linked.entry, options={"stays": True})
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.advance(seconds=1)
    name = slugify(linked.homes[0].name)
    assert linked.entity_id("calendar.stays", linked.home) == f"calendar.{name}_stays"
    assert linked.entity_id("sensor.check_in", linked.home) == f"sensor.{name}_check_in"
