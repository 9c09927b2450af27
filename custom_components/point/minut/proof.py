"""Proof that a delivery comes from Minut (API notes 6.3).

Minut sends a token with each delivery and signs it. Neither the headers nor the format are certain,
so the proof is looked for in every header. The first one that is found is pinned.
"""

from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
import hashlib
import hmac
from itertools import islice
import re
from typing import Final, Self, override

from multidict import CIMultiDictProxy

from .parsing import Json

MAX_HEADERS: Final = 64
"""Maximum number of headers that are searched."""
MAX_VALUE: Final = 1024
"""Maximum length of a header that is searched."""
MAX_PARTS: Final = 8
"""Maximum number of parts of a header that are searched."""
MAX_STRINGS: Final = 1_000
"""Maximum number of strings of a body that are searched."""

TOKEN: Final = "token"  # noqa: S105 # the name of a scheme
BODY: Final = "(body)"
"""Place of a token that is not in a header."""

SIZES: Final = {name: hashlib.new(name).digest_size for name in ("sha512", "sha256", "sha1")}
"""Sizes of the digests of signatures in bytes, the strongest hash first."""
HEX_LENGTHS: Final = {size * 2 for size in SIZES.values()}
BASE64_LENGTHS: Final = {(size * 4 + 2) // 3 for size in SIZES.values()}
"""Lengths without padding."""
KEYS: Final[Mapping[str, Callable[[str], bytes]]] = {
    "": str.encode,
    "-hex-key": bytes.fromhex,
    "-base64-key": lambda secret: b64decode(secret, validate=True),
}
"""Ways to derive a key from a secret, by the suffix of the scheme."""

LEGACY_PLACES: Final = {
    "hmac-sha256": "x-minut-signature",
    "hmac-sha1": "x-minut-signature",
    TOKEN: "authorization",
}
"""Headers of proofs that earlier versions have stored without one."""

_SEPARATORS: Final = re.compile(r'[\s,;"]+')
_URL_SAFE: Final = str.maketrans("-_", "+/")
_NAME: Final = re.compile(r"hmac-(sha1|sha256|sha512)(-base64)?(-hex-key|-base64-key)?|token")
_PLACE: Final = re.compile(r"[!#$%&'*+.^`|~0-9a-z_-]{1,128}")


@dataclass(frozen=True, slots=True)
class Proof:
    """How a delivery was proven.

    `scheme`: `token`, or `hmac-` with the hash, the encoding unless it is hex, and what the secret
    stands for unless it is its text. `place`: lower-case name of the header, or `BODY`.
    """

    scheme: str
    place: str

    @classmethod
    def from_text(cls, value: str) -> Self | None:
        """Parse what `str()` returned or an earlier version stored; None for all else."""
        scheme, _, place = value.partition(" ")
        place = place or LEGACY_PLACES.get(scheme, "")
        is_place = _PLACE.fullmatch(place) or (scheme == TOKEN and place == BODY)
        return cls(scheme, place) if _NAME.fullmatch(scheme) and is_place else None

    @override
    def __str__(self) -> str:
        """Return the proof as it is stored."""
        return f"{self.scheme} {self.place}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """Result of a verification. `proof`: the proof that was found, None without any."""

    is_accepted: bool
    proof: Proof | None = None


def verify(
    headers: Mapping[str, str],
    body: bytes,
    payload: Json,
    *,
    token: str | None,
    secret: str | None,
    pinned: Proof | None,
) -> Verification:
    """Verify a delivery: the body and its content, `payload`.

    With a `pinned` proof only that one counts. Without one, a delivery without any proof is
    accepted, as only Minut knows the URL, but one with a wrong token is not.
    """
    if pinned is None:
        shown = [(name.lower(), value) for name, value in islice(headers.items(), MAX_HEADERS)]
    else:
        shown = [(pinned.place, value) for value in _values(headers, pinned.place)]
    found = _proofs(shown, body, payload, token=token, secret=secret)
    if pinned is not None:
        return Verification(is_accepted=pinned in found, proof=pinned)
    if (proof := next(found, None)) is not None:
        return Verification(is_accepted=True, proof=proof)
    is_wrong = token and any(map(_is_token, _values(headers, "authorization")))
    return Verification(is_accepted=not is_wrong)


def without_secrets(value: Json, secrets: Collection[str]) -> Json:
    """Return a payload without the members that contain a secret: it must not reach the bus.

    A secret may be part of a longer text, such as the URL of the webhook.
    """

    def is_secret(text: Json) -> bool:
        return isinstance(text, str) and any(secret in text for secret in secrets)

    match value:
        case dict():
            return {
                name: without_secrets(inner, secrets)
                for name, inner in value.items()
                if not is_secret(name) and not is_secret(inner)
            }
        case list():
            return [without_secrets(inner, secrets) for inner in value if not is_secret(inner)]
        case _:
            return value


def _values(headers: Mapping[str, str], name: str) -> list[str]:
    if isinstance(headers, CIMultiDictProxy):  # as aiohttp has them
        return headers.getall(name, [])[:MAX_HEADERS]
    found = (value for key, value in headers.items() if key.lower() == name)
    return list(islice(found, MAX_HEADERS))


def _is_token(authorization: str) -> bool:
    """Return whether `Authorization` carries a token. Of other kinds nothing is known."""
    first, _, rest = authorization.strip().partition(" ")
    return bool(first) and (not rest or first.lower() == "bearer")


def _proofs(
    headers: Iterable[tuple[str, str]],
    body: bytes,
    payload: Json,
    *,
    token: str | None,
    secret: str | None,
) -> Iterator[Proof]:
    """Yield the proofs of a delivery, the strongest first."""
    parts = [(place, part) for place, value in headers for part in _parts(value)]
    if secret:
        yield from _signatures(parts, body, secret)
    if token:
        for place, part in parts:
            if _is_same(part, token):
                yield Proof(TOKEN, place)
        if any(_is_same(value, token) for value in islice(_strings(payload), MAX_STRINGS)):
            yield Proof(TOKEN, BODY)


def _parts(value: str) -> list[str]:
    """Return what a header may carry, such as `x`, `Bearer x`, `sha256=x` or `alg=y, sig="x"`."""
    whole = _SEPARATORS.split(value[:MAX_VALUE].strip())[:MAX_PARTS]
    after = (part.partition(mark)[2] for part in whole for mark in "=:")
    return [part for part in (*whole, *after) if part]


def _signatures(parts: Iterable[tuple[str, str]], body: bytes, secret: str) -> Iterator[Proof]:
    """Yield the proofs by an HMAC of the body with the secret."""
    shown: defaultdict[int, list[tuple[str, str, bytes]]] = defaultdict(list)
    for place, part in parts:
        for encoding, digest in _decoded(part):
            shown[len(digest)].append((place, encoding, digest))
    for algorithm, size in SIZES.items():
        if not (digests := shown[size]):
            continue
        for suffix, key in _keys(secret):
            expected = hmac.new(key, body, algorithm).digest()
            for place, encoding, digest in digests:
                if hmac.compare_digest(digest, expected):
                    yield Proof(f"hmac-{algorithm}{encoding}{suffix}", place)


def _decoded(part: str) -> Iterator[tuple[str, bytes]]:
    """Yield the digest that a text is in hex or base64. The length says which."""
    unpadded = part.rstrip("=")
    try:
        if len(part) in HEX_LENGTHS:
            yield "", bytes.fromhex(part)
        elif len(unpadded) in BASE64_LENGTHS:
            padded = unpadded.translate(_URL_SAFE) + "=" * (-len(unpadded) % 4)
            yield "-base64", b64decode(padded, validate=True)
    except ValueError:
        return


def _keys(secret: str) -> Iterator[tuple[str, bytes]]:
    """Yield the keys that a secret may stand for. An empty one would prove nothing."""
    for suffix, decode in KEYS.items():
        try:
            key = decode(secret)
        except ValueError:
            continue
        if key:
            yield suffix, key


def _strings(value: Json) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _strings(inner)
        case list():
            for inner in value:
                yield from _strings(inner)


def _is_same(left: Json, right: str | None) -> bool:
    if not isinstance(left, str) or not right or len(left) != len(right):
        return False
    # Headers may contain bytes that are not UTF-8: aiohttp passes them on as surrogates.
    return hmac.compare_digest(
        left.encode(errors="surrogatepass"), right.encode(errors="surrogatepass")
    )
