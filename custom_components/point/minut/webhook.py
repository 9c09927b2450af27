"""Parsing and verification of webhook deliveries (API notes 6.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
import hashlib
import hmac
import json

from .models import Event
from .parsing import Json, JsonObject, is_plain, mapping, text

MAX_BYTES = 64 * 1024
"""Maximum size of a body."""
MAX_COMMAS = 1_000
"""Maximum number of commas of a body: Minut sends about ten values; thousands cost time."""


class MalformedDeliveryError(ValueError):
    """The body is not a delivery of Minut."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """A parsed delivery. `event`: None if the body has no event that could be parsed."""

    hook_id: str
    payload: JsonObject
    event: Event | None


class Scheme(StrEnum):
    """Ways in which a delivery can prove that it comes from Minut, the strongest first."""

    HMAC_SHA256 = "hmac-sha256"
    HMAC_SHA1 = "hmac-sha1"
    TOKEN = "token"  # noqa: S105 # the name of a scheme


_ALGORITHMS = {Scheme.HMAC_SHA256: hashlib.sha256, Scheme.HMAC_SHA1: hashlib.sha1}


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Result of a verification. `scheme`: the scheme that succeeded, None without any proof."""

    is_accepted: bool
    scheme: Scheme | None = None


def parse(body: bytes) -> Delivery:
    """Parse a body. Raises MalformedDeliveryError."""
    if body.count(b",") > MAX_COMMAS:
        raise MalformedDeliveryError("too many values")
    try:
        payload: Json = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedDeliveryError("not JSON") from error
    if not isinstance(payload, dict) or not is_plain(payload):
        raise MalformedDeliveryError("not an object that could be stored")
    if (hook_id := text(payload.get("hook_id"))) is None:
        raise MalformedDeliveryError("no hook_id")
    return Delivery(hook_id=hook_id, payload=payload, event=_event(payload, body))


def _event(payload: JsonObject, body: bytes) -> Event | None:
    try:
        event = Event.from_json(mapping(payload.get("event")))
    except ValueError:
        return None
    return replace(event, digest=hashlib.sha256(body).hexdigest())


def verify(
    headers: Mapping[str, str],
    body: bytes,
    *,
    token: str | None,
    secret: str | None,
    pinned: Scheme | None,
) -> Verdict:
    """Verify a delivery. Which scheme Minut uses is not certain, so all are tried (6.3).

    With a `pinned` scheme only that one counts. Without one, a delivery without any proof is
    accepted, as only Minut knows the URL, but one with a wrong token is not.
    """
    proven = tuple(_proven(headers, body, token=token, secret=secret))
    if pinned is not None:
        return Verdict(is_accepted=pinned in proven, scheme=pinned)
    if proven:
        return Verdict(is_accepted=True, scheme=proven[0])
    return Verdict(is_accepted=not headers.get("Authorization", "").strip())


def _proven(
    headers: Mapping[str, str], body: bytes, *, token: str | None, secret: str | None
) -> Iterable[Scheme]:
    """Yield the schemes by which the delivery is proven."""
    signature = headers.get("X-Minut-Signature", "").rpartition("=")[2].strip().lower()
    if secret and signature:
        for scheme, algorithm in _ALGORITHMS.items():
            if _is_same(signature, hmac.new(secret.encode(), body, algorithm).hexdigest()):
                yield scheme
    first, _, rest = headers.get("Authorization", "").strip().partition(" ")
    if token and _is_same(rest.strip() if first.lower() == "bearer" else first, token):
        yield Scheme.TOKEN


def _is_same(left: str, right: str) -> bool:
    # Headers may contain bytes that are not UTF-8: aiohttp passes them on as surrogates.
    pair = (side.encode(errors="surrogatepass") for side in (left, right))
    return hmac.compare_digest(*pair)
