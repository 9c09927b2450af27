"""Feeds recorded traffic to the model, and compares the states with it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from custom_components.point.const import DOMAIN

from .model import ABSENT, Circumstances, Model, is_allowed
from .told import News
from .watch import Delivered, Heard
from .words import MEANINGS, UNKNOWN_TYPE

if TYPE_CHECKING:
    from .world import World

DAY = timedelta(hours=24)
MOST_FAILURES = 3
"""Failed polls in a row after which the cloud counts as lost."""

MANY_UNKNOWN_TYPES = 3
"""Deliveries after which push counts as not understood if none has had a known type."""


class Witness:
    """What was received, and what must follow from it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._told = world.told
        self.failures = 0
        """Number of polls in a row that failed."""
        self._polled_at = datetime.min.replace(tzinfo=UTC)
        """Time of the last successful poll."""
        self.is_confused = False
        """The clock was set since the last poll: times are not comparable."""
        self.is_push_doubtful = False
        """Deliveries may have been lost since the last one, or none has had a known type."""
        self._unknown_types: int | None = 0
        """Deliveries of unknown types in this run; None once one of a known type has arrived."""
        self._read_since: set[str] = set()
        self._is_registered = False
        self._has_fetched = False
        self._fetch_failed = False
        self._is_login_refused = False
        """The token endpoint has refused the login that has ended."""
        self._names: dict[str, str] = {}
        self._renamed: dict[str, str] = {}
        """Names of Points that were read one by one: shown after the next poll at the latest."""
        self._fired: list[str] = []
        self._triggered: list[tuple[str, str]] = []
        self._lost: set[str] = set()
        """Ids that a kill has lost."""
        self._was_put = False

    def starts(self) -> None:
        """Handle a start of the integration."""
        self.failures = 0
        self._unknown_types = 0
        self._is_registered = self._has_fetched = self._fetch_failed = False
        self._is_login_refused = False

    def dies(self, saved: AbstractSet[str]) -> None:
        """Handle an end of the integration that has saved only the events with these ids."""
        lost = {news.id for news in self._told.news} - saved
        self._lost |= lost
        self._told.forget(lost)

    # What was received

    def take(self) -> None:
        """Process the recorded traffic."""
        polls: dict[str, Heard] = {}
        for it in self._world.watch.passed():
            if isinstance(it, Delivered):
                self._receive(it)
                continue
            if it.method == "GET" and it.path in {"/homes", "/devices"}:
                polls[it.path] = it
            if it.path == "/oauth/token":
                self._is_login_refused = it.words is None and self._world.is_signed_out
            if it.path == "/events":
                self._fetch_failed = it.words is None
            if it.words is not None:
                self._hear(it)
        self._note_polls(polls)

    def _receive(self, delivered: Delivered) -> None:
        """Process a delivered event."""
        news = self._told.take_news(delivered.words, delivered.at, is_delivered=True)
        if delivered.words["type"] in MEANINGS:
            self._unknown_types = None
        elif delivered.words["type"] == UNKNOWN_TYPE and self._unknown_types is not None:
            self._unknown_types += 1
        is_strange = (self._unknown_types or 0) >= MANY_UNKNOWN_TYPES
        self.is_push_doubtful = self._world.is_losing or is_strange
        self._is_registered = True
        if news:
            self._expect(news)

    def _hear(self, heard: Heard) -> None:
        """Process an answer."""
        told, words, asked_at = self._told, heard.words, heard.asked_at
        match heard.method, heard.path.split("/")[1:]:
            case "GET", ["homes"]:
                told.take_homes(words["homes"], asked_at)
            case "GET", ["devices"]:
                told.take_devices(words["devices"], asked_at)
            case "GET", ["homes", home_id] if self._is(home_id):
                told.take_home(words, asked_at)
            case "GET", ["devices", device_id] if self._is(device_id):
                told.take_device(words, asked_at)
            case "GET", ["homes", home_id, "events"]:
                told.home_news[home_id] = [news["event_type"] for news in words["home_events"]]
            case "GET", ["events"]:
                self._has_fetched = True
                for news in words["events"]:
                    told.take_news(news, asked_at, is_delivered=False)
            case (("GET" | "POST"), ["webhooks"]):
                self._is_registered |= bool(self._world.cloud.hooks)

    def _note_polls(self, polls: dict[str, Heard]) -> None:
        if not polls:
            return
        if any(poll.status == HTTPStatus.UNAUTHORIZED for poll in polls.values()):
            self.failures = MOST_FAILURES  # at once: nothing but a person can help
            return
        if any(poll.words is None for poll in polls.values()):
            self.failures += 1
            return
        self.failures = 0
        self._polled_at = min(poll.asked_at for poll in polls.values())
        homes = {key: it.words["name"] for key, it in self._told.homes.items() if self._is(key)}
        self._names.update(homes)
        for key, answer in self._told.devices.items():
            if self._is(key):
                own = str(answer.words["description"])
                (self._names if "/devices" in polls else self._renamed)[key] = own
        if self._world.clock.ahead:
            self._read_since.clear()
            return
        self._read_since |= polls.keys()
        if self._read_since == {"/homes", "/devices"}:
            self.is_confused = False

    def confuse(self) -> None:
        """Handle a change of the clock."""
        self.is_confused = self._was_put = True
        self._read_since.clear()

    def _is(self, key: str) -> bool:
        return key in self._told.present

    def _expect(self, news: News) -> None:
        """Expect one event on the bus and at event entities."""
        self._fired.append(news.id)
        if not news.is_of_now:
            return
        device = str(news.words.get("device_id"))
        home = self._told.home_of(news)
        kind = news.meaning
        if self._is(device):
            self._triggered.append((f"{DOMAIN}.{device}-activity", news.type))
            if kind.starts == "button_press":
                self._triggered.append((f"{DOMAIN}.{device}-button", "None"))
        if home and self._is(home) and ("device_id" not in news.words or kind.alarm or kind.stage):
            self._triggered.append((f"{DOMAIN}.{home}-activity", news.type))

    # What is shown

    def check(self, step: object) -> None:
        """Compare the states with the model."""
        shown = self._world.shown()
        wrong = self._wrong_events()
        push = shown.get(f"{DOMAIN}.{self._world.cloud.account.user_id}-push")
        if self._world.is_loaded:
            wrong += self._wrong_push(push)
        # Events lost by a kill are fetched, with the time of a clock set meanwhile.
        has_forgotten = bool(self._lost) and (self._was_put or not self._has_fetched)
        # Without a token there are no requests: when a poll found that out is not seen.
        is_login_unclear = self._is_login_refused and self.failures < MOST_FAILURES
        if not self.is_confused and not has_forgotten and not is_login_unclear:
            wrong += [*self._wrong_states(shown, is_push=push == "on"), *self._wrong_devices()]
        assert not wrong, f"after {step}: " + "; ".join(wrong)

    def _wrong_states(self, shown: dict[str, str], *, is_push: bool) -> list[str]:
        circumstances = Circumstances(
            now=dt_util.utcnow(),
            is_reachable=self.failures < MOST_FAILURES and self._world.is_loaded,
            polled_at=self._polled_at,
            push=is_push,
            knows_events=True if is_push else self._knows_events(),
            is_caught_up=self._has_fetched,
        )
        wrong = []
        for unique_id, values in Model(self._told).expected(circumstances).items():
            state = shown.get(unique_id)
            if state is None and values - {ABSENT} == {"unavailable"}:
                continue
            if state is None or not is_allowed(state, values):
                wrong.append(f"{unique_id} is {state}, not {sorted(map(str, values))}")
        return wrong

    def _knows_events(self) -> bool | None:
        if not self._has_fetched:
            return False
        return None if self._fetch_failed else True

    def _wrong_push(self, push: str | None) -> list[str]:
        if push not in {"on", "off"}:
            return [f"push is {push}"]
        if push == "on" and not self._is_registered:
            return ["push is on, without a hook"]
        is_doubtful = self.is_push_doubtful or self._was_put  # then an event seems to be missing
        if push == "off" and self._is_registered and not is_doubtful:
            return ["push is off, without a reason"]
        return []

    def _wrong_events(self) -> list[str]:
        """Compare the fired events and triggered entities: each once.

        Events lost by a kill count again when they are delivered again.
        """
        wrong = []
        watch = self._world.watch
        if (fired := _without(watch.fired, self._lost)) != _without(self._fired, self._lost):
            wrong.append(f"fired {fired}, not {self._fired}")
        by_entity, expected = _by_entity(watch.triggered), _by_entity(self._triggered)
        if by_entity != expected and not (self._lost and self._was_put):
            wrong.append(f"triggered {by_entity}, not {expected}")
        return wrong

    def _wrong_devices(self) -> list[str]:
        """Compare the device registry: current names, devices kept for a day when absent."""
        registry, entry_id = dr.async_get(self._world.hass), self._world.house.entry.entry_id
        wrong = []
        for key, name in self._names.items():
            device = registry.async_get_device_by_identifier((DOMAIN, key), entry_id)
            since = self._told.absent_since.get(key)
            if device is None:
                if since is None or dt_util.utcnow() - since < DAY:
                    wrong.append(f"the device {name} is gone")
            elif device.name not in {name, self._renamed.get(key)} and since is None:
                wrong.append(f"a device is named {device.name}, not {name}")
        return wrong


def _without(ids: list[str], left_out: set[str]) -> list[str]:
    return [key for key in ids if key not in left_out]


def _by_entity(triggered: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the triggers of each entity, in order."""
    found: dict[str, list[str]] = {}
    for unique_id, kind in triggered:
        found.setdefault(unique_id, []).append(kind)
    return found
