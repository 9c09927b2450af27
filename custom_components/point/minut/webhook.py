"""One webhook delivery: is it ours, and what does it say (API notes 6.3). Pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
import hashlib
import hmac
import json

from .models import Event
from .parsing import Json, JsonObject, is_plain, mapping, text

MAX_BYTES = 64 * 1024
MAX_COMMAS = 1_000
"""Minut delivers some twenty values; looking through thousands would cost time."""


class MalformedDeliveryError(ValueError):
    """The body is not what Minut sends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """What was delivered. `event` is None where the body holds none that could be read."""

    hook_id: str
    payload: JsonObject
    event: Event | None


class Scheme(StrEnum):
    """How a delivery can prove that it comes from Minut; the strongest first."""

    HMAC_SHA256 = "hmac-sha256"
    HMAC_SHA1 = "hmac-sha1"
    TOKEN = "token"  # noqa: S105 # the name of a scheme


_ALGORITHMS = {Scheme.HMAC_SHA256: hashlib.sha256, Scheme.HMAC_SHA1: hashlib.sha1}


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether a delivery counts, and what has proven it: None where nothing was shown."""

    is_accepted: bool
    scheme: Scheme | None = None


def parse(body: bytes) -> Delivery:
    """Read a body; raise `MalformedDeliveryError` where it is no delivery."""
    if body.count(b",") > MAX_COMMAS:
        raise MalformedDeliveryError("more than anybody delivers")
    try:
        payload: Json = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedDeliveryError("not JSON") from error
    if not isinstance(payload, dict) or not is_plain(payload):
        raise MalformedDeliveryError("not an object, or one that nobody could store")
    if (hook_id := text(payload.get("hook_id"))) is None:
        raise MalformedDeliveryError("no hook_id")
    try:
        event = Event.from_json(mapping(payload.get("event")))
    except ValueError:
        event = None
    return Delivery(hook_id=hook_id, payload=payload, event=event)


def verify(
    headers: Mapping[str, str],
    body: bytes,
    *,
    token: str | None,
    secret: str | None,
    pinned: Scheme | None,
) -> Verdict:
    """Judge a delivery by what it shows. No scheme is certain, so each is tried (6.3).

    Once a scheme is `pinned` nothing else will do. Before, a delivery that shows nothing counts
    (only Minut knows the address), and one with a wrong token does not.
    """
    shown = tuple(_shown(headers, body, token=token, secret=secret))
    if pinned is not None:
        return Verdict(is_accepted=pinned in shown, scheme=pinned)
    if shown:
        return Verdict(is_accepted=True, scheme=shown[0])
    return Verdict(is_accepted=not headers.get("Authorization", "").strip())


def _shown(
    headers: Mapping[str, str], body: bytes, *, token: str | None, secret: str | None
) -> Iterable[Scheme]:
    signature = headers.get("X-Minut-Signature", "").rpartition("=")[2].strip().lower()
    if secret and signature:
        for scheme, algorithm in _ALGORITHMS.items():
            if _is_same(signature, hmac.new(secret.encode(), body, algorithm).hexdigest()):
                yield scheme
    word, _, rest = headers.get("Authorization", "").strip().partition(" ")
    if token and _is_same(rest.strip() if word.lower() == "bearer" else word, token):
        yield Scheme.TOKEN


def _is_same(left: str, right: str) -> bool:
    # Headers may hold bytes that are no text: aiohttp hands them on as surrogates.
    pair = (side.encode(errors="surrogatepass") for side in (left, right))
    return hmac.compare_digest(*pair)
