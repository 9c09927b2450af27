"""Stays, which Minut calls guests (API notes 9).

The field names of a guest are not public. This file lists all guesses, the most likely one first.
All of them are read. A field is written under the name that the other guests of the home use.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
import json
from types import MappingProxyType
from typing import Final, Self

from .exceptions import MinutUnexpectedAnswerError
from .models import ID
from .parsing import Json, JsonObject, is_plain, mapping, moment, text, utc_text


class StayField(StrEnum):
    """Fields of a stay."""

    ID = "stay_id"
    NAME = "name"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    EMAIL = "email"
    PHONE = "phone"


LIST_KEYS: Final = ("guests", "home_guests", "stays")
"""Guesses of the key of the list of guests."""

WRAPPER_KEYS: Final = ("guest", "home_guest", "stay")
"""Guesses of the key that wraps a single guest, if anything does."""

FIELD_NAMES: Final[Mapping[StayField, tuple[str, ...]]] = MappingProxyType(
    {
        StayField.ID: ("guest_id", "id", "home_guest_id", "stay_id"),
        StayField.NAME: ("name", "full_name", "fullname", "guest_name"),
        StayField.CHECK_IN: (
            *("check_in_at", "check_in", "checkin_at", "checkin", "check_in_time"),
            *("check_in_date", "arrival_at", "arrival", "start_at", "starts_at", "start"),
        ),
        StayField.CHECK_OUT: (
            *("check_out_at", "check_out", "checkout_at", "checkout", "check_out_time"),
            *("check_out_date", "departure_at", "departure", "end_at", "ends_at", "end"),
        ),
        StayField.EMAIL: ("email", "email_address", "guest_email"),
        StayField.PHONE: ("phone_number", "phone", "mobile", "guest_phone"),
    }
)
"""Guesses of Minut's name of each field."""

NAME_PARTS: Final = ("first_name", "last_name")
"""Guesses of the fields of a name in two parts."""

DEFAULT_TIMES: Final[Mapping[StayField, time]] = MappingProxyType(
    {StayField.CHECK_IN: time(15), StayField.CHECK_OUT: time(11)}
)
"""Local time of a date without a time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Guest:
    """A guest as sent by Minut.

    `id`: the whole guest as JSON text if it has no id that is known here.
    `data`: empty if it could not be stored or sent back (see `is_plain`).
    """

    id: str = field(repr=False)
    data: JsonObject = field(repr=False)

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Parse an element of `GET /homes/{id}/guests`, or the answer to a change of a guest."""
        wrapped = (mapping(data.get(name)) for name in WRAPPER_KEYS)
        inner = next(filter(None, wrapped), data)
        kept = inner if is_plain(dict(inner)) else {}
        found = text(_value(inner, StayField.ID))
        return cls(id=found or json.dumps(dict(kept)), data=kept)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
    """A stay, with times in UTC. `check_out` is None if the stay has no end yet."""

    id: str
    check_in: datetime
    check_out: datetime | None = None
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)

    @classmethod
    def from_guest(cls, guest: Guest, zone: tzinfo) -> Self:
        """Convert a guest to a stay. Dates without a time are days in `zone`.

        Raises ValueError without an id or a check-in, or if the stay ends before it begins.
        """
        data = guest.data
        check_in, check_out = (_time(data, field, zone) for field in DEFAULT_TIMES)
        if not ID.fullmatch(guest.id) or check_in is None:
            raise ValueError("no id or no check-in")
        if check_out is not None and check_out <= check_in:
            raise ValueError("it ends before it begins")
        parts = (text(data.get(name)) for name in NAME_PARTS)
        return cls(
            id=guest.id,
            check_in=check_in,
            check_out=check_out,
            name=text(_value(data, StayField.NAME)) or " ".join(filter(None, parts)) or None,
            email=text(_value(data, StayField.EMAIL)),
            phone=text(_value(data, StayField.PHONE)),
        )


def read_stays(guests: Iterable[Guest], zone: tzinfo) -> tuple[Stay, ...]:
    """Return the stays of a home, earliest first. Guests that are no stay are skipped.

    Raises MinutUnexpectedAnswerError if there are guests and none of them is a stay: then the
    guesses of this file are wrong.
    """
    found: list[Stay] = []
    is_empty = True
    for guest in guests:
        is_empty = False
        try:
            found.append(Stay.from_guest(guest, zone))
        except ValueError:
            continue
    if not found and not is_empty:
        raise MinutUnexpectedAnswerError("no guest of the list has a known format")
    return tuple(sorted(found, key=lambda stay: (stay.check_in, stay.id)))


def count_unreadable(guests: Iterable[Guest]) -> int:
    """Return the number of guests that are no stay."""
    count = 0
    for guest in guests:
        try:
            Stay.from_guest(guest, UTC)
        except ValueError:
            count += 1
    return count


def guest_body(
    values: Mapping[StayField, str | datetime | None], like: Iterable[Guest]
) -> dict[str, Json]:
    """Return fields of a stay as a request body.

    Each gets the name that it has in the first guest of `like` that has it, else the most likely.
    """
    known = [guest.data for guest in like]
    return {_field_name(field, known): _serialized(value) for field, value in values.items()}


def _field_name(field: StayField, known: Sequence[JsonObject]) -> str:
    found = (name for data in known for name in FIELD_NAMES[field] if name in data)
    return next(found, FIELD_NAMES[field][0])


def _serialized(value: str | datetime | None) -> Json:
    if isinstance(value, datetime):
        return utc_text(value)
    return value


def default_time(day: date, field: StayField, zone: tzinfo) -> datetime:
    """Return the default check-in or check-out time of a day in `zone`, in UTC."""
    return datetime.combine(day, DEFAULT_TIMES[field], zone).astimezone(UTC)


def _value(data: JsonObject, field: StayField) -> Json:
    found = (data[name] for name in FIELD_NAMES[field] if data.get(name) is not None)
    return next(found, None)


def _time(data: JsonObject, field: StayField, zone: tzinfo) -> datetime | None:
    value = _value(data, field)
    if isinstance(value, str) and len(value) == len("2026-11-20"):
        try:
            value = default_time(date.fromisoformat(value), field, zone).isoformat()
        except ValueError, OverflowError:
            return None
    return moment(value)
