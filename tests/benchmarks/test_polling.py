"""Test the cost and the lag of polling with a short run of the benchmark."""

import sys

import pytest

from benchmarks import cloud, polling
from benchmarks.cloud import Account

from ..helpers.documents import rows

DAYS = 3


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration (overrides the fixture of all other tests)."""


def test_one_point_costs_a_twentieth_of_what_core_asks() -> None:
    """Predecessor's defect 34: 2,880 requests a day."""
    results = polling.measure(Account(homes=1, points=1), days=10 * DAYS)
    ours = results["this integration"]
    assert results["core, every minute"].requests_a_day == 2880
    assert ours.requests_a_day <= 150
    assert ours.median <= 90
    assert ours.percentile_95 <= 3 * 60


def test_regularly_late_heartbeats_are_read_by_the_first_poll(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cloud, "MAX_DELAY", 120)
    ours = polling.ours(Account(homes=1, points=1), days=10 * DAYS)
    assert ours.requests_a_day <= 150
    assert ours.median <= 90


@pytest.mark.parametrize(
    ("account", "requests", "median"),
    [
        (Account(homes=10, points=12), 240, 9),
        (Account(homes=25, points=30), 200, 9),
        (Account(homes=500, points=600), 6000, 9),
    ],
    ids=lambda value: value.name if isinstance(value, Account) else "",
)
def test_larger_accounts_stay_within_their_limits(
    account: Account, requests: float, median: float
) -> None:
    """`median` in minutes. The last Point is silent on the third day."""
    ours = polling.ours(account, days=DAYS)
    assert ours.requests_a_day <= requests
    assert ours.median <= median * 60
    assert ours.percentile_95 <= 16 * 60
    assert len(ours.lags) > 0.9 * DAYS * 24 * account.points


@pytest.mark.parametrize("account", polling.ACCOUNTS, ids=lambda account: account.name)
def test_the_documentation_shows_the_requests_of_the_benchmark(account: Account) -> None:
    cells = next(row for row in rows("polling.md") if row[:2] == [account.name, "this integration"])
    shown = int(cells[2].replace(",", ""))
    assert polling.ours(account, days=10).requests_a_day == pytest.approx(shown, abs=2)


def test_fixed_intervals_lag_by_half_the_interval() -> None:
    hourly = polling.measure(Account(homes=10, points=12), days=DAYS)["every hour"]
    assert hourly.requests_a_day == 48
    assert hourly.median == pytest.approx(30 * 60, rel=0.2)


def test_core_shows_the_first_page_only() -> None:
    """Of 60 Points core never shows ten."""
    results = polling.measure(Account(homes=1, points=60), days=1)
    core, hourly = results["core, every minute"], results["every hour"]
    assert core.requests_a_day == 2880
    assert hourly.requests_a_day == 24 * (1 + 2)
    assert len(core.lags) == pytest.approx(len(hourly.lags) * 50 / 60, rel=0.1)


def test_the_table_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["polling", "--days", "1"])
    monkeypatch.setattr(polling, "ACCOUNTS", polling.ACCOUNTS[:1])
    polling.main()
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if "min" in line]) >= 3
    assert any("1 home, 1 Point " in line for line in lines)
