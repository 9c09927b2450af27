"""What polling costs, and how late readings come: against a clock, for accounts of several sizes.

The plan is the integration's own (`schedule`, `AccountState`); the cloud is a model of it.
"""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles

from benchmarks.cloud import FAILS, LATENESS, PAGE, POOR_WIFI, START, Account, Beat, Cloud
from custom_components.point.polling.schedule import PollSchedule
from custom_components.point.state.account import AccountState

ACCOUNTS = (
    Account(homes=1, points=1),
    Account(homes=10, points=12),
    Account(homes=25, points=30),
    Account(homes=500, points=600),
)
EVERY_HOUR = timedelta(hours=1)
CORE = timedelta(minutes=1)
"""Core's own `point` asks for devices and homes that often, and does not follow pages."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What it came to. `lags`: seconds from "Minut has the reading" to "it is shown"."""

    requests: int
    days: float
    lags: list[float]

    @property
    def requests_a_day(self) -> float:
        """Requests a day, tokens not counted."""
        return self.requests / self.days

    @property
    def median(self) -> float:
        """The median lag in seconds."""
        return median(self.lags)

    @property
    def percentile_95(self) -> float:
        """The lag in seconds that 95 of 100 readings do not exceed."""
        return quantiles(self.lags, n=20)[-1]


def ours(account: Account, *, days: float, seed: int = 1) -> Result:
    """Poll as this integration does."""
    cloud, state, timetable = Cloud(account, seed=seed), AccountState(), PollSchedule()
    waiting: list[Beat] = []
    lags: list[float] = []
    requests = 0
    now, end = START, START + timedelta(days=days)
    while now < end:
        waiting += cloud.advance(now)
        if timetable.wants_homes(now):
            requests += account.requests_for_homes
            state.merge_homes(cloud.homes, now)
            timetable.note_homes(state, now)
        if timetable.wants_devices(now):
            requests += account.requests_for_devices
            state.merge_devices(cloud.devices, now)
            timetable.note_devices(state, now)
            lags += _shown(waiting, state, now)
            waiting = [beat for beat in waiting if not _is_shown(beat, state)]
        now += timetable.after_success(now)
    return Result(requests=requests, days=days, lags=lags)


def every(
    interval: timedelta, account: Account, *, requests: int, points: int, days: float, seed: int = 1
) -> Result:
    """Poll at a fixed interval, with so many requests each time that show so many Points."""
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
    """Measure an account with our plan and with the two others."""
    at_once = account.requests_for_homes + account.requests_for_devices
    return {
        "this integration": ours(account, days=days),
        "every hour": every(
            EVERY_HOUR, account, requests=at_once, points=account.points, days=days
        ),
        "core, every minute": every(CORE, account, requests=2, points=PAGE, days=days),
    }


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def main() -> None:
    """Print the table."""
    parser = ArgumentParser(prog="scripts/bench polling", description=__doc__)
    parser.add_argument("--days", type=float, default=30, help="simulated days (30)")
    days: float = parser.parse_args().days
    print(
        f"{days:g} simulated days. Heartbeats are hourly, up to {LATENESS:g} s late; "
        f"{POOR_WIFI:.0%} of them up to 10 min, and {FAILS:.0%} fail.\n"
        "Lag: from Minut having a reading to Home Assistant showing it. Requests without tokens,\n"
        f"with {PAGE} homes or Points in an answer: core follows no pages, and its lag is that of "
        f"the first {PAGE}.\n"
    )
    print(f"{'account':24}{'polling':20}{'requests/day':>14}{'median lag':>16}{'95 % lag':>16}")
    for account in ACCOUNTS:
        for number, (way, result) in enumerate(measure(account, days=days).items()):
            print(
                f"{'' if number else account.name:24}{way:20}{result.requests_a_day:>14,.0f}"
                f"{_duration(result.median):>16}{_duration(result.percentile_95):>16}"
            )


if __name__ == "__main__":
    main()
