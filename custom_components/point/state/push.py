"""Whether Minut's events arrive, and what is known of that."""

from datetime import datetime, timedelta

from ..minut.parsing import Json, flag, mapping, moment, text, written

MAX_REFUSALS = 20
"""So many refused deliveries in a row that name our hook: Minut proves itself in another way."""
RENEWED_AT_MOST_EVERY = timedelta(days=1)
CLOCKS_DIFFER = timedelta(minutes=5)


class PushStatus:
    """What is known of the way from Minut to Home Assistant.

    Silence alone says nothing: an empty home sends no events. `is_silent` says that something was
    sent and did not arrive; `is_unverified`, that the proof Minut used to show is missing.
    `distrusted` is the hook to be replaced by another.
    """

    def __init__(self) -> None:
        self.is_registered = False
        self.is_checked = False
        """Whether Minut has been asked for the hook in this run."""
        self.is_silent = False
        self.is_unverified = False
        self.listening_since: datetime | None = None
        self.last_delivery_at: datetime | None = None
        self.unverified = 0
        self.refusals_in_a_row = 0
        self.distrusted: str | None = None
        self._renewed_at: datetime | None = None

    @property
    def works(self) -> bool:
        """Tell whether events arrive, as far as one can know."""
        return self.is_registered and not (self.is_silent or self.is_unverified)

    def registered(self, since: datetime) -> None:
        """Note that Minut has our hook, and since when it has been delivering to us."""
        self.is_registered = True
        self.listening_since = self.listening_since or since

    def lost(self) -> None:
        """Note that there is no hook at Minut."""
        self.is_registered = False
        self.listening_since = None

    def delivered(self, now: datetime, *, is_verified: bool) -> None:
        """Note a delivery that was accepted: the best proof there is."""
        self.registered(now)
        self.is_silent = self.is_unverified = False
        self.last_delivery_at = now
        self.refusals_in_a_row = 0
        self.unverified += 0 if is_verified else 1

    def refused(self) -> bool:
        """Note a delivery that names our hook and proves nothing; tell whether it is the limit."""
        self.refusals_in_a_row += 1
        if self.refusals_in_a_row < MAX_REFUSALS:
            return False
        self.refusals_in_a_row = 0
        self.is_unverified = True
        return True

    def should_have_heard(self, event_at: datetime) -> bool:
        """Tell whether an event should have been delivered, and nothing has come since."""
        last, since = self.last_delivery_at, self.listening_since
        was_listening = since is not None and since + CLOCKS_DIFFER <= event_at
        return was_listening and (last is None or last < event_at - CLOCKS_DIFFER)

    def may_renew(self, now: datetime) -> bool:
        """Tell whether the hook may be made anew, which happens once a day at most."""
        last = self._renewed_at
        return last is None or not timedelta(0) <= now - last < RENEWED_AT_MOST_EVERY

    def renew(self, hook_id: str | None, now: datetime) -> None:
        """Note that a hook is to be replaced by another."""
        self.distrusted = hook_id
        self._renewed_at = now

    def dump(self) -> dict[str, Json]:
        """Return what has to survive a restart."""
        return {
            "last_delivery_at": written(self.last_delivery_at),
            "renewed_at": written(self._renewed_at),
            "distrusted": self.distrusted,
            "is_silent": self.is_silent,
            "is_unverified": self.is_unverified,
        }

    def load(self, stored: Json) -> None:
        """Take what an earlier run knew."""
        saved = mapping(stored)
        self.last_delivery_at = moment(saved.get("last_delivery_at"))
        self._renewed_at = moment(saved.get("renewed_at"))
        self.distrusted = text(saved.get("distrusted"))
        self.is_silent = flag(saved.get("is_silent")) or False
        self.is_unverified = flag(saved.get("is_unverified")) or False
