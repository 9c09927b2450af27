"""A check of an account from end to end: what works, what does not, and what is not known.

It only reads.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from .client import MinutClient
from .exceptions import (
    MinutError,
    MinutForbiddenError,
    MinutUnauthorizedError,
    MinutUnreachableError,
    is_not_offered,
)
from .findings import Check, Finding, Findings, Result, fails, unknown, works
from .models import Device, Home
from .paging import Listing
from .rate_limit import Priority
from .series import SeriesName

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
MAX_CLOCK_DIFFERENCE: Final = timedelta(minutes=5)
"""Difference of the clocks beyond which events would be considered old."""


type SampleRequest = Callable[[], Awaitable[bool]]
"""Request a sample event and return whether it arrived. May raise MinutError."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Push:
    """How an installation receives events. `hook_id`: its webhook at Minut, None without one."""

    hook_id: str | None
    sample: SampleRequest | None = None
    """None to request no sample event."""


async def check(
    client: MinutClient, *, push: Push | None = None, imports_history: bool = True
) -> Findings:
    """Check an account with eight requests, and some more for long or incomplete lists.

    Without `push` nothing receives events: whatever webhooks there are belong to others.
    """
    now = datetime.now(UTC)
    account = await _try(client.me())
    if isinstance(account, MinutUnauthorizedError | MinutUnreachableError):
        others = dict.fromkeys(Check, Finding(Result.UNKNOWN, "not_tried"))
        return others | {Check.TOKEN: _failed(account)}
    homes = await _try(client.homes())
    devices = await _try(client.devices())
    read = await _try(_with_readings(client, devices))
    events = await _try(client.events(start_at=now - DAY))
    home = homes.items[0] if isinstance(homes, Listing) and homes.items else None
    has_alarm = await _has_alarm(client, homes)
    home_events = await _try(client.home_events(home.id, start_at=now - DAY)) if home else None
    hooks = await _try(client.hooks())
    series = await _try(_series(client, read, now)) if imports_history else None
    answers = {
        "GET /users/me": account,
        "GET /homes": homes,
        "GET /devices": devices,
        "GET /events": events,
        "GET /homes/{id}/events": home_events,
        "GET /webhooks": hooks,
        "GET /devices/{id}/temperature": series,
    }
    webhook = _webhook(hooks, push)
    return {
        Check.TOKEN: Finding(Result.WORKS, "token_accepted"),
        Check.RIGHTS: _rights(answers),
        Check.HOMES: _homes(homes, has_alarm=has_alarm),
        Check.POINTS: _listed(devices),
        Check.VALUES: _values(read),
        Check.EVENTS: _events(events, home_events),
        Check.WEBHOOK: webhook,
        Check.SAMPLE: await _sample(push),
        Check.CLOCK: _clock(client),
        Check.STATISTICS: _statistics(series) if imports_history else unknown("history_off"),
    }


async def _try[T](request: Awaitable[T]) -> T | MinutError:
    try:
        return await request
    except MinutError as error:
        return error


async def _with_readings(
    client: MinutClient, listed: Listing[Device] | MinutError
) -> Listing[Device]:
    """Return the devices, or only the first one, read individually, if the list has no readings."""
    if isinstance(listed, MinutError):
        raise listed
    if not listed.items or any(device.readings for device in listed.items):
        return listed
    first = await _try(client.device(listed.items[0].id))
    return listed if isinstance(first, MinutError) else replace(listed, items=(first,))


async def _has_alarm(client: MinutClient, listed: Listing[Home] | MinutError) -> bool:
    """Return whether any home has an alarm: in the list, or the first one, read individually."""
    if isinstance(listed, MinutError) or not listed.items:
        return False
    if any(home.alarm_status for home in listed.items):
        return True
    first = await _try(client.home(listed.items[0].id))
    return not isinstance(first, MinutError) and first.alarm_status is not None


async def _series(
    client: MinutClient, devices: Listing[Device] | MinutError, now: datetime
) -> int | None:
    """Return the number of hourly temperatures of a Point, None if there is no Point."""
    found = () if isinstance(devices, MinutError) else devices.items
    device = next((each for each in found if each.readings), next(iter(found), None))
    if device is None:
        return None
    series = await client.series(
        device.id,
        SeriesName.TEMPERATURE,
        start_at=now - DAY,
        end_at=now,
        resolution=HOUR,
        priority=Priority.STATE,
    )
    return len(series.buckets)


def _failed(error: MinutError) -> Finding:
    match error:
        case MinutUnauthorizedError():
            return fails("unauthorized")
        case MinutForbiddenError():
            return fails("forbidden")
        case MinutUnreachableError():
            return Finding(Result.FAILS, "unreachable", error=error)
        case _:
            return Finding(Result.FAILS, "refused", error=error)


def _rights(answers: Mapping[str, object]) -> Finding:
    refused = [name for name, each in answers.items() if isinstance(each, MinutForbiddenError)]
    if refused:
        return fails("rights_missing", endpoints=", ".join(refused))
    return works("rights_granted")


def _listed(listed: Listing[Any] | MinutError) -> Finding:
    if isinstance(listed, MinutError):
        return _failed(listed)
    count = len(listed.items)
    if listed.unreadable:
        return fails("left_out", count=count, left_out=listed.unreadable)
    if not listed.is_complete:
        return fails("incomplete", count=count)
    return works("found", count=count) if count else fails("none_found")


def _homes(listed: Listing[Home] | MinutError, *, has_alarm: bool) -> Finding:
    found = _listed(listed)
    if found.result is Result.WORKS and not has_alarm:
        return replace(found, result=Result.UNKNOWN, reason="alarm_missing")
    return found


def _values(devices: Listing[Device] | MinutError) -> Finding:
    total = 0 if isinstance(devices, MinutError) else len(devices.items)
    if isinstance(devices, MinutError) or not total:
        return unknown("no_points")
    count = sum(bool(device.readings) for device in devices.items)
    return (works if count else fails)(
        "values_found" if count else "values_missing", count=count, total=total
    )


def _events(account: object, home: object) -> Finding:
    """Judge the two lists of events. `home`: None if there is no home."""
    read = {
        "GET /events": not isinstance(account, MinutError),
        "GET /homes/{id}/events": home is not None and not isinstance(home, MinutError),
    }
    match [name for name, is_read in read.items() if is_read]:
        case []:
            error = home if isinstance(home, MinutError) else account
            return _failed(error) if isinstance(error, MinutError) else unknown("not_tried")
        case [only] if home is not None:
            return works("events_partly", endpoint=only)
        case _:
            return works("events_read")


def _webhook(hooks: Listing[Any] | MinutError, push: Push | None) -> Finding:
    if isinstance(hooks, MinutError):
        return replace(_failed(hooks), result=Result.UNKNOWN)
    if push is None:
        return works("found", count=len(hooks.items))
    if push.hook_id is not None and push.hook_id in {hook.id for hook in hooks.items}:
        return works("webhook_registered")
    return fails("webhook_missing")


async def _sample(push: Push | None) -> Finding:
    if push is None or push.sample is None:
        return unknown("sample_not_requested")
    if push.hook_id is None:
        return unknown("not_tried")
    try:
        has_arrived = await push.sample()
    except MinutError as error:
        return unknown("sample_not_offered") if is_not_offered(error) else _failed(error)
    return works("sample_arrived") if has_arrived else fails("sample_lost")


def _clock(client: MinutClient) -> Finding:
    if not client.clock.is_known:
        return unknown("clock_unknown")
    offset = abs(client.clock.value)
    if offset > MAX_CLOCK_DIFFERENCE:
        return fails("clock_differs", minutes=round(offset.total_seconds() / 60))
    return works("clock_agrees", seconds=round(offset.total_seconds()))


def _statistics(series: int | MinutError | None) -> Finding:
    match series:
        case MinutError():
            return _failed(series)
        case None:
            return unknown("no_points")
        case 0:
            return unknown("series_empty")
        case _:
            return works("series_read", count=series)
