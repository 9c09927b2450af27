"""Stays, which Minut calls guests (API notes 9).

The names of a guest's members are not public. Every guess stands in this file, the likeliest
first: several are read, and what is written is spelled as the guests of the home are.
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
from .parsing import Json, JsonObject, is_plain, mapping, moment, text


class Part(StrEnum):
    """What is known of a stay."""

    ID = "stay_id"
    NAME = "name"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    EMAIL = "email"
    PHONE = "phone"


LISTS: Final = ("guests", "home_guests", "stays")
"""Guesses of the member that holds the list."""

ONE: Final = ("guest", "home_guest", "stay")
"""Guesses of the member that holds a single guest, where it does not stand by itself."""

SPELLINGS: Final[Mapping[Part, tuple[str, ...]]] = MappingProxyType(
    {
        Part.ID: ("guest_id", "id", "home_guest_id", "stay_id"),
        Part.NAME: ("name", "full_name", "fullname", "guest_name"),
        Part.CHECK_IN: (
            *("check_in_at", "check_in", "checkin_at", "checkin", "check_in_time"),
            *("check_in_date", "arrival_at", "arrival", "start_at", "starts_at", "start"),
        ),
        Part.CHECK_OUT: (
            *("check_out_at", "check_out", "checkout_at", "checkout", "check_out_time"),
            *("check_out_date", "departure_at", "departure", "end_at", "ends_at", "end"),
        ),
        Part.EMAIL: ("email", "email_address", "guest_email"),
        Part.PHONE: ("phone_number", "phone", "mobile", "guest_phone"),
    }
)
"""Guesses of the members of a guest."""

NAME_PARTS: Final = ("first_name", "last_name")

ALL_DAY: Final[Mapping[Part, time]] = MappingProxyType(
    {Part.CHECK_IN: time(15), Part.CHECK_OUT: time(11)}
)
"""The local time that is meant where there is only a date."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Guest:
    """A guest as Minut tells it; without `data` where nobody could store or send it.

    `id`: its whole text, where it has none that is known here.
    """

    id: str = field(repr=False)
    data: JsonObject = field(repr=False)

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Read an element of `GET /homes/{id}/guests`, or the answer to a change of one."""
        inner = next((mapping(data.get(name)) for name in ONE if mapping(data.get(name))), data)
        kept = inner if is_plain(dict(inner)) else {}
        found = text(_member(inner, Part.ID))
        return cls(id=found or json.dumps(dict(kept)), data=kept)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
    """A stay. `check_out` None: Minut does not know when it ends."""

    id: str
    check_in: datetime
    check_out: datetime | None = None
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)

    @classmethod
    def from_guest(cls, guest: Guest, zone: tzinfo) -> Self:
        """Read a guest; dates are days in that zone. Raises ValueError where it is no stay."""
        data = guest.data
        check_in, check_out = (_moment(data, part, zone) for part in ALL_DAY)
        if not ID.fullmatch(guest.id) or check_in is None:
            raise ValueError("no id or no check-in")
        if check_out is not None and check_out <= check_in:
            raise ValueError("it ends before it begins")
        parts = (text(data.get(part)) for part in NAME_PARTS)
        return cls(
            id=guest.id,
            check_in=check_in,
            check_out=check_out,
            name=text(_member(data, Part.NAME)) or " ".join(filter(None, parts)) or None,
            email=text(_member(data, Part.EMAIL)),
            phone=text(_member(data, Part.PHONE)),
        )


def read_stays(guests: Iterable[Guest], zone: tzinfo) -> tuple[Stay, ...]:
    """Return the stays of a home, the earliest first.

    One that cannot be read never harms the others. Raises MinutUnexpectedAnswerError where there
    are guests and none of them can: then the guesses of this file are wrong.
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
        raise MinutUnexpectedAnswerError("Minut's list of guests is not understood")
    return tuple(sorted(found, key=lambda stay: (stay.check_in, stay.id)))


def spelled(values: Mapping[Part, str | datetime | None], like: Iterable[Guest]) -> dict[str, Json]:
    """Write parts of a stay as the first of these guests that has them; else as is likeliest."""
    known = [guest.data for guest in like]
    return {_spelling(part, known): _written(value) for part, value in values.items()}


def _spelling(part: Part, known: Sequence[JsonObject]) -> str:
    found = (name for data in known for name in SPELLINGS[part] if name in data)
    return next(found, SPELLINGS[part][0])


def _written(value: str | datetime | None) -> Json:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
    return value


def local_moment(day: date, part: Part, zone: tzinfo) -> datetime:
    """Return the UTC time that is meant by a day without a time."""
    return datetime.combine(day, ALL_DAY[part], zone).astimezone(UTC)


def _member(data: JsonObject, part: Part) -> Json:
    found = (data[name] for name in SPELLINGS[part] if data.get(name) is not None)
    return next(found, None)


def _moment(data: JsonObject, part: Part, zone: tzinfo) -> datetime | None:
    value = _member(data, part)
    if isinstance(value, str) and len(value) == len("2026-11-20"):
        try:
            value = local_moment(date.fromisoformat(value), part, zone).isoformat()
        except ValueError, OverflowError:
            return None
    return moment(value)
