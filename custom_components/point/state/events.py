"""Log of an account's events: duplicates and freshness. Pure: it never waits or reads a clock."""

from datetime import UTC, datetime, timedelta

from ..minut.models import Event
from ..minut.parsing import Json, JsonObject, items, mapping, moment, written

MIN_REMEMBERED = 1_000
"""Number of the newest events that are always remembered."""
MAX_REMEMBERED = 20_000
"""Maximum number of remembered events, for all that could still trigger something."""
MAX_AGE = timedelta(minutes=5)
"""Maximum age of an event that triggers something. Applies to future times as well: then a clock
is wrong.
"""
UNDATED_FOR = timedelta(hours=24)
"""Time for which an event without a time is remembered: longer than Minut repeats deliveries."""
PAST = datetime.min.replace(tzinfo=UTC)


class RecentEvents:
    """Keys of recent events: of all that could still trigger, and at least of the newest ones."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}
        """Time until which each event could trigger again."""
        self._undated: dict[str, datetime] = {}
        """The same for events without a time, which could trigger whenever they are delivered."""

    def __contains__(self, key: object) -> bool:
        return key in self._until or key in self._undated

    def add(self, key: str, created_at: datetime | None, now: datetime) -> None:
        """Add a key and drop the oldest ones that are no longer needed."""
        if created_at is None:
            _add(self._undated, key, now + UNDATED_FOR, now)
        else:
            _add(self._until, key, created_at + MAX_AGE, now)

    def dump(self) -> dict[str, Json]:
        """Return the times by key, as JSON; those of events without a time in a list."""
        undated: dict[str, Json] = {key: [written(until)] for key, until in self._undated.items()}
        return {key: written(until) for key, until in self._until.items()} | undated

    def load(self, stored: Json) -> None:
        """Load stored times. Earlier versions stored a list of keys, or None without a time."""
        for key in items(stored):
            if isinstance(key, str):
                self._until[key] = PAST
        for key, until in mapping(stored).items():
            match until:
                case None:
                    self._undated[key] = PAST
                case [undated]:
                    self._undated[key] = moment(undated) or PAST
                case _:
                    self._until[key] = moment(until) or PAST
        _drop_oldest(self._until, MAX_REMEMBERED)
        _drop_oldest(self._undated, MAX_REMEMBERED)


def _add(entries: dict[str, datetime], key: str, until: datetime, now: datetime) -> None:
    entries[key] = until
    while len(entries) > MIN_REMEMBERED and next(iter(entries.values())) < now:
        _drop_oldest(entries, len(entries) - 1)
    _drop_oldest(entries, MAX_REMEMBERED)


def _drop_oldest[T](entries: dict[str, T], max_entries: int) -> None:
    while len(entries) > max_entries:
        del entries[next(iter(entries))]


class EventLog:
    """Events that were delivered or fetched, for the handling of later ones."""

    def __init__(self) -> None:
        self._delivered = RecentEvents()
        self._fetched = RecentEvents()
        self._unlisted = RecentEvents()
        """Delivered events that named an unknown home or Point: not applied."""
        self.complete_until: datetime | None = None
        """Time up to which all events have been delivered or fetched."""

    def is_known(self, event: Event) -> bool:
        """Return whether an event was delivered before: Minut may deliver one twice."""
        return event.key in self._delivered or event.key in self._unlisted

    def is_applied(self, event: Event) -> bool:
        """Return whether an event was delivered or fetched before."""
        return event.key in self._delivered or event.key in self._fetched

    def note(
        self, event: Event, now: datetime, *, is_delivered: bool, is_listed: bool = True
    ) -> None:
        """Remember an event. `is_listed`: whether the home and the Point that it names are known.

        An event that is not listed still counts as missed: it is fetched later.
        """
        if event.key is None:
            return
        if is_listed:
            known = self._delivered if is_delivered else self._fetched
            known.add(event.key, event.created_at, now)
        elif is_delivered:
            self._unlisted.add(event.key, event.created_at, now)

    def is_news(self, event: Event, now: datetime) -> bool:
        """Return whether an event is recent enough to trigger something."""
        return abs(now - (event.created_at or now)) <= MAX_AGE

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return the log to store, as JSON."""
        return {
            "seen": self._delivered.dump(),
            "fetched": self._fetched.dump(),
            "unlisted": self._unlisted.dump(),
            "complete_until": written(self.complete_until),
        }

    def load(self, stored: JsonObject) -> None:
        """Load a stored log. Values that cannot be parsed are skipped."""
        self._delivered.load(stored.get("seen"))
        self._fetched.load(stored.get("fetched"))
        self._unlisted.load(stored.get("unlisted"))
        self.complete_until = moment(stored.get("complete_until"))


def event_time(event: Event, received_at: datetime) -> datetime:
    """Return when an event happened: its time of receipt if it has no time or one after that."""
    return min(event.created_at or received_at, received_at)
