"""Transforms of events and deliveries. Pure."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from simulator.backend.alternatives.model import ObjectTransform
from simulator.backend.alternatives.objects import as_object, rename
from simulator.formats import Json, JsonObject
from simulator.world.events import HOME_EVENT_TYPES

LOCAL_ZONE = ZoneInfo("Europe/Stockholm")
TIME_MEMBERS = ("created_at", "event_time")
_USER_EVENT_TYPES = {home_type: name for name, home_type in HOME_EVENT_TYPES.items()}


def as_home_event(body: JsonObject) -> JsonObject:
    """Convert a user event to the vocabulary of home events."""
    renamed = rename(id="event_id", type="event_type", created_at="event_time")(body)
    kind = str(renamed["event_type"])
    return renamed | {"event_type": HOME_EVENT_TYPES.get(kind, kind)}


def as_user_event(body: JsonObject) -> JsonObject:
    """Convert a home event to the vocabulary of user events."""
    renamed = rename(event_id="id", event_type="type", event_time="created_at")(body)
    kind = str(renamed["type"])
    return renamed | {"type": _USER_EVENT_TYPES.get(kind, kind)}


def with_type_prefix(separator: str) -> ObjectTransform:
    """Return a transform that puts `device` or `home` before the type of an event."""

    def change(body: JsonObject) -> JsonObject:
        member = "type" if "type" in body else "event_type"
        origin = "device" if "device_id" in body or "device" in body else "home"
        return body | {member: f"{origin}{separator}{body[member]}"}

    return change


def with_type(spell: Callable[[str], str]) -> ObjectTransform:
    """Return a transform that spells the type of an event differently."""

    def change(body: JsonObject) -> JsonObject:
        member = "type" if "type" in body else "event_type"
        return body | {member: spell(str(body[member]))}

    return change


def without_zone(body: JsonObject) -> JsonObject:
    """Return an event whose UTC time has no zone."""
    return body | {name: str(body[name]).removesuffix("Z") for name in TIME_MEMBERS if name in body}


def in_local_time(body: JsonObject) -> JsonObject:
    """Return an event with its local time (Europe/Stockholm) without a zone."""
    return body | {name: _local(str(body[name])) for name in TIME_MEMBERS if name in body}


def _local(text: str) -> str:
    moment = datetime.fromisoformat(text).astimezone(LOCAL_ZONE)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")


# Bodies of deliveries


def bare_event(payload: JsonObject) -> Json:
    """Return the event itself."""
    return payload["event"]


def home_event(payload: JsonObject) -> Json:
    """Return the event itself in the vocabulary of home events."""
    return as_home_event(as_object(payload["event"]))


def flat(payload: JsonObject) -> Json:
    """Return the members of the event beside `hook_id`."""
    return {"hook_id": payload["hook_id"]} | as_object(payload["event"])
