"""Lenient readers for JSON of uncertain shape: what is missing or of the wrong kind is None.

Minut's documentation could be read only in parts, and asks clients to ignore what they do not
know (API notes 1 and 12). One odd value must never cost the rest of the answer.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
import math

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
type JsonObject = Mapping[str, Json]

MAX_TEXT = 255

YEARS = range(1970, 3000)
"""A time beyond these stands for "never"; adding to it would overflow."""


def text(value: Json) -> str | None:
    """Return a string that says something; ids that came as integers are taken too.

    It can be stored and sent on: half characters are replaced, and what is endless is cut.
    """
    match value:
        case bool():
            return None
        case int():
            return str(value) if abs(value) < 2**63 else None
        case str():
            return value[:MAX_TEXT].encode(errors="replace").decode().strip() or None
        case _:
            return None


def number(value: Json) -> float | None:
    """Return a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        result = float(value)
    except OverflowError:
        return None
    return result if math.isfinite(result) else None


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


def written(value: datetime | None) -> Json:
    """Return a time as `moment` reads it."""
    return value.isoformat() if value else None
