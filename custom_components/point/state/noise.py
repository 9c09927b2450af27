"""State machine of a home's noise disturbance. Pure: it never waits or reads a clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from ..minut.event_types import Disturbance, EventType
from ..minut.parsing import Json, JsonObject, moment, written

LEVEL_NAMES: Mapping[str, int] = MappingProxyType({"first": 1, "second": 2, "third": 3})

LEVELS: Mapping[Disturbance, int] = MappingProxyType(
    dict.fromkeys(Disturbance, 0)
    | {
        Disturbance.FIRST_NOTICE: 1,
        Disturbance.SECOND_NOTICE: 2,
        Disturbance.THIRD_NOTICE: 3,
    }
)
"""Level of each stage, 0 without a notice."""

NOTICES = frozenset(stage for stage, level in LEVELS.items() if level)

CHECK_AFTER = timedelta(minutes=60)
"""Delay after the last event before a disturbance is checked: the event of its end may be lost."""

RETRY_CHECK = timedelta(minutes=15)
"""Delay after a check that failed."""

MAX_DURATION = timedelta(hours=6)
"""Maximum duration of a disturbance after its last notice."""


class DisturbanceState:
    """Disturbance of one home.

    `stage`: None while unknown: at first, and after a restart until missed events are applied.
    """

    def __init__(self, since: datetime) -> None:
        self.stage: Disturbance | None = None
        self._stored_stage = Disturbance.NONE
        self._since = since
        self._at: datetime | None = None
        self._check_at = since + CHECK_AFTER

    @property
    def noise(self) -> bool | None:
        """Return whether there is a disturbance, None while unknown."""
        return None if self.stage is None else self.stage in NOTICES

    def reaches(self, level: str) -> bool | None:
        """Return whether there is a notice of this level or a higher one, None while unknown."""
        return None if self.stage is None else LEVELS[self.stage] >= LEVEL_NAMES[level]

    @property
    def is_doubtful(self) -> bool:
        """Return whether there was a notice whose end may have been missed."""
        return (self._stored_stage if self.stage is None else self.stage) in NOTICES

    def is_pushed(self, since: datetime) -> bool:
        """Return whether the last event about noise happened after `since`."""
        return self._at is not None and self._at >= since

    @property
    def next_check(self) -> datetime | None:
        """Return when to check the state against the home's events, None if there is no need."""
        return None if self.stage is Disturbance.NONE else self._check_at

    def apply(self, kind: EventType, at: datetime) -> bool:
        """Apply an event unless a newer one is known. Return whether the stage changed."""
        stage = self._stage_after(kind)
        if stage is None or (self._at is not None and at < self._at):
            return False
        changed = stage is not self.stage
        self.stage, self._at, self._check_at = stage, at, at + CHECK_AFTER
        return changed

    def _stage_after(self, kind: EventType) -> Disturbance | None:
        """Return the stage after an event, None if the event is not about noise."""
        if kind.disturbance is not None:
            return kind.disturbance
        known = self._stored_stage if self.stage is None else self.stage
        match kind.noise:
            case True if known in NOTICES:
                return known
            case True:
                return Disturbance.FIRST_NOTICE
            case False:
                return Disturbance.NONE
            case _:
                return None

    def reconcile(self, events: Iterable[tuple[datetime, EventType]], now: datetime) -> bool:
        """Reconcile the stage with the home's events of the last `MAX_DURATION`.

        A disturbance ends unless the events prove that it goes on. Return whether the stage
        changed. `now`: when the events were requested.
        """
        if self._at is not None and self._at >= now:  # a newer event has been delivered meanwhile
            return False
        before = self.stage
        self.stage = self._stored_stage if self.stage is None else self.stage
        relevant = [(at, kind) for at, kind in events if self._stage_after(kind) is not None]
        for at, kind in sorted(relevant, key=lambda pair: pair[0]):
            self.apply(kind, at)
        last = max(relevant, key=lambda pair: pair[0], default=None)
        goes_on = last is not None and self._stage_after(last[1]) is not Disturbance.NONE
        if not goes_on or self._has_expired(now):
            self.stage = Disturbance.NONE
        self._check_at = now + CHECK_AFTER
        return self.stage is not before

    def postpone_check(self, now: datetime) -> bool:
        """Keep the stage after a failed check, which proves nothing, and check again later.

        After `MAX_DURATION` the disturbance ends all the same. Return whether the stage changed.
        """
        if self._at is not None and self._at >= now:  # a newer event has been delivered meanwhile
            return False
        before = self.stage
        if self._has_expired(now):
            self.stage = Disturbance.NONE
        self._check_at = min(now + RETRY_CHECK, max(now, self._expires_at))
        return self.stage is not before

    @property
    def _expires_at(self) -> datetime:
        return (self._at or self._since) + MAX_DURATION

    def _has_expired(self, now: datetime) -> bool:
        return now >= self._expires_at

    def drop_stale_notice(self, now: datetime) -> None:
        """Set the stage to unknown if a check of its notice is due: it has probably ended."""
        if self.stage in NOTICES and now >= self._check_at:
            self._stored_stage, self.stage = self.stage, None

    def restore(self, now: datetime) -> bool:
        """Restore the stored stage, after all missed events have been applied.

        Return whether the stage changed.
        """
        if self.stage is not None:
            return False
        if self._at is None or self._has_expired(now):
            self.stage = Disturbance.NONE
            return True
        self.stage, self._check_at = self._stored_stage, self._at + CHECK_AFTER
        self.drop_stale_notice(now)
        return self.stage is not None

    def dump(self) -> dict[str, Json]:
        """Return the state to store, as JSON."""
        stage = self._stored_stage if self.stage is None else self.stage
        return {"stage": stage, "at": written(self._at)}

    def load(self, stored: JsonObject) -> None:
        """Load the stored state. It is not shown before `restore`."""
        stage, at = stored.get("stage"), moment(stored.get("at"))
        if at is not None and isinstance(stage, str) and stage in Disturbance:
            self._stored_stage, self._at = Disturbance(stage), at
