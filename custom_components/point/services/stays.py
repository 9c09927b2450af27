"""The actions that list, create, change and delete stays. Minut may write to the guests."""

from datetime import date, datetime, tzinfo
from typing import Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonValueType
import probatio

from ..commands.stays import check_order
from ..errors import invalid, translated_errors
from ..minut.guests import Guest, Part, Stay, read_stays, spelled
from ..minut.parsing import YEARS, Json, is_plain
from .targets import Target, async_homes

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
        stays = read_stays(await _read(call.hass, home), _zone(home))
        found += [_as_answer(home, stay) for stay in stays]
    return {"stays": found}


async def async_create_stay(call: ServiceCall) -> ServiceResponse:
    """Create a stay; the answer has its id, where Minut tells that."""
    (home,) = _homes(call, [call.data[ATTR_DEVICE_ID]])
    commands = home.data.commands.stays
    async with commands.lock(home.key):
        guests = await _read(call.hass, home)
        values = commands.localize(home.key, _given(call))
        with translated_errors(call.hass, home.coordinator.config_entry, "stay"):
            stay_id = await commands.async_create(home.key, values, call.data[EXTRA], guests)
    return {Part.ID: stay_id}


async def async_update_stay(call: ServiceCall) -> None:
    """Change what is given of a stay."""
    (home,) = _homes(call, [call.data[ATTR_DEVICE_ID]])
    commands = home.data.commands.stays
    async with commands.lock(home.key):
        guests, stay = await _find(call.hass, home, call.data[Part.ID])
        values = commands.localize(home.key, _given(call))
        check_order(
            values.get(Part.CHECK_IN, stay.check_in), values.get(Part.CHECK_OUT, stay.check_out)
        )
        changes = {**spelled(values, guests), **call.data[EXTRA]}
        if not changes:
            raise invalid("no_changes")
        with translated_errors(call.hass, home.coordinator.config_entry, "stay"):
            await commands.async_update(home.key, guests[0], changes)


async def async_delete_stay(call: ServiceCall) -> None:
    """Delete a stay."""
    (home,) = _homes(call, [call.data[ATTR_DEVICE_ID]])
    commands = home.data.commands.stays
    async with commands.lock(home.key):
        _, stay = await _find(call.hass, home, call.data[Part.ID])
        with translated_errors(call.hass, home.coordinator.config_entry, "stay"):
            await commands.async_delete(home.key, stay.id)


def _homes(call: ServiceCall, device_ids: list[str]) -> list[Target]:
    homes = async_homes(call.hass, device_ids)
    if not all(home.data.stays.is_on for home in homes):
        raise invalid("stays_are_off")
    return homes


def _given(call: ServiceCall) -> dict[Part, str | date | None]:
    """Return what the call says of a stay."""
    parts = (Part.NAME, Part.CHECK_IN, Part.CHECK_OUT, Part.EMAIL, Part.PHONE)
    return {part: call.data[part] for part in parts if part in call.data}


async def _read(hass: HomeAssistant, home: Target) -> tuple[Guest, ...]:
    """Return the stays of a home in Minut's own form."""
    entry = home.coordinator.config_entry
    with translated_errors(hass, entry, "stays", unexpected="not_understood"):
        return await home.data.commands.stays.async_read(home.key)


async def _find(hass: HomeAssistant, home: Target, stay_id: str) -> tuple[list[Guest], Stay]:
    """Return the stay, and the guests of the home, that of the stay first."""
    guests = await _read(hass, home)
    for stay in read_stays(guests, _zone(home)):
        if stay.id == stay_id:
            return sorted(guests, key=lambda guest: guest.id != stay_id), stay
    raise invalid("unknown_stay")


def _as_answer(home: Target, stay: Stay) -> JsonValueType:
    zone = _zone(home)
    answer: dict[str, JsonValueType] = {
        "home": home.device_id,
        Part.ID: stay.id,
        Part.CHECK_IN: stay.check_in.astimezone(zone).isoformat(),
        Part.CHECK_OUT: stay.check_out.astimezone(zone).isoformat() if stay.check_out else None,
    }
    if home.data.stays.shows_names:
        answer |= {Part.NAME: stay.name, Part.EMAIL: stay.email, Part.PHONE: stay.phone}
    return answer


def _zone(home: Target) -> tzinfo:
    return home.data.stays.zone(home.key)
