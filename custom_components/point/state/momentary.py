"""States of a Point that an event starts and that end by the clock, such as motion. Pure."""

from datetime import datetime, timedelta

from ..minut.event_types import BRIEF, DURATIONS, Momentary
from ..minut.parsing import Json, moments


class MomentaryStates:
    """The momentary states of one Point."""

    def __init__(self) -> None:
        self._until: dict[Momentary, datetime] = {}
        """When those that are on end."""
        self._last: dict[Momentary, datetime] = {}
        """When an event last started or stopped one."""
        self._happened_at: dict[Momentary, datetime] = {}
        """When what starts one last happened, even if it was over when that became known."""

    def is_on(self, momentary: Momentary, now: datetime) -> bool:
        """Return whether a state is on; off if it would last too long."""
        until = self._until.get(momentary)
        return until is not None and timedelta(0) < until - now <= DURATIONS[momentary]

    def is_pushed(self, momentary: Momentary, since: datetime) -> bool:
        """Return whether the last event about a state happened after `since`."""
        known = (self._last.get(momentary), self._happened_at.get(momentary))
        return any(at is not None and at >= since for at in known)

    def last(self, momentary: Momentary) -> datetime | None:
        """Return when an event last started a state, None if never."""
        return self._happened_at.get(momentary)

    @property
    def next_expiry(self) -> datetime | None:
        """Return when the next state ends, None if none is on."""
        return min(self._until.values(), default=None)

    def begin(self, momentary: Momentary, at: datetime, started_at: datetime | None) -> bool:
        """Handle an event of the time `at` that starts a state. Return whether anything changed.

        `started_at`: when the state starts; None if it is over.
        """
        known = self._happened_at.get(momentary)
        if is_newest := known is None or known < at:
            self._happened_at[momentary] = at
        return (started_at is not None and self._start(momentary, at, started_at)) or is_newest

    def stop(self, momentary: Momentary, at: datetime) -> bool:
        """End a state that started before `at`. Return whether it was on."""
        if not self._is_newest(momentary, at):
            return False
        self._last[momentary] = at
        return self._until.pop(momentary, None) is not None

    def restart(self, momentary: Momentary | None, *, at: datetime) -> bool:
        """Turn a brief state off before an event turns it on again. Return whether it was on."""
        if momentary is None or DURATIONS[momentary] > BRIEF:
            return False
        return self._is_newest(momentary, at) and self._until.pop(momentary, None) is not None

    def end_expired(self, now: datetime) -> bool:
        """Turn off the states that have expired. Return whether there were any."""
        expired = [momentary for momentary, until in self._until.items() if until <= now]
        for momentary in expired:
            del self._until[momentary]
        return bool(expired)

    def _start(self, momentary: Momentary, at: datetime, started_at: datetime) -> bool:
        if not self._is_newest(momentary, at):
            return False
        self._last[momentary] = at
        until = max(at + DURATIONS[momentary], started_at + BRIEF)
        self._until[momentary] = max(until, self._until.get(momentary, until))
        return True

    def _is_newest(self, momentary: Momentary, at: datetime) -> bool:
        """Return whether no newer event has started or stopped a state."""
        return at >= self._last.get(momentary, at)

    def dump(self) -> dict[str, Json]:
        """Return when each state last started, as JSON, and nothing else: none may restart."""
        return {what: at.isoformat() for what, at in self._happened_at.items()}

    def load(self, stored: Json) -> None:
        """Load stored times. Values that cannot be parsed are skipped."""
        for name, at in moments(stored).items():
            if name in Momentary:
                self._happened_at[Momentary(name)] = self._last[Momentary(name)] = at
