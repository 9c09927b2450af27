"""One webhook delivery: is it ours, and what does it say (API notes 6.3). Pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
import hashlib
import hmac
import json
import re

from .json_values import Json, JsonObject, mapping, text
from .models import Event

MAX_BYTES = 64 * 1024
MAX_DEPTH = 16

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


class MalformedDeliveryError(ValueError):
    """The body is not what Minut sends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """What was delivered. `event` is None where the body holds none that could be read."""

    hook_id: str
    payload: JsonObject
    event: Event | None


class Proof(Enum):
    """How a delivery shows that it comes from Minut."""

    SIGNATURE = auto()
    TOKEN = auto()
    NONE = auto()
    WRONG_TOKEN = auto()


def parse(body: bytes) -> Delivery:
    """Read a body; raise `MalformedDeliveryError` where it is no delivery."""
    try:
        payload: Json = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedDeliveryError("not JSON") from error
    if not isinstance(payload, dict) or not _is_plain(payload):
        raise MalformedDeliveryError("not an object, or one that nobody could store")
    if (hook_id := text(payload.get("hook_id"))) is None:
        raise MalformedDeliveryError("no hook_id")
    try:
        event = Event.from_json(mapping(payload.get("event")))
    except ValueError:
        event = None
    return Delivery(hook_id=hook_id, payload=payload, event=event)


def proof(headers: Mapping[str, str], body: bytes, *, token: str, secret: str | None) -> Proof:
    """Tell what the headers prove. Neither scheme is certain, so each is tried (6.3)."""
    if secret and _is_signed(headers.get("X-Minut-Signature", ""), body, secret):
        return Proof.SIGNATURE
    sent = headers.get("Authorization", "").strip()
    if not sent:
        return Proof.NONE
    bare = sent.removeprefix("Bearer ").strip()
    return Proof.TOKEN if _is_same(bare, token) else Proof.WRONG_TOKEN


def _is_signed(signature: str, body: bytes, secret: str) -> bool:
    sent = signature.rpartition("=")[2].strip().lower()
    digests = (hmac.new(secret.encode(), body, kind) for kind in (hashlib.sha256, hashlib.sha1))
    return any(_is_same(sent, digest.hexdigest()) for digest in digests)


def _is_same(left: str, right: str) -> bool:
    # Headers may hold bytes that are no text: aiohttp hands them on as surrogates.
    pair = (side.encode(errors="surrogatepass") for side in (left, right))
    return hmac.compare_digest(*pair)


def _is_plain(payload: Json) -> bool:
    """Tell whether JSON can be stored: not too deep, whole characters, numbers of 64 bits."""
    level: Iterable[Json] = [payload]
    for _ in range(MAX_DEPTH):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return True
        if not all(map(_is_storable, level)):
            return False
    return False


def _inside(value: Json) -> Iterable[Json]:
    match value:
        case dict():
            return [*value.keys(), *value.values()]
        case list():
            return value
        case _:
            return ()


def _is_storable(value: Json) -> bool:
    match value:
        case int():
            return abs(value) < 2**63
        case str():
            return not _HALF_CHARACTER.search(value)
        case _:
            return True
