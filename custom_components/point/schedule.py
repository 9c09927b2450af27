"""When to ask the cloud: pure functions of what is known.

Devices report about once an hour and Minut blocks clients that ask too often (API notes 1 and 10):
a poll makes sense only after a heartbeat.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from .account import AccountState
from .device_state import MAX_MISSED, DeviceState

AFTER_HEARTBEAT = timedelta(seconds=60)
DEVICES_AT_LEAST = timedelta(hours=1)

FEW_DEVICES = 10
DEVICES_AT_MOST_FEW = timedelta(minutes=5)
DEVICES_AT_MOST_MANY = timedelta(minutes=15)

FEW_HOMES = 40
HOMES_FEW = timedelta(minutes=15)
HOMES_MANY = timedelta(hours=1)


def devices_due(state: AccountState, polled_at: datetime) -> datetime:
    """Return when the devices should be asked for, after a poll at `polled_at`."""
    few = len(state.devices) <= FEW_DEVICES
    earliest = polled_at + (DEVICES_AT_MOST_FEW if few else DEVICES_AT_MOST_MANY)
    latest = polled_at + DEVICES_AT_LEAST
    heartbeat = min(_expected_heartbeats(state.devices.values()), default=latest)
    return min(latest, max(earliest, heartbeat + AFTER_HEARTBEAT))


def homes_due(state: AccountState, polled_at: datetime) -> datetime:
    """Return when the homes should be asked for, after a poll at `polled_at`."""
    return polled_at + (HOMES_FEW if len(state.homes) <= FEW_HOMES else HOMES_MANY)


def _expected_heartbeats(devices: Iterable[DeviceState]) -> Iterable[datetime]:
    """Yield the heartbeats worth waiting for; a silent device does not speed up the polls."""
    for device in devices:
        heartbeat = device.device.next_heartbeat_at
        if heartbeat and device.online and device.missed < MAX_MISSED:
            yield heartbeat
