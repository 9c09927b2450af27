"""Test the comparison of databases, without servers."""

from collections.abc import Callable
from contextlib import AbstractContextManager
import os
from pathlib import Path

import pytest

from benchmarks.databases import __main__ as databases, servers
from benchmarks.databases.__main__ import Measured, times_table
from benchmarks.databases.servers import Server, Sqlite, UnavailableError


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration (overrides the fixture of all other tests)."""


def measured(seconds: float) -> Measured:
    """Return the result of a round."""
    return Measured(rows=frozenset(), answers=(), times={"import": seconds})


def test_times_are_medians_with_the_median_ratio_of_the_rounds() -> None:
    found = {
        "SQLite": [measured(1.0), measured(2.0), measured(4.0)],
        "MariaDB": [measured(3.0), measured(3.0), measured(4.0)],
    }
    assert list(times_table(found))[-1] == "| import | 2.00 (1.00 x) | 3.00 (1.50 x) |"


def test_answers_are_compared_without_ids_and_times_of_reading() -> None:
    report = {
        "home": "id",
        "markdown": "read at 12:00",
        "notices": [],
        "points": {"id": {"leq": 40.0, "limits_assumed_until": "12:00"}},
    }
    expected = {"points": [{"leq": 40.0}], "rest": {"notices": []}}
    assert databases._comparable(report) == expected
    assert databases._comparable({"end": "12:00", "results": [1]}) == [1]


def test_each_round_has_a_database_of_its_own(tmp_path: Path) -> None:
    assert Sqlite(tmp_path).url("round_1") == f"sqlite:///{tmp_path}/round_1.db"


@pytest.mark.parametrize("start", [servers.postgresql, servers.mariadb])
def test_a_missing_server_is_named(
    start: Callable[[], AbstractContextManager[Server]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "PROGRAMS", ("/nowhere",))
    with pytest.raises(UnavailableError, match=r"program .+ is missing"), start():
        pass


def test_a_server_that_does_not_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "initdb"
    program.write_text("#!/bin/sh\necho no space >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    tmp_path.chmod(0o755)
    monkeypatch.setattr(servers, "PROGRAMS", (str(tmp_path),))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(UnavailableError, match=r"initdb failed: .*no space"), servers.postgresql():
        pass
