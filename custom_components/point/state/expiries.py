"""When states end by themselves. Pure."""

from datetime import datetime
import heapq


class Expiries:
    """Times at which something of a key may end."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, str]] = []

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, at: datetime, key: str) -> None:
        """Add a time. Earlier times of the same key stay."""
        heapq.heappush(self._heap, (at, key))

    @property
    def next(self) -> datetime | None:
        """Return the earliest time."""
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: datetime) -> set[str]:
        """Remove the times that have come. Return their keys."""
        due: set[str] = set()
        while self._heap and self._heap[0][0] <= now:
            due.add(heapq.heappop(self._heap)[1])
        return due
