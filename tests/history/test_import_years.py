"""Months and years, imported on demand: a few thousand hours of each reading."""

import pytest

from tests.helpers.house import House

from .recorded import DAY, LAST, NO_REGULAR_IMPORT, asked_for, entities, external, import_history


@pytest.mark.newest_only("long; shorter imports are tested on each version")
async def test_the_newest_chunk_comes_first_and_progress_is_shown(
    recorded: House, notifications: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.point.services.running_import.MIN_REQUESTS", 5)
    await recorded.link(options=NO_REGULAR_IMPORT)
    before = len(asked_for(recorded))
    answer = await import_history(recorded, start=LAST - 210 * DAY)
    asked = asked_for(recorded)[before:]
    assert len(asked) == 4 * 4 + 14
    ends = [end for name, _, end in asked if name == "temperature"]
    assert ends == sorted(ends, reverse=True)
    period = "history from 2026-04-24 to 2026-11-20"
    assert notifications == [
        f"0 % of the {period} has been imported. To stop, perform the action Cancel import.",
        f"The import of the {period} is finished. Hourly values: {sum(answer['hours'].values())}.",
    ]


@pytest.mark.newest_only("long; shorter imports are tested on each version")
@pytest.mark.parametrize(("extremes", "days", "requests"), [(True, 365, 53), (False, 120, 40)])
async def test_it_takes_few_requests(
    recorded: House, *, extremes: bool, days: int, requests: int
) -> None:
    recorded.simulator.switches.series_extremes = extremes
    await recorded.link(options=NO_REGULAR_IMPORT)
    before = len(asked_for(recorded))
    answer = await import_history(recorded, start=LAST - days * DAY)
    assert answer["hours"] == dict.fromkeys([*entities(recorded), *external(recorded)], days * 24)
    assert len(asked_for(recorded)) - before == requests
