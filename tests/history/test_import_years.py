"""A year and more, imported on demand: a few thousand hours of each reading."""

import logging

import pytest

from custom_components.point.services import history
from tests.helpers.house import House

from .recorded import DAY, LAST, asked_for, entities, import_history


@pytest.mark.newest_only("long; shorter imports are tested on each version")
async def test_the_newest_chunk_comes_first_and_progress_is_told(
    recorded: House, caplog: pytest.LogCaptureFixture
) -> None:
    await recorded.link()
    before = len(asked_for(recorded))
    caplog.set_level(logging.INFO, history.__name__)
    await import_history(recorded, start=LAST - 420 * DAY)
    asked = asked_for(recorded)[before:]
    assert len(asked) == 21
    assert [end for _, _, end in asked] == sorted((end for _, _, end in asked), reverse=True)
    told = [record.message for record in caplog.records if "requests" in record.message]
    assert told == [
        "Importing history from Minut: 10 of 21 requests",
        "Importing history from Minut: 20 of 21 requests",
    ]


@pytest.mark.newest_only("long; shorter imports are tested on each version")
@pytest.mark.parametrize(("extremes", "requests"), [(True, 21), (False, 96)])
async def test_a_year_takes_fewer_than_a_hundred_requests(
    recorded: House, *, extremes: bool, requests: int
) -> None:
    recorded.simulator.switches.series_extremes = extremes
    await recorded.link()
    before = len(asked_for(recorded))
    answer = await import_history(recorded, start=LAST - 365 * DAY)
    assert answer["hours"] == dict.fromkeys(entities(recorded), 365 * 24)
    assert len(asked_for(recorded)) - before == requests
