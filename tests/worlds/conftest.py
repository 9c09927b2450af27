"""One Home Assistant for all worlds."""

from collections.abc import AsyncIterator, Callable
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from simulator import Simulator
from tests.conftest import NOON
from tests.helpers.house import House

from .plans import Plan
from .world import CloudClock, World

type Live = Callable[[Plan], None]


@pytest.fixture
def clock() -> CloudClock:
    """Return the cloud's clock."""
    return CloudClock()


@pytest.fixture
async def simulator(
    socket_enabled: None, freezer: FrozenDateTimeFactory, clock: CloudClock
) -> AsyncIterator[Simulator]:
    """Return a Minut cloud with a clock of its own."""
    freezer.move_to(NOON)
    async with Simulator(now=clock) as cloud:
        yield cloud


@pytest.fixture
def live(
    house: House,
    clock: CloudClock,
    hass_storage: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Live:
    """Return a function that runs a plan, from linking an account to removing it."""
    logging.getLogger().setLevel(logging.ERROR)
    loop = house.hass.loop
    loop.set_debug(False)  # it records a stack for each callback, half of the time

    monkeypatch.setattr(loop, "time", clock.monotonic)

    def live_plan(plan: Plan) -> None:
        loop.run_until_complete(World(house, clock, hass_storage, plan).live())

    return live_plan
