from hypothesis import HealthCheck, given, settings
import pytest

from .conftest import Live
from .plans import Plan, plans

WORLDS = 40
PARTS = 1


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_random_worlds(live: Live, part: int) -> None:
    @settings(
        max_examples=WORLDS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(plans())
    def check(plan: Plan) -> None:
        live(plan)

    check()
