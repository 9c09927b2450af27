"""Single reads: soon, not too often, and again after an error."""

import asyncio
from datetime import timedelta
from typing import cast

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.point.minut.exceptions import MinutUnreachableError
from custom_components.point.polling.account import Account
from custom_components.point.polling.refresh import BUSY_DELAY, RETRY_DELAYS, ReadScheduler

EVERY = timedelta(seconds=2)


class Reader:
    """Something that can be read, and a clock."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        self.hass = hass
        self.freezer = freezer
        self.config_entry = MockConfigEntry(domain="point")
        self.reads: list[str] = []
        self.fails = False
        self.answers = asyncio.Event()
        self.answers.set()
        self.is_closing = False
        self.scheduler = ReadScheduler(cast("Account", self), self.read, interval=EVERY)

    async def read(self, key: str) -> None:
        """Read, when the cloud answers."""
        self.reads.append(key)
        await self.answers.wait()
        if self.fails:
            raise MinutUnreachableError("Minut has a problem (502)")

    def request(self, key: str = "h1", seconds: float = 0) -> None:
        """Request a read in this number of seconds."""
        self.scheduler.request(key, dt_util.utcnow() + timedelta(seconds=seconds))

    async def wait(self, by: timedelta) -> None:
        """Let time pass."""
        self.freezer.tick(by)
        async_fire_time_changed(self.hass)
        await asyncio.sleep(0)


@pytest.fixture
async def reader(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Reader:
    return Reader(hass, freezer)


async def test_many_requests_are_one_read(reader: Reader) -> None:
    for _ in range(5):
        reader.request()
    await reader.wait(timedelta(seconds=1))
    assert reader.reads == ["h1"]


async def test_the_earlier_request_counts(reader: Reader) -> None:
    reader.request(seconds=60)
    reader.request(seconds=10)
    reader.request(seconds=30)
    await reader.wait(timedelta(seconds=11))
    assert reader.reads == ["h1"]
    await reader.wait(timedelta(seconds=60))
    assert reader.reads == ["h1"]


async def test_the_same_thing_is_not_read_too_often_but_another_is(reader: Reader) -> None:
    reader.request()
    await reader.wait(timedelta(seconds=1))
    reader.request()
    reader.request("h2")
    await reader.wait(timedelta(seconds=0.5))
    assert reader.reads == ["h1", "h2"]
    await reader.wait(EVERY)
    assert reader.reads == ["h1", "h2", "h1"]


async def test_a_clock_that_is_put_back_does_not_hold_a_reading_up(reader: Reader) -> None:
    reader.request()
    await reader.wait(timedelta(seconds=1))
    reader.freezer.move_to(dt_util.utcnow() - timedelta(days=1))
    reader.request()
    await reader.wait(timedelta(seconds=1))
    assert reader.reads == ["h1", "h1"]


async def test_while_a_reading_is_under_way_another_waits(reader: Reader) -> None:
    reader.answers.clear()
    reader.request()
    await reader.wait(timedelta(seconds=1))
    for _ in range(5):
        reader.request()
        await reader.wait(timedelta(seconds=3))
    assert reader.reads == ["h1"]
    reader.answers.set()
    await asyncio.sleep(0)
    await reader.wait(BUSY_DELAY)
    assert reader.reads == ["h1", "h1"]


async def test_a_failed_reading_is_tried_again_some_times(reader: Reader) -> None:
    reader.fails = True
    reader.request()
    await reader.wait(timedelta(seconds=1))
    for tried, retry in enumerate(RETRY_DELAYS, start=1):
        assert len(reader.reads) == tried
        await reader.wait(retry)
    assert len(reader.reads) == 1 + len(RETRY_DELAYS)
    await reader.wait(timedelta(hours=1))
    assert len(reader.reads) == 1 + len(RETRY_DELAYS)


async def test_a_reading_that_succeeds_after_all_counts_anew(reader: Reader) -> None:
    reader.fails = True
    reader.request()
    await reader.wait(timedelta(seconds=1))
    reader.fails = False
    await reader.wait(RETRY_DELAYS[0])
    assert len(reader.reads) == 2
    reader.fails = True
    reader.request(seconds=60)
    await reader.wait(timedelta(seconds=61))
    await reader.wait(RETRY_DELAYS[0])
    assert len(reader.reads) == 4
    reader.scheduler._cancel()


async def test_after_unloading_nothing_is_read(reader: Reader) -> None:
    reader.request(seconds=5)
    reader.is_closing = True
    reader.scheduler._cancel()
    reader.request(seconds=5)
    await reader.wait(timedelta(seconds=10))
    assert reader.reads == []
