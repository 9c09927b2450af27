"""State of one home: its newest poll plus later events. Pure: it never waits or reads a clock."""

from datetime import datetime, timedelta
from enum import StrEnum

from ..minut.event_types import AlarmEffect, EventType
from ..minut.models import Event, Home
from ..minut.parsing import Json, JsonObject, mapping, moment, text, written
from .noise import DisturbanceState

TRIGGER_HOLDS = timedelta(minutes=5)
"""Time for which a triggered alarm takes precedence over a poll that reports the home as armed."""

AFTER_GRACE = timedelta(seconds=1)
"""Delay after the end of a grace period before the home is read."""
SLOW_READ = timedelta(seconds=60)
"""Delay between two reads if the end of the grace period is unknown or long past."""


class AlarmStatus(StrEnum):
    """Minut's values of the alarm status (API notes 4.1)."""

    OFF = "off"
    ARMING = "on_grace_period"
    ON = "on"
    PENDING = "off_grace_period"
    TRIGGERED = "critical_event"


ARMED = frozenset(AlarmStatus) - {AlarmStatus.OFF}
DISARMED = frozenset({AlarmStatus.OFF, AlarmStatus.ARMING})
GRACE = frozenset({AlarmStatus.ARMING, AlarmStatus.PENDING})


class HomeState:
    """State of one home. Its entities show a function of this state and the clock."""

    def __init__(self, home: Home, asked_at: datetime) -> None:
        self.polled = home
        self.asked_at = asked_at
        self._triggered_at: datetime | None = None
        self._effect_at: datetime | None = None
        self._ended_at = asked_at if home.alarm_status in DISARMED else None
        self._alarm_news_at: datetime | None = None
        self.changed_by: str | None = None
        self.disturbance = DisturbanceState(asked_at)
        self.requested: bool | None = None
        """Whether a command that Minut accepted and has yet to confirm arms or disarms."""

    # Read by entities

    @property
    def alarm_status(self) -> str | None:
        """Return Minut's alarm status, None if the home has no alarm."""
        return AlarmStatus.TRIGGERED if self._triggered_at else self.polled.alarm_status

    @property
    def is_triggered_by_event(self) -> bool:
        """Return whether an event, not a poll, reported that the alarm is triggered."""
        return self._triggered_at is not None

    @property
    def grace_period_ends(self) -> datetime | None:
        """Return when the running exit or entry delay ends, None without one."""
        return self.polled.grace_period_expires_at if self.alarm_status in GRACE else None

    def is_pushed(self, since: datetime) -> bool:
        """Return whether the last event about the alarm happened after `since`."""
        return self._alarm_news_at is not None and self._alarm_news_at >= since

    def person(self, event: Event, kind: EventType | None) -> str | None:
        """Return the name of the member who caused an event, None for other events."""
        is_by_person = kind is not None and kind.by_person
        return self.polled.members.get(event.user_id or "") if is_by_person else None

    # Polling

    @property
    def next_read_at(self) -> datetime | None:
        """Return when to read the home again, None if the next poll is soon enough.

        That is after the end of a grace period, and when a triggered alarm has yet to be
        confirmed by a poll. If a grace period should be over but is not, the delay doubles.
        """
        if self._triggered_at and self.polled.alarm_status != AlarmStatus.TRIGGERED:
            return self._triggered_at + TRIGGER_HOLDS + AFTER_GRACE
        if self.polled.alarm_status not in GRACE:
            return None
        expires = self.polled.grace_period_expires_at
        if expires is None:
            return self.asked_at + SLOW_READ
        overdue = self.asked_at - expires
        if overdue < timedelta(0):
            return expires + AFTER_GRACE
        return self.asked_at + min(max(overdue, AFTER_GRACE), SLOW_READ)

    # Updates

    def merge(self, home: Home, asked_at: datetime) -> bool:
        """Update from a poll. Return whether anything changed."""
        before = self.polled, self.alarm_status
        had_event = self._alarm_news_at is not None and self._alarm_news_at >= self.asked_at
        step = self.polled.alarm_status, home.alarm_status
        if step[0] != step[1] and step != (AlarmStatus.ARMING, AlarmStatus.ON) and not had_event:
            self.changed_by = None
        was_triggered = self.polled.alarm_status == AlarmStatus.TRIGGERED != home.alarm_status
        self.polled, self.asked_at = home, asked_at
        if was_triggered or home.alarm_status in DISARMED:
            self._ended_at = asked_at
        if self._triggered_at and self._is_over(self._triggered_at):
            self._triggered_at = None
        return before != (self.polled, self.alarm_status)

    def apply(self, event: Event, kind: EventType | None, *, at: datetime) -> bool:
        """Apply an event that happened at `at`. Return whether anything changed."""
        changed = False
        if is_alarm_event(event, kind) and at >= (self._alarm_news_at or at):
            changed = self.changed_by != (person := self.person(event, kind))
            self.changed_by, self._alarm_news_at = person, at
        if kind is None:
            return changed
        changed |= self.disturbance.apply(kind, at)
        if kind.alarm is not None:
            changed |= self._apply_alarm(kind.alarm, at)
        return changed

    def _apply_alarm(self, effect: AlarmEffect, at: datetime) -> bool:
        if self._effect_at and at < self._effect_at:
            return False
        self._effect_at = at
        before = self.alarm_status
        match effect:
            case AlarmEffect.TRIGGERED if not self._is_over(at):
                self._triggered_at = at
            case AlarmEffect.SILENCED:
                self._triggered_at = None
        return before != self.alarm_status

    def _is_over(self, triggered_at: datetime) -> bool:
        """Return whether an alarm has ended: by a newer poll, or after `TRIGGER_HOLDS`."""
        has_ended = self._ended_at is not None and self._ended_at > triggered_at
        return has_ended or self.asked_at - triggered_at > TRIGGER_HOLDS

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return what events have changed, as JSON."""
        return {
            "disturbance": self.disturbance.dump(),
            "triggered_at": written(self._triggered_at),
            "changed_by": self.changed_by,
            "changed_to": self.alarm_status,
        }

    def load(self, stored: JsonObject) -> None:
        """Load a stored state, as far as no newer poll contradicts it."""
        self.disturbance.load(mapping(stored.get("disturbance")))
        triggered_at = moment(stored.get("triggered_at"))
        if triggered_at and not self._is_over(triggered_at):
            self._triggered_at = self._effect_at = triggered_at
        if stored.get("changed_to") == self.alarm_status:  # not changed by somebody else since
            self.changed_by = text(stored.get("changed_by"))


def is_alarm_event(event: Event, kind: EventType | None) -> bool:
    """Return whether an event is about the alarm. The names of arming events are not public."""
    return event.type.startswith("alarm_") if kind is None else kind.alarm is not None
