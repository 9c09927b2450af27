"""Endpoints of Points: read, configure, time series (API notes 3.2 to 3.4, 5)."""

from datetime import time
from functools import partial

from simulator.api.call import Call, Reply, Route, in_organization, page
from simulator.api.serializers import device_json
from simulator.formats import Json, JsonObject, bad_request, not_found, parse_moment
from simulator.world.device import REACTION_TYPES, SOUND_REACTIONS, Device, QuietHours, Reaction
from simulator.world.series import UNITS, Request, has_series, series

DAY = 86_400
DURATION = range(300, 901)
"""Permitted `duration_seconds` of sound reactions: 5 to 15 minutes (API notes 5)."""
REACTION_MEMBERS = {"type", "value", "duration_seconds", "notifications"}


def _list_devices(call: Call) -> Reply:
    if call.cloud.switches.account_in_organization:
        return _devices_reply(call, [])
    return _list_all_devices(call)


def _list_all_devices(call: Call) -> Reply:
    cloud, switches = call.cloud, call.cloud.switches
    devices = [
        device
        for device in cloud.devices.values()
        if call.account.user_id in call.home_of(device).members
        and device.home_id not in switches.forbidden_homes
        and (device.active or not call.flag("active"))
    ]
    return _devices_reply(call, devices)


def _devices_reply(call: Call, devices: list[Device]) -> Reply:
    switches = call.cloud.switches
    chosen, paging = page(call, devices, switches.default_page_size, switches.max_page_size)
    body: JsonObject = {
        "devices": [device_json(device, call.home_of(device), switches) for device in chosen]
    }
    return Reply(body | {"paging": paging} if switches.paging_info else body)


def _read_device(call: Call) -> Reply:
    device = call.device()
    return Reply(device_json(device, call.home_of(device), call.cloud.switches))


def _delete_device(call: Call) -> Reply:
    device = call.device()
    call.cloud.points.end(device)
    del call.cloud.devices[device.device_id]
    return Reply({})


def _update_device(call: Call) -> Reply:
    """Apply a partial body. The Point fetches it at its next report (API notes 5)."""
    device = call.device()
    reactions = _new_reactions(call, device)
    quiet_hours = _new_quiet_hours(call, device)
    home_id = call.text("home") or device.home_id
    home = call.cloud.homes.get(home_id)
    if home is None or call.account.user_id not in home.members:
        raise bad_request("home is not known")
    device.description = call.text("description") or device.description
    device.listening_mode = call.text("listening_mode") or device.listening_mode
    device.room_type = call.text("room_type") or device.room_type
    device.timezone = call.text("timezone") or device.timezone
    device.home_id = home_id
    device.reactions, device.quiet_hours = reactions, quiet_hours
    device.config_version += 1
    device.config_updated_at = call.cloud.time()
    return _read_device(call)


def _new_reactions(call: Call, device: Device) -> dict[str, Reaction]:
    """Merge the reactions of the body into the current ones, or replace them (API notes 5)."""
    given = call.body.get("reactions")
    if given is None:
        return device.reactions
    if not isinstance(given, list):
        raise bad_request("reactions must be a list")
    kept = dict(device.reactions) if call.cloud.switches.merge_reactions else {}
    for item in given:
        kind, reaction = _reaction(item, REACTION_TYPES | device.reactions.keys())
        if reaction is None and not call.cloud.switches.null_removes_reaction:
            raise bad_request("a reaction needs a numeric value")
        if reaction is None:
            kept.pop(kind, None)
        else:
            kept[kind] = reaction
    return kept


def _reaction(item: Json, types: set[str]) -> tuple[str, Reaction | None]:
    """Parse a reaction; a null value means its removal (our assumption)."""
    if not isinstance(item, dict):
        raise bad_request("a reaction must be an object")
    match item:
        case {"type": str(kind), "value": None} if kind in types:
            return kind, None
        case {"type": str(kind), "value": float() | int() as value} if (
            kind in types and not isinstance(value, bool)
        ):
            duration = item.get("duration_seconds")
            if duration is not None and not isinstance(duration, int):
                raise bad_request("duration_seconds must be a whole number")
            if kind in SOUND_REACTIONS:
                duration = 600 if duration is None else duration
                if duration not in DURATION:
                    raise bad_request("duration_seconds must be from 300 to 900")
            notifications = _notifications(item.get("notifications"))
            others = {name: item[name] for name in item.keys() - REACTION_MEMBERS}
            return kind, Reaction(kind, value, duration, notifications, others)
        case _:
            raise bad_request("a reaction needs a known type and a numeric value")


def _notifications(value: Json) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise bad_request("notifications must be a list of strings")
    return [str(name) for name in value]


def _new_quiet_hours(call: Call, device: Device) -> QuietHours:
    given = call.body.get("quiet_hours")
    if given is None:
        return device.quiet_hours
    if not isinstance(given, dict) or not isinstance(given.get("enabled"), bool):
        raise bad_request("quiet_hours needs enabled, and start and end as HH:MM")
    old = device.quiet_hours
    return QuietHours(
        bool(given["enabled"]),
        _clock(given.get("start"), old.start),
        _clock(given.get("end"), old.end),
    )


def _clock(text: Json, default: time) -> time:
    if text is None:
        return default
    if not isinstance(text, str) or len(text) != len("HH:MM"):
        raise bad_request("a time must be HH:MM")
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise bad_request("a time must be HH:MM") from None


def _read_series(name: str, call: Call) -> Reply:
    """Return a series; by default, of the last day."""
    device = call.device()
    if not has_series(device, name):
        raise not_found("series")
    now = call.cloud.time().timestamp()
    end = _time(call, "end_at", now)
    start = _time(call, "start_at", end - DAY)
    resolution = call.number("time_resolution")
    if end < start:
        raise bad_request("end_at is before start_at")
    if resolution == 0:
        raise bad_request("time_resolution must be positive")
    motion_tuples = name == "motion_events" and call.cloud.switches.motion_rows == "tuples"
    wanted = Request(
        start=start,
        end=end,
        resolution=resolution,
        min_max=call.flag("include_min_max") and call.cloud.switches.series_extremes,
        null_fill=call.flag("null_fill"),
        limit=call.number("limit"),
        tuples=motion_tuples or call.query.get("format") == "compact",
    )
    return Reply(series(device, name, wanted))


def _time(call: Call, name: str, default: float) -> float:
    text = call.query.get(name)
    return default if text is None else parse_moment(text, name).timestamp()


ROUTES = (
    Route(
        "GET",
        "/organizations/{organization_id}/devices",
        partial(in_organization, _list_all_devices),
        "devices",
        "devices",
    ),
    Route("GET", "/devices", _list_devices, "devices", "devices"),
    Route("GET", "/devices/{device_id}", _read_device, "devices", "device"),
    Route("PUT", "/devices/{device_id}", _update_device, "devices", "device"),
    Route("DELETE", "/devices/{device_id}", _delete_device, "devices"),
    *(
        Route(
            "GET",
            f"/devices/{{device_id}}/{name}",
            partial(_read_series, name),
            "devices",
            "series",
        )
        for name in UNITS
    ),
)
