"""How far noise monitoring of a home has gone: a state machine over its events."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ..minut.event_types import Disturbance, EventType
from ..minut.parsing import Json, JsonObject, moment, written

NOTICES = frozenset({Disturbance.FIRST_NOTICE, Disturbance.SECOND_NOTICE, Disturbance.THIRD_NOTICE})

CHECKED_AFTER = timedelta(minutes=60)
"""Without news for so long, a disturbance is checked: the message of its end may be lost."""

LONGEST = timedelta(hours=6)
"""After so long without a new notice a disturbance is over, whatever the home's events say."""


class DisturbanceState:
    """One home's disturbance.

    `stage` is None while nothing is known: at first, and after a restart.
    """

    def __init__(self, since: datetime) -> None:
        self.stage: Disturbance | None = None
        self._remembered = Disturbance.NONE
        self._at: datetime | None = None
        self._heard_at = since

    @property
    def noise(self) -> bool | None:
        """Tell whether a disturbance goes on."""
        return None if self.stage is None else self.stage in NOTICES

    @property
    def next_check(self) -> datetime | None:
        """Return when the state should be checked against the home's events."""
        is_over = self.stage is Disturbance.NONE
        return None if is_over else self._heard_at + CHECKED_AFTER

    def apply(self, kind: EventType, at: datetime) -> bool:
        """Take what an event says, unless a newer one is known; return whether it changed."""
        stage = self._after(kind)
        if stage is None or (self._at is not None and at < self._at):
            return False
        changed = stage is not self.stage
        self.stage, self._at, self._heard_at = stage, at, at
        return changed

    def _after(self, kind: EventType) -> Disturbance | None:
        if kind.disturbance is not None:
            return kind.disturbance
        known = self._remembered if self.stage is None else self.stage
        match kind.noise:
            case True if known in NOTICES:
                return known
            case True:
                return Disturbance.FIRST_NOTICE
            case False:
                return Disturbance.NONE
            case _:
                return None

    def settle(self, events: Iterable[tuple[datetime, EventType]], now: datetime) -> bool:
        """Take the events of the last hours; what they do not prove to go on is over."""
        if self._at is not None and self._at >= now:  # told since the cloud was asked
            return False
        before = self.stage
        self.stage = self._remembered if self.stage is None else self.stage
        news = [(at, kind) for at, kind in events if self._after(kind) is not None]
        for at, kind in sorted(news, key=lambda pair: pair[0]):
            self.apply(kind, at)
        last = max(news, key=lambda pair: pair[0], default=None)
        goes_on = last is not None and self._after(last[1]) is not Disturbance.NONE
        is_recent = self._at is not None and now - self._at < LONGEST
        if not (goes_on and is_recent):
            self.stage = Disturbance.NONE
        self._heard_at = now
        return self.stage is not before

    def doubt(self, now: datetime) -> None:
        """Take a notice of long ago for unknown until it is checked: most likely it is over."""
        if self.stage in NOTICES and now - self._heard_at >= CHECKED_AFTER:
            self._remembered, self.stage = self.stage, None

    def confirm(self, now: datetime) -> bool:
        """Trust what is known: all that happened meanwhile has been applied."""
        if self.stage is not None:
            return False
        if self._at is None or now - self._at >= LONGEST:
            self.stage = Disturbance.NONE
            return True
        self.stage, self._heard_at = self._remembered, self._at
        self.doubt(now)
        return self.stage is not None

    def dump(self) -> dict[str, Json]:
        """Return what has to survive a restart."""
        stage = self._remembered if self.stage is None else self.stage
        return {"stage": stage, "at": written(self._at)}

    def load(self, saved: JsonObject) -> None:
        """Take what an earlier run knew; whether it still holds is for `confirm` to say."""
        stage, at = saved.get("stage"), moment(saved.get("at"))
        if at is not None and isinstance(stage, str) and stage in Disturbance:
            self._remembered, self._at = Disturbance(stage), at
