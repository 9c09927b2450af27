"""Limits, noise duration and quiet hours of a Point (API notes 3.2 and 5).

Minut stores limits as a list of reactions. It may merge a list that is sent into the stored one, or
replace it: the whole list is always sent back, including reactions that are not known here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self

from .parsing import Json, JsonObject, flag, is_plain, local_time, mapping, moment, number, text


class Setting(StrEnum):
    """Settings of a Point."""

    TEMPERATURE_LOW = "temperature_low"
    TEMPERATURE_HIGH = "temperature_high"
    HUMIDITY_LOW = "humidity_low"
    HUMIDITY_HIGH = "humidity_high"
    SOUND_LEVEL_HIGH = "sound_level_high"
    SOUND_LEVEL_HIGH_QUIET_HOURS = "sound_level_high_quiet_hours"
    NOISE_DURATION = "noise_duration"
    QUIET_HOURS = "quiet_hours"
    QUIET_HOURS_START = "quiet_hours_start"
    QUIET_HOURS_END = "quiet_hours_end"


type Value = float | bool | time | None
"""°C, %, dB(A), minutes; whether quiet hours are enabled; a local time of the home."""

type ThresholdValues = Mapping[Setting, Value]
"""New values. None removes a limit."""

RANGES: Final[Mapping[Setting, tuple[float, float]]] = MappingProxyType(
    {
        Setting.TEMPERATURE_LOW: (-20, 50),
        Setting.TEMPERATURE_HIGH: (-20, 50),
        Setting.HUMIDITY_LOW: (0, 100),
        Setting.HUMIDITY_HIGH: (0, 100),
        Setting.SOUND_LEVEL_HIGH: (40, 100),
        Setting.SOUND_LEVEL_HIGH_QUIET_HOURS: (40, 100),
        Setting.NOISE_DURATION: (5, 15),
    }
)
"""Minimum and maximum of each number, in its unit."""

UNITS: Final[Mapping[Setting, str]] = MappingProxyType(
    {
        Setting.TEMPERATURE_LOW: "°C",
        Setting.TEMPERATURE_HIGH: "°C",
        Setting.HUMIDITY_LOW: "%",
        Setting.HUMIDITY_HIGH: "%",
        Setting.SOUND_LEVEL_HIGH: "dBA",
        Setting.SOUND_LEVEL_HIGH_QUIET_HOURS: "dBA",
        Setting.NOISE_DURATION: "min",
    }
)
"""Minut's unit of each number, as Home Assistant writes it."""

LIMITS: Final = frozenset(RANGES) - {Setting.NOISE_DURATION}
"""Settings that are a reaction each; the type of the reaction has the name of the setting."""

PAIRS: Final = (
    (Setting.TEMPERATURE_LOW, Setting.TEMPERATURE_HIGH),
    (Setting.HUMIDITY_LOW, Setting.HUMIDITY_HIGH),
)
"""Limits of which the first must be below the second."""

SOUND: Final = (Setting.SOUND_LEVEL_HIGH, Setting.SOUND_LEVEL_HIGH_QUIET_HOURS)
"""Limits whose reaction has the noise duration."""

QUIET_HOURS: Final[Mapping[Setting, str]] = MappingProxyType(
    {
        Setting.QUIET_HOURS: "enabled",
        Setting.QUIET_HOURS_START: "start",
        Setting.QUIET_HOURS_END: "end",
    }
)
"""Minut's names of the fields of `quiet_hours`."""

DEFAULT_DURATION: Final = 10.0
"""Noise duration of a new sound limit, in minutes (API notes 5)."""


class InvalidThresholds(StrEnum):
    """Reason why new values cannot be sent to Minut."""

    LIMITS_CROSS = "limits_cross"
    """The lower limit would not be below the upper one."""
    LIMITS_UNKNOWN = "limits_unknown"
    """Minut does not report the reactions: sending one could delete the others."""
    NO_SOUND_LIMIT = "no_sound_limit"
    """There is no sound limit that a duration could belong to."""
    QUIET_HOURS_UNKNOWN = "quiet_hours_unknown"
    """Minut does not report the quiet hours, so they can only be sent as a whole."""


class InvalidThresholdsError(ValueError):
    """New values that cannot be combined with the present ones."""

    def __init__(self, reason: InvalidThresholds) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """Settings of a Point as reported by Minut.

    `reactions`: unchanged, including unknown ones; None if Minut does not report them, or if they
    could not be sent back. `is_pending`: whether the Point has yet to fetch the newest settings,
    which it does at its next report; None if unknown.
    """

    reactions: tuple[Json, ...] | None = None
    quiet_hours: JsonObject = field(default_factory=lambda: MappingProxyType({}))
    is_pending: bool | None = None

    @classmethod
    def from_json(cls, configuration: JsonObject) -> Self:
        """Parse the `configuration` of a device."""
        reactions = _sendable(configuration.get("reactions"))
        return cls(
            reactions=tuple(reactions) if isinstance(reactions, list) else None,
            quiet_hours=mapping(_sendable(configuration.get("quiet_hours"))),
            is_pending=_is_pending(configuration),
        )

    def shows(self, setting: Setting) -> bool:
        """Return whether Minut reports this setting, set or not."""
        if setting in QUIET_HOURS:
            return self.value(setting) is not None
        return self.reactions is not None

    def value(self, setting: Setting) -> Value:
        """Return the value of a setting, None if it is not set."""
        match setting:
            case Setting.NOISE_DURATION:
                seconds = (number(_reaction(self, kind).get("duration_seconds")) for kind in SOUND)
                return next((found / 60 for found in seconds if found is not None), None)
            case Setting.QUIET_HOURS:
                return flag(self.quiet_hours.get("enabled"))
            case Setting.QUIET_HOURS_START | Setting.QUIET_HOURS_END:
                return local_time(self.quiet_hours.get(QUIET_HOURS[setting]))
            case _:
                return number(_reaction(self, setting).get("value"))

    def matches(self, setting: Setting, value: Value) -> bool:
        """Return whether a setting has a value; for the noise duration: in each reaction."""
        match value:
            case time():
                return self.value(setting) == value.replace(second=0, microsecond=0)
            case int() | float() if setting is Setting.NOISE_DURATION:
                reactions = [_reaction(self, kind) for kind in SOUND]
                seconds = [number(found.get("duration_seconds")) for found in reactions if found]
                return bool(seconds) and all(found == _seconds(value) for found in seconds)
            case _:
                return self.value(setting) == value


def update_body(
    current: Thresholds, values: ThresholdValues, *, remove_by_null: bool = False
) -> dict[str, Json]:
    """Return the body of a `PUT /devices/{id}` that sets values; empty if nothing would change.

    A limit is removed by leaving it out of the list, or with `remove_by_null` by sending it without
    a value: which of the two Minut supports is not public. Raises InvalidThresholdsError.
    """
    body: dict[str, Json] = {}
    if not values.keys().isdisjoint(RANGES):
        if current.reactions is None:
            raise InvalidThresholdsError(InvalidThresholds.LIMITS_UNKNOWN)
        _validate(current, values)
        reactions = list(_reactions(current, values, remove_by_null=remove_by_null))
        if reactions != list(current.reactions):
            body["reactions"] = reactions
    if not values.keys().isdisjoint(QUIET_HOURS):
        quiet_hours = _quiet_hours(current, values)
        if quiet_hours != current.quiet_hours:
            body["quiet_hours"] = quiet_hours
    return body


def _validate(current: Thresholds, values: ThresholdValues) -> None:
    """Validate the limits that would result. Raises InvalidThresholdsError."""
    result = {limit: values.get(limit, current.value(limit)) for limit in LIMITS}
    for pair in PAIRS:
        match tuple(result[limit] for limit in pair):
            case (int() | float() as low, int() | float() as high) if low >= high:
                if not values.keys().isdisjoint(pair):
                    raise InvalidThresholdsError(InvalidThresholds.LIMITS_CROSS)
    if Setting.NOISE_DURATION in values and all(result[limit] is None for limit in SOUND):
        raise InvalidThresholdsError(InvalidThresholds.NO_SOUND_LIMIT)


def _reactions(
    current: Thresholds, values: ThresholdValues, *, remove_by_null: bool
) -> Iterator[Json]:
    """Yield the updated list of reactions. Those that do not change are sent back as they are."""
    duration = values.get(Setting.NOISE_DURATION)
    missing = [limit for limit in values if limit in LIMITS]
    for reaction in current.reactions or ():
        kind = text(mapping(reaction).get("type"))
        if kind is None or kind not in LIMITS:
            yield reaction
            continue
        changed = dict(mapping(reaction))
        if duration is not None and kind in SOUND:
            changed["duration_seconds"] = _seconds(duration)
        if kind in values:
            limit = Setting(kind)
            missing = [other for other in missing if other != limit]
            changed["value"] = _serialized(values[limit])
            if values[limit] is None and not remove_by_null:
                continue
        yield changed
    for limit in missing:
        if values[limit] is not None:
            length = duration or current.value(Setting.NOISE_DURATION)
            yield _new_reaction(limit, values[limit], length or DEFAULT_DURATION)


def _new_reaction(limit: Setting, value: Value, duration: Value) -> Json:
    reaction: dict[str, Json] = {"type": str(limit), "value": _serialized(value)}
    if limit in SOUND:
        reaction["duration_seconds"] = _seconds(duration)
    return reaction | {"notifications": []}


def _quiet_hours(current: Thresholds, values: ThresholdValues) -> dict[str, Json]:
    """Return the updated `quiet_hours` as a whole. Raises InvalidThresholdsError."""
    updated = dict(current.quiet_hours)
    for setting, name in QUIET_HOURS.items():
        if setting in values:
            updated[name] = _serialized(values[setting])
        elif current.value(setting) is None:
            raise InvalidThresholdsError(InvalidThresholds.QUIET_HOURS_UNKNOWN)
    return updated


def _reaction(thresholds: Thresholds, kind: Setting) -> JsonObject:
    reactions = map(mapping, thresholds.reactions or ())
    return next((found for found in reactions if text(found.get("type")) == kind), {})


def _serialized(value: Value) -> Json:
    """Return a value as in Minut's documentation: `75`, not `75.0`; times as `HH:MM`."""
    match value:
        case time():
            return f"{value:%H:%M}"
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def _seconds(minutes: Value) -> int:
    return round(minutes * 60) if isinstance(minutes, int | float) else 0


def _sendable(value: Json) -> Json:
    return value if is_plain(value) else None


def _is_pending(configuration: JsonObject) -> bool | None:
    updated_at = moment(configuration.get("updated_at"))
    if updated_at is None or "installed_on_device_at" not in configuration:
        return None
    installed_at = moment(configuration["installed_on_device_at"])
    return installed_at is None or installed_at < updated_at
