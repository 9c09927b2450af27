"""Minut's rate limits: always counted, enforced only on request (API notes 1).

Per account: 5 requests a second with bursts up to 50, delayed from the 21st, and 120 a minute. The
token bucket is our interpretation of that sentence.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

PER_SECOND = 5
DELAYED_FROM = 20
BURST = 50
PER_MINUTE = 120


@dataclass(slots=True)
class _Counter:
    """Request counter of one account."""

    asked: deque[float] = field(default_factory=deque)
    served: deque[float] = field(default_factory=deque)
    level: float = 0.0
    drained_at: float = 0.0
    peak_per_second: int = 0
    peak_per_minute: int = 0
    total: int = 0

    def ask(self, now: float) -> tuple[bool, float]:
        """Count a request. Return whether it is within the limits, and its delay in seconds."""
        self.total += 1
        _drop_older(self.asked, now - 60)
        self.asked.append(now)
        recent = sum(moment > now - 1 for moment in self.asked)
        self.peak_per_second = max(self.peak_per_second, recent)
        self.peak_per_minute = max(self.peak_per_minute, len(self.asked))

        _drop_older(self.served, now - 60)
        self.level = max(0.0, self.level - (now - self.drained_at) * PER_SECOND)
        self.drained_at = now
        if self.level + 1 > BURST or len(self.served) >= PER_MINUTE:
            return False, 0.0
        self.level += 1
        self.served.append(now)
        return True, max(0.0, self.level - DELAYED_FROM) / PER_SECOND


def _drop_older(moments: deque[float], limit: float) -> None:
    while moments and moments[0] <= limit:
        moments.popleft()


class Limits:
    """Request counters of all accounts."""

    def __init__(self) -> None:
        self.accounts: dict[str, _Counter] = {}

    def ask(self, user_id: str, now: datetime) -> tuple[bool, float]:
        """Count a request. Return whether it is within the limits, and its delay in seconds."""
        counter = self.accounts.setdefault(user_id, _Counter())
        return counter.ask(now.timestamp())

    @property
    def total(self) -> int:
        """Number of requests with a valid token."""
        return sum(counter.total for counter in self.accounts.values())

    @property
    def peak_per_second(self) -> int:
        """Maximum number of requests of one account within a second."""
        return max((counter.peak_per_second for counter in self.accounts.values()), default=0)

    @property
    def peak_per_minute(self) -> int:
        """Maximum number of requests of one account within a minute."""
        return max((counter.peak_per_minute for counter in self.accounts.values()), default=0)

    def reset(self) -> None:
        """Reset all counters."""
        self.accounts.clear()
