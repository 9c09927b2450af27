"""Minut's cloud as far as polling can see it: Points that report about once an hour.

How late heartbeats come is not public; the figures here are ours.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
import math
from random import Random

from custom_components.point.minut.models import Device, Home, Reading

START = datetime(2026, 11, 1, tzinfo=UTC)
HEARTBEAT = timedelta(hours=1)
LATENESS = 60.0
"""Seconds: a Point wakes up and joins the Wi-Fi."""
POOR_WIFI = 0.04
"""The share of heartbeats that come up to ten minutes late."""
FAILS = 0.01
"""The share of heartbeats that do not come at all."""
OFFLINE_AFTER = timedelta(hours=2)
"""So long after a missed heartbeat Minut says that a Point is offline."""
PAGE = 50
"""So many homes or Points an answer holds, as in Minut's example: its limit is not public."""
SILENCE = timedelta(days=2), timedelta(days=9)
"""From when to when the last Point of an account with several is without contact."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """So many homes and Points."""

    homes: int
    points: int

    @property
    def name(self) -> str:
        """Such as `1 home, 2 Points`."""
        counted = ((self.homes, "home"), (self.points, "Point"))
        return ", ".join(f"{number} {what}{'s' * (number > 1)}" for number, what in counted)

    @property
    def requests_for_homes(self) -> int:
        """How many pages a list of the homes has."""
        return math.ceil(self.homes / PAGE)

    @property
    def requests_for_devices(self) -> int:
        """How many pages a list of the devices has."""
        return math.ceil(self.points / PAGE)


@dataclass(frozen=True, slots=True, order=True)
class Beat:
    """A heartbeat: from then on Minut has new readings of a Point."""

    at: datetime
    point: int


class Cloud:
    """An account's homes and Points, on a clock that only goes forward."""

    def __init__(self, account: Account, *, seed: int) -> None:
        self._random = Random(seed)
        self.homes = [Home(id=f"h{number}") for number in range(account.homes)]
        self.devices: list[Device] = []
        self._coming: list[Beat] = []
        self._silent = account.points - 1 if account.points > 1 else None
        for number in range(account.points):
            heard = START - HEARTBEAT * self._random.random()
            home_id = self.homes[number % account.homes].id
            device = Device(id=f"p{number}", home_id=home_id)
            self.devices.append(self._heard(device, heard))
            self._expect(number, heard + HEARTBEAT)

    def advance(self, now: datetime) -> list[Beat]:
        """Let time pass; return the heartbeats that came."""
        came: list[Beat] = []
        while self._coming and self._coming[0].at <= now:
            beat = heappop(self._coming)
            self.devices[beat.point] = self._heard(self.devices[beat.point], beat.at)
            self._expect(beat.point, beat.at + HEARTBEAT)
            came.append(beat)
        self._note_silence(now)
        return came

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
        """Plan a Point's next heartbeat."""
        while self._is_lost(point, due):
            due += HEARTBEAT
        slow = self._random.random() < POOR_WIFI
        late = self._random.uniform(0, 600 if slow else LATENESS)
        heappush(self._coming, Beat(due + timedelta(seconds=late), point))

    def _is_lost(self, point: int, due: datetime) -> bool:
        is_silent = point == self._silent and SILENCE[0] <= due - START < SILENCE[1]
        return is_silent or self._random.random() < FAILS

    def _note_silence(self, now: datetime) -> None:
        if self._silent is None:
            return
        device = self.devices[self._silent]
        due = device.next_heartbeat_at
        if due and not device.offline and now >= due + OFFLINE_AFTER:
            self.devices[self._silent] = replace(device, offline=True)
