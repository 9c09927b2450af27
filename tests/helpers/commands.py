"""Commands that take a while: they run while the test moves the clock."""

import asyncio
from collections.abc import Coroutine, Iterable
from datetime import timedelta

from pytest_homeassistant_custom_component.common import async_fire_time_changed

from .house import House


async def pause() -> None:
    """Let requests and answers pass. `House.settle` would wait for the end of the command."""
    for _ in range(300):
        await asyncio.sleep(0)  # the clock of the event loop stands still


async def advance(house: House, seconds: float) -> None:
    """Advance the clock while a command runs."""
    house.freezer.tick(timedelta(seconds=seconds))
    await house.simulator.run_due()
    async_fire_time_changed(house.hass)
    await pause()


async def call_while(
    house: House, command: Coroutine[object, object, object], waits: Iterable[float]
) -> BaseException | None:
    """Run a command while the clock advances by each of these seconds. Return its error, if any.

    It must have ended then.
    """
    task = asyncio.create_task(command)
    await pause()
    for seconds in waits:
        if task.done():
            break
        await advance(house, seconds)
    assert task.done(), "the command has not ended"
    return task.exception()
