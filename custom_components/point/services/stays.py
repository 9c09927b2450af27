"""Actions for stays: list, create, update, delete. Minut may message the guests."""

from datetime import date, datetime, tzinfo
from typing import Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from ..commands.stays import check_order
from ..errors import invalid, translated_errors
from ..minut.guests import Guest, Stay, StayField, guest_body, read_stays
from ..minut.parsing import YEARS, Json, is_plain
from ..state.stays import StaySource
from .targets import DEVICES, Target, async_check_permission, async_homes, async_one_home

EXTRA: Final = "extra"


def _date_or_datetime(value: object) -> date | datetime:
    """Validate a date ("2026-12-24"), or a time in any format that Home Assistant accepts."""
    if isinstance(value, str) and len(value) == len("2026-12-24"):
        found = cv.date(value)
    else:
        found = value if isinstance(value, date) else cv.datetime(value)
    if found.year not in YEARS:
        raise vol.Invalid(f"not a year from {YEARS.start} to {YEARS.stop - 1}")
    return found


def _sendable(value: dict[str, Json]) -> dict[str, Json]:
    if not is_plain(value):
        raise vol.Invalid("contains values that cannot be sent as JSON")
    return value


_HOME: Final = {vol.Required(ATTR_DEVICE_ID): DEVICES}
_CONTACT: Final = {
    vol.Optional(StayField.EMAIL.value): vol.Any(None, cv.string),
    vol.Optional(StayField.PHONE.value): vol.Any(None, cv.string),
    vol.Optional(EXTRA, default={}): vol.All({cv.string: object}, _sendable),
}

GET_STAYS_SCHEMA: Final = vol.Schema(_HOME)
CREATE_STAY_SCHEMA: Final = vol.Schema(
    {
        **_HOME,
        vol.Required(StayField.NAME.value): cv.string,
        vol.Required(StayField.CHECK_IN.value): _date_or_datetime,
        vol.Optional(StayField.CHECK_OUT.value): vol.Any(None, _date_or_datetime),
        **_CONTACT,
    }
)
UPDATE_STAY_SCHEMA: Final = vol.Schema(
    {
        **_HOME,
        vol.Required(StayField.ID.value): cv.string,
        vol.Optional(StayField.NAME.value): cv.string,
        vol.Optional(StayField.CHECK_IN.value): _date_or_datetime,
        vol.Optional(StayField.CHECK_OUT.value): vol.Any(None, _date_or_datetime),
        **_CONTACT,
    }
)
DELETE_STAY_SCHEMA: Final = vol.Schema({**_HOME, vol.Required(StayField.ID.value): cv.string})


async def async_get_stays(call: ServiceCall) -> ServiceResponse:
    """Return the stays of homes, read now, with times in the time zone of the home."""
    found: list[JsonValueType] = []
    homes = async_homes(call.hass, call.data[ATTR_DEVICE_ID])
    await _check(call, homes)
    for home in homes:
        stays = read_stays(await _read(call.hass, home), _zone(home))
        found += [_as_answer(home, stay) for stay in stays]
    return {"stays": found}


async def async_create_stay(call: ServiceCall) -> ServiceResponse:
    """Create a stay. Return its id, None if Minut does not return it."""
    home, given = await _home(call), _given(call)
    commands = home.data.commands.stays
    async with commands.lock(home.key):
        guests = await _read(call.hass, home)
        values = commands.localize(home.key, given)
        with translated_errors(call.hass, home.coordinator.config_entry, "stay"):
            stay_id = await commands.async_create(home.key, values, call.data[EXTRA], guests)
    return {StayField.ID: stay_id}


async def async_update_stay(call: ServiceCall) -> None:
    """Update the given fields of a stay."""
    home, given = await _home(call), _given(call)
    commands = home.data.commands.stays
    async with commands.lock(home.key):
        guests, stay = await _find(call.hass, home, call.data[StayField.ID])
        values = commands.localize(home.key, given)
        check_order(
            values.get(StayField.CHECK_IN, stay.check_in),
            values.get(StayField.CHECK_OUT, stay.check_out),
        )
        changes = {**guest_body(values, guests), **call.data[EXTRA]}
        if not changes:
            raise invalid("no_changes")
        with translated_errors(call.hass, home.coordinator.config_entry, "stay"):
            await commands.async_update(home.key, guests[0], changes)


async def async_delete_stay(call: ServiceCall) -> None:
    """Delete a stay."""
    home = await _home(call)
    commands = home.data.commands.stays
    async with commands.lock(home.key):
        _, stay = await _find(call.hass, home, call.data[StayField.ID])
        with translated_errors(call.hass, home.coordinator.config_entry, "stay"):
            await commands.async_delete(home.key, stay.id)


async def _home(call: ServiceCall) -> Target:
    home = async_one_home(call.hass, call.data[ATTR_DEVICE_ID])
    await _check(call, [home])
    return home


async def _check(call: ServiceCall, homes: list[Target]) -> None:
    """Check that the user may control the homes, and that their stays are known."""
    await async_check_permission(call, homes)
    if not all(home.data.stays.source(home.key) is StaySource.MINUT for home in homes):
        raise invalid("stays_are_off")


def _given(call: ServiceCall) -> dict[StayField, str | date | None]:
    """Return the fields of a stay that the call contains.

    Raises ServiceValidationError if its name is empty.
    """
    name = call.data.get(StayField.NAME)
    if name is not None and not name.strip():
        raise invalid("stay_needs_name")
    fields = [field for field in StayField if field is not StayField.ID]
    return {field: call.data[field] for field in fields if field in call.data}


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
        StayField.ID: stay.id,
        StayField.CHECK_IN: stay.check_in.astimezone(zone).isoformat(),
        StayField.CHECK_OUT: stay.check_out.astimezone(zone).isoformat()
        if stay.check_out
        else None,
    }
    if home.data.stays.shows_names:
        answer |= {
            StayField.NAME: stay.name,
            StayField.EMAIL: stay.email,
            StayField.PHONE: stay.phone,
        }
    return answer


def _zone(home: Target) -> tzinfo:
    return home.data.stays.zone(home.key)
