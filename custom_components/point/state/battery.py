"""Battery levels of the last 30 days, and when each battery will be empty. Pure."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import linear_regression

from ..minut.parsing import Json, items, mapping, number

KEPT = timedelta(days=30)
INTERVAL = timedelta(hours=20)
"""Minimum time between two levels that are kept: about one a day."""
MIN_PERIOD = timedelta(days=3)
"""Minimum time that the levels must cover to calculate how fast a battery drains."""
MIN_RISE = 3.0
"""Rise in % that means that the battery was charged. Temperature causes smaller ones."""


class BatteryLog:
    """Battery levels of the Points of an account, in %, by Unix time."""

    def __init__(self) -> None:
        self._levels: dict[str, list[tuple[float, float]]] = {}

    def record(self, device_id: str, percent: float, at: datetime) -> None:
        """Add a level. Levels before the last charging and of more than 30 days ago are dropped."""
        levels = self._levels.setdefault(device_id, [])
        time = at.timestamp()
        if levels and percent >= min(level for _, level in levels) + MIN_RISE:
            levels.clear()
        if levels and time < levels[-1][0] + INTERVAL.total_seconds():
            return
        levels.append((time, percent))
        while levels[0][0] < time - KEPT.total_seconds():
            del levels[0]

    def forget(self, is_gone: Callable[[str], bool]) -> None:
        """Drop the levels of removed Points. `is_gone`: whether this id has no device."""
        for device_id in [key for key in self._levels if is_gone(key)]:
            del self._levels[device_id]

    def prune(self, now: datetime) -> None:
        """Drop Points without a level in the last 30 days."""
        oldest = (now - KEPT).timestamp()
        for device_id in [key for key, levels in self._levels.items() if levels[-1][0] < oldest]:
            del self._levels[device_id]

    def empty_at(self, device_id: str) -> datetime | None:
        """Return when the battery will be empty if it goes on like this, None if unknown.

        The levels are fitted with a straight line.
        """
        levels = self._levels.get(device_id, [])
        if not levels or levels[-1][0] - levels[0][0] < MIN_PERIOD.total_seconds():
            return None
        slope, intercept = linear_regression(*zip(*levels, strict=True))
        if slope >= 0:
            return None
        try:
            return datetime.fromtimestamp(-intercept / slope, UTC)
        except ValueError, OverflowError, OSError:  # it hardly drains: after the year 9999
            return None

    # Storage

    def dump(self) -> Json:
        """Return the levels as JSON."""
        return {
            device_id: [[time, level] for time, level in levels]
            for device_id, levels in self._levels.items()
        }

    def load(self, stored: Json) -> None:
        """Restore what an earlier run stored."""
        for device_id, saved in mapping(stored).items():
            found = [_pair(pair) for pair in items(saved)]
            if levels := sorted(pair for pair in found if pair):
                self._levels[device_id] = levels


def _pair(pair: Json) -> tuple[float, float] | None:
    match pair:
        case [time, level]:
            at, percent = number(time), number(level)
            return None if at is None or percent is None else (at, percent)
    return None
