"""Client-side rate limit of an account: half of what Minut allows (API notes 1)."""

import asyncio
from collections import deque
from dataclasses import dataclass
from enum import IntEnum
import heapq
from itertools import count
from typing import Final

from .exceptions import MinutRateLimitedError

PER_SECOND = 2.0
"""Sustained requests per second."""
BURST = 10
"""Maximum number of requests at once."""
PER_MINUTE = 60
"""Maximum number of requests within 60 seconds."""


class Priority(IntEnum):
    """Priority of a request that has to wait, the most urgent first."""

    COMMAND = 0
    """An action of the user, who waits for it."""
    STATE = 1
    """Devices, homes, events, webhooks."""
    HISTORY = 2
    """History and stays."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reserve:
    """Requests that a priority leaves to more urgent ones: of a burst, and per minute."""

    burst: int = 0
    minute: int = 0


RESERVES: Final = {
    Priority.COMMAND: Reserve(),
    Priority.STATE: Reserve(burst=2, minute=10),
    Priority.HISTORY: Reserve(burst=6, minute=30),
}
"""Commands go out at once and polls almost at once, however many other requests wait."""


class RateLimit:
    """Token bucket plus a window of one minute. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._tokens = float(BURST)
        self._filled_at = 0.0
        self._sent: deque[float] = deque()
        self._paused_until = 0.0

    def wait(self, now: float, priority: Priority) -> float:
        """Return the seconds until the next request of this priority may be sent."""
        self._refill(now)
        reserve = RESERVES[priority]
        too_many = len(self._sent) - (PER_MINUTE - reserve.minute)
        return max(
            0.0,
            self._paused_until - now,
            (reserve.burst + 1 - self._tokens) / PER_SECOND,
            self._sent[too_many] + 60 - now if too_many >= 0 else 0.0,
        )

    def count(self, now: float) -> None:
        """Count a request that is sent now."""
        self._refill(now)
        self._tokens -= 1
        self._sent.append(now)

    def pause(self, until: float) -> None:
        """Allow no request before `until`, as Minut requested."""
        self._paused_until = max(self._paused_until, until)

    def paused_for(self, now: float) -> float:
        """Return the remaining seconds of the pause, 0 without one."""
        return max(0.0, self._paused_until - now)

    def _refill(self, now: float) -> None:
        self._tokens = min(BURST, self._tokens + (now - self._filled_at) * PER_SECOND)
        self._filled_at = now
        while self._sent and self._sent[0] <= now - 60:
            self._sent.popleft()


class RequestBudget:
    """Queue of an account's requests, which releases them by priority within the rate limit."""

    def __init__(self) -> None:
        self._limit = RateLimit()
        self._queue: list[tuple[Priority, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None

    async def acquire(self, priority: Priority) -> None:
        """Wait until a request may be sent. Raises MinutRateLimitedError during a pause."""
        if (rest := self._limit.paused_for(asyncio.get_running_loop().time())) > 0:
            raise _paused(rest)
        released = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (priority, next(self._numbers), released))
        self._release()
        try:
            await released
        except asyncio.CancelledError:
            self._release()  # the timer may wait only for this request
            raise

    def pause(self, seconds: float) -> None:
        """Send no requests for that many seconds. Requests that wait raise an error."""
        self._limit.pause(asyncio.get_running_loop().time() + seconds)
        for _, _, released in self._queue:
            if not released.done():
                released.set_exception(_paused(seconds))
        self._release()

    def _release(self) -> None:
        """Release the requests that may be sent now; set a timer for the next one."""
        loop = asyncio.get_running_loop()
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while self._queue:
            priority, _, released = self._queue[0]
            if not released.done() and (seconds := self._limit.wait(loop.time(), priority)) > 0:
                self._timer = loop.call_later(seconds, self._release)
                return
            heapq.heappop(self._queue)
            if not released.done():  # not cancelled
                self._limit.count(loop.time())
                released.set_result(None)


def _paused(seconds: float) -> MinutRateLimitedError:
    return MinutRateLimitedError("too many requests", retry_after=seconds)
