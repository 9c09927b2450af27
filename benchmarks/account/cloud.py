"""The simulated cloud of the account benchmark, in a separate process.

Its work must not count as Home Assistant's. Deliveries are sent over a few persistent connections,
like those of a proxy in front of Home Assistant, so that a burst is as fast as Home Assistant.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
import time

from aiohttp import ClientSession

from benchmarks.cloud import Account
from benchmarks.comparison.access import Access, access_of
from simulator import Simulator
from simulator.backend.hooks import Delivery

OVER, UNDER = ("temperature_high", 29.5), ("temperature_dropped_normal", 24.5)
"""Events delivered for each Point in turn. Each changes a state, with any integration."""
HEARTBEAT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery: when it was sent (Unix seconds), seconds to its answer, and the status."""

    at: float
    seconds: float
    status: int


@dataclass(frozen=True, slots=True)
class Deliver:
    """Command to deliver one event of each Point over a number of connections."""

    points: tuple[str, ...]
    connections: int


@dataclass(frozen=True, slots=True)
class Register:
    """Command to register a webhook as Minut's clients do."""

    url: str


@dataclass(frozen=True, slots=True)
class Count:
    """Command to return the number of requests, without those for tokens."""


class Cloud:
    """The benchmark's side of the pipe: one command at a time."""

    def __init__(self, pipe: Connection, access: Access) -> None:
        self._pipe = pipe
        self.access = access

    async def deliver(self, points: Iterable[str], *, connections: int) -> list[Sent]:
        """Deliver one event of each Point. Return the deliveries."""
        sent: list[Sent] = await self._request(Deliver(tuple(points), connections))
        assert all(each.status == 200 for each in sent), {each.status for each in sent}
        return sent

    async def register(self, url: str) -> None:
        """Register a URL as a webhook."""
        await self._request(Register(url))

    async def requests(self) -> int:
        """Return the number of requests so far."""
        count: int = await self._request(Count())
        return count

    async def _request[T](self, command: Deliver | Register | Count) -> T:
        self._pipe.send(command)
        answer: T = await asyncio.to_thread(self._pipe.recv)
        return answer


@asynccontextmanager
async def cloud(account: Account, *, page: int | None) -> AsyncIterator[Cloud]:
    """Run a cloud with this account. `page`: homes or Points per page; None: all of them."""
    here, there = Pipe()
    process = get_context("spawn").Process(target=_serve, args=(there, account, page), daemon=True)
    process.start()
    try:
        yield Cloud(here, await asyncio.to_thread(here.recv))
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection, account: Account, page: int | None) -> None:
    asyncio.run(_run_commands(pipe, account, page))


async def _run_commands(pipe: Connection, account: Account, page: int | None) -> None:
    per_home, remainder = divmod(account.points, account.homes)
    async with (
        Simulator(homes=account.homes, devices=per_home, heartbeat=HEARTBEAT) as simulator,
        ClientSession() as session,
    ):
        for home in list(simulator.homes)[:remainder]:
            await simulator.add_device(home)
        switches = simulator.switches
        switches.enforce_limits = switches.real_delays = True
        switches.default_page_size = page
        pipe.send(access_of(simulator))
        turns = {point: cycle((OVER, UNDER)) for point in simulator.devices}
        while True:
            while not await asyncio.to_thread(pipe.poll, 0.2):
                await simulator.run_due()
            match pipe.recv():
                case Deliver(points, connections):
                    events = [(point, *next(turns[point])) for point in points]
                    deliveries = await _prepare(simulator, events)
                    pipe.send(await _send(session, deliveries, connections))
                case Register(url):
                    simulator.webhooks.register(simulator.account.user_id, url, ("*",))
                    pipe.send(None)
                case Count():
                    pipe.send(simulator.limits.total)


async def _prepare(
    simulator: Simulator, events: Iterable[tuple[str, str, float]]
) -> list[Delivery]:
    """Create events. Return their deliveries, which the simulator itself does not send."""
    first = len(simulator.deliveries)
    simulator.switches.lose_deliveries = True
    for point, kind, value in events:
        await simulator.emit(kind, device=point, sensor_value=value)
    simulator.switches.lose_deliveries = False
    return simulator.deliveries[first:]


async def _send(session: ClientSession, deliveries: list[Delivery], connections: int) -> list[Sent]:
    pending, sent = iter(deliveries), []

    async def work() -> None:
        for delivery in pending:
            at, began = time.time(), time.perf_counter()
            async with session.post(
                delivery.url, data=delivery.body, headers=delivery.headers
            ) as answer:
                await answer.read()
            sent.append(Sent(at, time.perf_counter() - began, answer.status))

    await asyncio.gather(*(work() for _ in range(connections)))
    return sent


def round_robin(points: tuple[str, ...], count: int, *, start: int = 0) -> list[str]:
    """Return `count` Points in rotation, beginning with number `start`."""
    rotation = cycle(points[start % len(points) :] + points[: start % len(points)])
    return [next(rotation) for _ in range(count)]
