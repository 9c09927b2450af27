"""The report of a home over a period. Pure: it is calculated from what was read of Minut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from ..minut.event_types import EVENT_TYPES, Lasting
from ..minut.models import Event
from ..minut.series import Series
from ..state.limit_log import Entry, limit_function
from ..state.span import Span
from .figures import (
    Levels,
    Range,
    gaps,
    levels,
    measured_time,
    time_over,
    value_range,
    within,
)

NIGHT_START: Final = time(22)
NIGHT_END: Final = time(8)
"""Start and end of a night, in local times of the home."""

NOTICES: Final = frozenset(
    name
    for name, kind in EVENT_TYPES.items()
    if kind.disturbance is not None or kind.noise is not None
)
"""Types of events that are listed in a report."""
CAUSES: Final = frozenset(
    name
    for name, kind in EVENT_TYPES.items()
    if kind.opens in {Lasting.OFFLINE, Lasting.BATTERY_LOW}
)
"""Types of events that explain a gap."""
CAUSE_PERIOD: Final = timedelta(hours=3)
"""Maximum time between the start of a gap and the event that explains it: Minut notices that a
Point is offline only after it has missed its hourly report (API notes 10).
"""


class Cause(StrEnum):
    """Why there are no measurements."""

    BATTERY = "battery"
    CONTACT = "contact"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Gap:
    """A period without measurements of a Point."""

    span: Span
    cause: Cause


@dataclass(frozen=True, kw_only=True, slots=True)
class PointReading:
    """What was read of a Point. `limits`: its logged noise limits."""

    id: str
    name: str
    sound: Series
    temperature: Series
    humidity: Series
    limits: tuple[Entry, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PointReport:
    """Figures of a Point. Temperatures are in °C.

    `over`: time over the noise limits, None without one. `assumed_until`: before this time the
    limits were not known, so those of this time were used; None if they were known.
    """

    id: str
    name: str
    resolution: timedelta
    measured: timedelta
    levels: Levels | None
    over: timedelta | None
    assumed_until: datetime | None
    gaps: tuple[Gap, ...]
    temperature: Range | None
    humidity: Range | None


@dataclass(frozen=True, slots=True)
class Notice:
    """An event of noise monitoring. `name`: of the person who answered, if Minut reports it."""

    at: datetime
    type: str
    name: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeReport:
    """The report of a home. `guest`: only if names of guests may be shown.

    `notices`: None if Minut did not allow to read them. `is_complete`: False if there were more
    events than Minut lists.
    """

    name: str
    span: Span
    zone: tzinfo
    points: tuple[PointReport, ...]
    notices: tuple[Notice, ...] | None
    is_complete: bool = True
    guest: str | None = field(default=None, repr=False)


def last_night(now: datetime, zone: tzinfo) -> Span:
    """Return the last night that is over, from 22:00 to 8:00 in `zone`, in UTC."""
    today = now.astimezone(zone).date()
    end = datetime.combine(today, NIGHT_END, zone)
    if end > now:
        end = datetime.combine(today - timedelta(days=1), NIGHT_END, zone)
    start = datetime.combine(end.date() - timedelta(days=1), NIGHT_START, zone)
    return Span(start.astimezone(now.tzinfo), end.astimezone(now.tzinfo))


def report_of(
    point: PointReading, span: Span, zone: tzinfo, events: Sequence[Event] = ()
) -> PointReport:
    """Return the report of a Point over a span. `events`: of its home."""
    buckets, resolution = within(point.sound, span), point.sound.resolution
    first = point.limits[0][0] if point.limits else None
    over = time_over(buckets, resolution, span, limit_function(point.limits, zone))
    return PointReport(
        id=point.id,
        name=point.name,
        resolution=resolution,
        measured=measured_time(buckets, resolution, span),
        levels=levels(buckets),
        over=over,
        assumed_until=first if first and over is not None and span.start < first else None,
        gaps=tuple(
            Gap(gap, _cause(gap, point.id, events)) for gap in gaps(buckets, resolution, span)
        ),
        temperature=value_range(within(point.temperature, span)),
        humidity=value_range(within(point.humidity, span)),
    )


def _cause(gap: Span, point: str, events: Sequence[Event]) -> Cause:
    """Return the cause of a gap, by the events of its Point. An empty battery explains most."""
    found = {
        EVENT_TYPES[event.type].opens
        for event in events
        if event.device_id == point
        and event.type in CAUSES
        and event.created_at is not None
        and gap.start - CAUSE_PERIOD <= event.created_at <= min(gap.end, gap.start + CAUSE_PERIOD)
    }
    if Lasting.BATTERY_LOW in found:
        return Cause.BATTERY
    return Cause.CONTACT if Lasting.OFFLINE in found else Cause.UNKNOWN


def notices(events: Sequence[Event], members: Mapping[str, str], span: Span) -> tuple[Notice, ...]:
    """Return the events of noise monitoring within a span, oldest first.

    `members`: names of the home's members by user id.
    """
    found = [
        Notice(event.created_at, event.type, _name(event, members))
        for event in events
        if event.type in NOTICES
        and event.created_at is not None
        and span.start <= event.created_at < span.end
    ]
    return tuple(sorted(found, key=lambda notice: (notice.at, notice.type)))


def _name(event: Event, members: Mapping[str, str]) -> str | None:
    kind = EVENT_TYPES.get(event.type)
    return members.get(event.user_id or "") if kind and kind.by_person else None
