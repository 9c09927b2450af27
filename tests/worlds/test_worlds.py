"""Random worlds, each with its own account, in one Home Assistant."""

import os

from hypothesis import HealthCheck, Phase, given, seed, settings
import pytest

from .conftest import Live
from .plans import Plan, plans

WORLDS = int(os.environ.get("WORLDS", "100"))
"""Number of worlds: `WORLDS=5000 scripts/test tests/worlds/test_worlds.py` runs more."""
PARTS = 5
FIRST = PARTS * int(os.environ.get("WORLDS_SEED", "0"))
SEEDS = range(FIRST, FIRST + PARTS)


@pytest.mark.timeout(600 + WORLDS)  # the usual one is for a single world
@pytest.mark.parametrize("number", SEEDS)
def test_whatever_happens_all_is_shown_as_it_is(live: Live, number: int) -> None:
    """The worlds are the same in each run. A failed one is shrunk and printed as a plan."""

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
