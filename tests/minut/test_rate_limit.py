"""How many requests may be sent, and whose turn it is."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from custom_components.point.minut.exceptions import MinutRateLimitedError
from custom_components.point.minut.rate_limit import (
    BURST,
    PER_MINUTE,
    Priority,
    RateLimit,
    RequestBudget,
)

ERRORS_OF_FLOATS = 1e-9
COMMANDS_PER_MINUTE = 110


def send(
    limit: RateLimit, count: int, start: float, priority: Priority = Priority.COMMAND
) -> list[float]:
    """Send requests as soon as the limit allows; return when each was sent."""
    now, sent = start, []
    for _ in range(count):
        now += limit.wait(now, priority)
        limit.count(now, priority)
        sent.append(now)
    return sent


@pytest.mark.parametrize("start", [0.0, 0.25, 1_000_000.0], ids=str)
def test_a_burst_goes_out_at_once(start: float) -> None:
    sent = send(RateLimit(), BURST + 1, start)
    assert sent[:BURST] == [start] * BURST
    assert sent[BURST] == pytest.approx(start + 0.2)


def test_five_a_second_after_the_burst() -> None:
    sent = send(RateLimit(), 40, 100.0)[BURST:]
    assert sent == pytest.approx([100.2 + number / 5 for number in range(20)])


@pytest.mark.parametrize("priority", Priority)
def test_never_more_in_a_minute_than_minut_allows(priority: Priority) -> None:
    limit = RateLimit()
    sent = send(limit, 300, 50.0, priority)
    for number, at in enumerate(sent):
        within = [other for other in sent[number:] if other < at + 60 - ERRORS_OF_FLOATS]
        assert len(within) <= PER_MINUTE < 120


def test_commands_leave_some_requests_of_a_minute_to_polls() -> None:
    limit = RateLimit()
    assert send_for(limit, 59, Priority.COMMAND) == COMMANDS_PER_MINUTE
    assert send(limit, 5, 59.0, Priority.STATE) == [59.0] * 5
    assert limit.wait(59.0, Priority.STATE) > 0


@pytest.mark.parametrize(("homes", "seconds"), [(40, 15), (100, 60)])
def test_many_homes_are_commanded_quickly(homes: int, seconds: float) -> None:
    """Each home takes a request, and they are read back as lists of 30."""
    requests = homes + 2 * (homes // 30 + 1)
    assert send(RateLimit(), requests, 0.0)[-1] < seconds


def test_many_homes_are_commanded_within_a_minute_after_polls_and_history() -> None:
    limit = RateLimit()
    send_for(limit, 60, Priority.STATE)
    assert send(limit, 108, 60.0)[-1] < 120


def test_silence_earns_another_burst_but_no_more() -> None:
    limit = RateLimit()
    send(limit, BURST, 0.0)
    sent = send(limit, BURST + 1, 5_000.0)
    assert sent[:BURST] == [5_000.0] * BURST
    assert sent[BURST] > 5_000.0


def test_asking_how_long_to_wait_costs_nothing() -> None:
    limit = RateLimit()
    for _ in range(100):
        assert limit.wait(1.0, Priority.COMMAND) == 0
    send(limit, BURST, 1.0)
    assert [limit.wait(1.0, Priority.COMMAND) for _ in range(3)] == pytest.approx([0.2] * 3)


def test_nothing_goes_out_while_the_cloud_wants_silence() -> None:
    limit = RateLimit()
    limit.pause(40.0)
    assert limit.wait(10.0, Priority.COMMAND) == 30.0
    assert limit.wait(39.0, Priority.COMMAND) == 1.0
    assert limit.wait(40.0, Priority.COMMAND) == 0.0


def test_the_longer_silence_counts() -> None:
    limit = RateLimit()
    limit.pause(40.0)
    limit.pause(20.0)
    assert limit.wait(10.0, Priority.COMMAND) == 30.0
    limit.pause(50.0)
    assert limit.wait(10.0, Priority.COMMAND) == 40.0


# What is left for the more urgent


def send_for(limit: RateLimit, seconds: float, priority: Priority) -> int:
    """Send requests without a pause for this time, from 0. Return how many were released."""
    sent, now = 0, 0.0
    while (now := now + limit.wait(now, priority)) < seconds:
        limit.count(now, priority)
        sent += 1
    return sent


@pytest.mark.parametrize("others", [Priority.STATE, Priority.HISTORY])
@pytest.mark.parametrize("seconds", [1, 20, 59, 61, 600])
def test_a_command_goes_out_at_once_whatever_else_was_sent(
    others: Priority, seconds: float
) -> None:
    limit = RateLimit()
    send_for(limit, seconds, others)
    assert limit.wait(seconds, Priority.COMMAND) == 0


@pytest.mark.parametrize("seconds", [1, 20, 59, 61, 600])
def test_a_poll_of_a_large_account_hardly_feels_the_history(seconds: float) -> None:
    """500 homes and 600 Points are 13 pages."""
    limit, alone = RateLimit(), RateLimit()
    send_for(limit, seconds, Priority.HISTORY)
    sent = send(limit, 13, seconds, Priority.STATE)
    assert sent[-1] - send(alone, 13, seconds, Priority.STATE)[-1] <= 3


@pytest.mark.parametrize(
    ("priority", "in_a_minute"),
    [(Priority.COMMAND, 110), (Priority.STATE, 50), (Priority.HISTORY, 29)],
)
def test_nothing_is_starved_while_nobody_is_more_urgent(
    priority: Priority, in_a_minute: int
) -> None:
    assert send_for(RateLimit(), 600, priority) == pytest.approx(10 * in_a_minute, abs=1)


# Turns


class Queue:
    """Requests that wait for their turn, by a clock that the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.budget = RequestBudget()
        self.sent: list[str] = []
        self.now = 1_000.0
        self.tasks: dict[str, asyncio.Task[None]] = {}
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: self.now)

    async def ask(self, *names: str, priority: Priority = Priority.COMMAND) -> None:
        for name in names:
            self.tasks[name] = asyncio.create_task(self._send(name, priority))
        await self.settle()

    async def cancel(self, *names: str) -> None:
        for name in names:
            self.tasks[name].cancel()
        await self.settle()

    async def wait(self, seconds: float) -> None:
        self.now += seconds
        await self.settle()

    async def settle(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    async def _send(self, name: str, priority: Priority) -> None:
        await self.budget.acquire(priority)
        self.sent.append(name)


@pytest.fixture
async def queue(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Queue]:
    """Return a queue whose burst is used up."""
    queue = Queue(monkeypatch)
    await queue.ask(*(f"burst {number}" for number in range(BURST)))
    assert len(queue.sent) == BURST
    queue.sent.clear()
    yield queue
    await queue.cancel(*queue.tasks)


async def test_those_who_wait_go_one_by_one(queue: Queue) -> None:
    await queue.ask("a", "b", "c")
    assert queue.sent == []
    await queue.wait(0.1)
    assert queue.sent == []
    await queue.wait(0.1)
    assert queue.sent == ["a"]
    await queue.wait(0.4)
    assert queue.sent == ["a", "b", "c"]


async def test_the_most_urgent_goes_first_and_equals_in_order(queue: Queue) -> None:
    await queue.ask("history 1", "history 2", priority=Priority.HISTORY)
    await queue.ask("state 1", "state 2", priority=Priority.STATE)
    await queue.ask("command", priority=Priority.COMMAND)
    for _ in range(12):
        await queue.wait(0.5)
    assert queue.sent == ["command", "state 1", "state 2", "history 1", "history 2"]


async def test_a_long_queue_lets_a_command_and_a_poll_pass(queue: Queue) -> None:
    await queue.ask(*(f"history {number}" for number in range(500)), priority=Priority.HISTORY)
    for _ in range(40):
        await queue.wait(1.0)
    assert 20 <= len(queue.sent) <= 30
    queue.sent.clear()
    await queue.ask("command")
    await queue.ask("poll", priority=Priority.STATE)
    assert queue.sent == ["command", "poll"]


async def test_one_who_no_longer_waits_costs_no_turn(queue: Queue) -> None:
    await queue.ask("a", "b", "c")
    await queue.cancel("a", "b")
    await queue.wait(0.5)
    assert queue.sent == ["c"]


async def test_nothing_stays_behind_once_nobody_waits(queue: Queue) -> None:
    await queue.ask("a", "b")
    await queue.cancel("a", "b")
    assert queue.budget._timer is None
    await queue.ask("c")
    await queue.wait(0.5)
    assert queue.sent == ["c"]


async def test_during_a_pause_nobody_waits_but_is_told_how_long_it_lasts(queue: Queue) -> None:
    """A command that waited for an hour would seem to hang."""
    await queue.ask(*(str(number) for number in range(BURST)))
    waiting = asyncio.create_task(queue.budget.acquire(Priority.COMMAND))
    await queue.wait(0)
    queue.budget.pause(30)
    with pytest.raises(MinutRateLimitedError) as waited:
        await waiting
    assert waited.value.retry_after == 30
    await queue.wait(10)
    with pytest.raises(MinutRateLimitedError) as late:
        await queue.budget.acquire(Priority.COMMAND)
    assert late.value.retry_after == 20
    await queue.wait(20)
    await queue.budget.acquire(Priority.COMMAND)


async def test_the_minute_holds_for_those_who_wait(queue: Queue) -> None:
    await queue.ask(*(str(number) for number in range(PER_MINUTE)))
    for _ in range(80):
        await queue.wait(0.5)
    assert len(queue.sent) == COMMANDS_PER_MINUTE - BURST
    await queue.wait(20.0)
    assert len(queue.sent) == COMMANDS_PER_MINUTE


async def test_a_poll_is_not_stopped_by_commands_that_wait_for_the_minute(queue: Queue) -> None:
    await queue.ask(*(f"command {number}" for number in range(500)))
    for _ in range(30):
        await queue.wait(1.0)
    queue.sent.clear()
    await queue.ask("poll", priority=Priority.STATE)
    assert queue.sent == ["poll"]
    for _ in range(300):
        await queue.wait(1.0)
    commands = [name for name in queue.sent if name.startswith("command")]
    assert len(commands) == 500 - 90, "none is lost"
