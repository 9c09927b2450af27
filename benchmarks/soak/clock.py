"""A clock that can run faster than real time, and an event loop that uses it.

All clocks that Home Assistant uses (`time.time`, `time.monotonic`, `loop.time`, and the current
time of `homeassistant.util.dt`) run at `speed` times real time, and so do its timers. The simulated
cloud follows the same clock in another process. Limits:

* Work takes its real time: at a speed of 120, an answer that takes 10 ms appears to take 1.2 s.
* Timeouts of work (asyncio's, aiohttp's, Home Assistant's) last MAX_TIMEOUT real seconds, or less
  if they are shorter. Otherwise a pause of a busy machine would exceed a timeout of 20 s.

Threads wait in real time, and log lines carry real time.
"""

import asyncio
from collections.abc import Callable
import concurrent.futures  # noqa: F401 # keeps the clock it finds at import
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from importlib import import_module
import queue  # noqa: F401 # as above
import selectors
import sys
import threading  # noqa: F401 # as above
import time
from typing import Any, override

MAX_TIMEOUT = 5.0
"""Maximum real duration of a timeout, in seconds."""
TIMEOUTS = ("asyncio.timeouts", "aiohttp.", "homeassistant.util.timeout")
"""Modules whose timers are timeouts of work."""

_real_monotonic = time.monotonic


@dataclass(frozen=True, slots=True)
class LinearClock:
    """A clock that shows `shown` at the real time `since`, and runs at `speed`. In seconds."""

    since: float
    shown: float
    speed: float = 1.0

    def at(self, moment: float) -> float:
        """Return the time shown at a real time."""
        return self.shown + (moment - self.since) * self.speed

    def with_speed(self, moment: float, speed: float) -> LinearClock:
        """Return the clock that runs at another speed from a real time on."""
        return LinearClock(moment, self.at(moment), speed)

    def timeout(self, delay: float) -> float:
        """Return the duration of a timeout of `delay` by this clock."""
        return max(delay, min(delay, MAX_TIMEOUT) * self.speed)


class FastClock:
    """The current time by a clock whose speed can be changed.

    Two processes of one machine can share it, as they share the monotonic clock.
    """

    def __init__(self) -> None:
        now = _real_monotonic()
        self._clock = LinearClock(now, now)
        self._epoch = time.time() - now

    @property
    def speed(self) -> float:
        """Speed as a multiple of real time."""
        return self._clock.speed

    def set_speed(self, speed: float, *, since: float | None = None) -> float:
        """Set the speed from a real monotonic time on (by default now). Return that time."""
        moment = _real_monotonic() if since is None else since
        self._clock = self._clock.with_speed(moment, speed)
        return moment

    def timeout(self, delay: float) -> float:
        """Return the duration of a timeout of `delay` by this clock."""
        return self._clock.timeout(delay)

    def monotonic(self) -> float:
        """Replace `time.monotonic()`."""
        return self._clock.at(_real_monotonic())

    def time(self) -> float:
        """Replace `time.time()`."""
        return self._epoch + self.monotonic()

    def now(self, tz: tzinfo | None = None) -> datetime:
        """Replace `datetime.now(tz)`."""
        return datetime.fromtimestamp(self.time(), tz)

    def utcnow(self) -> datetime:
        """Return the current time in UTC."""
        return self.now(UTC)


def is_timeout(callback: Callable[..., object]) -> bool:
    """Return whether a timer is a timeout of work."""
    return getattr(callback, "__module__", "").startswith(TIMEOUTS)


class _Selector(selectors.DefaultSelector):
    """Converts the loop's timeouts to real time."""

    def __init__(self, clock: FastClock) -> None:
        super().__init__()
        self._clock = clock

    @override
    def select(self, timeout: float | None = None) -> list[Any]:
        return super().select(timeout and timeout / self._clock.speed)


class FastLoop(asyncio.SelectorEventLoop):
    """An event loop that uses a fast clock."""

    def __init__(self, clock: FastClock) -> None:
        super().__init__(_Selector(clock))
        self._fast_clock = clock

    @override
    def time(self) -> float:
        return self._fast_clock.monotonic()

    @override
    def call_at[*Args](
        self,
        when: float,
        callback: Callable[[*Args], object],
        *args: *Args,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        if is_timeout(callback):
            now = self.time()
            when = now + self._fast_clock.timeout(when - now)
        return super().call_at(when, callback, *args, context=context)


def install(clock: FastClock) -> None:
    """Make this process use a fast clock. Call this before Home Assistant is imported."""
    assert "homeassistant" not in sys.modules
    time.time, time.monotonic = clock.time, clock.monotonic
    # Home Assistant creates its loop by this name.
    asyncio.EventLoop = partial(FastLoop, clock)  # type: ignore[assignment] # no class
    _replace("utcnow", clock.utcnow)
    _replace("now", lambda time_zone=None: clock.now(time_zone or _default_time_zone()))
    _patch_jwt(clock)


def _replace(name: str, function: Callable[..., datetime]) -> None:
    """Replace a function of `homeassistant.util.dt` in all modules that imported it."""
    original = getattr(import_module("homeassistant.util.dt"), name)
    for module in tuple(sys.modules.values()):
        if getattr(module, name, None) is original:
            setattr(module, name, function)


def _default_time_zone() -> tzinfo:
    zone: tzinfo = import_module("homeassistant.util.dt").DEFAULT_TIME_ZONE
    return zone


def _patch_jwt(clock: FastClock) -> None:
    """Make PyJWT, which uses `datetime` directly, validate logins by this clock."""

    class AnyDatetime(type):
        @override
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, datetime)

    class FastDatetime(datetime, metaclass=AnyDatetime):
        @classmethod
        @override
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override] # no FastDatetime
            return clock.now(tz)

    import_module("jwt.api_jwt").datetime = FastDatetime  # type: ignore[attr-defined] # a module's name
