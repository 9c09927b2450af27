"""Lenient readers for JSON of uncertain shape: what is missing or of the wrong kind is None.

Minut's documentation could be read only in parts, and asks clients to ignore what they do not
know (API notes 1 and 12). One odd value must never cost the rest of the answer.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
import math
import re

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
type JsonObject = Mapping[str, Json]

MAX_TEXT = 255
MAX_NUMBER = 1e12
"""Nothing that is measured or counted is beyond; converting or summing up more might overflow."""
MAX_DEPTH = 16
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
"""They begin a new line in a log, turn the direction of a text, or cannot be stored."""

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")

YEARS = range(1970, 3000)
"""A time beyond these stands for "never"; adding to it would overflow."""


def text(value: Json, *, most: int = MAX_TEXT) -> str | None:
    """Return a string that says something; ids that came as integers are taken too.

    It can be shown, stored and sent on: half characters and those that steer are replaced, and
    what is endless is cut.
    """
    match value:
        case bool():
            return None
        case int():
            return str(value) if abs(value) < 2**63 else None
        case str():
            plain = CONTROLS.sub(" ", value[:most])
            return plain.encode(errors="replace").decode().strip() or None
        case _:
            return None


def number(value: Json) -> float | None:
    """Return a number that may be a measurement or a count."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -MAX_NUMBER <= value <= MAX_NUMBER else None


def flag(value: Json) -> bool | None:
    """Return a boolean."""
    return value if isinstance(value, bool) else None


def moment(value: Json) -> datetime | None:
    """Return an aware UTC time from ISO 8601 (with or without milliseconds) or Unix seconds."""
    try:
        match value:
            case bool():
                return None
            case int() | float():
                found = datetime.fromtimestamp(value, UTC)
            case str():
                parsed = datetime.fromisoformat(value)
                aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
                found = aware.astimezone(UTC)
            case _:
                return None
    except ValueError, OverflowError, OSError:
        return None
    return found if found.year in YEARS else None


def mapping(value: Json) -> JsonObject:
    """Return an object, empty where there is none."""
    return value if isinstance(value, dict) else {}


def items(value: Json) -> list[Json]:
    """Return a list, empty where there is none."""
    return value if isinstance(value, list) else []


def is_plain(value: Json) -> bool:
    """Tell whether JSON can be compared, stored and sent on as it is.

    It is not nested too deep, its characters are whole, and its numbers finite and of 64 bits.
    """
    level: Iterable[Json] = [value]
    for _ in range(MAX_DEPTH):
        if not all(map(_is_storable, level)):
            return False
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return True
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
        case float():
            return math.isfinite(value)
        case str():
            return not _HALF_CHARACTER.search(value)
        case _:
            return True


def written(value: datetime | None) -> Json:
    """Return a time as `moment` reads it."""
    return value.isoformat() if value else None
