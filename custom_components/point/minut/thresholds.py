"""What a Point reacts to: limits, how long it has to be loud, quiet hours (API notes 3.2 and 5).

Minut may merge a list of reactions into what it has, or put it in its place: what is sent back is
always the whole list, with what is not known here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self

from .parsing import Json, JsonObject, flag, is_plain, mapping, moment, number, text


class Setting(StrEnum):
    """What can be set."""

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
"""°C, %, dB(A), minutes; whether there are quiet hours; a local time of the home."""

type ThresholdValues = Mapping[Setting, Value]
"""None removes a limit."""

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
"""The least and the most of every number, in its own unit."""

LIMITS: Final = frozenset(RANGES) - {Setting.NOISE_DURATION}
"""The settings that are reactions of their own; Minut calls the reaction's type the same."""

PAIRS: Final = (
    (Setting.TEMPERATURE_LOW, Setting.TEMPERATURE_HIGH),
    (Setting.HUMIDITY_LOW, Setting.HUMIDITY_HIGH),
)
SOUND: Final = (Setting.SOUND_LEVEL_HIGH, Setting.SOUND_LEVEL_HIGH_QUIET_HOURS)

QUIET_HOURS: Final[Mapping[Setting, str]] = MappingProxyType(
    {
        Setting.QUIET_HOURS: "enabled",
        Setting.QUIET_HOURS_START: "start",
        Setting.QUIET_HOURS_END: "end",
    }
)
"""Minut's names of the members of `quiet_hours`."""

DEFAULT_DURATION: Final = 10.0
"""Minutes for which it has to be loud, unless somebody chose otherwise (API notes 5)."""


class InvalidThresholds(StrEnum):
    """Why a wish cannot be passed on to Minut."""

    LIMITS_CROSS = "limits_cross"
    """The lower limit would not be below the upper one."""
    LIMITS_UNKNOWN = "limits_unknown"
    """Minut does not show the reactions: to send one might delete the others."""
    NO_SOUND_LIMIT = "no_sound_limit"
    """There is no limit to which a duration could belong."""
    QUIET_HOURS_UNKNOWN = "quiet_hours_unknown"
    """Minut does not show the quiet hours, so only all of them can be sent."""


class InvalidThresholdsError(ValueError):
    """A wish that does not make sense as things are."""

    def __init__(self, refusal: InvalidThresholds) -> None:
        super().__init__(refusal)
        self.refusal = refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """The settings of a Point as Minut tells them.

    `reactions` as they came, odd ones too; None: Minut does not show them, or in a way that could
    not be sent back. `is_pending`: the Point
    has not taken the newest over yet, which it does when it next reports; None where that is not
    told.
    """

    reactions: tuple[Json, ...] | None = None
    quiet_hours: JsonObject = field(default_factory=lambda: MappingProxyType({}))
    is_pending: bool | None = None

    @classmethod
    def from_json(cls, configuration: JsonObject) -> Self:
        """Read the `configuration` of a device."""
        reactions = _sendable(configuration.get("reactions"))
        return cls(
            reactions=tuple(reactions) if isinstance(reactions, list) else None,
            quiet_hours=mapping(_sendable(configuration.get("quiet_hours"))),
            is_pending=_is_pending(configuration),
        )

    def shows(self, setting: Setting) -> bool:
        """Tell whether Minut shows this setting at all, set or not."""
        if setting in QUIET_HOURS:
            return self.value(setting) is not None
        return self.reactions is not None

    def value(self, setting: Setting) -> Value:
        """Return what is set; None where nothing is."""
        match setting:
            case Setting.NOISE_DURATION:
                seconds = (number(_reaction(self, kind).get("duration_seconds")) for kind in SOUND)
                return next((found / 60 for found in seconds if found is not None), None)
            case Setting.QUIET_HOURS:
                return flag(self.quiet_hours.get("enabled"))
            case Setting.QUIET_HOURS_START | Setting.QUIET_HOURS_END:
                return _clock(self.quiet_hours.get(QUIET_HOURS[setting]))
            case _:
                return number(_reaction(self, setting).get("value"))

    def fulfils(self, setting: Setting, wish: Value) -> bool:
        """Tell whether it is as it is wished to be."""
        match wish:
            case time():
                return self.value(setting) == wish.replace(second=0, microsecond=0)
            case int() | float() if setting is Setting.NOISE_DURATION:
                reactions = [_reaction(self, kind) for kind in SOUND]
                seconds = [found.get("duration_seconds") for found in reactions if found]
                return bool(seconds) and all(found == _seconds(wish) for found in seconds)
            case _:
                return self.value(setting) == wish


def change(
    current: Thresholds, wishes: ThresholdValues, *, remove_by_null: bool = False
) -> dict[str, Json]:
    """Return the body of `PUT /devices/{id}` that fulfils the wishes; empty where they are.

    A limit is removed by leaving it out of the list, or by sending it without a value: which of
    them Minut understands is not public. Raises InvalidThresholdsError.
    """
    body: dict[str, Json] = {}
    if not wishes.keys().isdisjoint(RANGES):
        if current.reactions is None:
            raise InvalidThresholdsError(InvalidThresholds.LIMITS_UNKNOWN)
        _check(current, wishes)
        reactions = list(_reactions(current, wishes, remove_by_null=remove_by_null))
        if reactions != list(current.reactions):
            body["reactions"] = reactions
    if not wishes.keys().isdisjoint(QUIET_HOURS):
        quiet_hours = _quiet_hours(current, wishes)
        if quiet_hours != current.quiet_hours:
            body["quiet_hours"] = quiet_hours
    return body


def _check(current: Thresholds, wishes: ThresholdValues) -> None:
    """Look at the limits as they would be then."""
    then = {limit: wishes.get(limit, current.value(limit)) for limit in LIMITS}
    for pair in PAIRS:
        match tuple(then[limit] for limit in pair):
            case (int() | float() as low, int() | float() as high) if low >= high:
                if not wishes.keys().isdisjoint(pair):
                    raise InvalidThresholdsError(InvalidThresholds.LIMITS_CROSS)
    if Setting.NOISE_DURATION in wishes and all(then[limit] is None for limit in SOUND):
        raise InvalidThresholdsError(InvalidThresholds.NO_SOUND_LIMIT)


def _reactions(
    current: Thresholds, wishes: ThresholdValues, *, remove_by_null: bool
) -> Iterator[Json]:
    """Yield the reactions as they are to be: what is not concerned stays as it came."""
    duration = wishes.get(Setting.NOISE_DURATION)
    missing = [limit for limit in wishes if limit in LIMITS]
    for reaction in current.reactions or ():
        kind = text(mapping(reaction).get("type"))
        if kind is None or kind not in LIMITS:
            yield reaction
            continue
        changed = dict(mapping(reaction))
        if duration is not None and kind in SOUND:
            changed["duration_seconds"] = _seconds(duration)
        if kind in wishes:
            limit = Setting(kind)
            missing = [other for other in missing if other != limit]
            changed["value"] = _plain(wishes[limit])
            if wishes[limit] is None and not remove_by_null:
                continue
        yield changed
    for limit in missing:
        if wishes[limit] is not None:
            length = duration or current.value(Setting.NOISE_DURATION)
            yield _new_reaction(limit, wishes[limit], length or DEFAULT_DURATION)


def _new_reaction(limit: Setting, value: Value, duration: Value) -> Json:
    reaction: dict[str, Json] = {"type": str(limit), "value": _plain(value)}
    if limit in SOUND:
        reaction["duration_seconds"] = _seconds(duration)
    return reaction | {"notifications": []}


def _quiet_hours(current: Thresholds, wishes: ThresholdValues) -> dict[str, Json]:
    """Return the window whole: what is not wished stays as it is."""
    found = dict(current.quiet_hours)
    for setting, name in QUIET_HOURS.items():
        if setting in wishes:
            found[name] = _plain(wishes[setting])
        elif current.value(setting) is None:
            raise InvalidThresholdsError(InvalidThresholds.QUIET_HOURS_UNKNOWN)
    return found


def _reaction(thresholds: Thresholds, kind: Setting) -> JsonObject:
    reactions = map(mapping, thresholds.reactions or ())
    return next((found for found in reactions if text(found.get("type")) == kind), {})


def _plain(value: Value) -> Json:
    """Write a value as Minut's documentation does: `75`, not `75.0`; times as `HH:MM`."""
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


def _clock(value: Json) -> time | None:
    """Read a local time; one of another zone is none."""
    try:
        found = time.fromisoformat(text(value) or "")
    except ValueError:
        return None
    return found if found.tzinfo is None else None


def _is_pending(configuration: JsonObject) -> bool | None:
    updated_at = moment(configuration.get("updated_at"))
    if updated_at is None or "installed_on_device_at" not in configuration:
        return None
    installed_at = moment(configuration["installed_on_device_at"])
    return installed_at is None or installed_at < updated_at
