"""What polls show first although an event should have announced it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from ..minut.event_types import EVENT_TYPES
from ..minut.models import Device, Home
from .home import AlarmStatus

TOLERANCE: Final = timedelta(minutes=5)
"""Maximum time for which Minut's answers may lag behind an event."""

ANNOUNCED_STATUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        AlarmStatus.PENDING: "pir_motion",
        AlarmStatus.TRIGGERED: "alarm_grace_period_expired",
    }
)
"""Alarm statuses with the type of the event that precedes them.

Arming and disarming have none: whether Minut sends events about them is not known (API notes 8).
"""


@dataclass(frozen=True, slots=True)
class Onset:
    """Something that a poll shows and the poll before did not.

    `key`: id of the home or the Point. `event_type`: of the event that announces it. `since`: time
    after which that event happened.
    """

    key: str
    event_type: str
    since: datetime


def of_device(device: Device, before: Device, asked_before: datetime) -> Iterator[Onset]:
    """Yield what began between two reads of a Point."""
    names = device.ongoing_events - before.ongoing_events
    if device.offline and not before.offline:
        names |= {"device_offline"}
    since = min(before.last_heard_from_at or asked_before, asked_before) - TOLERANCE
    for name in names & EVENT_TYPES.keys():
        yield Onset(device.id, name, since)


def of_home(home: Home, before: Home, asked_before: datetime) -> Iterator[Onset]:
    """Yield what began between two reads of a home."""
    announcement = ANNOUNCED_STATUSES.get(home.alarm_status or "")
    if announcement and home.alarm_status != before.alarm_status:
        yield Onset(home.id, announcement, asked_before - TOLERANCE)
