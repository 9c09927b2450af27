"""Which events of an account came: each counts once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..minut.models import Event
from ..minut.parsing import Json, JsonObject, items, moment, written

MAX_REMEMBERED = 1000
MAX_AGE = timedelta(minutes=5)
"""An older event starts nothing: what it tells of is over.

Nor does one that is so far ahead: its clock is wrong.
"""


class RecentIds:
    """The newest ids of a kind."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}

    def __contains__(self, event_id: object) -> bool:
        return event_id in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def add(self, event_id: str) -> None:
        """Add an id; the oldest one gives way to it."""
        self._ids[event_id] = None
        if len(self._ids) > MAX_REMEMBERED:
            del self._ids[next(iter(self._ids))]


class EventLog:
    """The events that came, as far as they matter for those that will."""

    def __init__(self) -> None:
        self._delivered = RecentIds()
        self._fetched = RecentIds()
        self._unlisted = RecentIds()
        """Delivered events that named an unknown home or Point: not applied, and not stored."""
        self._doubtful_before: datetime | None = None
        self.complete_until: datetime | None = None
        """No event up to then is missing, whether it was delivered or not."""

    def is_known(self, event: Event) -> bool:
        """Tell whether this event was delivered before: Minut may deliver one twice."""
        return event.id in self._delivered or event.id in self._unlisted

    def is_applied(self, event: Event) -> bool:
        """Tell whether it need not be fetched: it was before, or it was delivered."""
        return event.id in self._delivered or event.id in self._fetched

    def note(self, event: Event, *, is_delivered: bool, is_listed: bool = True) -> None:
        """Remember an event. `is_listed`: whether the home and the Point that it names are known.

        An event that is not listed still counts as missed: it is fetched later.
        """
        if event.id is None:
            return
        if is_listed:
            (self._delivered if is_delivered else self._fetched).add(event.id)
        elif is_delivered:
            self._unlisted.add(event.id)

    def is_news(self, event: Event, now: datetime) -> bool:
        """Tell whether an event has just happened, and has not counted before for certain."""
        at = event.created_at or now
        doubtful_before = self._doubtful_before
        is_doubtful = doubtful_before is not None and at < doubtful_before <= now
        return abs(now - at) <= MAX_AGE and not is_doubtful

    def doubt_before(self, start: datetime) -> None:
        """Start nothing by what happened before: after a crash nobody knows whether it did."""
        self._doubtful_before = start

    # What survives a restart

    def dump(self) -> dict[str, Json]:
        """Return what has to be known of them after a restart."""
        return {
            "seen": list(self._delivered),
            "fetched": list(self._fetched),
            "complete_until": written(self.complete_until),
            "doubtful_before": written(self._doubtful_before),
        }

    def load(self, saved: JsonObject) -> None:
        """Take what an earlier run knew; what cannot be read is left out."""
        for ids, stored in ((self._delivered, "seen"), (self._fetched, "fetched")):
            for event_id in items(saved.get(stored)):
                if isinstance(event_id, str):
                    ids.add(event_id)
        self.complete_until = moment(saved.get("complete_until"))
        self._doubtful_before = moment(saved.get("doubtful_before"))


def event_time(event: Event, received_at: datetime) -> datetime:
    """Return when the event happened: by our clock where Minut's is missing or ahead of it."""
    return min(event.created_at or received_at, received_at)
