"""The model: what each entity must show, given the data received and the time.

It shares no code with the integration. Each value is the set of all states that are right. The
rules are those of the README and docs/.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isclose

from .told import Answer, News, Told, alarm_status, moment
from .words import BRIEF, DURATIONS, NOTICES, ONGOING, PANEL, READINGS, meaning

type Allowed = frozenset[str | float]

UNAVAILABLE: Allowed = frozenset({"unavailable"})
ABSENT = "absent"
"""An entity that is enabled but has no state."""
ANY: Allowed = frozenset({"on", "off", "unknown"})
HOUR = timedelta(hours=1)
ALARM_HOLDS = timedelta(minutes=5)
"""Time for which an alarm event outweighs an answer that still reports the home as armed."""


def allowed(*values: str | float | None) -> Allowed:
    """Return a set of states; None stands for unknown."""
    return frozenset("unknown" if value is None else value for value in values)


def is_allowed(state: str, values: Allowed) -> bool:
    """Return whether a state is allowed, up to rounding."""
    for value in values:
        if isinstance(value, float):
            with suppress(ValueError):
                if isclose(float(state), value, abs_tol=0.06):
                    return True
        elif state == value:
            return True
    return False


def on_off(*values: bool | None) -> Allowed:
    """Return the states of a binary sensor."""
    words = {True: "on", False: "off", None: "unknown"}
    return frozenset(words[value] for value in values)


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """Conditions that affect many entities.

    `polled_at`: time of the last successful poll. `push`: events are delivered. `knows_events`:
    events are delivered or fetched (None: perhaps). `is_caught_up`: events missed before the start
    have been fetched.
    """

    now: datetime
    is_reachable: bool
    polled_at: datetime
    push: bool
    knows_events: bool | None
    is_caught_up: bool


class Model:
    """The entities of one account, by unique id."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def expected(self, now: Circumstances) -> dict[str, Allowed]:
        """Return the allowed states of each entity."""
        found: dict[str, Allowed] = {}
        for device_id in self._told.devices:
            for key, value in self._device(device_id, now).items():
                found[f"point.{device_id}-{key}"] = value
        for home_id in self._told.homes:
            for key, value in self._home(home_id, now).items():
                found[f"point.{home_id}-{key}" if key else f"point.{home_id}"] = value
        return found

    # A Point

    def _device(self, device_id: str, now: Circumstances) -> dict[str, Allowed]:
        told = self._told.devices[device_id]
        news = self._told.of_device(device_id)
        online = self._online(told, news)
        shown = {
            "battery": battery(told, news),
            "connectivity": on_off(*online),
            "battery_level": allowed(float(told.words["battery"]["percent"])),
            "last_heard_from": allowed(_written(moment(told.words["last_heard_from_at"]))),
            "last_motion": self._last_motion(news),
            "mount_status": mount_status(told, news),
        }
        of_now = {key: on_off(*lasting(told, news, key)) for key in ONGOING}
        of_now |= {key: reading(told, news, name) for key, name in READINGS.items()}
        if "pressure" in told.words["latest_sensor_values"]:
            value = told.words["latest_sensor_values"]["pressure"]["value"]
            of_now["pressure"] = allowed(value / 100)
        told_of = {item.meaning.starts for item in news}
        momentary = {
            key: on_off(*self._momentary(device_id, key, now.now))
            for key in DURATIONS
            if key not in {"tamper_old", "smoking"} or key in told_of
        }
        shown |= _if(online, of_now)
        shown |= _if(online, momentary) if now.push else dict.fromkeys(momentary, UNAVAILABLE)
        home = str(told.words["home"])
        is_told = home in self._told.present
        noise = self._noise(home, now) if is_told else ANY
        shown["noise"] = _if_known(now, noise)
        pushed = {
            key: [item.at for item in news if key in _pushed_by(item)] for key in (*shown, "noise")
        }
        pushed["noise"] = self._times_of_noise(home)
        return self._where_present(device_id, shown, now, pushed)

    def _times_of_noise(self, home_id: str) -> list[datetime]:
        return [item.at for item in self._told.of_home(home_id) if item.meaning.stage]

    def _online(self, told: Answer, news: list[News]) -> set[bool]:
        """Return whether a Point is online, by the newest of the answer and its events."""
        marks = [
            (item.at, item.meaning.ends != "connectivity")
            for item in news
            if item.meaning.is_sign_of_life
            or "connectivity" in {item.meaning.begins, item.meaning.ends}
        ]
        return newest([*marks], answer=(told.asked_at, not told.words["offline"]))

    def _last_motion(self, news: list[News]) -> Allowed:
        times = [item.at for item in news if item.meaning.starts == "motion"]
        return allowed(_written(max(times)) if times else None)

    def _momentary(self, device_id: str, key: str, now: datetime) -> set[bool]:
        """Return whether a momentary state is on: for its duration, at least 5 s from receipt."""
        home = self._told.devices[device_id].words["home"]
        until: datetime | None = None
        last: datetime | None = None
        is_doubtful = False
        for item in self._told.news:
            is_own = item.words.get("device_id") == device_id not in item.unlisted
            is_homes = item.meaning.alarm is not None and self._told.home_of(item) == home
            if key == item.meaning.stops and (is_own or is_homes):
                if last is None or item.at >= last:
                    last, until = item.at, None
            elif key == item.meaning.starts and is_own:
                is_newest = last is None or item.at >= last
                if not item.is_delivered or item.run != self._told.run:
                    # It turned nothing on; an older one that arrives later may or may not.
                    last = item.at if is_newest else last
                elif item.is_of_now and not is_newest:
                    is_doubtful |= now < max(item.at + DURATIONS[key], item.received_at + BRIEF)
                elif item.is_of_now:
                    last = item.at
                    ends = max(item.at + DURATIONS[key], item.received_at + BRIEF)
                    until = max(ends, until or ends)
        is_on = until is not None and now < until
        return {is_on, True} if is_doubtful else {is_on}

    # A home

    def _home(self, home_id: str, now: Circumstances) -> dict[str, Allowed]:
        told = self._told.homes[home_id]
        panel = self._panel(home_id)
        ends = told.words["grace_period_expires_at"]
        shown = {
            "": panel,
            "disturbance": _if_known(now, allowed(*self._stages(home_id, now))),
            "noise": _if_known(now, self._noise(home_id, now)),
            "grace_period_ends": frozenset(
                _written(moment(ends)) if state in {"arming", "pending"} and ends else ABSENT
                for state in panel
            ),
        }
        noise = self._times_of_noise(home_id)
        found = self._where_present(home_id, shown, now, {"disturbance": noise, "noise": noise})
        if not now.is_reachable and now.push and home_id in self._told.present:
            found[""] = self._pushed_alarm(home_id)
        return found

    def _pushed_alarm(self, home_id: str) -> Allowed:
        """Return what the panel shows while the cloud is lost: an alarm that an event reported."""
        signs = {item.meaning.alarm for item in self._told.of_home(home_id)}
        panel = self._panel(home_id) if "expired" in signs else UNAVAILABLE
        is_certain = panel == {"triggered"}
        return panel if is_certain else UNAVAILABLE | (panel & {"triggered"})

    def _panel(self, home_id: str) -> Allowed:
        told = self._told.homes[home_id]
        by_answer = PANEL[alarm_status(told.words)]
        signs = [item for item in self._told.of_home(home_id) if item.meaning.alarm]
        if not signs:
            return allowed(by_answer)
        at = max(item.at for item in signs)
        last = {item.meaning.alarm for item in signs if item.at == at}
        states: set[str] = set()
        if "expired" in last:
            ended = self._told.ended.get(home_id)
            is_over = (ended is not None and ended > at) or told.asked_at - at > ALARM_HOLDS
            states.add(by_answer if is_over else "triggered")
            if ended == at or told.asked_at - at == ALARM_HOLDS:
                states.add(by_answer)
        if "silenced" in last:
            states.add(by_answer)
        return allowed(*states)

    def _stages(self, home_id: str, now: Circumstances) -> set[str | None]:
        """Return the possible stages of a disturbance."""
        signs = [item for item in self._told.of_home(home_id) if item.meaning.stage]
        not_yet = set() if now.is_caught_up else {None}
        in_this_run = [item for item in signs if item.run == self._told.run]
        if not signs:
            return {"none"} if now.is_caught_up else {None}
        at = max(item.at for item in signs)
        stages: set[str | None] = {item.meaning.stage for item in signs if item.at == at}
        if not (in_this_run and max(item.at for item in in_this_run) == at):
            stages |= not_yet
        if now.now - at >= HOUR:  # it is doubted, and asked for
            stages |= {None, "none"}
            asked = self._told.home_news.get(home_id, ())
            stages |= {"first_notice", *(meaning(kind).stage for kind in asked)} if asked else set()
        return stages

    def _noise(self, home_id: str, now: Circumstances) -> Allowed:
        stages = self._stages(home_id, now)
        return on_off(*(None if stage is None else stage in NOTICES for stage in stages))

    # Common to all

    def _where_present(
        self,
        key: str,
        shown: dict[str, Allowed],
        now: Circumstances,
        pushed: Mapping[str, list[datetime]],
    ) -> dict[str, Allowed]:
        """Return the states; unavailable while the cloud is lost, but for what events told since.

        `pushed`: the times of these events, by key.
        """
        is_present = key in self._told.present
        if now.is_reachable and is_present:
            return shown
        found = {key: UNAVAILABLE | ({ABSENT} & values) for key, values in shown.items()}
        if not (now.push and is_present):
            return found
        for name, times in pushed.items():
            last = max(times, default=None)
            if name in shown and last is not None and last >= now.polled_at:
                found[name] = shown[name] if last > now.polled_at else shown[name] | UNAVAILABLE
        return found


# What is known of a Point


def _pushed_by(news: News) -> set[str | None]:
    """Return the keys of the states that an event of a Point changes."""
    told = news.meaning
    life = "connectivity" if told.is_sign_of_life else None
    return {told.starts, told.stops, told.begins, told.ends, life}


def newest[T](marks: Iterable[tuple[datetime, T]], *, answer: tuple[datetime, T]) -> set[T]:
    """Return the values of the newest information: events, or else the answer.

    Several values if several are of the same time.
    """
    marks = list(marks)
    at = max((when for when, _ in marks), default=None)
    if at is None or at < answer[0]:
        return {answer[1]}
    return {value for when, value in marks if when == at}


def lasting(told: Answer, news: list[News], key: str) -> set[bool]:
    """Return whether a condition holds. The answer is as of when the Point was last heard."""
    marks = [
        (item.at, item.meaning.begins == key)
        for item in news
        if key in {item.meaning.begins, item.meaning.ends}
    ]
    heard = moment(told.words["last_heard_from_at"])
    return newest(marks, answer=(heard, ONGOING[key] in told.words["ongoing_events"]))


def reading(told: Answer, news: list[News], name: str) -> Allowed:
    """Return a reading, from the answer or from a newer event."""
    latest = told.words["latest_sensor_values"][name]
    measured_at = moment(latest["time"])
    marks = [
        (item.at, float(item.words["sensor_value"]))
        for item in news
        if item.meaning.reading == name and item.words.get("sensor_value") is not None
    ]
    by_answer = float(latest["value"])
    values = newest(marks, answer=(measured_at, by_answer))
    if any(at == measured_at for at, _ in marks):
        values |= {by_answer}
    return frozenset(values)


def battery(told: Answer, news: list[News]) -> Allowed:
    """Return whether the battery is low: by an event and not charged since, or at most 10 %."""
    percent = told.words["battery"]["percent"]
    heard = moment(told.words["last_heard_from_at"])
    marks = [
        (item.at, item.meaning.begins == "battery")
        for item in news
        if "battery" in {item.meaning.begins, item.meaning.ends}
    ]
    by_level = percent <= 10
    if not marks:
        return on_off(by_level)
    at = max(when for when, _ in marks)
    warned = {value for when, value in marks if when == at}
    if at > heard:
        return on_off(*warned)
    by_level_now = {by_level or (value and percent < 25) for value in warned}
    return on_off(*by_level_now, *(warned if at == heard else ()))


def mount_status(told: Answer, news: list[News]) -> Allowed:
    """Return the status of the answer, with one word for removed, or that of a newer event."""
    marks = [
        (item.at, "mounted" if item.meaning.mounted else "removed")
        for item in news
        if item.meaning.mounted is not None
    ]
    heard, word = moment(told.words["last_heard_from_at"]), str(told.words["mount_status"])
    if word == "unmounted":
        word = "removed"
    values = newest(marks, answer=(heard, word))
    if any(at == heard for at, _ in marks):
        values |= {word}
    return frozenset(values)


def _written(time: datetime) -> str:
    return time.isoformat(timespec="seconds")


def _if(conditions: set[bool], shown: dict[str, Allowed]) -> dict[str, Allowed]:
    """Return these states if a condition holds, and unavailable if it does not."""
    if conditions == {True}:
        return shown
    if conditions == {False}:
        return dict.fromkeys(shown, UNAVAILABLE)
    return {key: value | UNAVAILABLE for key, value in shown.items()}


def _if_known(now: Circumstances, value: Allowed) -> Allowed:
    match now.knows_events:
        case True:
            return value
        case False:
            return UNAVAILABLE
        case None:
            return value | UNAVAILABLE
