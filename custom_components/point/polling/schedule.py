"""When to poll: pure functions of what is known.

Devices report about once an hour and Minut blocks clients that ask too often (API notes 1 and 10):
a poll makes sense only after a heartbeat.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..state.account import AccountState
from ..state.device import MAX_MISSED, DeviceState
from ..state.inventory import LONGEST_ANSWER

AFTER_HEARTBEAT = timedelta(seconds=60)
"""Initial and minimum wait after a heartbeat is due, until Minut should have it."""
LONGEST_WAIT = timedelta(minutes=4)
"""Maximum wait after a heartbeat is due."""
LONGER = timedelta(seconds=30)
SHORTER = timedelta(seconds=3)
"""Steps by which the wait adapts. How late heartbeats arrive is not published."""
DEVICES_AT_LEAST = timedelta(hours=1)
"""Maximum time between two polls of the devices."""

FEW_DEVICES = 10
DEVICES_AT_MOST_FEW = timedelta(minutes=5)
DEVICES_AT_MOST_MANY = timedelta(minutes=15)
"""Minimum time between two polls of the devices, by their number."""

FEW_HOMES = 40
HOMES_FEW = timedelta(minutes=15)
HOMES_MANY = timedelta(hours=1)
"""Time between two polls of the homes, by their number."""

SOON = timedelta(seconds=5)
"""What is due within this time joins a poll; also the minimum time until the next poll."""

REPOLL_DELAY = timedelta(minutes=1)
"""Minimum time between a poll and an early one."""
UNKNOWN_ID_INTERVAL = timedelta(minutes=15)
"""Minimum time between two early polls because of ids that no list contains."""

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
ROUNDING = timedelta(seconds=1)
"""Margin for a pause that Minut asked for: timers of Home Assistant may fire that much early."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When something was last requested, and when it is due again."""

    asked_at: datetime
    due: datetime

    def is_due(self, now: datetime) -> bool:
        """Return whether it is due. If `now` is before `asked_at`, the clock was set back."""
        return now < self.asked_at or self.due - now <= SOON


NEVER = datetime.min.replace(tzinfo=UTC)


class PollSchedule:
    """When the homes and devices of an account are polled. All times are by our clock."""

    def __init__(self) -> None:
        self._homes = self._devices = Plan(NEVER, NEVER)
        self._wait = AFTER_HEARTBEAT
        self.failures = 0
        """Number of failed polls in a row."""
        self._unknown_at: datetime | None = None
        """When an unknown id last caused an early poll."""
        self._wanted_at: datetime | None = None
        self._not_before: datetime | None = None

    def wants_homes(self, now: datetime) -> bool:
        """Return whether the homes are due."""
        return self._homes.is_due(now)

    def wants_devices(self, now: datetime) -> bool:
        """Return whether the devices are due."""
        return self._devices.is_due(now)

    def note_homes(self, state: AccountState, asked_at: datetime) -> None:
        """Schedule the next poll of the homes after one that succeeded."""
        self._homes = self._as_wanted(Plan(asked_at, homes_due(state, asked_at)))

    def note_devices(self, state: AccountState, asked_at: datetime) -> None:
        """Schedule the next poll of the devices after one that succeeded.

        If the poll was too early for a heartbeat, because it was late or the clocks differ, the
        next ones wait longer. Otherwise the wait gradually shrinks.
        """
        was_early = any(
            device.missed == 1
            and (due := device.polled.next_heartbeat_at) is not None
            and due + self._wait <= asked_at
            for device in state.devices.values()
        )
        wait = self._wait + LONGER if was_early else self._wait - SHORTER
        self._wait = max(AFTER_HEARTBEAT, min(wait, LONGEST_WAIT))
        due = devices_due(state, asked_at, wait=self._wait)
        self._devices = self._as_wanted(Plan(asked_at, due))

    def after_event(self, now: datetime, *, has_unknown_id: bool) -> timedelta | None:
        """Return the time until the next poll if an event brings it forward, else None.

        An event does so while polls fail, as a sign that the cloud is back, and if it names a home
        or Point that no list contains.
        """
        if self.failures:
            return self.retry_soon(now)
        last = self._unknown_at
        is_recent = last is not None and timedelta(0) <= now - last < UNKNOWN_ID_INTERVAL
        if not has_unknown_id or is_recent:
            return None
        self._unknown_at = now
        return self.hasten(now)

    def retry_soon(self, now: datetime) -> timedelta | None:
        """Return the time until the next poll, brought forward once after each failed poll."""
        not_before, self._not_before = self._not_before, None
        return max(not_before - now, SOON) if not_before else None

    def hasten(self, now: datetime) -> timedelta:
        """Schedule an early poll of homes and devices. Return the time until then."""
        self._wanted_at = now
        due = max(now, *(plan.asked_at + REPOLL_DELAY for plan in (self._homes, self._devices)))
        self._homes, self._devices = (
            Plan(plan.asked_at, min(plan.due, due)) for plan in (self._homes, self._devices)
        )
        return self._next(now)

    def _as_wanted(self, plan: Plan) -> Plan:
        """Bring a plan forward if an early poll was requested while this answer was on its way."""
        wanted_at = self._wanted_at
        if wanted_at and timedelta(0) <= wanted_at - plan.asked_at <= LONGEST_ANSWER:
            return Plan(plan.asked_at, min(plan.due, plan.asked_at + REPOLL_DELAY))
        return plan

    def after_success(self, now: datetime) -> timedelta:
        """Return the time until the next poll, after one that succeeded."""
        self.failures = 0
        return self._next(now)

    def after_failure(self, now: datetime, retry_after: float | None) -> timedelta:
        """Return the time until the next poll, after one that failed.

        `retry_after`: the pause in seconds that the cloud asked for, if any.
        """
        self.failures += 1
        asked_for = timedelta(seconds=retry_after or 0) + ROUNDING
        self._not_before = now + max(FIRST_RETRY, asked_for)
        retry = min(FIRST_RETRY * (1 << min(self.failures - 1, 10)), LONGEST_RETRY)
        return max(retry, asked_for)

    def _next(self, now: datetime) -> timedelta:
        return max(min(self._devices.due, self._homes.due) - now, SOON)


def devices_due(
    state: AccountState, polled_at: datetime, *, wait: timedelta = AFTER_HEARTBEAT
) -> datetime:
    """Return when the devices are due after a poll at `polled_at`.

    `wait`: delay between a heartbeat and its poll.
    """
    few = len(state.devices) <= FEW_DEVICES
    earliest = polled_at + (DEVICES_AT_MOST_FEW if few else DEVICES_AT_MOST_MANY)
    latest = polled_at + (DEVICES_AT_LEAST if state.devices else HOMES_FEW)
    heartbeat = min(_expected_heartbeats(state.devices.values()), default=None)
    if heartbeat is None or heartbeat > latest:
        return latest
    return max(earliest, heartbeat + wait)


def homes_due(state: AccountState, polled_at: datetime) -> datetime:
    """Return when the homes are due after a poll at `polled_at`."""
    return polled_at + (HOMES_FEW if len(state.homes) <= FEW_HOMES else HOMES_MANY)


def _expected_heartbeats(devices: Iterable[DeviceState]) -> Iterable[datetime]:
    """Yield the heartbeats to wait for. A silent device does not speed up the polls."""
    for device in devices:
        heartbeat = device.polled.next_heartbeat_at
        if heartbeat and device.online and device.missed < MAX_MISSED:
            yield heartbeat
