"""What is known of the stays in one home. Pure: nothing here waits or looks at a clock."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import zip_longest

from ..minut.guests import Stay
from ..minut.parsing import Json, JsonObject, flag, mapping, moment
from .events import MAX_AGE

LONGEST_OPEN = timedelta(days=365)
"""A stay without a check-out lasts until the next one begins, and at most so long."""


class StayEvent(StrEnum):
    """What happens to a home by our clock. In this order, where it is at the same time."""

    ENDED = "stay_ended"
    STARTED = "stay_started"


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay with the time at which it ends for the calendar, whether Minut knows it or not."""

    stay: Stay
    end: datetime

    @property
    def start(self) -> datetime:
        """Return when it begins."""
        return self.stay.check_in

    def is_at(self, now: datetime) -> bool:
        """Tell whether it goes on."""
        return self.start <= now < self.end


class HomeStays:
    """The stays in one home."""

    def __init__(self) -> None:
        self._visits: tuple[Visit, ...] | None = None
        self._turns: list[datetime] = []
        self._had_stays = False
        self._is_doubted = False
        self._told: dict[str, datetime] = {}

    # What the entities ask

    @property
    def is_known(self) -> bool:
        """Tell whether a list has been understood."""
        return self._visits is not None

    @property
    def is_doubted(self) -> bool:
        """Tell whether an empty answer waits for another that says the same."""
        return self._is_doubted

    def present(self, now: datetime) -> Visit | None:
        """Return the stay that goes on; of several the one that began last."""
        return next((visit for visit in reversed(self._all) if visit.is_at(now)), None)

    def present_or_next(self, now: datetime) -> Visit | None:
        """Return the stay that goes on, else the next one."""
        return self.present(now) or next((v for v in self._all if v.start > now), None)

    def between(self, start: datetime, end: datetime) -> list[Visit]:
        """Return the stays of which some part lies in that time."""
        return [visit for visit in self._all if visit.start < end and visit.end > start]

    # What changes it

    def merge(self, stays: tuple[Stay, ...]) -> bool:
        """Take a whole list, the earliest first; return whether anything changed.

        An empty one that follows on stays is believed only when it comes twice: it is more likely
        the cloud's mistake than that all were deleted.
        """
        if not stays and self._had_stays and not self._is_doubted:
            self._is_doubted = True
            return False
        before = self._visits
        self._is_doubted = False
        self._hold(tuple(_visits(stays)))
        return self._visits != before

    def remove(self, stay_id: str) -> None:
        """Forget a stay that was deleted here; a list that is empty then is no surprise."""
        self._hold(tuple(visit for visit in self._all if visit.stay.id != stay_id))

    # Time

    def next_turn(self, now: datetime) -> datetime | None:
        """Return when next a stay begins or ends."""
        coming = bisect_right(self._turns, now)
        return self._turns[coming] if coming < len(self._turns) else None

    def has_turned(self, since: datetime, now: datetime) -> bool:
        """Tell whether a stay began or ended after `since`."""
        turn = self.next_turn(since)
        return turn is not None and turn <= now

    def news(self, now: datetime) -> list[tuple[datetime, StayEvent]]:
        """Return what has just happened and has not been told, in its order; tell it once only."""
        self._told = {name: at for name, at in self._told.items() if now - at <= MAX_AGE}
        new: list[tuple[datetime, StayEvent]] = []
        lately = now - MAX_AGE
        turned = bisect_left(self._turns, lately) < bisect_right(self._turns, now)
        for visit in self._all if turned else ():
            for kind, at in (
                (StayEvent.STARTED, visit.start),
                (StayEvent.ENDED, visit.stay.check_out),
            ):
                if at is None or not lately <= at <= now:
                    continue
                if (name := f"{visit.stay.id} {kind} {at}") not in self._told:
                    self._told[name] = at
                    new.append((at, kind))
        return sorted(new)

    # What survives a restart

    def dump(self) -> dict[str, Json]:
        """Return what a later run has to know; nothing of it is personal."""
        told: dict[str, Json] = {name: at.isoformat() for name, at in self._told.items()}
        return {"had_stays": self._had_stays, "told": told}

    def load(self, saved: JsonObject) -> None:
        """Take what an earlier run knew."""
        self._had_stays = flag(saved.get("had_stays")) is True
        told = {name: moment(at) for name, at in mapping(saved.get("told")).items()}
        self._told = {name: at for name, at in told.items() if at is not None}

    # Within

    @property
    def _all(self) -> tuple[Visit, ...]:
        return self._visits or ()

    def _hold(self, visits: tuple[Visit, ...]) -> None:
        """Keep these, and when they turn: an account with many homes looks at that often."""
        self._visits = visits
        self._had_stays = bool(visits)
        self._turns = sorted(turn for visit in visits for turn in (visit.start, visit.end))


def _visits(stays: tuple[Stay, ...]) -> Iterator[Visit]:
    for stay, following in zip_longest(stays, stays[1:]):
        end = stay.check_out or stay.check_in + LONGEST_OPEN
        if stay.check_out is None and following and following.check_in > stay.check_in:
            end = min(end, following.check_in)
        yield Visit(stay, end)
