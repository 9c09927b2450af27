"""How many homes and Points of an account need attention. Pure."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from ..minut.event_types import Lasting
from .account import AccountState
from .home import AlarmStatus


class Count(StrEnum):
    """What is counted."""

    POINTS_OFFLINE = "points_offline"
    BATTERIES_LOW = "batteries_low"
    DISTURBANCES = "disturbances"
    ALARMS_TRIGGERED = "alarms_triggered"


COUNTED = frozenset({Lasting.OFFLINE, Lasting.BATTERY_LOW})
"""What of a Point is counted, as `DeviceState.apply` names it."""


def count_all(state: AccountState) -> Mapping[Count, int]:
    """Count the whole account; a count is missing if nothing is known of what it counts."""
    counts: dict[Count, int] = {}
    for count, is_counted in _known(state):
        counts[count] = counts.get(count, 0) + is_counted
    return counts


def _known(state: AccountState) -> Iterator[tuple[Count, bool]]:
    """Yield what is known of each home and Point, and whether it is counted."""
    for device in state.devices.values():
        yield Count.POINTS_OFFLINE, not device.online
        if (battery_low := device.battery_low) is not None:
            yield Count.BATTERIES_LOW, battery_low
    for home in state.homes.values():
        if (noise := home.disturbance.noise) is not None:
            yield Count.DISTURBANCES, noise
        if (alarm_status := home.alarm_status) is not None:
            yield Count.ALARMS_TRIGGERED, alarm_status == AlarmStatus.TRIGGERED
