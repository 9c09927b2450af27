"""All data of an account that Home Assistant has received, as JSON.

The data of the model: answers and events as they came over the network, with the time (by Home
Assistant's clock) of the request or of the receipt.
"""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .words import Meaning, meaning

type Words = Mapping[str, Any]
"""A JSON object of Minut."""

LATE_ANSWER = timedelta(minutes=5)
"""Maximum age of a late answer relative to a newer one; beyond, a clock was set back."""


def moment(text: str) -> datetime:
    """Parse a time."""
    return datetime.fromisoformat(text)


@dataclass(frozen=True)
class Answer:
    """A home or a Point as of a request."""

    words: Words
    asked_at: datetime
    run: int


@dataclass(frozen=True, kw_only=True)
class News:
    """An event. `at`: its time, or that of its receipt if earlier.

    `is_delivered`: it was delivered, not fetched. `run`: number of the start of the integration.
    `unlisted`: ids of its home and Point that no list contained; for these it counts only when it
    is fetched.
    """

    words: Words
    received_at: datetime
    is_delivered: bool
    run: int
    unlisted: frozenset[str]

    @property
    def id(self) -> str:
        """The id at Minut."""
        return str(self.words["id"])

    @property
    def type(self) -> str:
        """The event type at Minut."""
        return str(self.words["type"])

    @property
    def meaning(self) -> Meaning:
        """The meaning of the type."""
        return meaning(self.type)

    @property
    def at(self) -> datetime:
        """The time of the event."""
        return min(moment(self.words["created_at"]), self.received_at)

    @property
    def is_of_now(self) -> bool:
        """Whether it was current on receipt."""
        return abs(self.received_at - moment(self.words["created_at"])) <= timedelta(minutes=5)


@dataclass
class Told:
    """All received data that still matter."""

    homes: dict[str, Answer] = field(default_factory=dict)
    devices: dict[str, Answer] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    """Ids in the newest lists."""
    absent_since: dict[str, datetime] = field(default_factory=dict)
    ended: dict[str, datetime] = field(default_factory=dict)
    """By home: time of the request that found the alarm over."""
    news: list[News] = field(default_factory=list)
    home_news: dict[str, list[str]] = field(default_factory=dict)
    """By home: types in its own list of events, read when noise was in doubt."""
    run: int = 0

    def take_home(self, words: Words, asked_at: datetime) -> None:
        """Update a home from an answer."""
        home_id = str(words["home_id"])
        known = self.homes.get(home_id)
        if self._is_late(known, asked_at):
            return
        status = alarm_status(words)
        was = alarm_status(known.words) if known else None
        if status in {"off", "on_grace_period"} or was == "critical_event" != status:
            self.ended[home_id] = asked_at
        self.homes[home_id] = Answer(words, asked_at, self.run)

    def take_device(self, words: Words, asked_at: datetime) -> None:
        """Update a Point from an answer."""
        device_id = str(words["device_id"])
        if not self._is_late(self.devices.get(device_id), asked_at):
            self.devices[device_id] = Answer(words, asked_at, self.run)

    def _is_late(self, known: Answer | None, asked_at: datetime) -> bool:
        """Return whether the integration has a newer answer; after a start it has none."""
        if known is None or known.run != self.run:
            return False
        return timedelta(0) < known.asked_at - asked_at <= LATE_ANSWER

    def take_homes(self, listed: list[Words], asked_at: datetime) -> None:
        """Update from the list of homes."""
        for words in listed:
            self.take_home(words, asked_at)
        self._listed(set(self.homes), {str(words["home_id"]) for words in listed}, asked_at)

    def take_devices(self, listed: list[Words], asked_at: datetime) -> None:
        """Update from the list of Points."""
        for words in listed:
            self.take_device(words, asked_at)
        self._listed(set(self.devices), {str(words["device_id"]) for words in listed}, asked_at)

    def _listed(self, known: set[str], listed: set[str], asked_at: datetime) -> None:
        self.present = (self.present - known) | listed
        for key in known - listed:
            self.absent_since.setdefault(key, asked_at)
        for key in listed:
            self.absent_since.pop(key, None)

    def take_news(self, words: Words, received_at: datetime, *, is_delivered: bool) -> News | None:
        """Add an event; return None if it was received before or changes nothing."""
        for known in self.news:
            if known.id != words["id"] or (known.unlisted and not is_delivered):
                continue
            if known.is_delivered or not is_delivered:
                return None
        named = {str(words[key]) for key in ("home_id", "device_id") if words.get(key)}
        news = News(
            words=words,
            received_at=received_at,
            is_delivered=is_delivered,
            run=self.run,
            unlisted=frozenset(named - self.present),
        )
        self.news.append(news)
        return news

    def forget(self, ids: AbstractSet[str]) -> None:
        """Forget events that a kill has lost: they count again."""
        self.news = [news for news in self.news if news.id not in ids]

    def of_device(self, device_id: str) -> list[News]:
        """Return the events of a Point, in order of receipt."""
        return [
            news
            for news in self.news
            if news.words.get("device_id") == device_id and device_id not in news.unlisted
        ]

    def of_home(self, home_id: str) -> list[News]:
        """Return the events of a home and of its Points."""
        return [news for news in self.news if self.home_of(news) == home_id]

    def home_of(self, news: News) -> str | None:
        """Return the home of an event or of its Point; None if unlisted."""
        if named := news.words.get("home_id"):
            return None if named in news.unlisted else str(named)
        device_id = str(news.words.get("device_id"))
        device = None if device_id in news.unlisted else self.devices.get(device_id)
        return str(device.words["home"]) if device else None


def alarm_status(words: Words) -> str:
    """Return the more detailed alarm status of a home."""
    both = {words["alarm_status"], words["detailed_alarm_status"]}
    more = ("critical_event", "off_grace_period", "on_grace_period")
    return next((word for word in more if word in both), str(words["alarm_status"]))
