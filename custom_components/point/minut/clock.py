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
"""Mean of what `Date` leaves out: it has whole seconds."""
NONE: Final = timedelta(0)


QUARTER: Final = timedelta(minutes=15)
"""Offsets of time zones are multiples of this."""
MAX_ZONE: Final = timedelta(hours=14)
MIN_EVENTS: Final = 2
"""Events in a row that show a smaller offset. One alone may have been delivered late."""


class ZoneOffset:
    """How far the times of events that name no zone are ahead of UTC.

    Learned from events that were just delivered. Until then such times count as UTC.
    """

    def __init__(self) -> None:
        self.value = NONE
        self._seen = NONE
        self._count = 0

    def note(self, at: datetime, received_at: datetime) -> None:
        """Update from the time of an event, read as UTC, and the time of its delivery.

        A larger offset counts at once: no event is delivered before it happens.
        """
        offset = round((at - received_at) / QUARTER) * QUARTER
        if abs(at - received_at - offset) > TOLERANCE or abs(offset) > MAX_ZONE:
            return
        self._count = self._count + 1 if offset == self._seen else 1
        self._seen = offset
        if offset > self.value or self._count >= MIN_EVENTS:
            self.value = offset


class ClockOffset:
    """How far Minut's clock is ahead of ours (negative: behind).

    The estimate ends when our clock is set, which a comparison with the monotonic clock shows: most
    likely the clock is correct then.
    """

    def __init__(self) -> None:
        self._offset = NONE
        self._basis = _basis()
        self.zone = ZoneOffset()

    def note(self, date: datetime, sent_at: datetime) -> None:
        """Update the estimate from the `Date` of an answer to a request sent at `sent_at`."""
        received_at = datetime.now(UTC)
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

    def event(self, event: Event) -> Event:
        """Return an event with its time by our clock, in UTC."""
        created_at = self._ours(event.created_at)
        if created_at and not event.has_zone:
            created_at -= self.zone.value
        return event if created_at == event.created_at else replace(event, created_at=created_at)

    def delivered_event(self, event: Event) -> Event:
        """Return an event that has just been delivered with its time by our clock, in UTC."""
        if event.created_at and not event.has_zone:
            self.zone.note(event.created_at, self.to_minut(datetime.now(UTC)))
        return self.event(event)

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
