"""Details of homes and Points that a list only summarizes, such as with an id and a name.

Each is then read individually. Whether Minut's lists are like that is not known (API notes 12.18).
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ..minut.exceptions import MinutError, MinutUnauthorizedError, is_gone
from ..minut.paging import Identified
from .schedule import NEVER

MAX_READS = 30
"""Maximum number of single reads per poll."""
MAX_FAILURES = 3
"""Maximum number of failed reads in a poll, and of one object before its summary is shown."""
EMPTY_FOR = timedelta(days=1)
"""Time for which an object without details is not read again."""


class Element(Identified, Protocol):
    """Element of a list that may be only a summary."""

    @property
    def is_summary(self) -> bool:
        """Return whether there are no details."""
        ...


@dataclass(frozen=True, slots=True)
class Completed[T]:
    """The elements of a list.

    `unchanged`: ids of summaries whose details were read in an earlier poll, but not in this one.
    `has_all`: whether all were read at least once. Those that were not are left out.
    """

    items: tuple[T, ...]
    unchanged: frozenset[str] = frozenset()
    has_all: bool = True


class DetailReader[T: Element]:
    """Completes the elements of one list."""

    def __init__(self, read: Callable[[str], Awaitable[T]]) -> None:
        """Read single objects with `read`, which may raise MinutError."""
        self._read = read
        self._read_at: dict[str, datetime] = {}
        self._empty: dict[str, datetime] = {}
        """When an object was found to have no details."""
        self._failures: Counter[str] = Counter()

    async def complete(
        self, elements: Collection[T], now: datetime, *, ignored: Collection[str] = ()
    ) -> Completed[T]:
        """Replace summaries with what single reads return: at most `MAX_READS`, the oldest first.

        `ignored`: ids of elements that are not shown. Raises MinutUnauthorizedError.
        """
        found = {element.id: element for element in elements}
        self._forget(found, now)
        summaries = {key for key, element in found.items() if element.is_summary}
        waiting = sorted(
            summaries - self._empty.keys() - set(ignored),
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

    async def _read_one(self, key: str, summary: T, now: datetime) -> T:
        """Return an object, or its summary if it has no details. Raises MinutError."""
        try:
            element = await self._read(key)
        except MinutError as error:
            self._failures[key] += 1
            if not is_gone(error) and self._failures[key] < MAX_FAILURES:
                raise
            element = summary
        if element.id != key or element.is_summary:
            self._empty[key] = now
            return summary
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
