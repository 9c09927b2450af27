"""Scheduled actions on a clock that tests control."""

from collections.abc import Callable, Hashable
from datetime import datetime
from heapq import heappop, heappush


class Schedule:
    """Actions scheduled for a time, at most one per key."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Hashable]] = []
        self._entries: dict[Hashable, tuple[int, Callable[[], None]]] = {}
        self._count = 0

    def at(self, moment: datetime, key: Hashable, action: Callable[[], None]) -> None:
        """Schedule `action` for `moment`, replacing any action scheduled under `key`."""
        self._count += 1
        self._entries[key] = (self._count, action)
        heappush(self._heap, (moment, self._count, key))

    def cancel(self, key: Hashable) -> None:
        """Cancel the action scheduled under `key`."""
        self._entries.pop(key, None)

    def due(self, now: datetime) -> tuple[datetime, Callable[[], None]] | None:
        """Remove and return the earliest action due by `now`, with the time it was due."""
        while self._heap and self._heap[0][0] <= now:
            moment, number, key = heappop(self._heap)
            entry = self._entries.get(key)
            if entry and entry[0] == number:
                del self._entries[key]
                return moment, entry[1]
        return None
