"""Lenient readers of JSON values: a missing value or one of the wrong type is None or empty.

Parts of Minut's documentation are not public, and it asks clients to ignore unknown fields (API
notes 1 and 12). One invalid value must not discard the rest of an answer.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time
from functools import lru_cache
import math
import re
from typing import Final

from .exceptions import MinutUnexpectedAnswerError

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
type JsonObject = Mapping[str, Json]

MAX_TEXT = 255
"""Maximum length of a text: the limit of a state in Home Assistant."""
MAX_NUMBER = 1e12
"""Maximum absolute value of a number. Larger ones could overflow in sums or unit conversions."""
MAX_DEPTH = 16
"""Maximum nesting of JSON that is stored or sent back."""
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
"""Characters that break lines in a log, change the text direction or cannot be stored."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")
"""A number as text."""

YEARS = range(1970, 3000)
"""Valid years. Times beyond stand for "never"; adding to them could overflow."""
MILLISECONDS_FROM = 1e12
"""Smallest Unix time in milliseconds, of 2001. As seconds it would be far beyond `YEARS`."""
_UNIX_TIME = re.compile(r"[0-9]{9,13}(\.[0-9]{1,9})?")
"""A Unix time as text. Shorter digits are dates: `20261120`."""

MAX_WRAPPERS = 3
"""Maximum number of objects around an object."""
PASCAL: Final = {"hpa": 100, "hectopascal": 100, "mbar": 100, "millibar": 100, "kpa": 1000}
"""Units of pressure that are converted, in Pa."""


def text(value: Json, *, max_length: int = MAX_TEXT) -> str | None:
    """Return a string, or an integer of 64 bits as a string; else None. Empty strings are None.

    The result is safe to show, store and send: it is cut to `max_length`, control characters
    become spaces, surrogates become "?", and surrounding whitespace is removed.
    """
    match value:
        case bool():
            return None
        case int():
            return str(value) if abs(value) < 2**63 else None
        case str():
            plain = value[:max_length]
            if not (plain.isascii() and plain.isprintable()):
                plain = CONTROLS.sub(" ", plain).encode(errors="replace").decode()
            return plain.strip() or None
        case _:
            return None


def number(value: Json) -> float | None:
    """Return a number, also one written as text; None for all else, and beyond ±`MAX_NUMBER`."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -MAX_NUMBER <= value <= MAX_NUMBER else None


def quantity(value: Json, unit: Json) -> float | None:
    """Return a number in °C or Pa if its unit is another one of temperature or pressure.

    Minut's names of units are not reliable (API notes 12.14): an unknown one changes nothing.
    """
    if (found := number(value)) is None or unit is None:
        return found
    match _unit_name(unit[:MAX_TEXT]) if isinstance(unit, str) else "":
        case "f" | "degf" | "fahrenheit":
            return round((found - 32) * 5 / 9, 6)
        case "k" | "kelvin":
            return round(found - 273.15, 6)
        case pressure if pressure in PASCAL:
            return found * PASCAL[pressure]
        case _:
            return found


@lru_cache(maxsize=64)
def _unit_name(unit: str) -> str:
    return re.sub(r"[^a-z]", "", (text(unit) or "").lower().removeprefix("degrees"))


def flag(value: Json) -> bool | None:
    """Return a boolean, None for all else."""
    return value if isinstance(value, bool) else None


def moment(value: Json) -> datetime | None:
    """Return an aware UTC time from ISO 8601 text (UTC unless it has a zone) or a Unix time.

    A Unix time is in seconds or milliseconds, as number or text. None for all else, and for years
    outside of `YEARS`.
    """
    if isinstance(value, str) and _UNIX_TIME.fullmatch(value):
        value = float(value)
    try:
        match value:
            case bool():
                return None
            case int() | float():
                seconds = value if abs(value) < MILLISECONDS_FROM else value / 1000
                found = datetime.fromtimestamp(seconds, UTC)
            case str():
                parsed = datetime.fromisoformat(value)
                aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
                found = aware.astimezone(UTC)
            case _:
                return None
    except ValueError, OverflowError, OSError:
        return None
    return found if found.year in YEARS else None


def moments(value: Json) -> dict[str, datetime]:
    """Return the times in an object, by name. All else in it is skipped."""
    found = {text(name): moment(at) for name, at in mapping(value).items()}
    return {name: at for name, at in found.items() if name and at}


def local_time(value: Json) -> time | None:
    """Return a time of day from ISO 8601 text, None for all else and for a time with a zone."""
    try:
        found = time.fromisoformat(text(value) or "")
    except ValueError:
        return None
    return found if found.tzinfo is None else None


def mapping(value: Json) -> JsonObject:
    """Return a JSON object, an empty one for all else."""
    return value if isinstance(value, dict) else {}


def items(value: Json) -> list[Json]:
    """Return a list, an empty one for all else."""
    return value if isinstance(value, list) else []


def parse_each[T](values: Json, read: Callable[[JsonObject], T]) -> tuple[T, ...]:
    """Parse the elements of a list. Those that raise ValueError are skipped."""
    found = []
    for value in items(values):
        try:
            found.append(read(mapping(value)))
        except ValueError:
            continue
    return tuple(found)


def parse_one[T](answer: Json, read: Callable[[JsonObject], T]) -> T:
    """Parse an answer with a single object. Raises MinutUnexpectedAnswerError."""
    if not isinstance(answer, dict):
        raise MinutUnexpectedAnswerError("the answer is not an object")
    try:
        return read(answer)
    except ValueError as error:
        raise MinutUnexpectedAnswerError(f"the answer has {error}") from error


def unwrap(data: JsonObject, name: str) -> JsonObject:
    """Return an object without its wrapper: a member of this name, or an only member.

    An object with an id of this name has no wrapper.
    """
    for _ in range(MAX_WRAPPERS):
        if f"{name}_id" in data:
            break
        [only] = data.values() if len(data) == 1 else [None]
        if not isinstance(inner := data.get(name, only), dict):
            break
        data = inner
    return data


def has_zone(value: Json) -> bool:
    """Return whether a time says in which zone it is. A Unix time is always in UTC."""
    if not isinstance(value, str) or _UNIX_TIME.fullmatch(value):
        return True
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return True


def is_plain(value: Json, *, depth: int = MAX_DEPTH) -> bool:
    """Return whether a JSON value can be compared, stored and sent back unchanged.

    False if it is nested deeper than `depth`, has surrogates in a string or key, an integer
    of more than 64 bits, or a number that is not finite.
    """
    return _are_plain([value], depth)


def _are_plain(values: Iterable[Json], depth: int) -> bool:
    for value in values:
        if depth == 0:
            return False
        if isinstance(value, str):
            is_value_plain = value.isascii() or not _SURROGATE.search(value)
        elif isinstance(value, int):
            is_value_plain = abs(value) < 2**63
        elif isinstance(value, float):
            is_value_plain = math.isfinite(value)
        elif isinstance(value, dict):
            is_value_plain = _are_plain([*value, *value.values()], depth - 1)
        elif isinstance(value, list):
            is_value_plain = _are_plain(value, depth - 1)
        else:
            is_value_plain = True
        if not is_value_plain:
            return False
    return True


def written(value: datetime | None) -> Json:
    """Return a time as ISO 8601 text that `moment` parses, None for None."""
    return value.isoformat() if value else None


def utc_text(value: datetime) -> str:
    """Format a time as in Minut's documentation (API notes 1)."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
