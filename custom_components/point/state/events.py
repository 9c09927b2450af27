"""Log of an account's events: duplicates and freshness. Pure: it never waits or reads a clock."""

from collections import deque
from collections.abc import Iterator, Set as AbstractSet
from datetime import datetime, timedelta

from ..minut.models import Event
from ..minut.parsing import Json, JsonObject, items, moment, written

MAX_REMEMBERED = 1000
"""Maximum number of event ids that are kept, of delivered and of fetched events each."""
WAITING_EVENTS = 100
MAX_AGE = timedelta(minutes=5)
"""Maximum age of an event that triggers something. Applies to future times as well: then a clock
is wrong.
"""


class RecentIds:
    """The most recent ids."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}

    def __contains__(self, event_id: object) -> bool:
        return event_id in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def add(self, event_id: str) -> None:
        """Add an id and drop the oldest one if there are too many."""
        self._ids[event_id] = None
        if len(self._ids) > MAX_REMEMBERED:
            del self._ids[next(iter(self._ids))]


class EventLog:
    """Events that were delivered or fetched, for the handling of later ones."""

    def __init__(self) -> None:
        self._delivered = RecentIds()
        self._fetched = RecentIds()
        self._waiting: deque[tuple[Event, datetime]] = deque(maxlen=WAITING_EVENTS)
        self._forgotten: set[str] = set()
        """Ids of what still waited when the last run ended."""
        self._doubtful_before: datetime | None = None
        self.complete_until: datetime | None = None
        """Time up to which all events have been delivered or fetched."""

    def is_known(self, event: Event) -> bool:
        """Return whether an event was delivered before: Minut may deliver one twice."""
        return event.id in self._delivered

    def is_applied(self, event: Event) -> bool:
        """Return whether an event was delivered or fetched before."""
        is_applied = event.id in self._delivered and event.id not in self._forgotten
        return is_applied or event.id in self._fetched

    def note(self, event: Event, *, is_delivered: bool) -> None:
        """Add the id of a delivered or fetched event."""
        if event.id is not None:
            (self._delivered if is_delivered else self._fetched).add(event.id)

    def is_news(self, event: Event, now: datetime) -> bool:
        """Return whether an event is recent and cannot have triggered anything before."""
        at = event.created_at or now
        doubtful_before = self._doubtful_before
        is_doubtful = doubtful_before is not None and at < doubtful_before <= now
        return abs(now - at) <= MAX_AGE and not is_doubtful

    def doubt_before(self, start: datetime) -> None:
        """Treat earlier events as old: after a crash they may have triggered already."""
        self._doubtful_before = start

    # Events of homes and Points that were not listed yet

    def keep_waiting(self, event: Event, received_at: datetime) -> None:
        """Keep an event until what it is of is known; only the newest ones are."""
        self._waiting.append((event, received_at))

    def take_waiting(self, ids: AbstractSet[str]) -> list[tuple[Event, datetime]]:
        """Give up what was told of these homes and Points; with it, when it was received."""
        found = [
            waiting
            for waiting in self._waiting
            if not ids.isdisjoint({waiting[0].home_id, waiting[0].device_id})
        ]
        for waiting in found:
            self._waiting.remove(waiting)
        return found

    # What survives a restart

    def dump(self) -> dict[str, Json]:
        """Return the log to store, as JSON."""
        waiting = [event.id for event, _ in self._waiting if event.id is not None]
        forgotten = [event_id for event_id in self._forgotten if event_id not in self._fetched]
        return {
            "seen": list(self._delivered),
            "fetched": list(self._fetched),
            "waiting": [*waiting, *forgotten],
            "complete_until": written(self.complete_until),
            "doubtful_before": written(self._doubtful_before),
        }

    def load(self, saved: JsonObject) -> None:
        """Load a stored log. Values that cannot be parsed are skipped."""
        for ids, stored in (
            (self._delivered, "seen"),
            (self._fetched, "fetched"),
            (self._forgotten, "waiting"),
        ):
            for event_id in items(saved.get(stored)):
                if isinstance(event_id, str):
                    ids.add(event_id)
        self.complete_until = moment(saved.get("complete_until"))
        self._doubtful_before = moment(saved.get("doubtful_before"))


def event_time(event: Event, received_at: datetime) -> datetime:
    """Return when an event happened: its time of receipt if it has no time or one after that."""
    return min(event.created_at or received_at, received_at)
