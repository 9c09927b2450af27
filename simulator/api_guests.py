"""Endpoints of stays. Paths are known, all field names are placeholders (API notes 9)."""

from simulator.api import Call, Reply, Route, page
from simulator.shapes import guest_json
from simulator.wire import JsonObject, bad_request, not_found, parse_moment
from simulator.world import Guest


def _list_guests(call: Call) -> Reply:
    guests = sorted(call.home().guests.values(), key=lambda guest: guest.check_in_at)
    chosen, paging = page(call, guests, 50, 100)
    body: JsonObject = {"guests": [guest_json(guest) for guest in chosen], "paging": paging}
    return Reply(body)


def _create_guest(call: Call) -> Reply:
    home = call.home()
    name, check_in = call.text("name"), call.text("check_in_at")
    if not name or not check_in:
        raise bad_request("name and check_in_at are required")
    guest = Guest(
        guest_id=call.cloud.world.ids.digits("guest"),
        name=name,
        check_in_at=parse_moment(check_in, "check_in_at"),
    )
    _apply(call, guest)
    home.guests[guest.guest_id] = guest
    return Reply(guest_json(guest), 201)


def _read_guest(call: Call) -> Reply:
    return Reply(guest_json(_guest(call)))


def _update_guest(call: Call) -> Reply:
    guest = _guest(call)
    _apply(call, guest)
    return Reply(guest_json(guest))


def _delete_guest(call: Call) -> Reply:
    del call.home().guests[_guest(call).guest_id]
    return Reply({})


def _guest(call: Call) -> Guest:
    guest = call.home().guests.get(call.path["guest_id"])
    if guest is None:
        raise not_found("guest")
    return guest


def _apply(call: Call, guest: Guest) -> None:
    """Take over the members of the body; null clears what may be empty."""
    check_in = call.text("check_in_at")
    starts = parse_moment(check_in, "check_in_at") if check_in else guest.check_in_at
    ends = guest.check_out_at
    if "check_out_at" in call.body:
        check_out = call.text("check_out_at")
        ends = parse_moment(check_out, "check_out_at") if check_out else None
    if ends is not None and ends <= starts:
        raise bad_request("check_out_at must be after check_in_at")
    guest.check_in_at, guest.check_out_at = starts, ends
    guest.name = call.text("name") or guest.name
    if "email" in call.body:
        guest.email = call.text("email")
    if "phone_number" in call.body:
        guest.phone_number = call.text("phone_number")


ONE = "/homes/{home_id}/guests/{guest_id}"
ROUTES = (
    Route("GET", "/homes/{home_id}/guests", _list_guests, "guests"),
    Route("POST", "/homes/{home_id}/guests", _create_guest, "guests"),
    Route("GET", ONE, _read_guest, "guests"),
    Route("PUT", ONE, _update_guest, "guests"),
    Route("PATCH", ONE, _update_guest, "guests"),
    Route("DELETE", ONE, _delete_guest, "guests"),
)
