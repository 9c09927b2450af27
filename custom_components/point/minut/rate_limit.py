"""How many requests an account may send: half of what Minut allows (API notes 1)."""

import asyncio
from collections import deque
from dataclasses import dataclass
from enum import IntEnum
import heapq
from itertools import count
from typing import Final

from .exceptions import MinutRateLimitedError

PER_SECOND = 2.0
BURST = 10
PER_MINUTE = 60


class Priority(IntEnum):
    """Who goes first when requests have to wait."""

    COMMAND = 0
    """What the user asked for and waits for."""
    STATE = 1
    """Devices, homes, events, hooks."""
    HISTORY = 2
    """What can wait: history, stays."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reserve:
    """How many requests a priority leaves to more urgent ones, at once and within a minute."""

    burst: int = 0
    minute: int = 0


RESERVES: Final = {
    Priority.COMMAND: Reserve(),
    Priority.STATE: Reserve(burst=2, minute=10),
    Priority.HISTORY: Reserve(burst=6, minute=30),
}
"""However long the others' queues, a command goes out at once, and a poll nearly so."""


class Allowance:
    """Token bucket plus a window of one minute. Times are seconds of any monotonic clock."""

    def __init__(self) -> None:
        self._tokens = float(BURST)
        self._filled_at = 0.0
        self._sent: deque[float] = deque()
        self._closed_until = 0.0

    def wait(self, now: float, priority: Priority) -> float:
        """Return the seconds until the next request of this priority may be sent."""
        self._refill(now)
        reserve = RESERVES[priority]
        too_many = len(self._sent) - (PER_MINUTE - reserve.minute)
        return max(
            0.0,
            self._closed_until - now,
            (reserve.burst + 1 - self._tokens) / PER_SECOND,
            self._sent[too_many] + 60 - now if too_many >= 0 else 0.0,
        )

    def take(self, now: float) -> None:
        """Count a request that is sent now."""
        self._refill(now)
        self._tokens -= 1
        self._sent.append(now)

    def close(self, until: float) -> None:
        """Let nothing through before `until`: the cloud asked for it."""
        self._closed_until = max(self._closed_until, until)

    def closed_for(self, now: float) -> float:
        """Return the seconds for which the cloud asked to send nothing."""
        return max(0.0, self._closed_until - now)

    def _refill(self, now: float) -> None:
        self._tokens = min(BURST, self._tokens + (now - self._filled_at) * PER_SECOND)
        self._filled_at = now
        while self._sent and self._sent[0] <= now - 60:
            self._sent.popleft()


class RequestBudget:
    """Lets requests through one by one, the most urgent first."""

    def __init__(self) -> None:
        self._allowance = Allowance()
        self._waiting: list[tuple[Priority, int, asyncio.Future[None]]] = []
        self._order = count()
        self._timer: asyncio.TimerHandle | None = None

    async def acquire(self, priority: Priority) -> None:
        """Wait for this request's turn. Raises MinutRateLimitedError while the budget is closed."""
        if (rest := self._allowance.closed_for(asyncio.get_running_loop().time())) > 0:
            raise _closed(rest)
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._order), turn))
        self._let_through()
        try:
            await turn
        except asyncio.CancelledError:
            self._let_through()  # nobody may be left whom a timer should wake
            raise

    def close(self, seconds: float) -> None:
        """Send nothing for that many seconds; who waits already is told so."""
        self._allowance.close(asyncio.get_running_loop().time() + seconds)
        for _, _, turn in self._waiting:
            if not turn.done():
                turn.set_exception(_closed(seconds))
        self._let_through()

    def _let_through(self) -> None:
        loop = asyncio.get_running_loop()
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while self._waiting:
            priority, _, turn = self._waiting[0]
            if not turn.done() and (seconds := self._allowance.wait(loop.time(), priority)) > 0:
                self._timer = loop.call_later(seconds, self._let_through)
                return
            heapq.heappop(self._waiting)
            if not turn.done():  # a cancelled caller waits no more
                self._allowance.take(loop.time())
                turn.set_result(None)


def _closed(seconds: float) -> MinutRateLimitedError:
    return MinutRateLimitedError("Minut asks for fewer requests", retry_after=seconds)
