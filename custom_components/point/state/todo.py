"""What needs attention in an account: batteries, mounts, contact, limits, push, names. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from ..minut.parsing import Json, items, mapping, moments, text
from .account import AccountState
from .battery import BatteryLog
from .device import DeviceState

CHARGE_AHEAD = timedelta(days=14)
"""A battery has to be charged if it will be empty within this time, which is that of Minut."""
LIMIT_OVERDUE = timedelta(hours=2)
"""Time after which a Point should have fetched its settings: it reports about once an hour."""


class Task(StrEnum):
    """Things to do, in the order of the list."""

    EVENTS = "events"
    """Events do not arrive."""
    CHARGE = "charge"
    MOUNT = "mount"
    CONTACT = "contact"
    """A Point does not report."""
    LIMIT = "limit"
    """A Point has not applied its settings."""
    NAMES = "names"
    """Several homes have the same name."""


@dataclass(frozen=True, slots=True)
class Need:
    """A task for a Point or home `key`. `since`: for contact. `due`: for charging.

    Tasks of the same `group` share a row: that of a home, or of homes with the same name.
    """

    task: Task
    key: str
    group: str = ""
    due: date | None = None
    since: datetime | None = None

    @property
    def name(self) -> str:
        """Return what identifies the need, also after a restart."""
        return f"{self.task}:{self.key}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list: one task in one home, for one Point or several.

    `uid`: a new one when a Point joins, because there is something new to do, but not when one is
    done.
    """

    task: Task
    uid: str
    needs: tuple[Need, ...]
    is_done: bool

    @property
    def due(self) -> date | None:
        """Return the day by which the first Point needs it."""
        return min((need.due for need in self.needs if need.due), default=None)

    @property
    def since(self) -> datetime | None:
        """Return since when the first Point has needed it."""
        return min((need.since for need in self.needs if need.since), default=None)


class TodoList:
    """The list of an account. Rows come and go by themselves."""

    def __init__(self) -> None:
        self.batteries = BatteryLog()
        self.rows: tuple[Row, ...] = ()
        self._done: set[str] = set()
        self._uids: dict[str, str] = {}
        """The rows in which the needs are."""
        self._pending_since: dict[str, datetime] = {}

    def update(self, state: AccountState, now: datetime, *, push_works: bool | None) -> bool:
        """Update the list. Return whether it changed.

        What was checked off stays so until it is over. Then it can come again. Days are those of
        the time zone of `now`. `push_works`: None until that is known, which changes nothing.
        """
        needs = [*self._needs(state, now)]
        push = Need(Task.EVENTS, "")
        if push_works is False or (push_works is None and push.name in self._uids):
            needs.append(push)
        self._done &= {need.name for need in needs}
        return self._show(needs, now)

    def check(self, uid: str, now: datetime, *, is_done: bool) -> bool:
        """Check a row off, or the reverse. Return whether there is such a row."""
        rows = [row for row in self.rows if row.uid == uid]
        for row in rows:
            names = {need.name for need in row.needs}
            self._done = self._done | names if is_done else self._done - names
        self._show([need for row in self.rows for need in row.needs], now)
        return bool(rows)

    def _show(self, needs: list[Need], now: datetime) -> bool:
        """Group needs to rows: by task, home, and whether they were checked off."""

        def group(need: Need) -> tuple[int, str, bool]:
            return [*Task].index(need.task), need.group, need.name in self._done

        before, rows = self.rows, list[Row]()
        for (_, _, is_done), each in groupby(sorted(needs, key=group), group):
            found = tuple(each)
            uid = self._uid(found, now, taken={row.uid for row in rows})
            rows.append(Row(found[0].task, uid, found, is_done))
        self.rows = tuple(rows)
        self._uids = {need.name: row.uid for row in rows for need in row.needs}
        return self.rows != before

    def _uid(self, needs: tuple[Need, ...], now: datetime, *, taken: set[str]) -> str:
        """Return the id of the row of these needs: the one they have, unless a need is new."""
        known = {self._uids.get(need.name, "") for need in needs}
        uid = min(known)
        return uid if uid and uid not in taken else f"{needs[0].name}:{now.timestamp():.0f}"

    # What needs attention

    def _needs(self, state: AccountState, now: datetime) -> Iterator[Need]:
        self.batteries.prune(now)
        for key in self._pending_since.keys() - state.devices.keys():
            del self._pending_since[key]
        for device in state.devices.values():
            yield from self._needs_of(device, now)
        names = Counter(
            home.polled.name.strip().casefold() for home in state.homes.values() if home.polled.name
        )
        for key, home in state.homes.items():
            name = (home.polled.name or "").strip().casefold()
            if names[name] > 1:
                yield Need(Task.NAMES, key, name)

    def _needs_of(self, device: DeviceState, now: datetime) -> Iterator[Need]:
        polled = device.polled
        key, home = polled.id, polled.home_id or ""
        if polled.battery_percent is not None:
            self.batteries.record(key, polled.battery_percent, polled.last_heard_from_at or now)
        empty_at = self.batteries.empty_at(key)
        if device.battery_low or (empty_at and empty_at - now <= CHARGE_AHEAD):
            due = max(empty_at, now).astimezone(now.tzinfo).date() if empty_at else None
            yield Need(Task.CHARGE, key, home, due=due)
        if device.is_removed:
            yield Need(Task.MOUNT, key, home)
        if not device.online:
            yield Need(Task.CONTACT, key, home, since=polled.last_heard_from_at)
        if not polled.thresholds.is_pending:
            self._pending_since.pop(key, None)
        elif device.online and now - self._pending_since.setdefault(key, now) >= LIMIT_OVERDUE:
            yield Need(Task.LIMIT, key, home)

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return what to store, as JSON. It contains no names of homes and Points."""
        done: list[Json] = [*sorted(self._done)]
        return {
            "batteries": self.batteries.dump(),
            "done": done,
            "uids": {**self._uids},
            "pending_since": {key: at.isoformat() for key, at in self._pending_since.items()},
        }

    def load(self, stored: Json) -> None:
        """Restore what an earlier run stored."""
        saved = mapping(stored)
        self.batteries.load(saved.get("batteries"))
        self._done = {name for name in map(text, items(saved.get("done"))) if name}
        uids = {name: text(uid) for name, uid in mapping(saved.get("uids")).items()}
        self._uids = {name: uid for name, uid in uids.items() if uid}
        self._pending_since = moments(saved.get("pending_since"))
