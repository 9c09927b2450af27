"""Parsing of webhook deliveries and of answers to registrations (API notes 6)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
import hashlib
import json
from typing import Final

from .event_types import EVENT_TYPES
from .models import Event, Hook
from .parsing import Json, JsonObject, is_plain, items, mapping, text
from .vocabulary import MAX_LENGTH, shown_name

MAX_BYTES: Final = 64 * 1024
"""Maximum size of a body."""
MAX_COMMAS: Final = 1_000
"""Maximum number of commas of a body: Minut sends about ten values; thousands cost time."""
MAX_NESTING: Final = 4
"""Maximum number of objects and lists around an event."""
MAX_NAMES: Final = 30
"""Maximum number of names of members that are logged."""

HOOK_ID: Final = "hook_id"
ENVELOPES: Final = ("event", "events", "home_event", "home_events", "data", "payload")
"""Members that may hold the event, a list of events, or a further envelope."""
UNREADABLE_ID: Final = ""
"""Stands for a `hook_id` that is neither a text nor a number. It equals no id."""


class MalformedDeliveryError(ValueError):
    """The body is not a delivery of Minut. `payload`: its content, None if it is not JSON."""

    def __init__(self, reason: str, payload: Json = None) -> None:
        super().__init__(reason)
        self.payload = payload


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveredEvent:
    """An event of a delivery, and its JSON as delivered."""

    event: Event
    data: JsonObject


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """A parsed delivery. `events`: empty if nothing in it was understood."""

    hook_ids: frozenset[str]
    payload: Json
    events: tuple[DeliveredEvent, ...]

    @property
    def is_sample(self) -> bool:
        """Return whether there is no event of a known type: it can only be a sample."""
        return not any(each.event.type in EVENT_TYPES for each in self.events)

    @property
    def has_place(self) -> bool:
        """Return whether an event names its home or its Point."""
        return any(each.event.home_id or each.event.device_id for each in self.events)

    @property
    def names(self) -> str:
        """Return the names of its members, for the log."""
        return names_of(self.payload)


def parse(body: bytes) -> Delivery:
    """Parse a body. Raises MalformedDeliveryError.

    The event may stand alone, in an envelope, in a list, or beside the `hook_id`.
    """
    if body.count(b",") > MAX_COMMAS:
        raise MalformedDeliveryError("too many values")
    try:
        payload: Json = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedDeliveryError("not JSON") from error
    if not is_plain(payload):
        raise MalformedDeliveryError("cannot be stored", payload)
    hook_ids = frozenset(_hook_ids(payload, MAX_NESTING))
    found = tuple(_events(payload, MAX_NESTING))
    if not found and not hook_ids:
        raise MalformedDeliveryError("neither an event nor a hook_id", payload)
    return Delivery(hook_ids=hook_ids, payload=payload, events=_numbered(found, body))


def _numbered(found: tuple[DeliveredEvent, ...], body: bytes) -> tuple[DeliveredEvent, ...]:
    """Return the events with digests, which identify those without an id."""
    if all(each.event.id for each in found):
        return found
    digest = hashlib.sha256(body).hexdigest()
    digests = (f"{digest}:{number}" if number else digest for number in range(len(found)))
    return tuple(
        replace(each, event=replace(each.event, digest=own))
        for each, own in zip(found, digests, strict=True)
    )


def _hook_ids(value: Json, nesting: int) -> Iterator[str]:
    """Yield the ids of the webhooks that a value names."""
    if nesting < 0:
        return
    data = mapping(value)
    if (hook_id := data.get(HOOK_ID)) is not None:
        yield text(hook_id) or UNREADABLE_ID
    for inner in (*items(value), *data.values()):
        if isinstance(inner, dict | list):
            yield from _hook_ids(inner, nesting - 1)


def _events(value: Json, nesting: int) -> Iterator[DeliveredEvent]:
    """Yield the events in a value."""
    if nesting < 0:
        return
    if isinstance(value, list):
        for inner in value:
            yield from _events(inner, nesting - 1)
    elif isinstance(value, dict):
        event = _event(value)
        if event is None or event.event.type not in EVENT_TYPES:  # an envelope may have a type
            for name in ENVELOPES:
                if inside := tuple(_events(value.get(name), nesting - 1)):
                    yield from inside
                    return
        if event is not None:
            yield event


def _event(data: JsonObject) -> DeliveredEvent | None:
    """Parse an event. One of an unknown type must have an id, a time or a place."""
    try:
        event = Event.from_json(data)
    except ValueError:
        return None
    is_event = event.type in EVENT_TYPES or (
        event.id or event.created_at or event.home_id or event.device_id
    )
    return DeliveredEvent(event=event, data=data) if is_event else None


def names_of(payload: Json) -> str:
    """Return the names of members, such as `hook_id, event.type`.

    They never contain values. Names that may be personal are masked (`shown_name`).
    """
    names = dict.fromkeys(_names(payload, "", MAX_NESTING))
    shown = ", ".join([*names][:MAX_NAMES])
    return f"{shown}, …" if len(names) > MAX_NAMES else shown


def _names(value: Json, prefix: str, nesting: int) -> Iterator[str]:
    if nesting < 0:
        return
    for inner in items(value):
        yield from _names(inner, prefix, nesting - 1)
    for name, inner in mapping(value).items():
        path = f"{prefix}{shown_name(name[:MAX_LENGTH])}"
        inside = tuple(_names(inner, f"{path}.", nesting - 1))
        yield from inside or (path,)


def hook_in(answer: Json) -> Hook | None:
    """Return the webhook in the answer to a registration: bare or wrapped; None if there is none.

    The shape of the answer is documented, but not confirmed by a client (API notes 6.1).
    """
    outer = mapping(answer)
    for data in (outer, *map(mapping, outer.values())):
        try:
            return Hook.from_json(data)
        except ValueError:
            continue
    return None
