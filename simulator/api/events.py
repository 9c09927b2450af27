"""Endpoints of past events, in both vocabularies (API notes 7)."""

from collections.abc import Callable

from simulator.api.call import Call, Reply, Route, page
from simulator.formats import JsonObject, bad_request, not_found, parse_moment
from simulator.world.events import Event, home_event_types
from simulator.world.world import Guest, Home

PAGE_SIZE = 50
MAX_PAGE_SIZE = 100


def _list_home_events(call: Call) -> Reply:
    home = call.home()
    events = call.cloud.log.of_home(home.home_id)
    types = [name for name in call.query.get("event_type", "").split(",") if name]
    if unknown := set(types) - home_event_types(events):
        raise bad_request(f"unknown event_type {', '.join(sorted(unknown))}")
    guests = _guests(call, home)
    chosen = [
        event
        for event in events
        if (not types or event.home_type in types)
        and (not guests or any(_during_stay(guest, event) for guest in guests))
    ]
    return _answer(call, "home_events", chosen, Event.as_home_event)


def _list_user_events(call: Call) -> Reply:
    if not call.cloud.switches.user_events:
        raise not_found("endpoint")
    events = call.cloud.log.of_user(call.account.user_id)
    return _answer(call, "events", events, Event.as_user_event)


def _answer(
    call: Call, wrapper: str, events: list[Event], shape: Callable[[Event], JsonObject]
) -> Reply:
    """Filter by time, sort and page as the query requests."""
    query = call.query
    start = parse_moment(query["start_at"], "start_at") if "start_at" in query else None
    end = parse_moment(query["end_at"], "end_at") if "end_at" in query else None
    within = [
        event
        for event in events
        if (start is None or start <= event.created_at) and (end is None or event.created_at < end)
    ]
    default = "desc" if call.cloud.switches.newest_first else "asc"
    match default if call.cloud.switches.ignore_order else query.get("order", default):
        case "desc":
            within.reverse()
        case "asc":
            pass
        case _:
            raise bad_request("order must be asc or desc")
    chosen, paging = page(call, within, PAGE_SIZE, MAX_PAGE_SIZE)
    return Reply({wrapper: [shape(event) for event in chosen], "paging": paging})


def _guests(call: Call, home: Home) -> list[Guest]:
    ids = [guest_id for guest_id in call.query.get("guest_ids", "").split(",") if guest_id]
    if any(guest_id not in home.guests for guest_id in ids):
        raise not_found("guest")
    return [home.guests[guest_id] for guest_id in ids]


def _during_stay(guest: Guest, event: Event) -> bool:
    return guest.check_in_at <= event.created_at and (
        guest.check_out_at is None or event.created_at < guest.check_out_at
    )


ROUTES = (
    Route("GET", "/homes/{home_id}/events", _list_home_events, "events", "home_events"),
    Route("GET", "/events", _list_user_events, "events", "events"),
)
