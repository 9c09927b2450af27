"""The actions that list, create, change and delete stays. Minut may write to the guests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, tzinfo
import logging
from typing import Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
import probatio

from .commands import explained, invalid
from .const import DOMAIN
from .minut.budget import Priority
from .minut.errors import MinutUnexpectedAnswerError
from .minut.json_values import YEARS, Json, is_plain
from .minut.stays import Guest, Part, Stay, local_moment, read_stays, spelled
from .targets import Target, async_homes

_LOGGER = logging.getLogger(__name__)

EXTRA: Final = "extra"


def _day_or_moment(value: object) -> date | datetime:
    """Accept "2026-12-24" as a day, and whatever Home Assistant takes as a time."""
    if isinstance(value, str) and len(value) == len("2026-12-24"):
        found = cv.date(value)
    else:
        found = value if isinstance(value, date) else cv.datetime(value)
    if found.year not in YEARS:
        raise probatio.Invalid(f"not a year from {YEARS.start} to {YEARS.stop - 1}")
    return found


def _sendable(value: dict[str, Json]) -> dict[str, Json]:
    if not is_plain(value):
        raise probatio.Invalid("holds what cannot be sent")
    return value


_HOME: Final = {probatio.Required(ATTR_DEVICE_ID): cv.string}
_CONTACT: Final = {
    probatio.Optional(Part.EMAIL): probatio.Any(None, cv.string),
    probatio.Optional(Part.PHONE): probatio.Any(None, cv.string),
    probatio.Optional(EXTRA, default={}): probatio.All({cv.string: object}, _sendable),
}

GET_STAYS_SCHEMA: Final = probatio.Schema(
    {probatio.Required(ATTR_DEVICE_ID): probatio.All(cv.ensure_list, [cv.string])}
)
CREATE_STAY_SCHEMA: Final = probatio.Schema(
    {
        **_HOME,
        probatio.Required(Part.NAME): cv.string,
        probatio.Required(Part.CHECK_IN): _day_or_moment,
        probatio.Optional(Part.CHECK_OUT): probatio.Any(None, _day_or_moment),
        **_CONTACT,
    }
)
UPDATE_STAY_SCHEMA: Final = probatio.Schema(
    {
        **_HOME,
        probatio.Required(Part.ID): cv.string,
        probatio.Optional(Part.NAME): cv.string,
        probatio.Optional(Part.CHECK_IN): _day_or_moment,
        probatio.Optional(Part.CHECK_OUT): probatio.Any(None, _day_or_moment),
        **_CONTACT,
    }
)
DELETE_STAY_SCHEMA: Final = probatio.Schema({**_HOME, probatio.Required(Part.ID): cv.string})


async def async_get_stays(call: ServiceCall) -> ServiceResponse:
    """Return the stays of these homes, each read now, in the home's local time."""
    found: list[JsonValueType] = []
    for home in _homes(call, call.data[ATTR_DEVICE_ID]):
        stays = read_stays(await _read(home), _zone(home))
        found += [_as_answer(home, stay) for stay in stays]
    return {"stays": found}


async def async_create_stay(call: ServiceCall) -> ServiceResponse:
    """Create a stay; the answer has its id, where Minut tells that."""
    (home,) = _homes(call, [call.data[ATTR_DEVICE_ID]])
    async with home.coordinator.stays.locks[home.key]:
        known = await _read(home)
        values = _values(call, home)
        _check_order(values.get(Part.CHECK_IN), values.get(Part.CHECK_OUT))
        body = {**spelled(values, known), **call.data[EXTRA]}
        with _changing(home):
            created = await home.coordinator.client.create_guest(home.key, body)
        ids = {guest.id for guest in await _read_again(home)}
    return {Part.ID: created.id if created.id in ids else None}


async def async_update_stay(call: ServiceCall) -> None:
    """Change what is given of a stay."""
    (home,) = _homes(call, [call.data[ATTR_DEVICE_ID]])
    async with home.coordinator.stays.locks[home.key]:
        guests, stay = await _find(home, call.data[Part.ID])
        guest = guests[0]
        values = _values(call, home)
        _check_order(
            values.get(Part.CHECK_IN, stay.check_in), values.get(Part.CHECK_OUT, stay.check_out)
        )
        changes = {**spelled(values, guests), **call.data[EXTRA]}
        if not changes:
            raise invalid("no_changes")
        with _changing(home):
            await home.coordinator.client.update_guest(home.key, guest, changes)
        await _read_again(home)


async def async_delete_stay(call: ServiceCall) -> None:
    """Delete a stay."""
    (home,) = _homes(call, [call.data[ATTR_DEVICE_ID]])
    async with home.coordinator.stays.locks[home.key]:
        _, stay = await _find(home, call.data[Part.ID])
        with _changing(home):
            await home.coordinator.client.delete_guest(home.key, stay.id)
        home.coordinator.stays.async_forget(home.key, stay.id)
        await _read_again(home)


def _homes(call: ServiceCall, device_ids: list[str]) -> list[Target]:
    homes = async_homes(call.hass, device_ids)
    if not all(home.coordinator.stays.is_on for home in homes):
        raise invalid("stays_are_off")
    return homes


def _values(call: ServiceCall, home: Target) -> dict[Part, str | datetime | None]:
    """Return what the call gives of a stay; times without a zone are the home's own."""
    values: dict[Part, str | datetime | None] = {}
    for part in (Part.NAME, Part.CHECK_IN, Part.CHECK_OUT, Part.EMAIL, Part.PHONE):
        if part in call.data:
            value = call.data[part]
            values[part] = _moment(value, part, _zone(home)) if isinstance(value, date) else value
    return values


def _moment(value: date, part: Part, zone: tzinfo) -> datetime:
    if not isinstance(value, datetime):
        return local_moment(value, part, zone)
    return dt_util.as_utc(value if value.tzinfo else value.replace(tzinfo=zone))


def _check_order(check_in: str | datetime | None, check_out: str | datetime | None) -> None:
    match check_in, check_out:
        case datetime(), datetime() if check_out <= check_in:
            raise invalid("stay_ends_too_early")


async def _find(home: Target, stay_id: str) -> tuple[list[Guest], Stay]:
    """Return the stay, and the guests of the home, that of the stay first."""
    guests = await _read(home)
    for stay in read_stays(guests, _zone(home)):
        if stay.id == stay_id:
            return sorted(guests, key=lambda guest: guest.id != stay_id), stay
    raise invalid("unknown_stay")


@contextmanager
def _changing(home: Target) -> Iterator[None]:
    """Explain what goes wrong with a change, and look soon what became of it."""
    try:
        with explained(home.coordinator, "stay"):
            yield
    except HomeAssistantError:
        home.coordinator.stays.async_read_soon(home.key)
        raise


async def _read(home: Target) -> tuple[Guest, ...]:
    """Read the home's stays; nothing is written where they are not understood."""
    with explained(home.coordinator, "stays"):
        try:
            return await home.coordinator.stays.async_read(home.key, priority=Priority.COMMAND)
        except MinutUnexpectedAnswerError as error:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="stays_not_understood"
            ) from error


async def _read_again(home: Target) -> tuple[Guest, ...]:
    """Show what a change has done; where only that fails, the change was made all the same."""
    try:
        return await _read(home)
    except HomeAssistantError as error:
        _LOGGER.debug("Stays could not be read after a change: %s", error)
        home.coordinator.stays.async_read_soon(home.key)
        return ()


def _as_answer(home: Target, stay: Stay) -> JsonValueType:
    zone = _zone(home)
    answer: dict[str, JsonValueType] = {
        "home": home.device_id,
        Part.ID: stay.id,
        Part.CHECK_IN: stay.check_in.astimezone(zone).isoformat(),
        Part.CHECK_OUT: stay.check_out.astimezone(zone).isoformat() if stay.check_out else None,
    }
    if home.coordinator.stays.shows_names:
        answer |= {Part.NAME: stay.name, Part.EMAIL: stay.email, Part.PHONE: stay.phone}
    return answer


def _zone(home: Target) -> tzinfo:
    return home.coordinator.stays.zone(home.key)
