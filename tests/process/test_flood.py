"""One sender floods the hook: Home Assistant's own pages go on, and Minut's events still arrive."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
import hmac
from itertools import count
import json
import os
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import aiohttp
import pytest

from simulator import Hook, Simulator

from .installation import Installation, Running

DELIVERIES: Final = int(os.environ.get("FLOOD", "500"))
"""So many of each kind."""
AT_ONCE: Final = 20
"""So many connections the sender keeps busy."""
TIMES: Final = 20
FLOOR: Final = 0.25
"""A page may take so many times as long as without a flood, and so many seconds more."""
PAGES: Final = 15
"""So many answers are measured without a flood."""

type Delivery = tuple[bytes, dict[str, str]]


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Return a Minut cloud with two homes of two Points that sleep, by the real clock."""
    async with Simulator(heartbeat=timedelta(hours=12)) as simulator:
        yield simulator


def deliveries(cloud: Simulator, hook: Hook) -> dict[str, tuple[Callable[[], Delivery], set[int]]]:
    """Return what is sent, by its kind, and how it may be answered."""
    point = next(iter(cloud.devices))
    numbers = count()

    def valid() -> Delivery:
        event = {
            "id": f"flood{next(numbers)}",
            "type": "temperature_high",
            "created_at": datetime.now(UTC).isoformat(),
            "device_id": point,
        }
        body = json.dumps({"hook_id": hook.hook_id, "event": event}).encode()
        signature = hmac.new(hook.secret.encode(), body, sha256).hexdigest()
        return body, {"X-Minut-Signature": signature}

    def forged() -> Delivery:
        body, _ = valid()
        return body, {"X-Minut-Signature": "0" * 64}

    def bloated() -> Delivery:
        """As large as may be, and full of what has to be looked at."""
        rest = b'{"hook_id":"x","a":['
        return rest + b"0," * ((65_536 - len(rest) - 3) // 2) + b"0]}", {}

    def oversized() -> Delivery:
        return b"x" * (65_536 + 1), {}

    return {
        "valid": (valid, {200}),
        "forged": (forged, {401, 503}),  # 503: meanwhile the hook is made anew
        "bloated": (bloated, {400}),
        "oversized": (oversized, {413}),
    }


async def flood(url: str, make: Callable[[], Delivery], number: int) -> list[int]:
    """Deliver so many from one sender; return the answers' statuses."""
    left = iter(range(number))
    statuses: list[int] = []

    async def send(session: aiohttp.ClientSession) -> None:
        for _ in left:
            body, headers = make()
            with suppress(aiohttp.ClientError):
                async with session.post(url, data=body, headers=headers) as answer:
                    statuses.append(answer.status)

    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(send(session) for _ in range(AT_ONCE)))
    return statuses


async def page(running: Running) -> float:
    """Return the seconds that one of Home Assistant's pages takes."""
    begun = perf_counter()
    await running.frontend.get("/api/states")
    return perf_counter() - begun


@pytest.mark.newest_only("long; the integration itself limits what a sender costs")
@pytest.mark.timeout(120 + DELIVERIES // 10)
async def test_a_flood_slows_the_pages_only_so_much(tmp_path: Path, cloud: Simulator) -> None:
    installation = Installation(tmp_path / "config", cloud)
    async with installation.ours() as ours:
        await ours.link(cloud)
        await ours.until_state("sensor.lakeside_4_hallway_temperature")
        [hook] = cloud.hooks.values()
        usual = median([await page(ours) for _ in range(PAGES)])
        lines = len(ours.log().splitlines())
        figures = {"without": usual}
        for kind, (make, statuses) in deliveries(cloud, hook).items():
            begun = perf_counter()
            flooding = asyncio.create_task(flood(hook.url, make, DELIVERIES))
            taken: list[float] = []
            while not flooding.done():
                taken.append(await page(ours))
            assert set(await flooding) <= statuses, kind
            figures[kind] = median(taken)
            figures[f"{kind}, rate"] = DELIVERIES / (perf_counter() - begun)
            assert median(taken) <= TIMES * usual + FLOOR, kind
        print(figures)  # noqa: T201 # what docs/reliability.md shows
        assert len(ours.log().splitlines()) - lines < 50
        await cloud.deliveries_done()
        await cloud.press_button(next(iter(cloud.devices)))
        await ours.until_state("binary_sensor.lakeside_4_hallway_button_press", "on")
