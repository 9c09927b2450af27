"""Whether Minut's events arrive, and what is known of that."""

from datetime import datetime, timedelta

from .minut.json_values import Json, flag, mapping, moment, written

MAX_REFUSALS = 20
"""So many refused deliveries in a row that name our hook: Minut proves itself in another way."""
RENEWED_AT_MOST_EVERY = timedelta(days=1)


class PushHealth:
    """What is known of the way from Minut to Home Assistant.

    Silence alone says nothing: an empty home sends no events. `is_failing` says that something was
    sent and did not arrive; `is_unverified`, that the proof that Minut used to show was missing.
    """

    def __init__(self) -> None:
        self.is_registered = False
        self.is_failing = False
        self.is_unverified = False
        self.listening_since: datetime | None = None
        self.last_delivery_at: datetime | None = None
        self.unverified = 0
        self.refusals_in_a_row = 0
        self._renewed_at: datetime | None = None

    @property
    def works(self) -> bool:
        """Tell whether events arrive, as far as one can know."""
        return self.is_registered and not self.is_failing

    def registered(self, now: datetime) -> None:
        """Note that Minut has our hook."""
        self.is_registered = True
        self.listening_since = self.listening_since or now

    def lost(self) -> None:
        """Note that there is no hook at Minut."""
        self.is_registered = False
        self.listening_since = None

    def delivered(self, now: datetime, *, is_verified: bool) -> None:
        """Note a delivery that was accepted: the best proof there is."""
        self.registered(now)
        self.is_failing = False
        self.last_delivery_at = now
        self.refusals_in_a_row = 0
        self.unverified += 0 if is_verified else 1
        self.is_unverified = self.is_unverified and not is_verified

    def is_silent_since(self, moment_of_event: datetime) -> bool:
        """Tell whether an event should have been delivered, and nothing has come since."""
        last = self.last_delivery_at
        listened = self.listening_since is not None and self.listening_since <= moment_of_event
        return listened and (last is None or last < moment_of_event)

    def may_renew(self, now: datetime) -> bool:
        """Tell whether the hook may be made anew, which happens once a day at most."""
        last = self._renewed_at
        return last is None or not timedelta(0) <= now - last < RENEWED_AT_MOST_EVERY

    def renewed(self, now: datetime) -> None:
        """Note that the hook is made anew."""
        self._renewed_at = now
        self.refusals_in_a_row = 0

    def dump(self) -> dict[str, Json]:
        """Return what has to survive a restart."""
        return {
            "last_delivery_at": written(self.last_delivery_at),
            "renewed_at": written(self._renewed_at),
            "is_failing": self.is_failing,
        }

    def load(self, stored: Json) -> None:
        """Take what an earlier run knew."""
        saved = mapping(stored)
        self.last_delivery_at = moment(saved.get("last_delivery_at"))
        self._renewed_at = moment(saved.get("renewed_at"))
        self.is_failing = flag(saved.get("is_failing")) or False
