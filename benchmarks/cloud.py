"""A model of Minut's cloud for the polling benchmark: Points that report about once an hour.

How late heartbeats arrive is not public; the figures are assumptions.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
import math
from random import Random

from custom_components.point.minut.models import Device, Home, Reading

START = datetime(2026, 11, 1, tzinfo=UTC)
HEARTBEAT = timedelta(hours=1)
MAX_DELAY = 60.0
"""Maximum delay of a heartbeat in seconds: a Point wakes up and joins the Wi-Fi."""
SLOW_SHARE = 0.04
"""Share of heartbeats that arrive up to ten minutes late."""
LOST_SHARE = 0.01
"""Share of heartbeats that do not arrive at all."""
OFFLINE_AFTER = timedelta(hours=2)
"""Time from a missed heartbeat to Minut reporting the Point as offline."""
PAGE_SIZE = 50
"""Homes or Points in one answer, as in Minut's example; the actual limit is not public."""
OUTAGE = timedelta(days=2), timedelta(days=9)
"""Start and end of the outage of the last Point of an account with several Points."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """The size of an account: its homes and Points."""

    homes: int
    points: int

    @property
    def name(self) -> str:
        """Name such as `1 home, 2 Points`."""
        counts = ((self.homes, "home"), (self.points, "Point"))
        return ", ".join(f"{count} {noun}{'s' * (count > 1)}" for count, noun in counts)

    @property
    def requests_for_homes(self) -> int:
        """Number of pages of the list of homes."""
        return math.ceil(self.homes / PAGE_SIZE)

    @property
    def requests_for_devices(self) -> int:
        """Number of pages of the list of devices."""
        return math.ceil(self.points / PAGE_SIZE)


@dataclass(frozen=True, slots=True, order=True)
class Beat:
    """A heartbeat: the time at which Minut gets new readings of a Point."""

    at: datetime
    point: int


class Cloud:
    """An account's homes and Points, on a clock that only moves forward."""

    def __init__(self, account: Account, *, seed: int) -> None:
        self._random = Random(seed)
        self.homes = [Home(id=f"h{number}") for number in range(account.homes)]
        self.devices: list[Device] = []
        self._pending: list[Beat] = []
        self._outage_point = account.points - 1 if account.points > 1 else None
        for number in range(account.points):
            heard = START - HEARTBEAT * self._random.random()
            home_id = self.homes[number % account.homes].id
            device = Device(id=f"p{number}", home_id=home_id)
            self.devices.append(self._heard(device, heard))
            self._expect(number, heard + HEARTBEAT)

    def advance(self, now: datetime) -> list[Beat]:
        """Advance the time. Return the heartbeats that arrived."""
        arrived: list[Beat] = []
        while self._pending and self._pending[0].at <= now:
            beat = heappop(self._pending)
            self.devices[beat.point] = self._heard(self.devices[beat.point], beat.at)
            self._expect(beat.point, beat.at + HEARTBEAT)
            arrived.append(beat)
        self._update_offline(now)
        return arrived

    def _heard(self, device: Device, at: datetime) -> Device:
        reading = Reading(self._random.uniform(18, 24), at)
        return replace(
            device,
            offline=False,
            last_heard_from_at=at,
            next_heartbeat_at=at + HEARTBEAT,
            readings={"temperature": reading},
        )

    def _expect(self, point: int, due: datetime) -> None:
        """Schedule a Point's next heartbeat."""
        while self._is_lost(point, due):
            due += HEARTBEAT
        is_slow = self._random.random() < SLOW_SHARE
        delay = self._random.uniform(0, 600 if is_slow else MAX_DELAY)
        heappush(self._pending, Beat(due + timedelta(seconds=delay), point))

    def _is_lost(self, point: int, due: datetime) -> bool:
        is_out = point == self._outage_point and OUTAGE[0] <= due - START < OUTAGE[1]
        return is_out or self._random.random() < LOST_SHARE

    def _update_offline(self, now: datetime) -> None:
        if self._outage_point is None:
            return
        device = self.devices[self._outage_point]
        due = device.next_heartbeat_at
        if due and not device.offline and now >= due + OFFLINE_AFTER:
            self.devices[self._outage_point] = replace(device, offline=True)
