"""Fixtures of the entities."""

import pytest

from ..helpers.house import House
from .stay_helpers import at, link


@pytest.fixture
async def hosted(house: House) -> House:
    """Return a linked account with stays: one in the first home from 13:00 until the day after."""
    await house.simulator.add_guest(house.home, at(1), at(24))
    await link(house)
    return house
