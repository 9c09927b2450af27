"""Estimate of the difference between Minut's clock and ours, from the `Date` of its answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
import time
from types import MappingProxyType
from typing import Final

from .models import Device, Event, Home

TOLERANCE: Final = timedelta(minutes=1)
"""Maximum difference that is ignored: network and rounding explain smaller ones."""
STEP: Final = timedelta(seconds=5)
"""Minimum change of the estimate, so that converted times do not jitter."""
HALF_A_SECOND: Final = timedelta(seconds=0.5)
"""Mean error of `Date`, which has whole seconds."""
NONE: Final = timedelta(0)
ZONE_STEP: Final = timedelta(minutes=15)
"""Offsets of time zones are multiples of this."""
MAX_ZONE: Final = timedelta(hours=14)
ZONE_CHANGE: Final = 3
"""Deliveries in a row that show a smaller offset before it is used: single ones may be late."""


class ClockOffset:
    """How far Minut's clock is ahead of ours (negative: behind).

    The estimate is dropped when our clock is set, which a comparison with the monotonic clock
    shows. Most likely our clock is correct then.
    """

    def __init__(self) -> None:
        self._offset = NONE
        self.is_known = False
        """Whether Minut's time is known."""
        self._basis = _basis()
        self._zone: timedelta | None = None
        """Offset of times without a zone, None while it is unknown."""
        self._smaller: list[timedelta] = []
        """Smaller offsets that the last deliveries have shown."""

    def note(self, date: datetime, sent_at: datetime) -> None:
        """Update the estimate from the `Date` of an answer to a request sent at `sent_at`."""
        self.is_known = True
        received_at = datetime.fromtimestamp(time.time(), UTC)
        offset = date + HALF_A_SECOND - sent_at - (received_at - sent_at) / 2
        if abs(offset - self._offset) >= STEP or self._was_set():
            self._offset = offset
        self._basis = _basis()

    @property
    def value(self) -> timedelta:
        """Return the difference; zero up to `TOLERANCE` and while it is unknown."""
        is_known = abs(self._offset) > TOLERANCE and not self._was_set()
        return self._offset if is_known else NONE

    def to_minut(self, at: datetime) -> datetime:
        """Convert a time of our clock."""
        return at + self.value

    def note_delivery(self, event: Event, received_at: datetime) -> None:
        """Learn the zone of times without one from an event that has just been delivered.

        Whether Minut's times always say their zone is not certain (API notes 12).
        """
        if event.has_zone or event.created_at is None:
            return
        ahead = event.created_at - self.value - received_at
        zone = round(ahead / ZONE_STEP) * ZONE_STEP
        if abs(ahead - zone) > TOLERANCE or abs(zone) > MAX_ZONE:
            return
        self._smaller = [*self._smaller, zone][-ZONE_CHANGE:]
        if self._zone is None or zone >= self._zone or self._smaller == [zone] * ZONE_CHANGE:
            self._zone = zone
            self._smaller = []

    def event(self, event: Event) -> Event:
        """Return an event with its time by our clock."""
        at = event.created_at
        if at is not None and not event.has_zone and self._zone is not None:
            at -= self._zone
        at = self._ours(at)
        return event if at == event.created_at else replace(event, created_at=at)

    def device(self, device: Device) -> Device:
        """Return a device with its times by our clock."""
        if not self.value:
            return device
        readings = {
            name: replace(reading, time=self._ours(reading.time))
            for name, reading in device.readings.items()
        }
        return replace(
            device,
            last_heard_from_at=self._ours(device.last_heard_from_at),
            next_heartbeat_at=self._ours(device.next_heartbeat_at),
            readings=MappingProxyType(readings),
        )

    def home(self, home: Home) -> Home:
        """Return a home with its times by our clock."""
        expires_at = self._ours(home.grace_period_expires_at)
        return replace(home, grace_period_expires_at=expires_at) if self.value else home

    def _ours(self, at: datetime | None) -> datetime | None:
        return at and at - self.value

    def _was_set(self) -> bool:
        """Return whether our clock has been set since the last answer."""
        return abs(_basis() - self._basis) > TOLERANCE


def _basis() -> timedelta:
    """Return the difference between our clock and the monotonic one."""
    return timedelta(seconds=time.time() - time.monotonic())
