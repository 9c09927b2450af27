"""Status and presence events of a home, from bookings, motion and the clock. Pure."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from itertools import pairwise

from ..minut.parsing import Json, JsonObject, items, moment, moments
from .local_time import is_within
from .presence_rules import (
    ABSENT,
    Conclusion,
    PresenceEvent,
    Rules,
    Situation,
    Status,
    is_heard,
)
from .stays import HomeStays, Visit

PAUSE = timedelta(minutes=30)
"""Time without motion after which nobody counts as moving."""
SPACING = timedelta(minutes=1)
"""Minimum time between two motions that are kept."""
KEPT = timedelta(days=3)
"""Time for which motions are kept. The first of a visit is kept until the next visit."""
LOOK_BACK = timedelta(days=1)
"""Maximum age of a motion in a vacant home that is reported."""
MORNING = time(5)
"""Local time at which the morning of a departure begins."""


class Presence:
    """Motion in one home, and what it means with the home's bookings."""

    def __init__(self) -> None:
        self._motions: list[datetime] = []
        self._first: dict[str, datetime] = {}
        """First motion of the latest visits, by the start of the visit."""
        self._reported: dict[str, datetime] = {}
        self._since: datetime | None = None
        """Start of the observation. What happened before it is not known."""

    # Motion

    def record(self, at: datetime) -> bool:
        """Add a motion, in any order. Return whether it is new."""
        index = bisect_left(self._motions, at)
        near = self._motions[max(0, index - 1) : index + 1]
        if any(abs(at - known) < SPACING for known in near):
            return False
        insort(self._motions, at)
        return True

    def last_motion(self, now: datetime) -> datetime | None:
        """Return the last motion until now."""
        return next((at for at in reversed(self._motions) if at <= now), None)

    def _between(self, start: datetime, end: datetime) -> list[datetime]:
        return [at for at in self._motions if start <= at < end]

    def _first_of(self, visit: Visit, now: datetime) -> datetime | None:
        """Return the first motion of a visit. Somebody may have come shortly before check-in."""
        key = visit.start.isoformat()
        if found := self._between(visit.start - PAUSE, min(now + SPACING, visit.end)):
            known = self._first.get(key, found[0])
            self._first[key] = min(known, found[0])
        return self._first.get(key)

    def update(self, stays: HomeStays, now: datetime) -> None:
        """Note the first motion of the current visit, and drop what is no longer needed."""
        self._since = self._since or now
        if visit := stays.current(now):
            self._first_of(visit, now)
        kept = {visit.start.isoformat() for visit in stays.between(now - KEPT, now + SPACING)}
        self._first = {key: at for key, at in self._first.items() if key in kept}
        self._motions = [at for at in self._motions if now - at <= KEPT]
        # What was reported of a visit stays reported for as long as the visit lasts.
        self._reported = {
            key: at
            for key, at in self._reported.items()
            if now - at <= 2 * KEPT or key.rpartition(" ")[2] in kept
        }

    # Status

    def conclusion(self, stays: HomeStays, rules: Rules, at: Situation) -> Conclusion:
        """Return the status of the home now. It is None where it cannot be known."""
        if not stays.is_known:
            return Conclusion(None, "bookings unknown")
        visit = stays.current(at.now)
        found = self._during(visit, rules, at) if visit else self._outside(stays, rules, at)
        if found.status in ABSENT and at.heard_until is None:
            return Conclusion(None, f"a Point is offline; else {found.reason}")
        return found

    def _during(self, visit: Visit, rules: Rules, at: Situation) -> Conclusion:
        first = self._first_of(visit, at.now)
        if first is None:
            return Conclusion(Status.EXPECTED, "no motion since check-in")
        if self._left_at(visit, rules, at) is not None:
            return Conclusion(Status.LEFT_EARLY, "no motion since the morning of the departure")
        if at.day(first) == at.day(at.now):
            return Conclusion(Status.ARRIVED, "first motion today")
        return Conclusion(Status.OCCUPIED, "motion since check-in")

    def _outside(self, stays: HomeStays, rules: Rules, at: Situation) -> Conclusion:
        last = self.last_motion(at.now)
        is_moving = last is not None and at.now - last < PAUSE
        past = stays.last_ended(at.now)
        if past and at.now - past.end < rules.cleaning:
            return self._after(past, is_moving=is_moving, now=at.now)
        if is_moving:
            return Conclusion(Status.SOMEBODY_THERE, "motion without a booking")
        coming = stays.current_or_next(at.now)
        if coming and at.day(coming.start) == at.day(at.now):
            return Conclusion(Status.EXPECTED, "check-in today")
        return Conclusion(Status.VACANT, "no booking today, no motion")

    def _after(self, past: Visit, *, is_moving: bool, now: datetime) -> Conclusion:
        """Return the status within the cleaning time after a check-out."""
        if not is_moving:
            return Conclusion(Status.CHECKED_OUT, "no motion after check-out")
        if self._stays_on(past, now):
            return Conclusion(Status.OCCUPIED, "motion has not paused since before check-out")
        return Conclusion(Status.CLEANING, "motion after check-out")

    def _stays_on(self, past: Visit, now: datetime) -> bool:
        """Return whether motion went on from before a check-out without a pause."""
        since = past.end - PAUSE
        times = [at for at in self._motions if since <= at <= now]
        if not times or times[0] > past.end:
            return False
        return all(later - earlier < PAUSE for earlier, later in pairwise(times))

    # Events

    def new_events(
        self, stays: HomeStays, rules: Rules, at: Situation
    ) -> list[tuple[PresenceEvent, datetime]]:
        """Return the events that are new, with the time that each is about, earliest first."""
        if not stays.is_known:
            return []
        new: list[tuple[PresenceEvent, datetime]] = []
        for key, event, when in self._events(stays, rules, at):
            if key not in self._reported:
                self._reported[key] = at.now
                new.append((event, when))
        return sorted(new, key=lambda pair: pair[1])

    def _events(
        self, stays: HomeStays, rules: Rules, at: Situation
    ) -> Iterator[tuple[str, PresenceEvent, datetime]]:
        """Yield the events that apply now, each with a key that does not change."""
        if visit := stays.current(at.now):
            for event, find in self._of_visit().items():
                if (when := find(visit, rules, at)) is not None:
                    yield f"{event} {visit.start.isoformat()}", event, when
            if (when := self._quiet_at(visit, rules, at)) is not None:
                yield f"{PresenceEvent.QUIET} {when.isoformat()}", PresenceEvent.QUIET, when
        for when in self._while_vacant(stays, rules, at):
            night = at.day(when - timedelta(hours=rules.vacant_until.hour + 1))
            yield (
                f"{PresenceEvent.MOTION_WHILE_VACANT} {night}",
                PresenceEvent.MOTION_WHILE_VACANT,
                when,
            )

    def _is_observed(self, visit: Visit, rules: Rules) -> bool:
        """Return whether the home was observed early enough to notice a guest who came in time."""
        return self._since is not None and self._since < visit.start + rules.nobody_came_after

    def _of_visit(
        self,
    ) -> dict[PresenceEvent, Callable[[Visit, Rules, Situation], datetime | None]]:
        return {
            PresenceEvent.ARRIVED: self._arrived_at,
            PresenceEvent.NOBODY_CAME: self._nobody_came_at,
            PresenceEvent.LEFT: self._left_at,
        }

    def _arrived_at(self, visit: Visit, rules: Rules, at: Situation) -> datetime | None:
        return self._first_of(visit, at.now) if self._is_observed(visit, rules) else None

    def _nobody_came_at(self, visit: Visit, rules: Rules, at: Situation) -> datetime | None:
        due = visit.start + rules.nobody_came_after
        is_due = is_heard(due, at) and self._is_observed(visit, rules)
        return due if is_due and self._first_of(visit, at.now) is None else None

    def _left_at(self, visit: Visit, rules: Rules, at: Situation) -> datetime | None:
        """Return when a guest has probably left before the check-out."""
        morning = at.local(at.day(visit.end), MORNING)
        seen = self._between(max(morning, visit.start), min(at.now + SPACING, visit.end))
        if not seen:
            return None
        due = seen[-1] + rules.left_after
        return due if due < visit.end and is_heard(due, at) else None

    def _quiet_at(self, visit: Visit, rules: Rules, at: Situation) -> datetime | None:
        """Return the end of the last night of a visit if it passed without motion."""
        first = self._first_of(visit, at.now)
        end = at.local(at.day(at.now), rules.quiet_until)
        if end > at.now:
            return None
        crosses_midnight = rules.quiet_from >= rules.quiet_until
        begin = at.local(at.day(end) - timedelta(days=crosses_midnight), rules.quiet_from)
        is_inside = first is not None and first <= begin and at.day(end) < at.day(visit.end)
        if not is_inside or not is_heard(end, at) or self._between(begin, end):
            return None
        return end

    def _while_vacant(self, stays: HomeStays, rules: Rules, at: Situation) -> Iterator[datetime]:
        since, after = at.now - LOOK_BACK, max(PAUSE, rules.cleaning)
        # One search for all motions: there may be many of them, and many visits.
        visits = stays.between(since - after, at.now + PAUSE)
        for when in self._motions:
            local = when.astimezone(at.zone).time()
            if (
                since <= when <= at.now
                and is_within(local, rules.vacant_from, rules.vacant_until)
                and not any(v.start - PAUSE < when < v.end + after for v in visits)
            ):
                yield when

    # Time

    def next_change(self, stays: HomeStays, rules: Rules, at: Situation) -> datetime:
        """Return the next time at which the status may change or an event may be due."""
        now, today = at.now, at.day(at.now)
        tomorrow = at.local(today + timedelta(days=1), time())
        times = [tomorrow, at.local(today, rules.quiet_until), at.local(today, MORNING)]
        if change := stays.next_change(now):
            times.append(change)
        if last := self.last_motion(now):
            times += [last + PAUSE, last + rules.left_after]
        if past := stays.last_ended(now):
            times.append(past.end + rules.cleaning)
        if visit := stays.current(now):
            times.append(visit.start + rules.nobody_came_after)
        return min(time_ for time_ in times if time_ > now)

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return the state to store, as JSON. It contains no personal data."""
        motions: list[Json] = [at.isoformat() for at in self._motions]
        return {
            "since": self._since.isoformat() if self._since else None,
            "motions": motions,
            "first": {key: at.isoformat() for key, at in self._first.items()},
            "reported": {key: at.isoformat() for key, at in self._reported.items()},
        }

    def load(self, stored: JsonObject) -> None:
        """Load a stored state. Values that cannot be parsed are skipped."""
        self._since = moment(stored.get("since"))
        self._motions = sorted(filter(None, map(moment, items(stored.get("motions")))))
        self._first = moments(stored.get("first"))
        self._reported = moments(stored.get("reported"))
