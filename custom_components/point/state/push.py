"""Status of push: whether Minut's events arrive."""

from datetime import datetime, timedelta
from enum import StrEnum

from ..minut.parsing import Json, flag, mapping, moment, text, written

MAX_REFUSALS = 20
"""Rejected deliveries in a row after which the signing scheme is assumed to have changed."""
MAX_UNREADABLE = 20
"""Deliveries in a row that were not understood after which that is reported."""
MAX_UNREADABLE_AT_FIRST = 2
"""The same while none has ever been understood. The first one may be only a sample."""
MAX_UNKNOWN_TYPES = 3
"""Deliveries about a home or Point after which it is reported that none had a known event type."""
REPLACEMENT_INTERVAL = timedelta(days=1)
"""Minimum time between two replacements of the webhook."""
CLOCK_TOLERANCE = timedelta(minutes=5)


class PushState(StrEnum):
    """Whether events arrive. Silence alone is no fault: an empty home sends no events."""

    UNKNOWN = "unknown"
    """Minut has not been asked for the webhook in this run."""
    UNREGISTERED = "unregistered"
    """Minut has no webhook of ours."""
    WORKING = "working"
    SILENT = "silent"
    """Something was sent and did not arrive."""
    UNVERIFIED = "unverified"
    """Deliveries arrive without the proof that was seen before."""
    UNREADABLE = "unreadable"
    """Deliveries arrive, and none of them is understood, or none has a known event type."""


class PushStatus:
    """Status of push of one account. The methods say what has been observed."""

    def __init__(self) -> None:
        self.is_checked = False
        """Whether Minut has been asked for the webhook in this run."""
        self.listening_since: datetime | None = None
        """Since when Minut has been delivering to us, None without a webhook."""
        self._replaced_at: datetime | None = None
        self.fault: PushState | None = None
        """SILENT, UNVERIFIED or UNREADABLE, until a delivery is accepted and understood.

        It is kept while there is no webhook.
        """
        self.replaced_hook: str | None = None
        """Id of the webhook that must be replaced by a new one."""
        self.last_delivery_at: datetime | None = None
        """Time of the last delivery that was accepted and understood."""
        self.has_sampled = False
        """Whether a sample event has ever arrived."""
        self.has_understood = False
        """Whether an event of a known type has ever arrived."""
        self.unknown_types = 0
        """Number of deliveries in this run about a home or Point, without a known event type."""
        self.unverified = 0
        """Number of accepted deliveries without proof in this run."""
        self.refusals_in_a_row = 0
        self.unreadable_in_a_row = 0

    @property
    def state(self) -> PushState:
        """Return whether events arrive, as far as this can be known."""
        if self.listening_since is not None:
            return self.fault or PushState.WORKING
        return PushState.UNREGISTERED if self.is_checked else PushState.UNKNOWN

    @property
    def works(self) -> bool:
        """Return whether events arrive."""
        return self.state is PushState.WORKING

    @property
    def is_registered(self) -> bool:
        """Return whether Minut has a webhook of ours."""
        return self.listening_since is not None

    def checked(self) -> None:
        """Note that a registration has ended, whether it succeeded or failed."""
        self.is_checked = True

    def registered(self, since: datetime) -> None:
        """Note that Minut has our webhook, and delivers to us since that time."""
        self.listening_since = self.listening_since or since

    def unregistered(self) -> None:
        """Note that Minut has no webhook of ours."""
        self.listening_since = None

    def moved(self) -> None:
        """Handle a new URL of the webhook, to which nothing has been delivered yet."""
        if self.fault is PushState.SILENT:
            self.fault = None

    def delivered(self, now: datetime, *, is_verified: bool) -> None:
        """Handle a delivery that was accepted and understood, at least as an event."""
        self.registered(now)
        is_unreadable = not self.has_understood and self.unknown_types >= MAX_UNKNOWN_TYPES
        self.fault = PushState.UNREADABLE if is_unreadable else None
        self.last_delivery_at = now
        self.refusals_in_a_row = self.unreadable_in_a_row = 0
        self.unverified += 0 if is_verified else 1

    def understood(self) -> None:
        """Handle a delivery with an event of a known type."""
        self.has_understood = True

    def of_unknown_type(self) -> None:
        """Handle a delivery about a home or Point whose event types are all unknown.

        It shows that the URL is reached. Once a known type has arrived, it is a new feature of
        Minut. If none ever does, Minut uses other names, and no state can follow its events.
        """
        self.unknown_types += 1

    def sampled(self) -> None:
        """Handle a delivery after a sample event was requested."""
        self.has_sampled = True

    def not_sampled(self, *, is_verdict: bool = False) -> None:
        """Handle a sample event that did not arrive.

        It means something only if one has arrived before, or if events are missed (`is_verdict`):
        Minut may send none, or send it as something that is not understood.
        """
        if self.has_sampled or is_verdict:
            self.not_delivered()

    def not_delivered(self) -> None:
        """Handle an event that did not arrive."""
        self.fault = self.fault or PushState.SILENT

    def not_understood(self, *, is_foreign: bool = False) -> None:
        """Handle a delivery of which nothing was understood.

        `is_foreign`: it names another webhook. Some of a former one may be on the way.
        """
        self.unreadable_in_a_row += 1
        is_first = self.last_delivery_at is None and not is_foreign
        if self.unreadable_in_a_row >= (MAX_UNREADABLE_AT_FIRST if is_first else MAX_UNREADABLE):
            self.fault = PushState.UNREADABLE

    def refused(self) -> bool:
        """Handle a delivery for our webhook without proof. Return whether it is the maximum."""
        self.refusals_in_a_row += 1
        if self.refusals_in_a_row < MAX_REFUSALS:
            return False
        self.refusals_in_a_row = 0
        self.fault = PushState.UNVERIFIED
        return True

    def should_have_heard(self, event_at: datetime) -> bool:
        """Return whether an event should have been delivered, and nothing has arrived since."""
        last, since = self.last_delivery_at, self.listening_since
        was_listening = since is not None and since + CLOCK_TOLERANCE <= event_at
        return was_listening and (last is None or last < event_at - CLOCK_TOLERANCE)

    def may_replace(self, now: datetime) -> bool:
        """Return whether the webhook may be replaced (at most once a day)."""
        last = self._replaced_at
        return last is None or not timedelta(0) <= now - last < REPLACEMENT_INTERVAL

    def replace(self, hook_id: str | None, now: datetime) -> None:
        """Mark a webhook to be replaced by a new one."""
        self.replaced_hook = hook_id
        self._replaced_at = now

    def dump(self) -> dict[str, Json]:
        """Return what has to survive a restart.

        The keys are those of earlier versions, whose files must stay readable.
        """
        return {
            "last_delivery_at": written(self.last_delivery_at),
            "renewed_at": written(self._replaced_at),
            "distrusted": self.replaced_hook,
            "is_silent": self.fault is PushState.SILENT,
            "is_unverified": self.fault is PushState.UNVERIFIED,
            "is_unreadable": self.fault is PushState.UNREADABLE,
            "has_sampled": self.has_sampled,
            "has_understood": self.has_understood,
        }

    def load(self, stored: Json) -> None:
        """Restore what an earlier run stored."""
        saved = mapping(stored)
        self.last_delivery_at = moment(saved.get("last_delivery_at"))
        self._replaced_at = moment(saved.get("renewed_at"))
        self.replaced_hook = text(saved.get("distrusted"))
        self.has_sampled = flag(saved.get("has_sampled")) is True
        self.has_understood = flag(saved.get("has_understood")) is True
        if flag(saved.get("is_unverified")):
            self.fault = PushState.UNVERIFIED
        elif flag(saved.get("is_unreadable")):
            self.fault = PushState.UNREADABLE
        elif flag(saved.get("is_silent")):
            self.fault = PushState.SILENT
