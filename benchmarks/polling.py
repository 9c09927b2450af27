"""Requests and lag of polling on a simulated clock, for accounts of several sizes.

The schedule is the integration's own (`PollSchedule`, `AccountState`); the cloud is a model. While
push works, the lists of events and of webhooks are read at fixed intervals.
"""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles

from benchmarks.cloud import (
    LOST_SHARE,
    MAX_DELAY,
    PAGE_SIZE,
    SLOW_SHARE,
    START,
    Account,
    Beat,
    Cloud,
)
from custom_components.point.polling.schedule import PollSchedule
from custom_components.point.state.account import AccountState
from custom_components.point.webhook.event_lists import FEW_HOMES
from custom_components.point.webhook.missed_events import INTERVAL_WITH_PUSH
from custom_components.point.webhook.registration import CHECK_INTERVAL

ACCOUNTS = (
    Account(homes=1, points=1),
    Account(homes=10, points=12),
    Account(homes=25, points=30),
    Account(homes=500, points=600),
)
EVERY_HOUR = timedelta(hours=1)
CORE = timedelta(minutes=1)
"""Polling interval of core's `point`, which reads devices and homes and does not follow pages."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """The result. `lags`: seconds from Minut having a reading to Home Assistant showing it."""

    requests: int
    days: float
    lags: list[float]

    @property
    def requests_a_day(self) -> float:
        """Requests per day, without those for tokens."""
        return self.requests / self.days

    @property
    def median(self) -> float:
        """Median lag in seconds."""
        return median(self.lags)

    @property
    def percentile_95(self) -> float:
        """95th percentile of the lag in seconds."""
        return quantiles(self.lags, n=20)[-1]


def ours(account: Account, *, days: float, seed: int = 1) -> Result:
    """Measure the polling of this integration."""
    cloud, state, schedule = Cloud(account, seed=seed), AccountState(), PollSchedule()
    waiting: list[Beat] = []
    lags: list[float] = []
    requests = 0
    now, end = START, START + timedelta(days=days)
    while now < end:
        waiting += cloud.advance(now)
        if schedule.wants_homes(now):
            requests += account.requests_for_homes
            state.merge_homes(cloud.homes, now)
            schedule.note_homes(state, now)
        if schedule.wants_devices(now):
            requests += account.requests_for_devices
            state.merge_devices(cloud.devices, now)
            schedule.note_devices(state, now)
            lags += _shown(waiting, state, now)
            waiting = [beat for beat in waiting if not _is_shown(beat, state)]
        now += schedule.after_success(now)
    return Result(requests=requests + _of_push(account, end - START), days=days, lags=lags)


def _of_push(account: Account, period: timedelta) -> int:
    """Return the requests that look for missed events and check the webhook.

    The list of each home of a small account is read, too, until the account's list has contained an
    event of a home.
    """
    lists = 1 + (account.homes if account.homes <= FEW_HOMES else 0)
    return period // INTERVAL_WITH_PUSH * lists + period // CHECK_INTERVAL


def every(
    interval: timedelta, account: Account, *, requests: int, points: int, days: float, seed: int = 1
) -> Result:
    """Measure polling at a fixed interval.

    Each poll makes `requests` requests and shows the first `points` Points.
    """
    cloud = Cloud(account, seed=seed)
    polls = int(timedelta(days=days) / interval)
    lags: list[float] = []
    for now in (START + number * interval for number in range(polls)):
        shown = (beat for beat in cloud.advance(now) if beat.point < points)
        lags += ((now - beat.at).total_seconds() for beat in shown)
    return Result(requests=polls * requests, days=days, lags=lags)


def _shown(waiting: Iterable[Beat], state: AccountState, now: datetime) -> Iterator[float]:
    for beat in waiting:
        if _is_shown(beat, state):
            yield (now - beat.at).total_seconds()


def _is_shown(beat: Beat, state: AccountState) -> bool:
    heard = state.devices[f"p{beat.point}"].polled.last_heard_from_at
    return heard is not None and heard >= beat.at


def measure(account: Account, *, days: float) -> dict[str, Result]:
    """Measure an account with our schedule and with two fixed intervals."""
    pages = account.requests_for_homes + account.requests_for_devices
    return {
        "this integration": ours(account, days=days),
        "every hour": every(EVERY_HOUR, account, requests=pages, points=account.points, days=days),
        "core, every minute": every(CORE, account, requests=2, points=PAGE_SIZE, days=days),
    }


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def main() -> None:
    """Print the table."""
    parser = ArgumentParser(prog="scripts/bench polling", description=__doc__)
    parser.add_argument("--days", type=float, default=30, help="simulated days (%(default)g)")
    days: float = parser.parse_args().days
    print(
        f"{days:g} simulated days. Heartbeats are hourly and up to {MAX_DELAY:g} s late; "
        f"{SLOW_SHARE:.0%} are up to 10 min late and {LOST_SHARE:.0%} are lost.\n"
        "Lag: from Minut having a reading to Home Assistant showing it. Requests: without those\n"
        f"for tokens, {PAGE_SIZE} homes or Points per page. Core does not follow pages; its lag is "
        f"that of the first {PAGE_SIZE}.\n"
    )
    print(f"{'account':24}{'polling':20}{'requests/day':>14}{'median lag':>16}{'95 % lag':>16}")
    for account in ACCOUNTS:
        for number, (name, result) in enumerate(measure(account, days=days).items()):
            print(
                f"{'' if number else account.name:24}{name:20}{result.requests_a_day:>14,.0f}"
                f"{_duration(result.median):>16}{_duration(result.percentile_95):>16}"
            )


if __name__ == "__main__":
    main()
