"""When to ask the cloud: pure functions of what is known.

Devices report about once an hour and Minut blocks clients that ask too often (API notes 1 and 10):
a poll makes sense only after a heartbeat.
"""

from collections.abc import Iterable, Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..state.account import LONGEST_ANSWER, AccountState
from ..state.device import MAX_MISSED, DeviceState

AFTER_HEARTBEAT = timedelta(seconds=60)
"""So long after a heartbeat is due Minut should have it, at first and at least."""
LONGEST_WAIT = timedelta(minutes=4)
LONGER = timedelta(seconds=30)
SHORTER = timedelta(seconds=3)
"""How the wait for heartbeats follows what is found. How late they come is not public."""
DEVICES_AT_LEAST = timedelta(hours=1)

FEW_DEVICES = 10
DEVICES_AT_MOST_FEW = timedelta(minutes=5)
DEVICES_AT_MOST_MANY = timedelta(minutes=15)

FEW_HOMES = 40
HOMES_FEW = timedelta(minutes=15)
HOMES_MANY = timedelta(hours=1)

SOON = timedelta(seconds=5)
"""What is due so soon goes along with a poll."""

AGAIN_AFTER = timedelta(minutes=1)
"""What Minut speaks of and has not listed is looked for that long after the lists were read."""
MOST_LOOKED_FOR = 1000

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
ROUNDING = timedelta(seconds=1)
"""By so much Home Assistant's timers may be early: a pause that was asked for is not over then."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When something was asked for, and when it is due again."""

    asked_at: datetime
    due: datetime

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time; before `asked_at` the clock has been put back."""
        return now < self.asked_at or self.due - now <= SOON


NEVER = datetime.min.replace(tzinfo=UTC)


class PollSchedule:
    """When an account's homes and devices are asked for. Times are those of our clock."""

    def __init__(self) -> None:
        self._homes = self._devices = Plan(NEVER, NEVER)
        self._wait = AFTER_HEARTBEAT
        self.failures = 0
        """So many polls in a row have failed."""
        self._looked_for: set[str] = set()
        self._wanted_at: datetime | None = None
        self._not_before: datetime | None = None

    def wants_homes(self, now: datetime) -> bool:
        """Tell whether it is time to ask for the homes."""
        return self._homes.is_due(now)

    def wants_devices(self, now: datetime) -> bool:
        """Tell whether it is time to ask for the devices."""
        return self._devices.is_due(now)

    def note_homes(self, state: AccountState, asked_at: datetime) -> None:
        """Plan anew: the homes were told."""
        self._homes = self._as_wanted(Plan(asked_at, homes_due(state, asked_at)))

    def note_devices(self, state: AccountState, asked_at: datetime) -> None:
        """Plan anew: the devices were told.

        Where the look came too early for a heartbeat, for its lateness or as clocks differ, the
        next ones wait longer; else they gradually wait less.
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

    def after_event(self, unlisted: AbstractSet[str], now: datetime) -> timedelta | None:
        """Return the time until the next poll where an event brings it forward, else None.

        `unlisted`: ids that it names and that are in no list yet; each is looked for once. While
        polls fail, an event is a sign that the cloud is back.
        """
        if self.failures:
            return self.retry_soon(now)
        new = unlisted - self._looked_for
        if not new or len(self._looked_for) >= MOST_LOOKED_FOR:
            return None
        self._looked_for |= new
        return self.hasten(now)

    def retry_soon(self, now: datetime) -> timedelta | None:
        """Return the time until the next poll, brought forward once after each that failed."""
        not_before, self._not_before = self._not_before, None
        return max(not_before - now, SOON) if not_before else None

    def hasten(self, now: datetime) -> timedelta:
        """Plan to ask soon for everything; return the time until then."""
        self._wanted_at = now
        due = max(now, *(plan.asked_at + AGAIN_AFTER for plan in (self._homes, self._devices)))
        self._homes, self._devices = (
            Plan(plan.asked_at, min(plan.due, due)) for plan in (self._homes, self._devices)
        )
        return self._next(now)

    def _as_wanted(self, plan: Plan) -> Plan:
        """Bring forward what was wanted while the answer was on its way."""
        wanted_at = self._wanted_at
        if wanted_at and timedelta(0) <= wanted_at - plan.asked_at <= LONGEST_ANSWER:
            return Plan(plan.asked_at, min(plan.due, plan.asked_at + AGAIN_AFTER))
        return plan

    def after_success(self, now: datetime) -> timedelta:
        """Return the time until the next poll, after one that told all it was to tell."""
        self.failures = 0
        return self._next(now)

    def after_failure(self, now: datetime, retry_after: float | None) -> timedelta:
        """Return the time until the next poll, after one that failed.

        `retry_after`: the seconds that the cloud asked to wait, if it did.
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
    """Return when the devices should be asked for, after a poll at `polled_at`.

    `wait`: so long after a heartbeat is due.
    """
    few = len(state.devices) <= FEW_DEVICES
    earliest = polled_at + (DEVICES_AT_MOST_FEW if few else DEVICES_AT_MOST_MANY)
    latest = polled_at + (DEVICES_AT_LEAST if state.devices else HOMES_FEW)
    heartbeat = min(_expected_heartbeats(state.devices.values()), default=None)
    if heartbeat is None or heartbeat > latest:
        return latest
    return max(earliest, heartbeat + wait)


def homes_due(state: AccountState, polled_at: datetime) -> datetime:
    """Return when the homes should be asked for, after a poll at `polled_at`."""
    return polled_at + (HOMES_FEW if len(state.homes) <= FEW_HOMES else HOMES_MANY)


def _expected_heartbeats(devices: Iterable[DeviceState]) -> Iterable[datetime]:
    """Yield the heartbeats worth waiting for; a silent device does not speed up the polls."""
    for device in devices:
        heartbeat = device.polled.next_heartbeat_at
        if heartbeat and device.online and device.missed < MAX_MISSED:
            yield heartbeat
