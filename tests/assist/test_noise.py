"""What Assist is told about noise, against what the simulated cloud knows."""

from datetime import UTC, datetime, timedelta

import pytest

from simulator.world.weather import Quantity

from .. import conftest
from ..helpers.house import House
from .llm_helpers import ask, local, moments, written

pytestmark = pytest.mark.points(2)


async def night(house: House) -> tuple[datetime, datetime]:
    """Let it be loud for forty minutes after midnight in Stockholm; return when."""
    await house.advance(hours=12)
    begin = house.simulator.time()
    await house.simulator.make_noise(house.home, 1)
    await house.advance(minutes=20)
    await house.simulator.make_noise(house.home, 2)
    await house.advance(minutes=20)
    end = house.simulator.time()
    await house.simulator.quiet(house.home)
    await house.advance(hours=3)
    return begin, end


@pytest.mark.homes(2)
async def test_was_it_loud_last_night(asked: House) -> None:
    begin, end = await night(asked)
    answer = await ask(asked, "get_events", "Lakeside 4", start=written(begin - timedelta(hours=2)))
    assert answer["time_zone"] == "Europe/Stockholm"
    assert answer["now"] == local(asked.simulator.time())
    assert answer["noise"] == {
        "now": "none",
        "disturbances": [
            {
                "start": local(begin),
                "end": local(end),
                "minutes": 40,
                "highest_notice": 2,
                "began_before_period": False,
            }
        ],
        "notices": {"first": 1, "second": 1, "third": 0},
        "longest_minutes": 40,
    }
    loudest = answer["loudest"]
    assert loudest["unit"] == "dBA"
    at = datetime.fromisoformat(loudest["time"])
    assert begin - timedelta(minutes=5) <= at <= end
    assert loudest["sound_level"] == pytest.approx(true_maximum(asked, Quantity.SOUND, begin, end))
    assert {event["type"] for event in answer["events"]} == answer["counts"].keys()
    other = await ask(asked, "get_events", "Harbour Loft", start=written(begin))
    assert other["noise"]["disturbances"] == []


@pytest.fixture
def _start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the time at which the simulated cloud starts."""
    monkeypatch.setattr(conftest, "NOON", request.param)


@pytest.mark.parametrize(
    ("_start", "evening", "begin", "end"),
    [
        pytest.param(
            datetime(2026, 10, 24, 12, 40, tzinfo=UTC),
            "2026-10-24T22:00",
            "2026-10-25T02:40:00+02:00",
            "2026-10-25T02:20:00+01:00",
            id="the clocks go back",
        ),
        pytest.param(
            datetime(2027, 3, 27, 12, 40, tzinfo=UTC),
            "2027-03-27T22:00",
            "2027-03-28T01:40:00+01:00",
            "2027-03-28T03:20:00+02:00",
            id="the clocks go forward",
        ),
    ],
    indirect=["_start"],
)
async def test_was_it_loud_in_the_night_of_a_clock_change(
    _start: None, asked: House, evening: str, begin: str, end: str
) -> None:
    """Forty minutes stay forty minutes, and each time has the offset that held then."""
    loud = await night(asked)
    answer = await ask(asked, "get_events", "Lakeside 4", start=evening)
    [disturbance] = answer["noise"]["disturbances"]
    for key, expected, truth in (("start", begin, loud[0]), ("end", end, loud[1])):
        told = datetime.fromisoformat(disturbance[key])
        assert told == truth
        assert told.replace(second=0, microsecond=0).isoformat() == expected
    assert disturbance["minutes"] == answer["noise"]["longest_minutes"] == 40
    at = datetime.fromisoformat(answer["loudest"]["time"])
    assert loud[0] - timedelta(minutes=5) <= at <= loud[1]


def true_maximum(house: House, quantity: Quantity, start: datetime, end: datetime) -> float:
    """Return the highest value that a Point of the first home measured."""
    return round(
        max(
            device.value(quantity, time)
            for device in house.devices
            if device.home_id == house.home
            for time in moments(start, end, device.reports)
        ),
        1,
    )


async def test_noise_that_goes_on_is_told_whenever_it_began(asked: House) -> None:
    await asked.simulator.make_noise(asked.home, 2)
    await asked.advance(minutes=30)
    start = written(asked.simulator.time() - timedelta(minutes=10))
    noise = (await ask(asked, "get_events", "Lakeside 4", start=start))["noise"]
    assert noise["now"] == "second_notice"
    assert noise["disturbances"] == []


async def test_noise_of_a_point_is_that_of_its_home(asked: House) -> None:
    begin, _ = await night(asked)
    answer = await ask(asked, "get_events", "Lakeside 4 Hallway", start=written(begin))
    assert answer["noise"]["longest_minutes"] == 40
    assert "Hallway" in answer["loudest"]["point"]
