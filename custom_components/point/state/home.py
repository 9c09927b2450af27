"""All that is known of one home: what the cloud told when asked, and what events said of it."""

from datetime import datetime, timedelta
from enum import StrEnum

from ..minut.event_types import AlarmSign, EventType
from ..minut.models import Event, Home
from ..minut.parsing import Json, JsonObject, mapping, moment, text, written
from .noise import DisturbanceState

TRIGGER_HOLDS = timedelta(minutes=5)
"""So long an expired grace period outweighs an answer that still calls the home armed."""

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


DISARMED = frozenset({AlarmStatus.OFF, AlarmStatus.ARMING})
GRACE = frozenset({AlarmStatus.ARMING, AlarmStatus.PENDING})


class HomeState:
    """One home. Everything that its entities show is a function of this and the clock."""

    def __init__(self, home: Home, asked_at: datetime) -> None:
        self.polled = home
        self.asked_at = asked_at
        self._triggered_at: datetime | None = None
        self._alarm_event_at: datetime | None = None
        self._ended_at = asked_at if home.alarm_status in DISARMED else None
        self._news_at: datetime | None = None
        self.changed_by: str | None = None
        self.disturbance = DisturbanceState(asked_at)

    # What the entities ask

    @property
    def alarm_status(self) -> str | None:
        """Return Minut's word for the alarm; None where the home has no alarm."""
        return AlarmStatus.TRIGGERED if self._triggered_at else self.polled.alarm_status

    @property
    def grace_period_ends(self) -> datetime | None:
        """Return when the exit or entry delay ends, while one runs."""
        return self.polled.grace_period_expires_at if self.alarm_status in GRACE else None

    def person(self, event: Event, kind: EventType | None) -> str | None:
        """Return the name of who did it, for events that are somebody's doing."""
        is_doing = kind is not None and kind.by_person
        return self.polled.members.get(event.user_id or "") if is_doing else None

    # When it wants attention

    @property
    def next_look_at(self) -> datetime | None:
        """Return when the home should be read again: a grace period ends, or words differ."""
        if self._triggered_at and self.polled.alarm_status != AlarmStatus.TRIGGERED:
            return self._triggered_at + TRIGGER_HOLDS + AFTER_GRACE
        if self.polled.alarm_status not in GRACE:
            return None
        expires = self.polled.grace_period_expires_at
        if expires is None or self.asked_at - expires > 4 * NEXT_LOOK:
            return self.asked_at + SLOW_LOOK
        return max(expires + AFTER_GRACE, self.asked_at + NEXT_LOOK)

    # What changes it

    def merge(self, home: Home, asked_at: datetime) -> bool:
        """Take what a poll told; return whether anything changed."""
        before = self.polled, self.alarm_status
        is_told = self._news_at is not None and self._news_at >= self.asked_at
        step = self.polled.alarm_status, home.alarm_status
        if step[0] != step[1] and step != (AlarmStatus.ARMING, AlarmStatus.ON) and not is_told:
            self.changed_by = None
        was_triggered = self.polled.alarm_status == AlarmStatus.TRIGGERED != home.alarm_status
        self.polled, self.asked_at = home, asked_at
        if was_triggered or home.alarm_status in DISARMED:
            self._ended_at = asked_at
        if self._triggered_at and self._is_over(self._triggered_at):
            self._triggered_at = None
        return before != (self.polled, self.alarm_status)

    def apply(self, event: Event, kind: EventType | None, *, at: datetime) -> bool:
        """Take what an event says; return whether anything changed."""
        changed = False
        if is_alarm_news(event, kind) and at >= (self._news_at or at):
            changed = self.changed_by != (person := self.person(event, kind))
            self.changed_by, self._news_at = person, at
        if kind is None:
            return changed
        changed |= self.disturbance.apply(kind, at)
        if kind.alarm is not None:
            changed |= self._sign(kind.alarm, at)
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
        has_ended = self._ended_at is not None and self._ended_at > triggered_at
        return has_ended or self.asked_at - triggered_at > TRIGGER_HOLDS

    # What survives a restart

    def dump(self) -> dict[str, Json]:
        """Return what events have said."""
        return {
            "disturbance": self.disturbance.dump(),
            "triggered_at": written(self._triggered_at),
            "changed_by": self.changed_by,
            "changed_to": self.alarm_status,
        }

    def load(self, saved: JsonObject) -> None:
        """Take what events said in an earlier run; newer answers of the cloud stay."""
        self.disturbance.load(mapping(saved.get("disturbance")))
        triggered_at = moment(saved.get("triggered_at"))
        if triggered_at and not self._is_over(triggered_at):
            self._triggered_at = self._alarm_event_at = triggered_at
        if saved.get("changed_to") == self.alarm_status:  # else it was somebody else's doing
            self.changed_by = text(saved.get("changed_by"))


def is_alarm_news(event: Event, kind: EventType | None) -> bool:
    """Tell whether an event is of the alarm; those of arming have names that are not public."""
    return event.type.startswith("alarm_") if kind is None else kind.alarm is not None
