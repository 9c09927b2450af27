"""Which events of an account came: each counts once, and some have to wait for what they are of."""

from collections import deque
from collections.abc import Iterator, Set as AbstractSet
from datetime import datetime, timedelta

from .minut.json_values import Json, JsonObject, items, moment, written
from .minut.models import Event

REMEMBERED_EVENTS = 1000
WAITING_EVENTS = 100
MAX_AGE = timedelta(minutes=5)
"""An older event starts nothing: what it tells of is over.

Nor does one that is so far ahead: its clock is wrong.
"""


class Received:
    """The events that came, as far as they matter for those that will."""

    def __init__(self) -> None:
        self._seen: deque[str] = deque(maxlen=REMEMBERED_EVENTS)
        self._seen_ids: set[str] = set()
        self._waiting: deque[tuple[Event, datetime]] = deque(maxlen=WAITING_EVENTS)
        self._doubtful_before: datetime | None = None
        self.complete_until: datetime | None = None
        """No event up to then is missing, whether it was delivered or not."""

    def is_known(self, event: Event) -> bool:
        """Tell whether this event was delivered before: Minut may deliver one twice."""
        return event.id is not None and event.id in self._seen_ids

    def note(self, event: Event) -> None:
        """Remember that an event was delivered."""
        if event.id is not None:
            self._note_id(event.id)

    def is_news(self, event: Event, now: datetime) -> bool:
        """Tell whether an event has just happened, and has not counted before for certain."""
        at = event.created_at or now
        doubtful_before = self._doubtful_before
        is_doubtful = doubtful_before is not None and at < doubtful_before <= now
        return abs(now - at) <= MAX_AGE and not is_doubtful

    def doubt_before(self, start: datetime) -> None:
        """Start nothing by what happened before: after a crash nobody knows whether it did."""
        self._doubtful_before = start

    # Events of homes and Points that were not listed yet

    def keep_waiting(self, event: Event, received_at: datetime) -> None:
        """Keep an event until what it is of is known; only the newest ones are."""
        self._waiting.append((event, received_at))

    def waiting_for(self, ids: AbstractSet[str]) -> Iterator[tuple[Event, datetime]]:
        """Yield what was told of these homes and Points, and when it was received."""
        for event, received_at in self._waiting:
            if not ids.isdisjoint({event.home_id, event.device_id}):
                yield event, received_at

    # What survives a restart

    def dump(self) -> dict[str, Json]:
        """Return what has to be known of them after a restart."""
        return {
            "seen": list(self._seen),
            "complete_until": written(self.complete_until),
            "doubtful_before": written(self._doubtful_before),
        }

    def load(self, saved: JsonObject) -> None:
        """Take what an earlier run knew; what cannot be read is left out."""
        for event_id in items(saved.get("seen")):
            if isinstance(event_id, str):
                self._note_id(event_id)
        self.complete_until = moment(saved.get("complete_until"))
        self._doubtful_before = moment(saved.get("doubtful_before"))

    def _note_id(self, event_id: str) -> None:
        if event_id in self._seen_ids:
            return
        if len(self._seen) == self._seen.maxlen:
            self._seen_ids.discard(self._seen[0])
        self._seen.append(event_id)
        self._seen_ids.add(event_id)


def event_time(event: Event, received_at: datetime) -> datetime:
    """Return when the event happened: by our clock where Minut's is missing or ahead of it."""
    return min(event.created_at or received_at, received_at)
