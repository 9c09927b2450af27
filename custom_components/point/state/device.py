"""All that is known of one Point: what the cloud told when asked, and what events said of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ..minut.event_types import BRIEF, DURATIONS, ONGOING, EventType, Lasting, Momentary
from ..minut.models import Device, Event, Reading
from ..minut.parsing import Json, JsonObject, flag, mapping, moment, number
from .home import HomeState
from .noise import DisturbanceState

BATTERY_LOW_PERCENT = 10
BATTERY_CHARGED_PERCENT = 25

MAX_MISSED = 2
"""So many polls may find a heartbeat overdue before the device is taken to be silent."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an event said of a lasting condition, and when it happened."""

    on: bool
    at: datetime


class DeviceState:
    """One Point. Everything that its entities show is a function of this and the clock."""

    def __init__(self, device: Device, asked_at: datetime) -> None:
        self.polled = device
        self.asked_at = asked_at
        self.home: HomeState | None = None
        self.missed = 0
        self._marks: dict[Lasting, Mark] = {}
        self._mounted: Mark | None = None
        self._disturbance = DisturbanceState(asked_at)
        self._until: dict[Momentary, datetime] = {}
        self._last: dict[Momentary, datetime] = {}
        self._values: dict[str, Reading] = {}
        self._happened_at: dict[Momentary, datetime] = {}

    # What the entities ask

    @property
    def online(self) -> bool:
        """Tell whether Minut hears from the device."""
        return not self._newest(Lasting.OFFLINE, polled=self.polled.offline, as_of=self.asked_at)

    @property
    def battery_low(self) -> bool | None:
        """Tell whether the battery needs charging; None where nothing is known of it.

        A warning holds until the level shows that somebody charged the battery: it comes about
        two weeks before the end, at a level that Minut does not publish.
        """
        percent = self.polled.battery_percent
        mark = self._marks.get(Lasting.BATTERY_LOW)
        if mark and (percent is None or not self._heard_after(mark)):
            return mark.on
        if percent is None:
            return None
        warned = mark is not None and mark.on and percent < BATTERY_CHARGED_PERCENT
        return warned or percent <= BATTERY_LOW_PERCENT

    @property
    def light(self) -> bool | None:
        """Tell whether there is light; None without an ambient-light reading (API notes 3.4)."""
        value = self.reading("part_als")
        return None if value is None else value > 0

    @property
    def noise(self) -> bool | None:
        """Tell whether a noise disturbance goes on in the home, to which Minut ties it (8).

        A Point without a home has only the notices that name it.
        """
        return (self.home.disturbance if self.home else self._disturbance).noise

    def is_lasting(self, condition: Lasting) -> bool:
        """Tell whether a condition holds, by the newest information."""
        polled = not self.polled.ongoing_events.isdisjoint(ONGOING[condition])
        return self._newest(condition, polled=polled, as_of=self.polled.last_heard_from_at)

    def is_momentary(self, momentary: Momentary, now: datetime) -> bool:
        """Tell whether a momentary state lasts; longer than it may, only by a clock put back."""
        until = self._until.get(momentary)
        return until is not None and timedelta(0) < until - now <= DURATIONS[momentary]

    @property
    def mount_status(self) -> str | None:
        """Return Minut's word for how it is mounted, or what a newer event says of that."""
        mark = self._mounted
        if self.polled.mount_status is None or mark is None or self._heard_after(mark):
            return self.polled.mount_status
        return "mounted" if mark.on else "removed"

    def last(self, momentary: Momentary) -> datetime | None:
        """Return when it last happened; None where that was never told."""
        return self._happened_at.get(momentary)

    def reading(self, name: str) -> float | None:
        """Return the newest value of a reading, by Minut's name and in Minut's unit."""
        polled, pushed = self.polled.readings.get(name), self._values.get(name)
        if polled is None or pushed is None:
            newest = polled or pushed
            return newest.value if newest else None
        polled_at = polled.time or self.polled.last_heard_from_at
        is_pushed_newer = polled_at is None or (pushed.time is not None and pushed.time > polled_at)
        return (pushed if is_pushed_newer else polled).value

    # What changes it

    def merge(self, device: Device, asked_at: datetime) -> bool:
        """Take what the cloud told; return whether anything changed."""
        was_online, before = self.online, self.polled
        if not _is_waited_for(device, before, asked_at):
            self.missed = 0
        self.polled, self.asked_at = device, asked_at
        return device != before or self.online != was_online

    def poll(self, device: Device, asked_at: datetime) -> bool:
        """Take what the list of devices told, which looks for heartbeats; return as `merge`."""
        self.missed += _is_waited_for(device, self.polled, asked_at)
        return self.merge(device, asked_at)

    def apply(
        self, event: Event, kind: EventType, *, at: datetime, started_at: datetime | None
    ) -> bool:
        """Take what an event says; return whether anything changed.

        `started_at`: when what is momentary begins here; None where it is over.
        """
        changed = self._apply_value(event, kind, at)
        if kind.starts is not None or kind.reading is not None:  # the device itself was heard
            changed |= self._mark(Lasting.OFFLINE, Mark(on=False, at=at))
        for condition, on in ((kind.opens, True), (kind.closes, False)):
            if condition is not None:
                changed |= self._mark(condition, Mark(on=on, at=at))
        if self.home is None:
            changed |= self._disturbance.apply(kind, at)
        if Momentary.TAMPER in {kind.starts, kind.stops} and not self._is_mount_known_after(at):
            self._mounted = Mark(on=kind.stops is Momentary.TAMPER, at=at)
            changed |= self.polled.mount_status is not None
        if kind.starts is not None:
            changed |= self._note(kind.starts, at)
            changed |= started_at is not None and self._start(kind.starts, at, started_at)
        if kind.stops is not None:
            changed |= self.stop(kind.stops, at)
        return changed

    def stop(self, momentary: Momentary, at: datetime) -> bool:
        """End a momentary state that began before `at`; return whether it did."""
        if at < self._last.get(momentary, at):
            return False
        self._last[momentary] = at
        return self._until.pop(momentary, None) is not None

    def interrupt(self, kind: EventType, *, at: datetime) -> bool:
        """Let a brief state go off that the event is about to switch on again."""
        if kind.starts is None or DURATIONS[kind.starts] > BRIEF:
            return False
        if not self._may_start(kind.starts, at):
            return False
        return self._until.pop(kind.starts, None) is not None

    def end_expired(self, now: datetime) -> bool:
        """Forget the momentary states that are over; return whether there were any."""
        over = [momentary for momentary, until in self._until.items() if until <= now]
        for momentary in over:
            del self._until[momentary]
        is_noise_over = self._noise_ends is not None and self._noise_ends <= now
        if is_noise_over:
            self._disturbance.settle((), now)
        return bool(over) or is_noise_over

    @property
    def next_expiry(self) -> datetime | None:
        """Return when the next momentary state ends."""
        ends = [*self._until.values(), *([self._noise_ends] if self._noise_ends else [])]
        return min(ends, default=None)

    @property
    def _noise_ends(self) -> datetime | None:
        return self._disturbance.next_check if self._disturbance.noise else None

    # How it comes to that

    def _newest(self, condition: Lasting, *, polled: bool, as_of: datetime | None) -> bool:
        mark = self._marks.get(condition)
        return mark.on if mark and (as_of is None or mark.at >= as_of) else polled

    def _is_mount_known_after(self, at: datetime) -> bool:
        return self._mounted is not None and self._mounted.at > at

    def _heard_after(self, mark: Mark) -> bool:
        heard = self.polled.last_heard_from_at
        return heard is not None and heard > mark.at

    def _mark(self, condition: Lasting, mark: Mark) -> bool:
        known = self._marks.get(condition)
        if known and known.at > mark.at:
            return False
        before = self._holds(condition)
        self._marks[condition] = mark
        return self._holds(condition) != before

    def _holds(self, condition: Lasting) -> bool | None:
        match condition:
            case Lasting.OFFLINE:
                return not self.online
            case Lasting.BATTERY_LOW:
                return self.battery_low
            case _:
                return self.is_lasting(condition)

    def _note(self, momentary: Momentary, at: datetime) -> bool:
        known = self._happened_at.get(momentary)
        if known and known >= at:
            return False
        self._happened_at[momentary] = at
        return True

    def _start(self, momentary: Momentary, at: datetime, started_at: datetime) -> bool:
        if not self._may_start(momentary, at):
            return False
        self._last[momentary] = at
        until = max(at + DURATIONS[momentary], started_at + BRIEF)
        self._until[momentary] = max(until, self._until.get(momentary, until))
        return True

    def _may_start(self, momentary: Momentary, at: datetime) -> bool:
        """Tell whether an event is not older than what is known."""
        return at >= self._last.get(momentary, at)

    def _apply_value(self, event: Event, kind: EventType, at: datetime) -> bool:
        if kind.reading is None or event.value is None:
            return False
        known = self._values.get(kind.reading)
        if known and known.time is not None and known.time > at:
            return False
        self._values[kind.reading] = Reading(event.value, at)
        return True

    # What survives a restart

    def dump(self) -> dict[str, Json]:
        """Return what events have said; a momentary state that came back would start it anew."""
        return {
            "marks": {condition: _dumped(mark) for condition, mark in self._marks.items()},
            "mounted": _dumped(self._mounted) if self._mounted else None,
            "happened_at": {what: at.isoformat() for what, at in self._happened_at.items()},
            "values": {
                name: {"value": reading.value, "at": reading.time.isoformat()}
                for name, reading in self._values.items()
                if reading.time is not None
            },
        }

    def load(self, saved: JsonObject) -> None:
        """Take what events said in an earlier run; what cannot be read is left out."""
        for condition, dumped in _known(Lasting, saved.get("marks")):
            if mark := _loaded(dumped):
                self._marks[condition] = mark
        self._mounted = _loaded(saved.get("mounted"))
        for momentary, happened in _known(Momentary, saved.get("happened_at")):
            if at := moment(happened):
                self._happened_at[momentary] = self._last[momentary] = at
        for name, reading in mapping(saved.get("values")).items():
            told = mapping(reading)
            if (at := moment(told.get("at"))) and (value := number(told.get("value"))) is not None:
                self._values[name] = Reading(value, at)


def _is_waited_for(device: Device, before: Device, asked_at: datetime) -> bool:
    """Tell whether the heartbeat is overdue, and nothing else was heard of the device."""
    due = device.next_heartbeat_at
    heard = device.last_heard_from_at != before.last_heard_from_at
    return due is not None and due < asked_at and not heard


def _dumped(mark: Mark) -> dict[str, Json]:
    return {"on": mark.on, "at": mark.at.isoformat()}


def _loaded(saved: Json) -> Mark | None:
    told = mapping(saved)
    at, on = moment(told.get("at")), flag(told.get("on"))
    return None if at is None or on is None else Mark(on=on, at=at)


def _known[E: StrEnum](names: type[E], saved: Json) -> Iterator[tuple[E, Json]]:
    """Yield what was saved under names that are still in use."""
    for name, value in mapping(saved).items():
        if name in names:
            yield names(name), value
