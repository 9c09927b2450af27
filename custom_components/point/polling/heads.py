"""Homes and Points of which a list has only the head, such as an id and a name.

Each is then read individually. Whether Minut's lists are like that is not known (API notes 12.18).
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..minut.exceptions import MinutError, MinutUnauthorizedError, is_gone
from ..minut.paging import Identified

MAX_READS = 30
"""Maximum number of single reads per poll."""
MAX_FAILURES = 3
"""Maximum number of failed reads in a poll, and of one object before its head is shown."""
EMPTY_FOR = timedelta(days=1)
"""Time for which an object that has no more than its head is not read again."""
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Completed[T]:
    """The elements of a list.

    `unchanged`: ids of heads that were read in an earlier poll, but not in this one. `has_all`:
    whether all were read at least once. Those that were not are left out.
    """

    items: tuple[T, ...]
    unchanged: frozenset[str] = frozenset()
    has_all: bool = True


class Heads[T: Identified]:
    """Completes the elements of one list."""

    def __init__(
        self, read: Callable[[str], Awaitable[T]], *, is_head: Callable[[T], bool]
    ) -> None:
        """Read single objects with `read`, which may raise MinutError."""
        self._read = read
        self._is_head = is_head
        self._read_at: dict[str, datetime] = {}
        self._empty: dict[str, datetime] = {}
        """When an object was found to have no more than its head."""
        self._failures: Counter[str] = Counter()

    async def complete(
        self, elements: Collection[T], now: datetime, *, ignored: Collection[str] = ()
    ) -> Completed[T]:
        """Replace heads with what single reads return: at most `MAX_READS`, the oldest first.

        `ignored`: ids of elements that are not shown. Raises MinutUnauthorizedError.
        """
        found = {element.id: element for element in elements}
        self._forget(found, now)
        heads = {key for key, element in found.items() if self._is_head(element)}
        waiting = sorted(
            heads - self._empty.keys() - set(ignored),
            key=lambda key: self._read_at.get(key, NEVER),
        )
        pending = set(waiting)
        failures = 0
        for key in waiting[:MAX_READS]:
            try:
                found[key] = await self._read_one(key, found[key], now)
                pending.discard(key)
            except MinutUnauthorizedError:
                raise
            except MinutError:
                failures += 1
                if failures >= MAX_FAILURES:
                    break
        missing = pending - self._read_at.keys()
        return Completed(
            tuple(element for key, element in found.items() if key not in missing),
            frozenset(pending - missing),
            has_all=not missing,
        )

    async def _read_one(self, key: str, head: T, now: datetime) -> T:
        """Return an object, or its head if there is no more of it. Raises MinutError."""
        try:
            element = await self._read(key)
        except MinutError as error:
            self._failures[key] += 1
            if not is_gone(error) and self._failures[key] < MAX_FAILURES:
                raise
            element = head
        if element.id != key or self._is_head(element):
            self._empty[key] = now
            return head
        self._read_at[key] = now
        return element

    def _forget(self, listed: Collection[str], now: datetime) -> None:
        """Forget elements that are gone, and after a while that they were empty."""
        self._read_at = {key: at for key, at in self._read_at.items() if key in listed}
        self._empty = {
            key: at
            for key, at in self._empty.items()
            if key in listed and abs(now - at) < EMPTY_FOR
        }
        for key in self._failures.keys() - set(listed):
            del self._failures[key]
