"""Transforms of devices, homes and other objects of the API. Pure."""

from collections.abc import Mapping, Sequence

from simulator.backend.alternatives.model import ObjectTransform
from simulator.formats import Json, JsonObject

ALARM_MEMBERS = (
    "alarm_status",
    "detailed_alarm_status",
    "alarm_mode",
    "silent_alarm",
    "scheduled_alarm_active",
    "alarm_off_grace_period_secs",
    "grace_period_expires_at",
    "earliest_alarm_time",
    "alarm_info",
)
OWN_ID = {
    "device": "device_id",
    "home": "home_id",
    "hook": "hook_id",
    "guest": "guest_id",
    "home_event": "event_id",
    "user": "user_id",
}
"""Name of an object's own id, by kind."""


def as_object(value: Json) -> JsonObject:
    """Return an object; empty if the value is none."""
    return dict(value) if isinstance(value, Mapping) else {}


def as_list(value: Json) -> list[Json]:
    """Return a list; empty if the value is none."""
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []


# Members


def rename(**names: str) -> ObjectTransform:
    """Return a transform that renames members."""
    return lambda body: {names.get(name, name): value for name, value in body.items()}


def without(*names: str) -> ObjectTransform:
    """Return a transform that removes members."""
    return lambda body: {name: value for name, value in body.items() if name not in names}


def only(*names: str) -> ObjectTransform:
    """Return a transform that removes all other members."""
    return lambda body: {name: value for name, value in body.items() if name in names}


def home_with_plain_ids(body: JsonObject) -> JsonObject:
    """Rename the ids of a home, its Points and its members to `id`."""
    to_id = rename(device_id="id", user_id="id")
    return rename(home_id="id")(body) | {
        name: [to_id(each) if isinstance(each, dict) else each for each in as_list(body[name])]
        for name in ("devices", "members")
        if name in body
    }


def home_with_id_lists(body: JsonObject) -> JsonObject:
    """Replace the objects in a home's lists with their ids."""
    return body | {
        name: [as_object(each).get(own_id, each) for each in as_list(body[name])]
        for name, own_id in (("devices", "device_id"), ("members", "user_id"))
        if name in body
    }


def references_as_objects(body: JsonObject) -> JsonObject:
    """Replace `device_id`, `home_id`, `home`, `owner` and `user_id` with objects."""
    result: JsonObject = {}
    for name, value in body.items():
        match name:
            case "device_id" | "home_id" | "user_id" if isinstance(value, str):
                result[name.removesuffix("_id")] = {name: value}
            case "home" if isinstance(value, str):
                result[name] = {"home_id": value}
            case "owner" if isinstance(value, str):
                result[name] = {"user_id": value}
            case _:
                result[name] = value
    return result


def device_with_reference_objects(body: JsonObject) -> JsonObject:
    """Replace a device's references with objects, but not its own id."""
    return {"device_id": body["device_id"]} | references_as_objects(without("device_id")(body))


def online_for_offline(body: JsonObject) -> JsonObject:
    """Replace `offline` with its opposite `online`."""
    if "offline" not in body:
        return body
    return without("offline")(body) | {"online": not body["offline"]}


# Alarm


def upper_case_alarm(body: JsonObject) -> JsonObject:
    """Write the words of the alarm in upper case."""
    result = body | {
        name: value.upper()
        for name in ("alarm_status", "detailed_alarm_status")
        if isinstance(value := body.get(name), str)
    }
    if info := as_object(body.get("alarm_info")):
        result["alarm_info"] = info | {"alarm_info_type": str(info["alarm_info_type"]).upper()}
    return result


def alarm_in_alarm(body: JsonObject) -> JsonObject:
    """Move the alarm members of a home to `alarm`."""
    if "alarm_status" not in body:
        return body
    return without(*ALARM_MEMBERS)(body) | {"alarm": only(*ALARM_MEMBERS)(body)}


def alarm_in_status(body: JsonObject) -> JsonObject:
    """Move the status of the alarm to `alarm.status`, and its details to `alarm`."""
    if "alarm_status" not in body:
        return body
    names = {"detailed_alarm_status": "detailed_status", "alarm_status": "status"}
    return without(*ALARM_MEMBERS)(body) | {"alarm": rename(**names)(only(*ALARM_MEMBERS)(body))}


def alarm_in_alarm_info(body: JsonObject) -> JsonObject:
    """Move the status of the alarm to `alarm_info.alarm_info_type`, whatever it is."""
    if "alarm_status" not in body:
        return body
    info: JsonObject = {
        "alarm_info_type": body.get("detailed_alarm_status"),
        "grace_period_expires_at": body.get("grace_period_expires_at"),
    }
    names = ("alarm_status", "detailed_alarm_status", "grace_period_expires_at")
    return without(*names)(body) | {"alarm_info": info | as_object(body.get("alarm_info"))}
