"""Noise disturbances of a period, from the events of a home. Pure: no I/O and no clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..minut.event_types import EVENT_TYPES, Disturbance
from ..minut.models import Event
from .noise import LEVELS


@dataclass(slots=True)
class NoisePeriod:
    """A noise disturbance.

    `start`: None if it began before the period. `end`: None if it had not ended. `level`: the
    highest notice, 0 if only its end is known. `notices`: the number of each notice.
    """

    start: datetime | None
    end: datetime | None = None
    level: int = 0
    notices: dict[int, int] = field(default_factory=dict)

    def duration(self, start: datetime, end: datetime) -> timedelta:
        """Return how long it lasted within a period."""
        return (self.end or end) - (self.start or start)


def noise_periods(events: Iterable[Event]) -> list[NoisePeriod]:
    """Return the noise disturbances of a home, oldest first. Events without a time are ignored."""
    found: list[NoisePeriod] = []
    timed = [(event.created_at, event) for event in events if event.created_at]
    for at, event in sorted(timed, key=lambda pair: pair[0]):
        kind = EVENT_TYPES.get(event.type)
        if kind is None or (kind.disturbance is None and kind.noise is None):
            continue
        level = LEVELS[kind.disturbance] if kind.disturbance else int(bool(kind.noise))
        is_running = bool(found) and found[-1].end is None
        if level:
            if not is_running:
                found.append(NoisePeriod(at))
            found[-1].level = max(found[-1].level, level)
            found[-1].notices[level] = found[-1].notices.get(level, 0) + 1
        elif kind.noise is False or kind.disturbance is Disturbance.NONE:
            if is_running:
                found[-1].end = at
            elif not found:
                found.append(NoisePeriod(None, at))
    return found
