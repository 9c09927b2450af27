"""Random worlds, each with an account of its own, in one Home Assistant."""

import os

from homeassistant.const import MAJOR_VERSION, MINOR_VERSION
from hypothesis import HealthCheck, Phase, given, seed, settings
import pytest

from .conftest import Live
from .plans import Plan, plans

NEWEST = (MAJOR_VERSION, MINOR_VERSION) >= (2026, 11)
WORLDS = int(os.environ.get("WORLDS", "200" if NEWEST else "40"))
"""`WORLDS=5000 scripts/test --ha 2026.11 tests/worlds/test_worlds.py` lives that many."""
PARTS = 5
FIRST = PARTS * int(os.environ.get("WORLDS_SEED", "0"))
SEEDS = range(FIRST, FIRST + PARTS)


@pytest.mark.timeout(600 + WORLDS)  # that of the others is for single worlds
@pytest.mark.parametrize("number", SEEDS)
def test_whatever_happens_all_is_shown_as_it_is(live: Live, number: int) -> None:
    """The same worlds in each run. One that fails is shrunk, and printed as a plan to keep."""

    @seed(number)
    @settings(
        max_examples=WORLDS // len(SEEDS),
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(plans())
    def live_one(plan: Plan) -> None:
        live(plan)

    live_one()
