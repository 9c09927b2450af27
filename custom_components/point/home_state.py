"""All that is known of one home: what the cloud told when asked, and what events said of it."""

from datetime import datetime, timedelta
from enum import StrEnum

from .minut.catalogue import AlarmSign, Disturbance, EventType
from .minut.models import Home

TRIGGER_HOLDS = timedelta(minutes=5)
"""So long an expired grace period outweighs an answer that still calls the home armed."""

DISTURBANCE_HOLDS = timedelta(minutes=60)
"""A disturbance without a new notice for so long is over: the message of its end was lost."""

AFTER_GRACE = timedelta(seconds=2)
NEXT_LOOK = timedelta(seconds=15)
SLOW_LOOK = timedelta(seconds=60)


class AlarmStatus(StrEnum):
    """Minut's words for a home's alarm (API notes 4.1)."""

    OFF = "off"
    ARMING = "on_grace_period"
    ON = "on"
    PENDING = "off_grace_period"
    TRIGGERED = "critical_event"


NOTICES = frozenset({Disturbance.FIRST_NOTICE, Disturbance.SECOND_NOTICE, Disturbance.THIRD_NOTICE})
DISARMED = frozenset({AlarmStatus.OFF, AlarmStatus.ARMING})
GRACE = frozenset({AlarmStatus.ARMING, AlarmStatus.PENDING})


class HomeState:
    """One home. Everything that its entities show is a function of this and the clock."""

    def __init__(self, home: Home, asked_at: datetime) -> None:
        self.home = home
        self.asked_at = asked_at
        self._triggered_at: datetime | None = None
        self._alarm_event_at: datetime | None = None
        self._disarmed_at = asked_at if home.alarm_status in DISARMED else None
        self._disturbance = Disturbance.NONE
        self._disturbance_at: datetime | None = None

    # What the entities ask

    @property
    def alarm_status(self) -> str | None:
        """Return Minut's word for the alarm; None where the home has no alarm."""
        return AlarmStatus.TRIGGERED if self._triggered_at else self.home.alarm_status

    @property
    def noise(self) -> bool:
        """Tell whether a noise disturbance goes on."""
        return self._disturbance in NOTICES

    # When it wants attention

    @property
    def next_look_at(self) -> datetime | None:
        """Return when the home should be read again because a grace period ends."""
        if self.home.alarm_status not in GRACE:
            return None
        expires = self.home.grace_period_expires_at
        if expires is None or self.asked_at - expires > 4 * NEXT_LOOK:
            return self.asked_at + SLOW_LOOK
        return max(expires + AFTER_GRACE, self.asked_at + NEXT_LOOK)

    @property
    def next_expiry(self) -> datetime | None:
        """Return when the disturbance is taken to be over."""
        return (
            self._disturbance_at + DISTURBANCE_HOLDS
            if self.noise and self._disturbance_at
            else None
        )

    # What changes it

    def merge(self, home: Home, asked_at: datetime) -> bool:
        """Take what a poll told; return whether anything changed."""
        before = self.home, self.alarm_status
        self.home, self.asked_at = home, asked_at
        if home.alarm_status in DISARMED:
            self._disarmed_at = asked_at
        if self._triggered_at and self._is_over(self._triggered_at):
            self._triggered_at = None
        return before != (self.home, self.alarm_status)

    def apply(self, kind: EventType, *, at: datetime) -> bool:
        """Take what an event says; return whether anything changed."""
        changed = False
        if kind.disturbance is not None:
            changed |= self._disturb(kind.disturbance, at)
        if kind.alarm is not None:
            changed |= self._sign(kind.alarm, at)
        return changed

    def end_expired(self, now: datetime) -> bool:
        """End a disturbance of which nothing was heard for long; return whether it did."""
        expiry = self.next_expiry
        if expiry is None or now < expiry:
            return False
        self._disturbance = Disturbance.NONE  # by our clock: no news that outweighs an event
        return True

    def _disturb(self, stage: Disturbance, at: datetime) -> bool:
        if self._disturbance_at and at < self._disturbance_at:
            return False
        changed = stage is not self._disturbance
        self._disturbance, self._disturbance_at = stage, at
        return changed

    def _sign(self, sign: AlarmSign, at: datetime) -> bool:
        if self._alarm_event_at and at < self._alarm_event_at:
            return False
        self._alarm_event_at = at
        before = self.alarm_status
        match sign:
            case AlarmSign.TRIGGERED if not self._is_over(at):
                self._triggered_at = at
            case AlarmSign.SILENCED:
                self._triggered_at = None
        return before != self.alarm_status

    def _is_over(self, triggered_at: datetime) -> bool:
        """Tell whether a newer answer said that the alarm had ended."""
        is_disarmed = self._disarmed_at is not None and self._disarmed_at > triggered_at
        return is_disarmed or self.asked_at - triggered_at > TRIGGER_HOLDS
