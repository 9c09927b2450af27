"""State of one Point: its newest poll plus later events. Pure: it never waits or reads a clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ..minut.event_types import ONGOING, EventType, Lasting, Momentary
from ..minut.models import Device, Event, Reading
from ..minut.parsing import Json, JsonObject, flag, mapping, moment, number
from .home import HomeState
from .momentary import MomentaryStates
from .noise import DisturbanceState

BATTERY_LOW_PERCENT = 10
"""Maximum level of a low battery without a warning from Minut."""
BATTERY_CHARGED_PERCENT = 25
"""Minimum level that ends a warning."""

NOISE = "noise"
MOUNT = "mount"
"""What an event can change besides readings, conditions and momentary states."""

MOUNTED = "mounted"
REMOVED = "removed"
OFF_MOUNT = frozenset({REMOVED, "unmounted", "not_mounted"})
"""Mount statuses of a Point that is off its mount. Minut publishes no list (API notes 3.2)."""

MAX_MISSED = 2
"""Number of polls with an overdue heartbeat after which a device no longer speeds up polling."""


@dataclass(frozen=True, slots=True)
class Observation:
    """Whether a lasting condition holds, as of the time of an event."""

    on: bool
    at: datetime


class DeviceState:
    """State of one Point. Its entities show a function of this state and the clock."""

    def __init__(self, device: Device, asked_at: datetime) -> None:
        self.polled = device
        self.asked_at = asked_at
        self.home: HomeState | None = None
        self.missed = 0
        self._observations: dict[Lasting, Observation] = {}
        self._mounted: Observation | None = None
        self._disturbance = DisturbanceState(asked_at)
        self.momentary = MomentaryStates()
        self._values: dict[str, Reading] = {}

    # Read by entities

    @property
    def online(self) -> bool:
        """Return whether the device reports to Minut."""
        return not self._newest(Lasting.OFFLINE, polled=self.polled.offline, as_of=self.asked_at)

    @property
    def battery_low(self) -> bool | None:
        """Return whether the battery needs charging, None if unknown.

        Minut warns about two weeks ahead, at a level that is not public (API notes 10). The warning
        holds until the level shows that the battery was charged.
        """
        percent = self.polled.battery_percent
        warning = self._observations.get(Lasting.BATTERY_LOW)
        if warning and (percent is None or not self._heard_after(warning)):
            return warning.on
        if percent is None:
            return None
        is_warned = warning is not None and warning.on and percent < BATTERY_CHARGED_PERCENT
        return is_warned or percent <= BATTERY_LOW_PERCENT

    @property
    def light(self) -> bool | None:
        """Return whether it is light, None without an ambient light reading (API notes 3.4)."""
        value = self.reading("part_als")
        return None if value is None else value > 0

    @property
    def noise(self) -> bool | None:
        """Return whether there is a noise disturbance in the Point's home, else at the Point."""
        return (self.home.disturbance if self.home else self._disturbance).noise

    def is_lasting(self, condition: Lasting) -> bool:
        """Return whether a condition holds, by the newest information."""
        polled = not self.polled.ongoing_events.isdisjoint(ONGOING[condition])
        return self._newest(condition, polled=polled, as_of=self.polled.last_heard_from_at)

    def is_lasting_pushed(self, condition: Lasting, since: datetime) -> bool:
        """Return whether the last event about a condition happened after `since`."""
        event = self._observations.get(condition)
        return event is not None and event.at >= since

    def is_noise_pushed(self, since: datetime) -> bool:
        """Return whether the last event about noise happened after `since`."""
        return (self.home.disturbance if self.home else self._disturbance).is_pushed(since)

    def is_announced(self, kind: EventType, since: datetime) -> bool:
        """Return whether an event about what `kind` starts happened after `since`.

        Noise may be announced by a notice of its home.
        """
        return any(
            (
                kind.opens is not None and self.is_lasting_pushed(kind.opens, since),
                kind.starts is not None and self.momentary.is_pushed(kind.starts, since),
                kind.starts is Momentary.SOUND and self.is_noise_pushed(since),
                kind.alarm is not None and self.home is not None and self.home.is_pushed(since),
            )
        )

    @property
    def mount_status(self) -> str | None:
        """Return "mounted", "removed", or Minut's mount status if that is another one."""
        event, polled = self._mounted, self.polled.mount_status
        if polled is None or event is None or self._heard_after(event):
            return REMOVED if polled in OFF_MOUNT else polled
        return MOUNTED if event.on else REMOVED

    @property
    def is_removed(self) -> bool:
        """Return whether the Point is off its mount, by its status or else the last event."""
        if self.mount_status in {MOUNTED, REMOVED}:
            return self.mount_status == REMOVED
        return self._mounted is not None and not self._mounted.on

    def reading(self, name: str) -> float | None:
        """Return the newest value of a reading, by Minut's name and in Minut's unit."""
        polled, pushed = self.polled.readings.get(name), self._values.get(name)
        if polled is None or pushed is None:
            newest = polled or pushed
            return newest.value if newest else None
        polled_at = polled.time or self.polled.last_heard_from_at or self.asked_at
        is_pushed_newer = pushed.time is not None and pushed.time > polled_at
        return (pushed if is_pushed_newer else polled).value

    def polled_reading(self, name: str) -> float | None:
        """Return a reading of the last report: all of them are of the same time."""
        polled = self.polled.readings.get(name)
        return polled.value if polled else None

    # Updates

    def merge(self, device: Device, asked_at: datetime) -> bool:
        """Update from a read of this device. Return whether anything changed."""
        before, derived = self.polled, self._derived()
        if not _is_overdue(device, before, asked_at):
            self.missed = 0
        self.polled, self.asked_at = device, asked_at
        return device != before or self._derived() != derived

    def poll(self, device: Device, asked_at: datetime) -> bool:
        """Update from a poll of all devices and count missed heartbeats. Return as `merge`."""
        self.missed += _is_overdue(device, self.polled, asked_at)
        return self.merge(device, asked_at)

    def apply(
        self, event: Event, kind: EventType, *, at: datetime, started_at: datetime | None
    ) -> frozenset[str]:
        """Apply an event of the time `at`. Return what changed.

        That is: names of readings, conditions, momentary states, `NOISE` and `MOUNT`.
        `started_at`: when a momentary state starts; None if it is over.
        """
        return frozenset(self._changes(event, kind, at=at, started_at=started_at))

    def _changes(
        self, event: Event, kind: EventType, *, at: datetime, started_at: datetime | None
    ) -> Iterator[str]:
        if kind.reading is not None and self._apply_value(event, kind.reading, at):
            yield kind.reading
        is_heard = kind.starts is not None or kind.reading is not None  # sent by the device itself
        if is_heard and self._observe(Lasting.OFFLINE, Observation(on=False, at=at)):
            yield Lasting.OFFLINE
        for condition, on in ((kind.opens, True), (kind.closes, False)):
            if condition is not None and self._observe(condition, Observation(on=on, at=at)):
                yield condition
        if self.home is None and self._disturbance.apply(kind, at):
            yield NOISE
        if Momentary.TAMPER in {kind.starts, kind.stops} and not self._is_mount_known_after(at):
            before = self.mount_status, self.is_removed
            self._mounted = Observation(on=kind.stops is Momentary.TAMPER, at=at)
            if before != (self.mount_status, self.is_removed):
                yield MOUNT
        if kind.starts is not None and self.momentary.begin(kind.starts, at, started_at):
            yield kind.starts
        if kind.stops is not None and self.momentary.stop(kind.stops, at):
            yield kind.stops

    def end_expired(self, now: datetime) -> bool:
        """Turn off the momentary states that have expired. Return whether there were any."""
        has_expired = self.momentary.end_expired(now)
        is_noise_over = self._noise_ends is not None and self._noise_ends <= now
        if is_noise_over:
            self._disturbance.reconcile((), now)
        return has_expired or is_noise_over

    @property
    def next_expiry(self) -> datetime | None:
        """Return when the next momentary state expires, None without any."""
        ends = (self.momentary.next_expiry, self._noise_ends)
        return min((end for end in ends if end is not None), default=None)

    @property
    def _noise_ends(self) -> datetime | None:
        return self._disturbance.next_check if self._disturbance.noise else None

    # Internal

    def _derived(self) -> tuple[object, ...]:
        """Return what depends on the time of the poll, even if its answer is the same."""
        return self.online, *(self.reading(name) for name in self._values)

    def _newest(self, condition: Lasting, *, polled: bool, as_of: datetime | None) -> bool:
        event = self._observations.get(condition)
        return event.on if event and (as_of is None or event.at >= as_of) else polled

    def _is_mount_known_after(self, at: datetime) -> bool:
        return self._mounted is not None and self._mounted.at > at

    def _heard_after(self, event: Observation) -> bool:
        heard = self.polled.last_heard_from_at
        return heard is not None and heard > event.at

    def _observe(self, condition: Lasting, event: Observation) -> bool:
        known = self._observations.get(condition)
        if known and known.at > event.at:
            return False
        before = self._holds(condition)
        self._observations[condition] = event
        return self._holds(condition) != before

    def _holds(self, condition: Lasting) -> bool | None:
        match condition:
            case Lasting.OFFLINE:
                return not self.online
            case Lasting.BATTERY_LOW:
                return self.battery_low
            case _:
                return self.is_lasting(condition)

    def _apply_value(self, event: Event, reading: str, at: datetime) -> bool:
        if event.value is None:
            return False
        known = self._values.get(reading)
        if known and known.time is not None and known.time > at:
            return False
        self._values[reading] = Reading(event.value, at)
        return True

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return what events have changed, as JSON, without momentary states: none may restart."""
        return {
            "marks": {name: _dumped(event) for name, event in self._observations.items()},
            "mounted": _dumped(self._mounted) if self._mounted else None,
            "happened_at": self.momentary.dump(),
            "values": {
                name: {"value": reading.value, "at": reading.time.isoformat()}
                for name, reading in self._values.items()
                if reading.time is not None
            },
        }

    def load(self, stored: JsonObject) -> None:
        """Load a stored state. Values that cannot be parsed are skipped."""
        for name, dumped in mapping(stored.get("marks")).items():
            if name in Lasting and (event := _loaded(dumped)):
                self._observations[Lasting(name)] = event
        self._mounted = _loaded(stored.get("mounted"))
        self.momentary.load(stored.get("happened_at"))
        for name, reading in mapping(stored.get("values")).items():
            read = mapping(reading)
            if (at := moment(read.get("at"))) and (value := number(read.get("value"))) is not None:
                self._values[name] = Reading(value, at)


def _is_overdue(device: Device, before: Device, asked_at: datetime) -> bool:
    """Return whether the heartbeat is overdue and the device has not reported since `before`."""
    due = device.next_heartbeat_at
    heard = device.last_heard_from_at != before.last_heard_from_at
    return due is not None and due < asked_at and not heard


def _dumped(event: Observation) -> dict[str, Json]:
    return {"on": event.on, "at": event.at.isoformat()}


def _loaded(stored: Json) -> Observation | None:
    event = mapping(stored)
    at, on = moment(event.get("at")), flag(event.get("on"))
    return None if at is None or on is None else Observation(on=on, at=at)
