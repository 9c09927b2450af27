"""Periods of time. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """A period. `end` is exclusive."""

    start: datetime
    end: datetime

    def aligned(self, step: timedelta) -> Span:
        """Return the period, extended to whole steps since 1970 in UTC, such as full hours."""
        return Span(self.start - (self.start - EPOCH) % step, self.end + (EPOCH - self.end) % step)

    def chunks(self, size: timedelta) -> Iterator[Span]:
        """Yield the parts of the period of at most `size`, newest first."""
        end = self.end
        while end > self.start:
            start = max(self.start, end - size)
            yield Span(start, end)
            end = start
