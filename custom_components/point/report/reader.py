"""Reads from Minut what a report needs, within the rate limit of the account."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta, tzinfo
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..coordinator import PointCoordinator
from ..minut.client import MinutClient
from ..minut.exceptions import (
    MinutForbiddenError,
    MinutRejectedError,
    MinutUnexpectedAnswerError,
)
from ..minut.home_events import read_home_events
from ..minut.models import Event
from ..minut.paging import Listing
from ..minut.rate_limit import Priority
from ..minut.series import HOUR, Series, SeriesName
from ..state.span import Span
from .figures import within
from .home import CAUSE_PERIOD, CAUSES, NOTICES, HomeReport, PointReading, notices, report_of

FINE: Final = timedelta(minutes=5)
"""Resolution of the sound level: the shortest noise duration of Minut (API notes 5)."""
FINE_PERIOD: Final = timedelta(days=2)
"""Maximum period of which temperature and humidity are read with `FINE`, else by the hour."""
MAX_BUCKETS: Final = 1_440
"""Maximum number of buckets of one request: parsing more blocks the event loop."""


async def async_zone(coordinator: PointCoordinator, home_id: str) -> tzinfo:
    """Return the time zone of a home, or else that of Home Assistant."""
    home = coordinator.data.homes.get(home_id)
    name = home.polled.timezone if home else None
    zone = await dt_util.async_get_time_zone(name) if name else None
    return zone or dt_util.get_default_time_zone()


async def async_series(
    client: MinutClient,
    device_id: str,
    name: SeriesName,
    span: Span,
    resolution: timedelta = FINE,
) -> Series:
    """Return a series over a span, oldest first, with one request per `MAX_BUCKETS`.

    If Minut answers with different resolutions, all requests are repeated with the coarsest one:
    figures compare values of equal duration. Raises MinutError, also for values of more than an
    hour.
    """
    parts = await _async_parts(client, device_id, name, span, resolution)
    if len(found := {part.resolution for part in parts}) > 1:
        parts = await _async_parts(client, device_id, name, span, max(found))
    return Series(
        max((part.resolution for part in parts), default=resolution),
        tuple(bucket for part in reversed(parts) for bucket in part.buckets),
        sum(part.unreadable for part in parts),
    )


async def _async_parts(
    client: MinutClient, device_id: str, name: SeriesName, span: Span, resolution: timedelta
) -> list[Series]:
    """Return the parts of a series over a span, newest first.

    A user waits, but arming must not wait for it.
    """
    parts: list[Series] = []
    for part in span.aligned(resolution).chunks(resolution * MAX_BUCKETS):
        series = await client.series(
            device_id,
            name,
            start_at=part.start,
            end_at=part.end,
            resolution=resolution,
            priority=Priority.STATE,
        )
        if series.resolution > HOUR:
            raise MinutUnexpectedAnswerError(
                "the resolution is coarser than an hour", reason="too_coarse"
            )
        parts.append(replace(series, buckets=tuple(within(series, part))))
    return parts


async def async_report(
    hass: HomeAssistant,
    coordinator: PointCoordinator,
    home_id: str,
    points: Iterable[str],
    span: Span,
    *,
    guest: str | None = None,
) -> HomeReport:
    """Read and return the report of a home and its `points`, by id. Raises MinutError.

    Heavy calculations run in a worker thread.
    """
    client = coordinator.client
    zone = await async_zone(coordinator, home_id)
    listed = await _async_events(client, home_id, span)
    events = listed.items if listed else ()
    readings = [await _async_reading(client, device_id, span, coordinator) for device_id in points]
    home = coordinator.data.homes.get(home_id)
    found = await hass.async_add_executor_job(
        lambda: tuple(report_of(each, span, zone, events) for each in readings)
    )
    return HomeReport(
        name=coordinator.devices.name(home_id) or home_id,
        span=span,
        zone=zone,
        points=found,
        notices=notices(events, home.polled.members if home else {}, span) if listed else None,
        is_complete=listed is None or listed.is_complete,
        guest=guest,
    )


async def _async_events(client: MinutClient, home_id: str, span: Span) -> Listing[Event] | None:
    """Return the events for a report, None if Minut does not provide them for this home."""
    try:
        return await read_home_events(
            client,
            home_id,
            start_at=span.start - CAUSE_PERIOD,
            end_at=span.end + CAUSE_PERIOD,
            types=sorted(NOTICES | CAUSES),
        )
    except MinutForbiddenError, MinutRejectedError:
        return None


async def _async_reading(
    client: MinutClient, device_id: str, span: Span, coordinator: PointCoordinator
) -> PointReading:
    step = FINE if span.end - span.start <= FINE_PERIOD else HOUR
    return PointReading(
        id=device_id,
        name=coordinator.devices.name(device_id) or device_id,
        sound=await async_series(client, device_id, SeriesName.SOUND_LEVEL, span),
        temperature=await async_series(client, device_id, SeriesName.TEMPERATURE, span, step),
        humidity=await async_series(client, device_id, SeriesName.HUMIDITY, span, step),
        limits=coordinator.data.logs.limits.of(device_id),
    )
