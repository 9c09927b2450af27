"""All that Home Assistant has been told of an account, in the cloud's own words.

The model's memory: answers and events as they came over the network, with the time (Home
Assistant's clock) at which they were asked for or received.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .words import Meaning, meaning

type Words = Mapping[str, Any]
"""A JSON object of Minut's."""

LATE_ANSWER = timedelta(minutes=5)
"""An answer asked for so much earlier than another is late; even earlier, a clock was put back."""


def moment(text: str) -> datetime:
    """Read a time of Minut's."""
    return datetime.fromisoformat(text)


@dataclass(frozen=True)
class Answer:
    """What a home or a Point was like when it was asked for."""

    words: Words
    asked_at: datetime
    run: int


@dataclass(frozen=True, kw_only=True)
class News:
    """An event. `at`: when it happened, by the earlier one of both clocks.

    `is_delivered`: it came by itself; else it was found later among what happened. `run`: counts
    the starts of the integration. `is_doubtful`: it may have counted before a kill. `unlisted`: ids
    of its home and Point that no list contained; for these it counts only once it is fetched.
    """

    words: Words
    received_at: datetime
    is_delivered: bool
    run: int
    is_doubtful: bool
    unlisted: frozenset[str]

    @property
    def id(self) -> str:
        """Minut's id."""
        return str(self.words["id"])

    @property
    def type(self) -> str:
        """Minut's word for what happened."""
        return str(self.words["type"])

    @property
    def meaning(self) -> Meaning:
        """What it says."""
        return meaning(self.type)

    @property
    def at(self) -> datetime:
        """When it happened."""
        return min(moment(self.words["created_at"]), self.received_at)

    @property
    def is_of_now(self) -> bool:
        """Whether it had only just happened when it came, and not before a kill."""
        age = abs(self.received_at - moment(self.words["created_at"]))
        return age <= timedelta(minutes=5) and not self.is_doubtful


@dataclass
class Told:
    """Everything that was told, as far as it may still matter."""

    homes: dict[str, Answer] = field(default_factory=dict)
    devices: dict[str, Answer] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    """Ids in the newest lists."""
    absent_since: dict[str, datetime] = field(default_factory=dict)
    ended: dict[str, datetime] = field(default_factory=dict)
    """By home: when it was asked for and found not, or no longer, alarmed."""
    news: list[News] = field(default_factory=list)
    home_news: dict[str, list[str]] = field(default_factory=dict)
    """By home: types that its own list of events told, where noise was doubted."""
    run: int = 0
    killed_before: datetime | None = None
    """When the integration started again after it had last been killed."""

    def take_home(self, words: Words, asked_at: datetime) -> None:
        """Take a home as it was read."""
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
        """Take a Point as it was read."""
        device_id = str(words["device_id"])
        if not self._is_late(self.devices.get(device_id), asked_at):
            self.devices[device_id] = Answer(words, asked_at, self.run)

    def _is_late(self, known: Answer | None, asked_at: datetime) -> bool:
        """Tell whether the integration knows a newer answer; after a start it knows none."""
        if known is None or known.run != self.run:
            return False
        return timedelta(0) < known.asked_at - asked_at <= LATE_ANSWER

    def take_homes(self, listed: list[Words], asked_at: datetime) -> None:
        """Take the list of homes."""
        for words in listed:
            self.take_home(words, asked_at)
        self._listed(set(self.homes), {str(words["home_id"]) for words in listed}, asked_at)

    def take_devices(self, listed: list[Words], asked_at: datetime) -> None:
        """Take the list of Points."""
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
        """Take an event; None where it was delivered before, or is not news."""
        for known in self.news:
            if known.id != words["id"] or (known.unlisted and not is_delivered):
                continue
            if known.is_delivered or not is_delivered:
                return None
        named = {str(words[key]) for key in ("home_id", "device_id") if words.get(key)}
        killed = self.killed_before
        news = News(
            words=words,
            received_at=received_at,
            is_delivered=is_delivered,
            run=self.run,
            is_doubtful=bool(killed and moment(words["created_at"]) < killed <= received_at),
            unlisted=frozenset(named - self.present),
        )
        self.news.append(news)
        return news

    def of_device(self, device_id: str) -> list[News]:
        """Return the news of a Point, in the order in which they came."""
        return [
            news
            for news in self.news
            if news.words.get("device_id") == device_id and device_id not in news.unlisted
        ]

    def of_home(self, home_id: str) -> list[News]:
        """Return the news of a home and of its Points."""
        return [news for news in self.news if self.home_of(news) == home_id]

    def home_of(self, news: News) -> str | None:
        """Return the home of an event: the one it names, else its Point's; None if unlisted."""
        if named := news.words.get("home_id"):
            return None if named in news.unlisted else str(named)
        device_id = str(news.words.get("device_id"))
        device = None if device_id in news.unlisted else self.devices.get(device_id)
        return str(device.words["home"]) if device else None


def alarm_status(words: Words) -> str:
    """Return the word for a home's alarm: of two, the one that says more."""
    both = {words["alarm_status"], words["detailed_alarm_status"]}
    more = ("critical_event", "off_grace_period", "on_grace_period")
    return next((word for word in more if word in both), str(words["alarm_status"]))
