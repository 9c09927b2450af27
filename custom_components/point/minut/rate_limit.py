"""Client-side rate limit of an account, within what Minut allows (API notes 1)."""

import asyncio
from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from .exceptions import MinutRateLimitedError

PER_SECOND = 5.0
"""Sustained requests per second."""
BURST = 20
"""Maximum number of requests at once: Minut delays further ones."""
PER_MINUTE = 115
"""Maximum number of requests within 60 seconds. Minut allows 120, by its own clock."""


class Priority(IntEnum):
    """Priority of a request that has to wait, the most urgent first."""

    COMMAND = 0
    """An action of the user, who waits for it."""
    STATE = 1
    """Devices, homes, events, webhooks."""
    HISTORY = 2
    """History and stays."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """Part of the rate limit that a priority may use: of a burst, and of a minute."""

    burst: float
    minute: float


SHARES: Final = {
    Priority.COMMAND: Share(burst=1, minute=0.96),
    Priority.STATE: Share(burst=0.4, minute=0.44),
    Priority.HISTORY: Share(burst=0.2, minute=0.26),
}
"""Commands go out at once and polls almost at once, however many other requests wait."""
BACKGROUND_RATE: Final = 0.4
"""Part of `PER_SECOND` that all requests but commands may use together."""


class TokenBucket:
    """Token bucket plus a window of one minute. Times are seconds of a monotonic clock."""

    def __init__(self, *, rate: float, burst: float) -> None:
        """Start with a full bucket. `rate`: tokens per second."""
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._filled_at = 0.0
        self._sent: deque[float] = deque()

    def wait(self, now: float, *, keep: float, per_minute: float) -> float:
        """Return the seconds until a request may be sent that leaves `keep` tokens."""
        self._refill(now)
        too_many = len(self._sent) - int(per_minute)
        return max(
            0.0,
            (keep + 1 - self._tokens) / self._rate,
            self._sent[too_many] + 60 - now if too_many >= 0 else 0.0,
        )

    def count(self, now: float) -> None:
        """Count a request that is sent now."""
        self._refill(now)
        self._tokens -= 1
        self._sent.append(now)

    def _refill(self, now: float) -> None:
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        while self._sent and self._sent[0] <= now - 60:
            self._sent.popleft()


class RateLimit:
    """Limits all requests, and those other than commands to a part of that limit."""

    def __init__(self) -> None:
        self._all = TokenBucket(rate=PER_SECOND, burst=BURST)
        self._background = TokenBucket(
            rate=PER_SECOND * BACKGROUND_RATE, burst=BURST * SHARES[Priority.STATE].burst
        )
        self._paused_until = 0.0

    def wait(self, now: float, priority: Priority) -> float:
        """Return the seconds until the next request of this priority may be sent."""
        share = SHARES[priority]
        if priority is Priority.COMMAND:
            return max(
                self.paused_for(now),
                self._all.wait(now, keep=0, per_minute=PER_MINUTE * share.minute),
            )
        kept = BURST * (SHARES[Priority.STATE].burst - share.burst)
        return max(
            self.paused_for(now),
            self._all.wait(now, keep=0, per_minute=PER_MINUTE),
            self._background.wait(now, keep=kept, per_minute=PER_MINUTE * share.minute),
        )

    def count(self, now: float, priority: Priority) -> None:
        """Count a request that is sent now."""
        self._all.count(now)
        if priority is not Priority.COMMAND:
            self._background.count(now)

    def pause(self, until: float) -> None:
        """Allow no request before `until`, as Minut requested."""
        self._paused_until = max(self._paused_until, until)

    def paused_for(self, now: float) -> float:
        """Return the remaining seconds of the pause, 0 without one."""
        return max(0.0, self._paused_until - now)


class RequestBudget:
    """Queues of an account's requests, which are released by priority within the rate limit."""

    def __init__(self) -> None:
        self._limit = RateLimit()
        self._queues: dict[Priority, deque[asyncio.Future[None]]] = {
            priority: deque() for priority in Priority
        }
        self._timer: asyncio.TimerHandle | None = None

    async def acquire(self, priority: Priority) -> None:
        """Wait until a request may be sent. Raises MinutRateLimitedError during a pause."""
        if (rest := self._limit.paused_for(asyncio.get_running_loop().time())) > 0:
            raise _paused(rest)
        released = asyncio.get_running_loop().create_future()
        self._queues[priority].append(released)
        self._release()
        try:
            await released
        except asyncio.CancelledError:
            self._release()  # the timer may wait only for this request
            raise

    def pause(self, seconds: float) -> None:
        """Send no requests for that many seconds. Requests that wait raise an error."""
        self._limit.pause(asyncio.get_running_loop().time() + seconds)
        for queue in self._queues.values():
            for released in queue:
                if not released.done():
                    released.set_exception(_paused(seconds))
        self._release()

    def _release(self) -> None:
        """Release the requests that may be sent now; set a timer for the next one."""
        loop = asyncio.get_running_loop()
        if self._timer:
            self._timer.cancel()
            self._timer = None
        waits = [self._release_from(queue, priority) for priority, queue in self._queues.items()]
        if seconds := min(filter(None, waits), default=None):
            self._timer = loop.call_later(seconds, self._release)

    def _release_from(self, queue: deque[asyncio.Future[None]], priority: Priority) -> float | None:
        """Release from one queue. Return the seconds to wait for the rest, None if it is empty."""
        now = asyncio.get_running_loop().time()
        while queue:
            if not queue[0].done():  # else it was cancelled, or failed in a pause
                if (seconds := self._limit.wait(now, priority)) > 0:
                    return seconds
                self._limit.count(now, priority)
                queue[0].set_result(None)
            queue.popleft()
        return None


def _paused(seconds: float) -> MinutRateLimitedError:
    return MinutRateLimitedError("too many requests", retry_after=seconds)
