"""Fixtures of the actions."""

import pytest

from ..helpers.house import House
from .stay_helpers import link


@pytest.fixture
async def hosted(house: House) -> House:
    """Return a linked account with stays, none of them booked yet."""
    await link(house)
    return house
