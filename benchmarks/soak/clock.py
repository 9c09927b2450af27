"""A clock that can be made to go faster, and an event loop that lives by it.

The clocks by which Home Assistant lives (`time.time`, `time.monotonic`, `loop.time`, and the
present of `homeassistant.util.dt`) go `speed` times as fast as real time, and its timers with
them; the simulated cloud follows the same clock in another process. Two things stay real, and with
that are the limits of it:

* Work: an answer takes its real time, so that at a speed of 120 one of 10 ms seems to take 1.2 s.
* Timeouts of work (asyncio's, aiohttp's, Home Assistant's): they last PATIENCE real seconds, or
  what they would at normal speed if that is less. Else 20 s would be over within the pause that a
  busy machine makes.

Threads wait by the real clock, and log lines carry its time.
"""

import asyncio
from collections.abc import Callable
import concurrent.futures  # noqa: F401 # each keeps the clock that it finds when it is imported
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

PATIENCE = 5.0
TIMEOUTS = ("asyncio.timeouts", "aiohttp.", "homeassistant.util.timeout")
"""Modules whose timers end work that takes too long."""

_real_monotonic = time.monotonic


@dataclass(frozen=True, slots=True)
class Clock:
    """Shows `shown` at the real moment `since`, and goes on at `speed`; all in seconds."""

    since: float
    shown: float
    speed: float = 1.0

    def at(self, moment: float) -> float:
        """Return what it shows at a real moment."""
        return self.shown + (moment - self.since) * self.speed

    def changed(self, moment: float, speed: float) -> Clock:
        """Return the clock that goes on at another speed from a real moment on."""
        return Clock(moment, self.at(moment), speed)

    def patient(self, delay: float) -> float:
        """Return how long a timeout of `delay` has to be by this clock."""
        return max(delay, min(delay, PATIENCE) * self.speed)


class Time:
    """The present by a clock whose speed may change.

    Two processes of one machine agree on it: the monotonic clock is the machine's.
    """

    def __init__(self) -> None:
        now = _real_monotonic()
        self._clock = Clock(now, now)
        self._epoch = time.time() - now

    @property
    def clock(self) -> Clock:
        """The clock as it goes now."""
        return self._clock

    def go(self, speed: float, *, since: float | None = None) -> float:
        """Go at this speed from a real moment on, which is returned; None: from now on."""
        moment = _real_monotonic() if since is None else since
        self._clock = self._clock.changed(moment, speed)
        return moment

    def monotonic(self) -> float:
        """Return what stands for `time.monotonic()`."""
        return self._clock.at(_real_monotonic())

    def time(self) -> float:
        """Return what stands for `time.time()`."""
        return self._epoch + self.monotonic()

    def now(self, tz: tzinfo | None = None) -> datetime:
        """Return what stands for `datetime.now(tz)`."""
        return datetime.fromtimestamp(self.time(), tz)

    def utcnow(self) -> datetime:
        """Return the present in UTC."""
        return self.now(UTC)


def is_timeout(callback: Callable[..., object]) -> bool:
    """Tell whether a timer ends work that takes too long."""
    return getattr(callback, "__module__", "").startswith(TIMEOUTS)


class _Selector(selectors.DefaultSelector):
    """Waits as long as the loop's time takes in real time."""

    def __init__(self, present: Time) -> None:
        super().__init__()
        self._present = present

    @override
    def select(self, timeout: float | None = None) -> list[Any]:
        return super().select(timeout and timeout / self._present.clock.speed)


class FastLoop(asyncio.SelectorEventLoop):
    """An event loop by another clock."""

    def __init__(self, present: Time) -> None:
        super().__init__(_Selector(present))
        self._present = present

    @override
    def time(self) -> float:
        return self._present.monotonic()

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
            when = now + self._present.clock.patient(when - now)
        return super().call_at(when, callback, *args, context=context)


def take_over(present: Time) -> None:
    """Let this process live by another clock; to be called before Home Assistant is imported."""
    assert "homeassistant" not in sys.modules
    time.time, time.monotonic = present.time, present.monotonic
    # The name by which Home Assistant makes its loop.
    asyncio.EventLoop = partial(FastLoop, present)  # type: ignore[assignment] # no class
    _replace("utcnow", present.utcnow)
    _replace("now", lambda time_zone=None: present.now(time_zone or _default_time_zone()))
    _accept_tokens_of_the_future(present)


def _replace(name: str, function: Callable[..., datetime]) -> None:
    """Put a function in the place of one of Home Assistant's, wherever that is known already."""
    original = getattr(import_module("homeassistant.util.dt"), name)
    for module in tuple(sys.modules.values()):
        if getattr(module, name, None) is original:
            setattr(module, name, function)


def _default_time_zone() -> tzinfo:
    zone: tzinfo = import_module("homeassistant.util.dt").DEFAULT_TIME_ZONE
    return zone


def _accept_tokens_of_the_future(present: Time) -> None:
    """Check logins by this clock too: PyJWT asks `datetime` itself."""

    class AnyDatetime(type):
        @override
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, datetime)

    class Present(datetime, metaclass=AnyDatetime):
        @classmethod
        @override
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override] # no Present
            return present.now(tz)

    import_module("jwt.api_jwt").datetime = Present  # type: ignore[attr-defined] # a module's name
