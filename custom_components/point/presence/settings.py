"""Settings of single homes, which are config subentries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from types import MappingProxyType
from typing import Final

from homeassistant.config_entries import ConfigEntry

from ..minut.guests import DEFAULT_TIMES, StayField
from ..minut.parsing import Json, JsonObject, items, local_time, mapping, number, text
from ..state.noise_presets import PRESETS
from ..state.presence_rules import Rules
from ..state.stays import StaySource

SUBENTRY_TYPE: Final = "home"

CONF_HOME: Final = "home_id"
CONF_CALENDAR: Final = "calendar"
CONF_CHECK_IN: Final = "check_in"
CONF_CHECK_OUT: Final = "check_out"
CONF_IGNORED: Final = "ignored"
CONF_NOISE_PRESET: Final = "noise_preset"
CONF_RULES: Final = "rules"
"""Keys of the data of a subentry. `CONF_RULES` holds the fields of `Rules`: hours and times."""

DEFAULT_CHECK_IN: Final = DEFAULT_TIMES[StayField.CHECK_IN]
DEFAULT_CHECK_OUT: Final = DEFAULT_TIMES[StayField.CHECK_OUT]
DEFAULT_IGNORED: Final = ("not available", "blocked", "unavailable")
"""What booking sites call a period that the host has blocked."""

MAX_HOURS: Final = 72
"""Maximum hours of a rule: motion is kept that long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeSettings:
    """Settings of a home. `calendar`: entity id; None: the stays at Minut."""

    calendar: str | None = None
    check_in: time = DEFAULT_CHECK_IN
    check_out: time = DEFAULT_CHECK_OUT
    """Local times for bookings that only have days."""
    ignored: tuple[str, ...] = DEFAULT_IGNORED
    """Parts of titles of events that are not bookings, in lower case."""
    noise_preset: str | None = None
    """Name of the noise limits that are set at the beginning of each stay. None: no change."""
    rules: Rules = field(default_factory=Rules)

    @property
    def source(self) -> StaySource:
        """Return where the stays of the home come from."""
        return StaySource.CALENDAR if self.calendar else StaySource.MINUT


def home_settings[T](entry: ConfigEntry[T]) -> Mapping[str, HomeSettings]:
    """Return the settings of the homes that have any, by id. Invalid values get their default."""
    found = {}
    for subentry in entry.subentries.values():
        home_id = text(subentry.data.get(CONF_HOME))
        if subentry.subentry_type == SUBENTRY_TYPE and home_id:
            found[home_id] = _read(subentry.data)
    return MappingProxyType(found)


def _read(data: JsonObject) -> HomeSettings:
    calendar, ignored = text(data.get(CONF_CALENDAR)), data.get(CONF_IGNORED)
    preset = text(data.get(CONF_NOISE_PRESET))
    titles = DEFAULT_IGNORED if ignored is None else map(text, items(ignored))
    return HomeSettings(
        calendar=calendar if calendar and calendar.startswith("calendar.") else None,
        check_in=local_time(data.get(CONF_CHECK_IN)) or DEFAULT_CHECK_IN,
        check_out=local_time(data.get(CONF_CHECK_OUT)) or DEFAULT_CHECK_OUT,
        ignored=tuple(title.casefold() for title in titles if title),
        noise_preset=preset if preset in PRESETS else None,
        rules=_rules(mapping(data.get(CONF_RULES))),
    )


def _rules(stored: JsonObject) -> Rules:
    default = Rules()
    return Rules(
        nobody_came_after=_hours(stored.get("nobody_came_after"), default.nobody_came_after),
        quiet_from=local_time(stored.get("quiet_from")) or default.quiet_from,
        quiet_until=local_time(stored.get("quiet_until")) or default.quiet_until,
        left_after=_hours(stored.get("left_after"), default.left_after),
        vacant_from=local_time(stored.get("vacant_from")) or default.vacant_from,
        vacant_until=local_time(stored.get("vacant_until")) or default.vacant_until,
        cleaning=_hours(stored.get("cleaning"), default.cleaning),
    )


def _hours(value: Json, default: timedelta) -> timedelta:
    hours = number(value)
    return timedelta(hours=hours) if hours is not None and 0 <= hours <= MAX_HOURS else default
