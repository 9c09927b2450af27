"""Log of the noise limits of Points: Minut reports only the present ones. Pure: no clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from typing import Self

from ..minut.parsing import Json, items, local_time, mapping, moment, number
from ..minut.thresholds import Setting, Thresholds
from .local_time import is_within

MAX_ENTRIES = 50
"""Maximum number of logged changes of a Point; the oldest ones are dropped."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Daily quiet hours in local times of the home; they may pass midnight."""

    start: time
    end: time

    def contain(self, local: time) -> bool:
        """Return whether a local time is in the quiet hours."""
        return is_within(local, self.start, self.end)


@dataclass(frozen=True, kw_only=True, slots=True)
class SoundLimits:
    """Noise limits of a Point in dB(A), None without a limit.

    `hours`: the quiet hours, None if they are off or Minut does not report them.
    """

    day: float | None = None
    quiet: float | None = None
    hours: QuietHours | None = None

    @classmethod
    def from_thresholds(cls, thresholds: Thresholds) -> Self:
        """Return the limits of a Point's settings."""
        return cls(
            day=_decibel(thresholds, Setting.SOUND_LEVEL_HIGH),
            quiet=_decibel(thresholds, Setting.SOUND_LEVEL_HIGH_QUIET_HOURS),
            hours=quiet_hours(thresholds) if thresholds.value(Setting.QUIET_HOURS) else None,
        )

    def at(self, local: time) -> float | None:
        """Return the limit that holds at a local time of the home."""
        if self.quiet is not None and self.hours and self.hours.contain(local):
            return self.quiet
        return self.day


def quiet_hours(thresholds: Thresholds) -> QuietHours | None:
    """Return start and end of the quiet hours, on or off; None if Minut does not report them."""
    match tuple(
        thresholds.value(each) for each in (Setting.QUIET_HOURS_START, Setting.QUIET_HOURS_END)
    ):
        case (time() as start, time() as end):
            return QuietHours(start, end)
        case _:
            return None


def _decibel(thresholds: Thresholds, setting: Setting) -> float | None:
    match thresholds.value(setting):
        case bool():
            return None
        case int() | float() as value:
            return float(value)
        case _:
            return None


type Entry = tuple[datetime, SoundLimits]
"""Limits, and the time when they were first seen."""


class LimitLog:
    """Noise limits by Point, oldest first."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Entry]] = {}

    def note(self, device_id: str, limits: SoundLimits, at: datetime) -> bool:
        """Log the limits of a Point as of a read. Return whether they changed."""
        entries = self._entries.setdefault(device_id, [])
        if entries and entries[-1][1] == limits:
            return False
        entries.append((at, limits))
        del entries[:-MAX_ENTRIES]
        return True

    def of(self, device_id: str) -> tuple[Entry, ...]:
        """Return the logged limits of a Point, oldest first."""
        return tuple(self._entries.get(device_id, ()))

    def forget(self, is_gone: Callable[[str], bool]) -> None:
        """Drop the Points for which `is_gone` returns True."""
        for device_id in [key for key in self._entries if is_gone(key)]:
            del self._entries[device_id]

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return the log to store."""
        return {
            device_id: [_dumped(entry) for entry in entries]
            for device_id, entries in self._entries.items()
        }

    def load(self, stored: Json) -> None:
        """Load a stored log. Entries that cannot be parsed are skipped."""
        for device_id, dumped in mapping(stored).items():
            entries = sorted(filter(None, map(_loaded, items(dumped))), key=lambda each: each[0])
            if entries:
                self._entries[device_id] = entries[-MAX_ENTRIES:]


def limits_at(entries: tuple[Entry, ...], at: datetime) -> SoundLimits | None:
    """Return the limits that held at a time; before the first entry, those of the first entry.

    None without any entry.
    """
    if not entries:
        return None
    return next((limits for since, limits in reversed(entries) if since <= at), entries[0][1])


def limit_function(entries: tuple[Entry, ...], zone: tzinfo) -> Callable[[datetime], float | None]:
    """Return a function that returns the limit in dB(A) that held at a time, None without one."""

    def limit_at(at: datetime) -> float | None:
        limits = limits_at(entries, at)
        return limits.at(at.astimezone(zone).time()) if limits else None

    return limit_at


def _dumped(entry: Entry) -> Json:
    at, limits = entry
    hours = limits.hours
    return [
        int(at.timestamp()),
        limits.day,
        limits.quiet,
        *([f"{hours.start:%H:%M}", f"{hours.end:%H:%M}"] if hours else []),
    ]


def _loaded(stored: Json) -> Entry | None:
    match items(stored):
        case [since, day, quiet, *hours]:
            at = moment(since)
            limits = SoundLimits(day=number(day), quiet=number(quiet), hours=_loaded_hours(hours))
            return (at, limits) if at else None
        case _:
            return None


def _loaded_hours(stored: list[Json]) -> QuietHours | None:
    match stored:
        case [start, end]:
            first, last = local_time(start), local_time(end)
            return QuietHours(first, last) if first and last else None
        case _:
            return None
