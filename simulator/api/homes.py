"""Endpoints of homes: read, change, alarm, noise monitoring (API notes 4)."""

from datetime import timedelta
from functools import partial
from zoneinfo import available_timezones

from simulator.api.call import Call, Reply, Route, in_organization, page
from simulator.api.serializers import home_json
from simulator.formats import ApiError, Json, JsonObject, bad_request
from simulator.world.device import Device
from simulator.world.world import Home

STATUSES = {"on", "off"}
"""Values of `alarm_status` that a client may send."""


def _list_homes(call: Call) -> Reply:
    if call.cloud.switches.account_in_organization:
        return _homes_reply(call, [])
    return _list_all_homes(call)


def _list_all_homes(call: Call) -> Reply:
    switches = call.cloud.switches
    homes = [
        home
        for home in call.cloud.world.homes_of(call.account.user_id)
        if home.home_id not in switches.forbidden_homes
    ]
    return _homes_reply(call, homes)


def _homes_reply(call: Call, homes: list[Home]) -> Reply:
    switches = call.cloud.switches
    chosen, paging = page(call, homes, switches.default_page_size, switches.max_page_size)
    devices = call.cloud.world.devices_by_home()
    body: JsonObject = {
        "homes": [_home_json(call, home, devices.get(home.home_id, [])) for home in chosen]
    }
    return Reply(body | {"paging": paging} if switches.paging_info else body)


def _read_home(call: Call) -> Reply:
    home = call.home()
    return Reply(_home_json(call, home, call.cloud.world.devices_of(home.home_id)))


def _home_json(call: Call, home: Home, devices: list[Device]) -> JsonObject:
    members = [call.cloud.world.accounts[user_id] for user_id in home.members]
    return home_json(home, devices, call.cloud.switches, members)


def _update_home(call: Call) -> Reply:
    """Apply a partial body; `alarm_status` in it arms or disarms (API notes 4.2)."""
    home = call.home()
    if "alarm_status" in call.body:
        _check_method(call.cloud.switches.put_home_alarm)
        _command(call, home)
    timezone = call.text("timezone") or home.timezone
    if timezone not in available_timezones():
        raise bad_request("timezone is not known")
    home.timezone = timezone
    home.name = call.text("name") or home.name
    address = call.body.get("address")
    if isinstance(address, dict):
        home.address |= address
    _set_monitoring(call, home)
    return _read_home(call)


def _patch_alarm(call: Call) -> Reply:
    home = call.home()
    _check_method(call.cloud.switches.patch_alarm)
    _command(call, home)
    return _read_home(call)


def _put_alarm(call: Call) -> Reply:
    home = call.home()
    _check_method(call.cloud.switches.put_alarm)
    _command(call, home)
    return _read_home(call)


def _check_method(status: int | None) -> None:
    """Reject one of the three ways to command an alarm if a switch says so."""
    if status is not None:
        error = {404: "not_found", 405: "method_not_allowed"}.get(status, "error")
        raise ApiError(status, error, "alarm cannot be changed here")


def _command(call: Call, home: Home) -> None:
    """Apply the alarm members of the body."""
    status = call.text("alarm_status")
    if status is not None and status not in STATUSES:
        raise bad_request("alarm_status must be on or off")
    home.alarm_mode = call.text("alarm_mode") or home.alarm_mode
    home.silent_alarm = _flag(call, "silent_alarm", home.silent_alarm)
    home.scheduled_alarm_active = _flag(call, "scheduled_alarm_active", home.scheduled_alarm_active)
    delay = call.body.get("alarm_off_grace_period_secs")
    if isinstance(delay, int):
        home.entry_delay = timedelta(seconds=delay)
    if status == "on":
        call.cloud.alarms.arm(home)
    elif status == "off":
        call.cloud.alarms.disarm(home)


def _flag(call: Call, name: str, current: bool) -> bool:  # noqa: FBT001 # the value to keep
    value: Json = call.body.get(name, current)
    if not isinstance(value, bool):
        raise bad_request(f"{name} must be true or false")
    return value


def _set_monitoring(call: Call, home: Home) -> None:
    home.disturbance_monitoring = _flag(
        call, "disturbance_monitoring_active", home.disturbance_monitoring
    )
    if not home.disturbance_monitoring:
        home.disturbance = None


def _read_disturbance(call: Call) -> Reply:
    """Return noise monitoring. Only the path is known; the body is ours (API notes 4.3)."""
    home = call.home()
    return Reply(
        {
            "disturbance_monitoring_active": home.disturbance_monitoring,
            "disturbance": home.disturbance,
        }
    )


def _update_disturbance(call: Call) -> Reply:
    _set_monitoring(call, call.home())
    return _read_disturbance(call)


def _read_crowd_detection(call: Call) -> Reply:
    """Return crowd detection. Only the path is known; the body is ours (API notes 4.3)."""
    return Reply({"active": call.home().crowd_detection})


def _update_crowd_detection(call: Call) -> Reply:
    home = call.home()
    home.crowd_detection = _flag(call, "active", home.crowd_detection)
    return _read_crowd_detection(call)


ROUTES = (
    Route(
        "GET",
        "/organizations/{organization_id}/homes",
        partial(in_organization, _list_all_homes),
        "homes",
        "homes",
    ),
    Route("GET", "/homes", _list_homes, "homes", "homes"),
    Route("GET", "/homes/{home_id}", _read_home, "homes", "home"),
    Route("PUT", "/homes/{home_id}", _update_home, "homes", "home"),
    Route("PATCH", "/homes/{home_id}", _update_home, "homes", "home"),
    Route("PATCH", "/homes/{home_id}/alarm", _patch_alarm, "homes", "home"),
    Route("PUT", "/homes/{home_id}/alarm", _put_alarm, "homes", "home"),
    Route("GET", "/homes/{home_id}/disturbance", _read_disturbance, "homes"),
    Route("PUT", "/homes/{home_id}/disturbance", _update_disturbance, "homes"),
    Route("GET", "/homes/{home_id}/occupancy_detection", _read_crowd_detection, "homes"),
    Route("PATCH", "/homes/{home_id}/occupancy_detection", _update_crowd_detection, "homes"),
)
