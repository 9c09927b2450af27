"""How many homes and Points of an account call for attention. Pure.

Each count is kept up home by home and Point by Point: what one event costs does not depend on the
size of the account.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum

from .account import AccountState
from .home import AlarmStatus


class Count(StrEnum):
    """What is counted."""

    POINTS_OFFLINE = "points_offline"
    BATTERIES_LOW = "batteries_low"
    DISTURBANCES = "disturbances"
    ALARMS_TRIGGERED = "alarms_triggered"


class Counts:
    """The counts of one account."""

    def __init__(self) -> None:
        self._told: dict[str, dict[Count, bool]] = {}
        self._known = Counter[Count]()
        self._holding = Counter[Count]()

    def value(self, count: Count) -> int | None:
        """Return of how many it is known that it holds; None where it is known of none at all."""
        return self._holding[count] if self._known[count] else None

    def update(self, state: AccountState, keys: Iterable[str]) -> set[Count]:
        """Look at these homes and Points again; return the counts that are others now."""
        before = {count: self.value(count) for count in Count}
        for key in keys:
            for count, holds in self._told.pop(key, {}).items():
                self._known[count] -= 1
                self._holding[count] -= holds
            if told := dict(_told(state, key)):
                self._told[key] = told
            for count, holds in told.items():
                self._known[count] += 1
                self._holding[count] += holds
        return {count for count in Count if self.value(count) != before[count]}


def _told(state: AccountState, key: str) -> Iterator[tuple[Count, bool]]:
    """Yield what is known of a home or a Point, and whether it counts."""
    if device := state.devices.get(key):
        yield Count.POINTS_OFFLINE, not device.online
        if device.battery_low is not None:
            yield Count.BATTERIES_LOW, device.battery_low
    if home := state.homes.get(key):
        if home.disturbance.noise is not None:
            yield Count.DISTURBANCES, home.disturbance.noise
        if home.alarm_status is not None:
            yield Count.ALARMS_TRIGGERED, home.alarm_status == AlarmStatus.TRIGGERED
