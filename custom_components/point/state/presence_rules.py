"""Statuses and presence events of a home, and the rules and situation that decide them. Pure.

The rules for presence events are the five that Minut publishes for its own plans (API notes 8).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum


class Status(StrEnum):
    """What a home with bookings is doing."""

    VACANT = "vacant"
    EXPECTED = "expected"
    """A guest arrives today, or could have arrived and has not."""
    ARRIVED = "arrived"
    """The guest arrived today."""
    OCCUPIED = "occupied"
    LEFT_EARLY = "left_early"
    """The guest has left before the check-out, by the rule for departures."""
    CHECKED_OUT = "checked_out"
    CLEANING = "cleaning"
    SOMEBODY_THERE = "somebody_there"
    """There is motion although the home is vacant."""


ABSENT = frozenset({Status.VACANT, Status.EXPECTED, Status.LEFT_EARLY, Status.CHECKED_OUT})
"""Statuses in which nobody is there. They are unknown while a Point is offline."""

PRESENT = frozenset({Status.ARRIVED, Status.OCCUPIED})
"""Statuses in which a guest is there."""


class PresenceEvent(StrEnum):
    """Events that follow from bookings and motion together."""

    ARRIVED = "guest_arrived"
    NOBODY_CAME = "nobody_came"
    QUIET = "no_motion_in_stay"
    LEFT = "guest_left"
    MOTION_WHILE_VACANT = "motion_while_vacant"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Limits of the presence events. The defaults are Minut's published values."""

    nobody_came_after: timedelta = timedelta(hours=5)
    quiet_from: time = time(21)
    quiet_until: time = time(11)
    left_after: timedelta = timedelta(hours=2)
    vacant_from: time = time(18)
    vacant_until: time = time(6)
    cleaning: timedelta = timedelta(hours=4)
    """Time after a check-out in which motion counts as cleaning."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """The time, the time zone and the newest reports with which a home is evaluated.

    `heard_until`: every Point of the home has reported until then; None if one is offline or the
    home has none. Without a report, no motion proves nothing.
    """

    now: datetime
    zone: tzinfo
    heard_until: datetime | None

    def local(self, day: date, local: time) -> datetime:
        """Return a local time of a day, in UTC."""
        return datetime.combine(day, local, self.zone).astimezone(UTC)

    def day(self, at: datetime) -> date:
        """Return the local day of a time."""
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A status and its reason, for diagnostics."""

    status: Status | None
    reason: str


def is_heard(due: datetime, at: Situation) -> bool:
    """Return whether a time has passed, and all Points have reported until then."""
    return due <= at.now and at.heard_until is not None and due <= at.heard_until
