"""Homes and Points with entities that are exposed to an assistant."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from itertools import chain, count
from typing import Final

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..data import PointData, accounts
from ..registry.unique_ids import split_unique_id
from ..report.reader import async_zone
from ..state.home import HomeState

ATTR_PLACE: Final = "place"
ATTR_START: Final = "start"
ATTR_END: Final = "end"

MAX_NAMES: Final = 50
"""Maximum number of names that a tool lists. Beyond it, the assistant names the place freely."""
MAX_PERIOD: Final = timedelta(days=31)

type Exposed = frozenset[str]
"""Entities of a home or Point that are exposed: `sensor.temperature`."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A home, or a Point, with the exposed entities of each home and Point of the account."""

    name: str
    account: PointData
    key: str
    exposed: Mapping[str, Exposed] = field(repr=False)

    @property
    def home(self) -> HomeState | None:
        """Return the home, or that of the Point."""
        state = self.account.coordinator.data
        device = state.devices.get(self.key)
        return device.home if device else state.homes[self.key]

    @property
    def points(self) -> list[str]:
        """Return the Point, or the Points of the home."""
        state = self.account.coordinator.data
        if self.key in state.devices:
            return [self.key]
        return [device.polled.id for device in state.devices_in(self.key)]

    def is_exposed(self, key: str | None, *names: str) -> bool:
        """Return whether one of these entities of a home or Point is exposed."""
        return key is not None and not self.exposed.get(key, frozenset()).isdisjoint(names)

    async def async_zone(self) -> tzinfo:
        """Return the time zone of the home, or else that of Home Assistant."""
        return await async_zone(self.account.coordinator, self.home.polled.id if self.home else "")


@callback
def async_places(hass: HomeAssistant, assistant: str) -> dict[str, Place]:
    """Return the homes and Points of which any entity is exposed, by their names in lower case.

    Those that share a name get numbers, so that none is mistaken for another.
    """
    places: dict[str, Place] = {}
    for account in accounts(hass):
        coordinator = account.coordinator
        exposed = _exposed(hass, assistant, coordinator.config_entry.entry_id)
        state = coordinator.data
        for key in (*state.homes, *state.devices):
            if key not in exposed and not any(
                device.polled.id in exposed for device in state.devices_in(key)
            ):
                continue
            name = _unique(_name(account, key), places)
            place = Place(name=name, account=account, key=key, exposed=exposed)
            places[name.casefold()] = place
    return places


def _unique(name: str, taken: Collection[str]) -> str:
    numbered = (f"{name} ({number})" for number in count(2))
    return next(each for each in chain([name], numbered) if each.casefold() not in taken)


def _exposed(hass: HomeAssistant, assistant: str, entry_id: str) -> dict[str, Exposed]:
    """Return the enabled, exposed entities of an account by home and Point."""
    found: dict[str, set[str]] = {}
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry_id):
        if entity.disabled or not async_should_expose(hass, assistant, entity.entity_id):
            continue
        owner, key = split_unique_id(entity)
        found.setdefault(owner, set()).add(f"{entity.domain}.{key}" if key else entity.domain)
    return {key: frozenset(names) for key, names in found.items()}


def _name(account: PointData, key: str) -> str:
    """Return the name of a home, or of a Point with that of its home."""
    devices, state = account.coordinator.devices, account.coordinator.data
    name = devices.name(key) or key
    device = state.devices.get(key)
    home = devices.name(device.polled.home_id) if device else None
    return f"{home} {name}" if home and not name.startswith(home) else name


def place_field(places: Mapping[str, Place]) -> object:
    """Return the schema of a place: one of the names, or any text if there are many."""
    if len(places) > MAX_NAMES:
        return str
    return vol.In([place.name for place in places.values()])


class InvalidPeriodError(ValueError):
    """A period that cannot be answered. The message is for the assistant."""


def period(
    start: str | None, end: str | None, zone: tzinfo, *, default: timedelta
) -> tuple[datetime, datetime]:
    """Return a period; times without an offset are in the zone. Raises InvalidPeriodError.

    The end is at most now. `default`: length of the period without a start.
    """
    now = dt_util.utcnow()
    until = min(_time(end, zone), now) if end else now
    since = _time(start, zone) if start else until - default
    if since >= until:
        raise InvalidPeriodError("The start must be before the end, and not in the future.")
    if until - since > MAX_PERIOD:
        raise InvalidPeriodError(f"The period must not exceed {MAX_PERIOD.days} days.")
    return since, until


def _time(text: str, zone: tzinfo) -> datetime:
    try:
        time = dt_util.parse_datetime(text, raise_on_error=True)
        return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(dt_util.UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidPeriodError(f"{text!r} is not a time like 2026-11-20T22:00.") from error
