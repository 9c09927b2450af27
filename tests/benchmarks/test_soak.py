"""Test the fast clock and the verdicts of the soak."""

import asyncio
from datetime import timedelta
from random import Random

from aiohttp.helpers import TimeoutHandle
import pytest

from benchmarks.soak import verdicts
from benchmarks.soak.clock import MAX_TIMEOUT, FastClock, FastLoop, LinearClock, is_timeout
from benchmarks.soak.expected import differences, expected_names, expected_states
from benchmarks.soak.plan import QUICK, parse
from benchmarks.soak.verdicts import COUNTED, GROWING, Sample, judge, judge_log, trend
from simulator import Simulator

HOURS = 24.0


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration (overrides the fixture of all other tests)."""


def test_a_change_of_speed_keeps_the_time() -> None:
    clock = LinearClock(since=100, shown=5)
    assert clock.at(110) == 15
    fast = clock.with_speed(110, 60)
    assert fast.at(110) == 15
    assert fast.at(111) == 75
    assert fast.with_speed(111, 1).at(112) == 76


@pytest.mark.parametrize(
    ("speed", "delay", "timeout"),
    [(1, 20, 20), (120, 20, 120 * MAX_TIMEOUT), (120, 1, 120), (120, 3600, 3600)],
)
def test_timeouts_leave_work_its_real_time(speed: float, delay: float, timeout: float) -> None:
    assert LinearClock(since=0, shown=0, speed=speed).timeout(delay) == timeout


def test_a_timeout_is_not_shortened_by_the_fast_clock() -> None:
    async def work() -> None:
        async with asyncio.timeout(20):
            await asyncio.sleep(60)

    clock = FastClock()
    loop = FastLoop(clock)
    clock.set_speed(1e5)
    loop.run_until_complete(work())
    loop.close()


def test_timeouts_are_distinguished_from_timers() -> None:
    loop = FastLoop(FastClock())
    assert is_timeout(asyncio.Timeout(None)._on_timeout)  # type: ignore[attr-defined] # its own
    assert is_timeout(TimeoutHandle(loop, 10).__call__)
    assert not is_timeout(loop.stop)
    loop.close()


def test_a_day_passes_in_the_fast_loop() -> None:
    clock = FastClock()
    loop = FastLoop(clock)
    before = clock.utcnow()
    clock.set_speed(1e7)
    loop.run_until_complete(asyncio.sleep(86_400))
    loop.close()
    assert clock.utcnow() - before >= timedelta(days=1)


def test_two_clocks_of_one_machine_agree() -> None:
    ours, theirs = FastClock(), FastClock()
    since = ours.set_speed(1000)
    theirs.set_speed(1000, since=since)
    assert ours._clock.at(since + 60) == pytest.approx(theirs._clock.at(since + 60))


def samples(**growth: float) -> list[Sample]:
    """Return the figures of a day; `growth`: increase per hour by name."""
    random = Random(1)  # noqa: S311 # noise
    level = {"memory": 400.0, "objects": 900_000.0} | dict.fromkeys(COUNTED, 100.0)
    noise = {"memory": 1.0, "objects": 2000.0}
    return [
        Sample(
            hour=number / 3,
            figures={
                name: value + growth.get(name, 0) * number / 3 + random.gauss(0, noise.get(name, 0))
                for name, value in level.items()
            },
        )
        for number in range(72)
    ]


def failed(found: list[Sample]) -> list[str]:
    """Return the names of the failed checks."""
    return [
        verdict.text.partition(":")[0] for verdict in judge(found, HOURS) if not verdict.is_good
    ]


def test_noise_alone_is_flat() -> None:
    assert failed(samples()) == []


@pytest.mark.parametrize(
    ("name", "an_hour"), [("memory", 0.5), ("objects", 1000), *((name, 1) for name in COUNTED)]
)
def test_whatever_grows_is_found(name: str, an_hour: float) -> None:
    assert failed(samples(**{name: an_hour})) == [name]


def test_memory_that_grows_in_the_first_quarter_only_is_warm_up() -> None:
    warm_up = [
        Sample(sample.hour, {**sample.figures, "memory": 200 + 30 * sample.hour})
        for sample in samples()[:18]
    ]
    assert failed(warm_up + samples()[18:]) == []


def test_a_leak_that_a_reload_clears_is_found() -> None:
    found = [
        Sample(sample.hour, {**sample.figures, "unload callbacks": sample.hour % 12})
        for sample in samples()
    ]
    assert failed(found) == ["unload callbacks"]


def test_too_few_samples_fail() -> None:
    assert failed(samples()[::10]) == ["too few samples to judge"]


def test_a_line_is_fitted_with_its_error() -> None:
    line = trend([(0, 10), (1, 12), (2, 14)])
    assert (line.slope, line.error, line.growth, line.level) == (2, 0, 4, 12)
    assert trend([(0, 10), (1, 13), (2, 13)]).error > 0


def test_the_table_contains_all_figures() -> None:
    lines = list(verdicts.table(samples(), HOURS))
    assert [line.split("|")[1].partition(",")[0].strip() for line in lines[2:]] == [
        *GROWING,
        *COUNTED,
    ]


HEAD = "2026-11-26 23:31:00.000+00:00 {} (MainThread) [{}] {}\n"
LOST = HEAD.format(
    "ERROR", "custom_components.point.coordinator", "Error fetching Minut data: no answer"
)


def bad_lines(log: str) -> list[str]:
    """Return the failed checks of the log."""
    return [verdict.text for verdict in judge_log(log, HOURS) if not verdict.is_good]


def test_expected_lines_pass() -> None:
    assert bad_lines(LOST * 3) == []


def test_a_flood_is_found() -> None:
    [text] = bad_lines(LOST * 1000)
    assert text.startswith("log: 1000 lines")


@pytest.mark.parametrize(
    "line", [HEAD.format("ERROR", "asyncio", "Task was destroyed"), "Traceback\n"]
)
def test_an_unexpected_line_is_found(line: str) -> None:
    assert bad_lines(LOST + line) == [f"log: unexpected: {line.strip()}"]


async def test_differing_states_are_found() -> None:
    cloud = Simulator(homes=2, devices=2)
    expected = expected_states(cloud)
    point = next(iter(cloud.devices))
    shown = {key: str(value) for key, value in expected.items()}
    assert differences(expected, shown) == []
    shown["sensor", f"point.{point}-temperature"] = "unavailable"
    shown["binary_sensor", f"point.{point}-connectivity"] = "off"
    assert len(differences(expected, shown)) == 2
    await cloud.take_offline(point)
    offline = expected_states(cloud)
    assert offline["sensor", f"point.{point}-temperature"] == "unavailable"
    assert offline["binary_sensor", f"point.{point}-connectivity"] == "off"
    cloud.devices[point].description = "Cellar"
    assert expected_names(cloud)[point] == "Cellar"


def test_options_override_the_quick_preset() -> None:
    plan = parse(["--quick", "--homes", "3", "--no-history"])
    assert (plan.homes, plan.hours, plan.history) == (3, QUICK["hours"], False)
    assert parse([]).speed == 120
