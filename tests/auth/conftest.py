"""Fixtures of the login."""

import pytest

from ..helpers.house import House
from .token_helpers import Ask, remove, tokens_of


@pytest.fixture(params=["loaded", "removed"])
def ask(linked: House, request: pytest.FixtureRequest) -> Ask:
    """Return what provides the tokens of an entry, which may be in the middle of its removal."""
    valid = tokens_of(linked).valid

    async def valid_during_removal() -> str:
        await remove(linked)
        return await valid()

    return valid_during_removal if request.param == "removed" else valid
