"""A linked account with stays."""

from collections.abc import AsyncIterator

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.util import dt as dt_util
import pytest

from simulator import Simulator

from ..conftest import NOON
from ..helpers.house import House


@pytest.fixture
async def simulator(
    socket_enabled: None, freezer: FrozenDateTimeFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Simulator]:
    """Return a Minut cloud with two homes of two Points each, or of as many as a test requests."""
    freezer.move_to(NOON)
    devices = getattr(request, "param", 2)
    async with Simulator(homes=2, devices=devices, now=dt_util.utcnow) as cloud:
        yield cloud


@pytest.fixture
async def hosted(house: House) -> House:
    house.entry = await house.make_entry()
    house.hass.config_entries.async_update_entry(
        house.entry, options={"stays": True, "history": False, "entities": "few"}
    )
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.advance(seconds=1)
    assert house.entry.state is ConfigEntryState.LOADED
    return house
