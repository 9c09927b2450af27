"""Endpoints of stays. The paths are known; all field names are placeholders (API notes 9)."""

from dataclasses import replace

from simulator.api.call import Call, Reply, Route, page
from simulator.api.serializers import guest_json
from simulator.formats import ApiError, bad_request, not_found, parse_moment
from simulator.world.world import Guest

CLEARABLE = ("email", "phone_number", "check_out_at")
MEMBERS = {"guest_id", "name", "check_in_at", *CLEARABLE}


def _list_guests(call: Call) -> Reply:
    guests = sorted(call.home().guests.values(), key=lambda guest: guest.check_in_at)
    chosen, paging = page(call, guests, 50, 100)
    switches = call.cloud.switches
    name = switches.guest_spelling.get("guests", "guests")
    return Reply({name: [guest_json(guest, switches) for guest in chosen], "paging": paging})


def _create_guest(call: Call) -> Reply:
    call = _as_placeholders(call)
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
    return Reply(guest_json(guest, call.cloud.switches), 201)


def _read_guest(call: Call) -> Reply:
    return Reply(guest_json(_guest(call), call.cloud.switches))


def _patch_guest(call: Call) -> Reply:
    if status := call.cloud.switches.patch_guest:
        raise ApiError(status, "error", "a guest cannot be changed here")
    call = _as_placeholders(call)
    guest = _guest(call)
    _apply(call, guest)
    return _read_guest(call)


def _put_guest(call: Call) -> Reply:
    """Replace a guest: members missing in the body are cleared."""
    call = _as_placeholders(call)
    guest = _guest(call)
    guest.others = {}
    _apply(replace(call, body=dict.fromkeys(CLEARABLE) | call.body), guest)
    return _read_guest(call)


def _as_placeholders(call: Call) -> Call:
    """Translate the body from the spelling of the switches."""
    spelling = {other: name for name, other in call.cloud.switches.guest_spelling.items()}
    body = {spelling.get(name, name): value for name, value in call.body.items()}
    return replace(call, body=body)


def _delete_guest(call: Call) -> Reply:
    del call.home().guests[_guest(call).guest_id]
    return Reply({})


def _guest(call: Call) -> Guest:
    guest = call.home().guests.get(call.path["guest_id"])
    if guest is None:
        raise not_found("guest")
    return guest


def _apply(call: Call, guest: Guest) -> None:
    """Apply the members of the body; null clears an optional member."""
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
    guest.others |= {name: call.body[name] for name in call.body.keys() - MEMBERS}


ONE = "/homes/{home_id}/guests/{guest_id}"
ROUTES = (
    Route("GET", "/homes/{home_id}/guests", _list_guests, "guests", "guests"),
    Route("POST", "/homes/{home_id}/guests", _create_guest, "guests", "guest"),
    Route("GET", ONE, _read_guest, "guests", "guest"),
    Route("PUT", ONE, _put_guest, "guests", "guest"),
    Route("PATCH", ONE, _patch_guest, "guests", "guest"),
    Route("DELETE", ONE, _delete_guest, "guests"),
)
