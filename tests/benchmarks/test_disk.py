"""Test what the disk benchmark counts, and its table."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3

import pytest

from benchmarks.comparison import FEW, LARGEST, MANY
from benchmarks.comparison.host import CORE, OURS
from benchmarks.disk.__main__ import names_for, parse, speed_for
from benchmarks.disk.files import DATABASE, TABLES, StorageFiles, database
from benchmarks.disk.results import NONE, DiskResults, DiskRun, Written, disk_table
from benchmarks.disk.traffic import HOME_EVENTS, POINT_EVENTS, Traffic
from simulator import Simulator

WRITTEN = Written(
    store_writes=2,
    store_bytes=1024**2,
    other_bytes=0,
    states=10,
    events=5,
    statistics=0,
    size=4096,
    total=3 * 1024**2,
)


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration (overrides the fixture of all other tests)."""


def test_each_write_of_a_storage_file_counts(tmp_path: Path) -> None:
    (storage := tmp_path / ".storage").mkdir()
    (storage / "point.x").write_text("old", encoding="utf-8")
    files = StorageFiles(tmp_path)
    files.look()
    assert files.writes == 0
    for name, content in (("point.x", "1234"), ("core.config_entries", "12"), ("tmpabc", "1")):
        (new := tmp_path / "new").write_text(content, encoding="utf-8")
        new.replace(storage / name)
    files.look()
    files.look()
    assert (files.writes, files.store_bytes, files.other_bytes) == (1, 4, 2)


def test_rows_and_size_of_the_database_are_counted(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        for tables in TABLES.values():
            for table in tables:
                connection.execute(f"CREATE TABLE {table} (id)")
                connection.execute(f"INSERT INTO {table} VALUES (1)")  # noqa: S608 # ours
        connection.commit()
    found = database(tmp_path)
    assert {kind: found[kind] for kind in TABLES} == {kind: len(TABLES[kind]) for kind in TABLES}
    assert found["size"] == (tmp_path / DATABASE).stat().st_size


async def test_a_day_has_the_events_and_reports_of_all_points(socket_enabled: None) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    async with Simulator(homes=2, devices=1, now=lambda: now) as cloud:
        heard = {point: device.last_heard_from_at for point, device in cloud.devices.items()}
        traffic = Traffic(cloud, now)
        for _ in range(24 * 60):
            now += timedelta(minutes=1)
            await traffic.run_due()
        kinds = [event.type for event in cloud.log.of_user(cloud.account.user_id)]
        assert kinds.count("pir_motion") == 2 * POINT_EVENTS["motion"]
        assert sum("alarm" in kind for kind in kinds) >= 2 * HOME_EVENTS["arm"]
        assert all(
            device.last_heard_from_at > heard[point] for point, device in cloud.devices.items()
        )


def test_core_is_not_measured_where_it_cannot_load_and_nothing_only_once() -> None:
    assert names_for(FEW, None) == [CORE.name, OURS.name, NONE]
    assert names_for(MANY, None) == [CORE.name, OURS.name]
    assert names_for(LARGEST, None) == [OURS.name]
    assert names_for(FEW, [OURS.name]) == [OURS.name]


def test_larger_accounts_have_more_time() -> None:
    assert speed_for(FEW) > speed_for(MANY) > speed_for(LARGEST)
    assert parse([]).homes == [FEW, MANY, LARGEST]


def results() -> DiskResults:
    """Return results of half a day."""
    runs = [
        DiskRun(account=FEW, integration=name, hours=12, written=WRITTEN)
        for name in (CORE.name, OURS.name)
    ]
    return DiskResults({"date": "2026-11-29"}, runs)


def test_figures_are_per_day_and_compared_with_core() -> None:
    lines = list(disk_table(results()))
    assert "| own file, writes | 4 | 4 | 1.00 x |" in lines
    assert "| own file, MiB | 2.00 | 2.00 | 1.00 x |" in lines
    assert "| database, rows of statistics | 0 | 0 | — |" in lines


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    results().write(tmp_path / "disk.json")
    assert DiskResults.read(tmp_path / "disk.json") == results()
