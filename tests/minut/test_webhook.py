"""What counts as a delivery of Minut's."""

import hashlib
import json

import pytest

from custom_components.point.minut.models import Event
from custom_components.point.minut.parsing import MAX_DEPTH, Json
from custom_components.point.minut.webhook import (
    MAX_NAMES,
    UNREADABLE_ID,
    Delivery,
    MalformedDeliveryError,
    hook_in,
    names_of,
    parse,
)

from .examples import DELIVERY

# What it says


def parsed(payload: Json) -> Delivery:
    return parse(json.dumps(payload).encode())


def event_of(delivery: Delivery) -> Event:
    [only] = delivery.events
    return only.event


def test_reads_a_delivery() -> None:
    body = {"hook_id": "k1", "event": DELIVERY}
    delivery = parse(json.dumps(body).encode())
    assert delivery.hook_ids == {"k1"}
    assert delivery.payload == body
    event = event_of(delivery)
    assert (event.type, event.value) == ("temperature_low", 11.6)
    assert event.key == DELIVERY["id"]


def test_an_event_without_an_id_is_known_by_the_digest_of_the_body() -> None:
    bodies = [
        json.dumps({"hook_id": "k1", "event": {"type": "pir_motion", "created_at": at}}).encode()
        for at in ("2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z", "2026-11-20T12:00:01Z")
    ]
    keys = [event_of(parse(body)).key for body in bodies]
    assert keys[0] == keys[1] != keys[2]
    assert keys[0] == hashlib.sha256(bodies[0]).hexdigest()


NO_JSON: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b" \n",
    "HTML": b"<html>",
    "form": b"hook_id=k1&event=x",
    "truncated": b'{"hook_id": "k1"',
    "two": b'{"hook_id": "k1"}{"hook_id": "k1"}',
    "no text": b"\xff\xfe\x00\xd8",
    "broken UTF-8": b'{"hook_id": "k\xff"}',
    "nested beyond the parser": b'{"hook_id": "k1", "event":' + b"[" * 100_000,
    "a number beyond the parser": b'{"hook_id": ' + b"9" * 5_000 + b"}",
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedDeliveryError):
        parse(body)


@pytest.mark.parametrize(
    "payload",
    [None, True, 3, "x", [], {}, {"event": {}}, {"event": {"type": "x"}}, {"event": "pir_motion"}],
    ids=json.dumps,
)
def test_what_names_neither_an_event_nor_a_webhook_is_refused(payload: Json) -> None:
    """Predecessor's defects 51 and 53: a list was fired on the bus."""
    with pytest.raises(MalformedDeliveryError):
        parsed(payload)


MOTION: Json = {"type": "pir_motion", "device_id": "d1"}
SHAPES: dict[str, tuple[Json, set[str]]] = {
    "in an envelope": ({"hook_id": "k1", "event": MOTION}, {"k1"}),
    "without a hook_id": ({"event": MOTION}, set()),
    "with null for it": ({"hook_id": None, "event": MOTION}, set()),
    "with a number for it": ({"hook_id": 5, "event": MOTION}, {"5"}),
    "bare": (MOTION, set()),
    "flat": ({"hook_id": "k1", "type": "pir_motion", "device_id": "d1"}, {"k1"}),
    "with the names of home events": ({"event_type": "pir_motion", "device_id": "d1"}, set()),
    "wrapped": ({"data": {"hook_id": "k1", "event": MOTION}}, {"k1"}),
    "in an envelope with a type": ({"type": "event.created", "id": "x", "data": MOTION}, set()),
    "in a list": ([MOTION], set()),
    "in a named list": ({"hook_id": "k1", "events": [MOTION]}, {"k1"}),
    "with a home event's envelope": ({"home_event": MOTION}, set()),
    "with a colon": ({"type": "device:pir_motion", "device_id": "d1"}, set()),
    "with a dot": ({"type": "device.pir_motion", "device_id": "d1"}, set()),
    "with an object for the device": (
        {"type": "pir_motion", "device": {"device_id": "d1", "type": "point"}},
        set(),
    ),
    "with another object for it": ({"type": "pir_motion", "device": {"id": "d1"}}, set()),
    "with a plain reference": ({"type": "pir_motion", "device": "d1"}, set()),
    "with an id in the wrong place": ({"data": {"hook_id": "k2"}, "event": MOTION}, {"k2"}),
    "with an id within the event": (
        {"event": {"type": "pir_motion", "device_id": "d1", "data": {"hook_id": "k2"}}},
        {"k2"},
    ),
    "with an id that is none": ({"hook_id": ["k1"], "event": MOTION}, {UNREADABLE_ID}),
}
"""Deliveries of the same event, with the ids of webhooks that they name."""


@pytest.mark.parametrize(("payload", "hook_ids"), SHAPES.values(), ids=SHAPES)
def test_the_event_is_found_wherever_it_is(payload: Json, hook_ids: set[str]) -> None:
    delivery = parsed(payload)
    event = event_of(delivery)
    assert (event.type, event.device_id) == ("pir_motion", "d1")
    assert delivery.hook_ids == hook_ids


def test_events_of_a_list_are_told_apart() -> None:
    delivery = parsed([{"type": "pir_motion"}, {"type": "pir_motion"}, 5, {}])
    first, second = (each.event.key for each in delivery.events)
    assert first != second


def test_an_unknown_type_keeps_its_prefix() -> None:
    event = event_of(parsed({"type": "home:activity:detected", "home_id": "h1"}))
    assert event.type == "home:activity:detected"


def test_names_are_shown_without_values_or_what_may_be_personal() -> None:
    payload: Json = {
        "hook_id": "secret",
        "jane@example.com": 1,
        "66aa00112233445566778899": [{"at": 5}],
        "list": [{"at": 1}, {"event": {"kind": []}}],
        "": None,
    }
    assert names_of(payload) == "hook_id, *, *.at, list.at, list.event.kind"
    many: Json = {f"name_{'_' * number}": number for number in range(50)}
    assert names_of(many).count(", ") == MAX_NAMES
    assert names_of("text") == ""


@pytest.mark.parametrize(
    ("answer", "hook_id"),
    [
        ({"hook_id": "k1", "hook_secret": "s"}, "k1"),
        ({"id": "k1"}, "k1"),
        ({"hook": {"hook_id": "k1"}}, "k1"),
        ({"status": "ok", "data": {"hook_id": "k1"}}, "k1"),
        (None, None),
        ({}, None),
        ([], None),
        ("k1", None),
        ({"hook": {}}, None),
        ({"hook_id": "../x"}, None),
    ],
    ids=str,
)
def test_a_webhook_is_found_in_an_answer(answer: Json, hook_id: str | None) -> None:
    hook = hook_in(answer)
    assert (hook and hook.id) == hook_id


@pytest.mark.parametrize(
    "event",
    [None, "motion", 3, [], ["pir_motion"], {}, {"type": ""}, {"type": " "}, {"type": None}],
    ids=repr,
)
def test_a_body_without_an_event_is_still_a_delivery(event: Json) -> None:
    """A ping may look like this. Predecessor's defects 21 and 53: null raised everywhere."""
    body: Json = {"hook_id": "k1", "event": event}
    delivery = parse(json.dumps(body).encode())
    assert not delivery.events
    assert delivery.payload == body
    assert not parse(b'{"hook_id": "k1"}').events


def nested(levels: int, *, kind: str) -> bytes:
    """Return a body with one value inside this number of levels, including the outermost object."""
    inner: Json = 0
    for _ in range(levels - 2):
        inner = [inner] if kind == "list" else {"in": inner}
    return json.dumps({"hook_id": "k1", "extra": inner}).encode()


@pytest.mark.parametrize("kind", ["list", "object"])
def test_nesting_has_a_bound(kind: str) -> None:
    """It is passed on to the bus, where others walk through it."""
    assert parse(nested(MAX_DEPTH, kind=kind)).hook_ids == {"k1"}
    with pytest.raises(MalformedDeliveryError):
        parse(nested(MAX_DEPTH + 1, kind=kind))


def test_what_holds_thousands_of_values_is_refused_unread() -> None:
    """A flood of such bodies made Home Assistant's pages take seconds."""
    with pytest.raises(MalformedDeliveryError):
        parse(b'{"hook_id": "k1", "a": [' + b"0," * 30_000 + b"0]}")
