"""Import history into SQLite, PostgreSQL and MariaDB, and compare the results and the times.

Checked: all three hold the same statistics, also after an import that was interrupted by a restart,
which requests nothing again that it had imported; and `point.report` and `point.try_limits` answer
the same, though they read from Minut. A database that is not available on this machine is named
and left out.
"""

from tests.helpers import harness  # noqa: F401 # isort: skip # must be imported first

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from pathlib import Path
from statistics import median
import sys
from tempfile import TemporaryDirectory
import time

from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

from benchmarks.databases.servers import Database, Sqlite, UnavailableError, mariadb, postgresql
from benchmarks.history import Cloud, Served, device_of, linked, served
from custom_components.point.const import DOMAIN
from custom_components.point.history.statistics import finished_until
from custom_components.point.minut import rate_limit
from custom_components.point.state.import_progress import FIRST_IMPORT

MONTH = timedelta(days=30)
CHECK_EVERY = 0.02
"""Seconds between two checks of the progress of an import."""
MAX_SECONDS = 300.0
ACTIONS: tuple[tuple[str, str, dict[str, list[int]]], ...] = (
    ("report", "home", {}),
    ("try_limits", "point", {"limits": [60, 70, 80], "durations": [5, 10]}),
)
"""Actions, whether of a home or of a Point, and their other fields."""

type Row = tuple[str, float, float | None, float | None, float | None]
"""Statistic, start, mean, minimum and maximum."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """The hours that are imported and compared: the same for all databases."""

    start: datetime
    end: datetime

    def holds(self, row: Row) -> bool:
        """Return whether a row is compared."""
        return self.start.timestamp() <= row[1] < self.end.timestamp()


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """Result of one round with one database. Times in seconds."""

    rows: frozenset[Row]
    answers: tuple[object, ...]
    times: dict[str, float]


async def read(hass: HomeAssistant, period: Period) -> frozenset[Row]:
    """Read the statistics of all readings."""

    def rows() -> Iterator[Row]:
        ids = {each["statistic_id"] for each in list_statistic_ids(hass)}
        found = statistics_during_period(
            hass, period.start, None, ids, "hour", None, {"mean", "min", "max"}
        )
        for name, hours in found.items():
            for hour in hours:
                yield name, hour["start"], hour["mean"], hour["min"], hour["max"]

    found = await get_instance(hass).async_add_executor_job(lambda: list(rows()))
    return frozenset(filter(period.holds, found))


async def measure(database: Database, cloud: Cloud, period: Period, name: str) -> Measured:
    """Import the period of one Point, read it back, and perform the actions."""
    with TemporaryDirectory() as folder:
        url = database.url(name)
        async with linked(cloud, Path(folder), db_url=url) as hass:
            times: dict[str, float] = {}

            async def act(action: str, key: str, **data: object) -> object:
                request = {"device_id": device_of(hass, key), **data}
                began = time.perf_counter()
                answer = await hass.services.async_call(
                    DOMAIN, action, request, blocking=True, return_response=True
                )
                times[f"point.{action}"] = time.perf_counter() - began
                return answer

            await act("import_history", cloud.point, start=period.start.isoformat())
            began = time.perf_counter()
            rows = await read(hass, period)
            times["reading the statistics"] = time.perf_counter() - began
            span = {"start": (period.end - MONTH).isoformat(), "end": period.end.isoformat()}
            answers = [
                _comparable(
                    await act(
                        action,
                        getattr(cloud, kind),
                        **fields,
                        **(span if action == "report" else {}),
                    )
                )
                for action, kind, fields in ACTIONS
            ]
    return Measured(rows=rows, answers=tuple(answers), times=times)


def _comparable(answer: object) -> object:
    """Return an answer without what differs between two systems: device ids and times of reading.

    The text of a report has such times, too; its figures are compared. A trial of limits ends now.
    """
    match answer:
        case {"points": dict(points), **rest}:
            return {
                "points": [_comparable(point) for point in points.values()],
                "rest": {key: rest[key] for key in rest.keys() - {"home", "markdown"}},
            }
        case {"results": results}:
            return results
        case {"limits_assumed_until": _, **rest}:
            return rest
    return answer


async def resume(
    database: Database, minut: Served, period: Period, *, is_whole: bool
) -> tuple[frozenset[Row], int]:
    """Run the first import of an account in the background, until it has ended.

    `is_whole`: without an interruption. Otherwise Home Assistant is stopped when a third has been
    imported, and started again. Return the statistics and the number of requests.
    """
    before = minut.requests()
    url = database.url("whole" if is_whole else "interrupted")
    with TemporaryDirectory() as folder:
        for percent in (100,) if is_whole else (33, 100):
            cloud = minut.cloud()
            async with linked(cloud, Path(folder), db_url=url, imports_history=True) as hass:
                await _imported(hass, percent)
                rows = await read(hass, period)
                assert percent < 100 or rows
    return rows, minut.requests() - before


async def _imported(hass: HomeAssistant, percent: int) -> None:
    """Wait until this percentage of the first import has been stored."""
    end = time.monotonic() + MAX_SECONDS
    while time.monotonic() < end:
        (entry,) = hass.config_entries.async_loaded_entries(DOMAIN)
        summary = entry.runtime_data.history.progress.summary()
        if summary["readings"] and summary["first_import_percent"] >= percent:
            return
        await asyncio.sleep(CHECK_EVERY)
    raise TimeoutError


async def compare(databases: list[Database], cloud: Served, *, days: int, rounds: int) -> bool:
    """Measure all databases in turn and print the results. Return whether they agree."""
    end = finished_until(dt_util.utcnow())
    period = Period(start=end - timedelta(days=days), end=end)
    found: dict[str, list[Measured]] = {database.name: [] for database in databases}
    for number in range(rounds):
        first = number % len(databases)
        for database in databases[first:] + databases[:first]:
            name = f"round_{number}"
            found[database.name].append(await measure(database, cloud.cloud(), period, name))
    reference = found[databases[0].name][0]
    is_good = bool(reference.rows)
    for name, measured in found.items():
        differ = max(len(each.rows ^ reference.rows) for each in measured)
        answers = all(each.answers == reference.answers for each in measured)
        print(
            f"{name}: {len(measured[0].rows):,} rows of {days} days, {differ} differ from SQLite's"
        )
        print(f"{name}: the actions answer {'the same' if answers else 'something else'}")
        is_good = is_good and not differ and answers
    print(*times_table(found), "", sep="\n")
    return await _compare_resumed(databases, cloud, end) and is_good


async def _compare_resumed(databases: list[Database], cloud: Served, end: datetime) -> bool:
    """Compare interrupted first imports with a whole one."""
    # Without its first hour: the imports did not begin at the same time.
    period = Period(start=end - FIRST_IMPORT + timedelta(hours=1), end=end)
    rows, whole = await resume(databases[0], cloud, period, is_whole=True)
    is_good = bool(rows)
    for database in databases:
        resumed, count = await resume(database, cloud, period, is_whole=False)
        differ = len(resumed ^ rows)
        # The request in flight at the stop is made again.
        is_resumed = count <= whole + 1
        print(
            f"{database.name}: interrupted and resumed: {len(resumed):,} rows, {differ} differ; "
            f"{count} requests, {whole} without an interruption"
        )
        is_good = is_good and not differ and is_resumed
    return is_good


def times_table(found: dict[str, list[Measured]]) -> Iterator[str]:
    """Yield the Markdown table of the median times, and of the ratios to the first database."""
    names = list(found)
    yield ""
    yield f"| median of {len(found[names[0]])} rounds, s | {' | '.join(names)} |"
    yield f"|---|{'---:|' * len(names)}"
    for step in found[names[0]][0].times:
        base = [each.times[step] for each in found[names[0]]]
        cells = []
        for name in names:
            times = [each.times[step] for each in found[name]]
            ratio = median(time / other for time, other in zip(times, base, strict=True))
            cells.append(f"{median(times):.2f} ({ratio:.2f} x)")
        yield f"| {step} | {' | '.join(cells)} |"


def main() -> int:
    """Return the exit status: 1 if the databases differ, 2 if one is missing."""
    parser = argparse.ArgumentParser(prog="scripts/bench databases", description=__doc__)
    parser.add_argument("--days", type=int, default=90, help="days to import (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds to measure (%(default)s)")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    rate_limit.BURST = rate_limit.PER_MINUTE = 100_000
    missing = False
    with ExitStack() as stack:
        databases: list[Database] = [Sqlite(Path(stack.enter_context(TemporaryDirectory())))]
        for name, start in (("PostgreSQL", postgresql), ("MariaDB", mariadb)):
            try:
                server = stack.enter_context(start())
            except UnavailableError as error:
                print(f"✗ {name} is not measured: {error}.")
                missing = True
            else:
                print(f"{name}: {server.version()}")
                databases.append(server)
        cloud = stack.enter_context(served(devices=2))
        is_good = asyncio.run(compare(databases, cloud, days=options.days, rounds=options.rounds))
    print("✓ All agree." if is_good else "✗ They differ.")
    return 1 if not is_good else 2 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
