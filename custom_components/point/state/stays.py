"""Stays of one home. Pure: it never waits or reads a clock."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto
from itertools import zip_longest

from ..minut.guests import Stay
from ..minut.parsing import Json, JsonObject, flag, moments
from .events import MAX_AGE

MAX_OPEN_STAY = timedelta(days=365)
"""Maximum length of a stay without a check-out, if no other stay begins before."""


class StaySource(Enum):
    """Where the stays of a home come from."""

    NONE = auto()
    MINUT = auto()
    CALENDAR = auto()
    """A calendar of Home Assistant."""


class StayEvent(StrEnum):
    """Events of a stay by our clock. At the same time they happen in this order."""

    ENDED = "stay_ended"
    STARTED = "stay_started"


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay with a definite end, as a calendar needs it."""

    stay: Stay
    end: datetime

    @property
    def start(self) -> datetime:
        """Return the time of the check-in."""
        return self.stay.check_in

    def is_at(self, now: datetime) -> bool:
        """Return whether the visit is in progress."""
        return self.start <= now < self.end


class HomeStays:
    """Stays of one home."""

    def __init__(self) -> None:
        self._visits: tuple[Visit, ...] | None = None
        self._boundaries: list[datetime] = []
        """Sorted times at which a visit starts or ends: they are searched often."""
        self._had_stays = False
        self._is_unconfirmed = False
        self._reported: dict[str, datetime] = {}

    # Read by entities

    @property
    def is_known(self) -> bool:
        """Return whether a list of stays has been received."""
        return self._visits is not None

    @property
    def is_unconfirmed(self) -> bool:
        """Return whether an empty list has yet to be confirmed by a second one."""
        return self._is_unconfirmed

    def current(self, now: datetime) -> Visit | None:
        """Return the visit in progress; of several the one that started last."""
        return next((visit for visit in reversed(self._all) if visit.is_at(now)), None)

    def current_or_next(self, now: datetime) -> Visit | None:
        """Return the visit in progress, else the next one."""
        return self.current(now) or next((v for v in self._all if v.start > now), None)

    def last_ended(self, now: datetime) -> Visit | None:
        """Return the visit that ended last."""
        ended = [visit for visit in self._all if visit.end <= now]
        return max(ended, key=lambda visit: visit.end, default=None)

    def between(self, start: datetime, end: datetime) -> list[Visit]:
        """Return the visits that overlap a period."""
        return [visit for visit in self._all if visit.start < end and visit.end > start]

    # Updates

    def merge(self, stays: tuple[Stay, ...], *, is_certain: bool = False) -> bool:
        """Update from a complete list, earliest first. Return whether anything changed.

        An empty list after a list with stays counts only if it is received twice in a row: an
        error of the cloud is more likely than that all stays were deleted. `is_certain`: the
        list is not from the cloud.
        """
        if not stays and not is_certain and self._had_stays and not self._is_unconfirmed:
            self._is_unconfirmed = True
            return False
        before = self._visits
        self._is_unconfirmed = False
        self._set(tuple(_visits(stays)))
        return self._visits != before

    def forget(self) -> bool:
        """Make the stays unknown. Return whether they were known."""
        was_known = self.is_known
        self._visits, self._boundaries = None, []
        return was_known

    def remove(self, stay_id: str) -> None:
        """Remove a stay that was deleted here. An empty list needs no confirmation then."""
        self._set(tuple(visit for visit in self._all if visit.stay.id != stay_id))

    # Time

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next time at which a visit starts or ends."""
        index = bisect_right(self._boundaries, now)
        return self._boundaries[index] if index < len(self._boundaries) else None

    def last_change(self, now: datetime) -> datetime | None:
        """Return the last time at which a visit started or ended, None if never."""
        index = bisect_right(self._boundaries, now)
        return self._boundaries[index - 1] if index else None

    def has_changed(self, since: datetime, now: datetime) -> bool:
        """Return whether a visit started or ended after `since`."""
        change = self.next_change(since)
        return change is not None and change <= now

    def new_events(self, now: datetime) -> list[tuple[datetime, StayEvent]]:
        """Return the events of the last `MAX_AGE`, in order; each is returned only once."""
        self._reported = {name: at for name, at in self._reported.items() if now - at <= MAX_AGE}
        new: list[tuple[datetime, StayEvent]] = []
        since = now - MAX_AGE
        has_any = bisect_left(self._boundaries, since) < bisect_right(self._boundaries, now)
        for visit in self._all if has_any else ():
            for kind, at in (
                (StayEvent.STARTED, visit.start),
                (StayEvent.ENDED, visit.stay.check_out),
            ):
                if at is None or not since <= at <= now:
                    continue
                if (name := f"{visit.stay.id} {kind} {at}") not in self._reported:
                    self._reported[name] = at
                    new.append((at, kind))
        return sorted(new)

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return the state to store, as JSON. It contains no personal data."""
        reported: dict[str, Json] = {name: at.isoformat() for name, at in self._reported.items()}
        return {"had_stays": self._had_stays, "told": reported}

    def load(self, stored: JsonObject) -> None:
        """Load a stored state."""
        self._had_stays = flag(stored.get("had_stays")) is True
        self._reported = moments(stored.get("told"))

    # Internal

    @property
    def _all(self) -> tuple[Visit, ...]:
        return self._visits or ()

    def _set(self, visits: tuple[Visit, ...]) -> None:
        self._visits = visits
        self._had_stays = bool(visits)
        self._boundaries = sorted(time for visit in visits for time in (visit.start, visit.end))


def _visits(stays: tuple[Stay, ...]) -> Iterator[Visit]:
    for stay, following in zip_longest(stays, stays[1:]):
        end = stay.check_out or stay.check_in + MAX_OPEN_STAY
        if stay.check_out is None and following and following.check_in > stay.check_in:
            end = min(end, following.check_in)
        yield Visit(stay, end)
