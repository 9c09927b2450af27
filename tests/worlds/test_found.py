"""Worlds that once failed: the shortest plans that show what was wrong."""

import pytest

from .conftest import Live
from .plans import Plan

FOUND = {
    "what is missed after the clock was ahead is fetched all the same": Plan(
        steps=(
            ("clock", 7200),
            ("restart", 0),
            ("clock", -7200),
            ("lose",),
            ("first notice", 0),
        ),
    ),
    "what lasts for a moment ends though the clock is put back": Plan(
        steps=(("motion", 0), ("clock", -7200), ("wait", 8000)),
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_it_stays_mended(live: Live, name: str) -> None:
    live(FOUND[name])
