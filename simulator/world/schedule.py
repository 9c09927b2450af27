"""What is due when, on a clock that tests drive."""

from collections.abc import Callable, Hashable
from datetime import datetime
from heapq import heappop, heappush


class Schedule:
    """Things to do at a moment, at most one for each key."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Hashable]] = []
        self._entries: dict[Hashable, tuple[int, Callable[[], None]]] = {}
        self._count = 0

    def at(self, moment: datetime, key: Hashable, action: Callable[[], None]) -> None:
        """Do `action` at `moment`, in place of what was planned under `key`."""
        self._count += 1
        self._entries[key] = (self._count, action)
        heappush(self._heap, (moment, self._count, key))

    def cancel(self, key: Hashable) -> None:
        """Forget what was planned under `key`."""
        self._entries.pop(key, None)

    def due(self, now: datetime) -> tuple[datetime, Callable[[], None]] | None:
        """Take the earliest thing that is due by `now`, with the moment it was due."""
        while self._heap and self._heap[0][0] <= now:
            moment, number, key = heappop(self._heap)
            entry = self._entries.get(key)
            if entry and entry[0] == number:
                del self._entries[key]
                return moment, entry[1]
        return None
