"""Action `try_limits`: how many notices other noise limits would have caused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from ..errors import invalid, translated_errors
from ..minut.series import Series, SeriesName
from ..minut.thresholds import DEFAULT_DURATION, Setting, Thresholds
from ..report.figures import gaps, measured_time, within
from ..report.reader import async_series, async_zone
from ..report.trial import DEFAULT_HOURS, TrialResult, days, nights, try_limits
from ..state.limit_log import QuietHours, quiet_hours
from ..state.span import Span
from ..texts import decimal_mark, texts, with_mark
from .targets import DEVICES, async_check_permission, async_points, filled_rows
from .thresholds import in_minut_unit

LIMITS: Final = "limits"
DURATIONS: Final = "durations"
TRIED: Final = {LIMITS: Setting.SOUND_LEVEL_HIGH, DURATIONS: Setting.NOISE_DURATION}
"""The settings whose values each field has."""
PERIOD: Final = timedelta(days=30)
"""Period over which limits are tried."""
DEFAULT_LIMITS: Final = [65.0, 70.0, 75.0, 80.0, 85.0]
"""dB(A)."""
MAX_LIMITS: Final = 20
MAX_DURATIONS: Final = 11


TRY_LIMITS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(ATTR_DEVICE_ID): DEVICES,
        vol.Optional(LIMITS, default=[]): vol.All(
            filled_rows, [vol.Coerce(float)], vol.Length(max=MAX_LIMITS)
        ),
        vol.Optional(DURATIONS, default=[]): vol.All(
            filled_rows, [vol.Coerce(float)], vol.Length(max=MAX_DURATIONS)
        ),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What is tried: limits in dB(A) and durations on the sound level of a Point."""

    series: Series
    span: Span
    limits: list[float]
    durations: list[timedelta]
    hours: QuietHours
    zone: tzinfo


async def async_try_limits(call: ServiceCall) -> ServiceResponse:
    """Return the estimated notices of the last 30 days at one Point for each limit and duration."""
    hass, now = call.hass, dt_util.utcnow()
    for field, setting in TRIED.items():
        for value in call.data[field]:
            in_minut_unit(hass, setting, value)
    points = async_points(hass, {ATTR_DEVICE_ID: call.data[ATTR_DEVICE_ID]})
    await async_check_permission(call, points)
    if len(points) != 1:
        raise invalid("one_point")
    [point] = points
    device = point.coordinator.data.devices[point.key].polled
    span = Span(now - PERIOD, now)
    zone = await async_zone(point.coordinator, device.home_id or "")
    entry = point.coordinator.config_entry
    with translated_errors(hass, entry, "history", unexpected="refused"):
        series = await async_series(point.data.client, point.key, SeriesName.SOUND_LEVEL, span)
    trial = Trial(
        series=series,
        span=span,
        limits=sorted(set(call.data[LIMITS] or DEFAULT_LIMITS)),
        durations=_durations(call, device.thresholds),
        hours=quiet_hours(device.thresholds) or DEFAULT_HOURS,
        zone=zone,
    )
    words = texts(hass, "try_limits")
    mark = decimal_mark(hass)
    return await hass.async_add_executor_job(_answer, trial, words, mark)


def _durations(call: ServiceCall, thresholds: Thresholds) -> list[timedelta]:
    """Return the durations of a call; by default the present one of the Point."""
    present = thresholds.value(Setting.NOISE_DURATION) or DEFAULT_DURATION
    return [timedelta(minutes=each) for each in sorted(set(call.data[DURATIONS] or [present]))]


def _answer(trial: Trial, words: Mapping[str, str], mark: str) -> dict[str, JsonValueType]:
    """Calculate the answer. Takes too long for the event loop. `mark`: decimal mark of `words`."""
    resolution, span, zone, hours = trial.series.resolution, trial.span, trial.zone, trial.hours
    buckets = within(trial.series, span)
    results = try_limits(
        buckets,
        resolution,
        limits=trial.limits,
        durations=trial.durations,
        hours=hours,
        zone=zone,
    )
    missing = (gap.end - gap.start for gap in gaps(buckets, resolution, span))
    return {
        "start": span.start.astimezone(zone).isoformat(),
        "end": span.end.astimezone(zone).isoformat(),
        "resolution_minutes": resolution / timedelta(minutes=1),
        "measured_hours": _hours(measured_time(buckets, resolution, span)),
        "gap_hours": _hours(sum(missing, timedelta())),
        "quiet_hours": {"start": f"{hours.start:%H:%M}", "end": f"{hours.end:%H:%M}"},
        "results": [_result(result, zone) for result in results],
        "summary": "\n".join(
            [*(_line(result, words, mark, zone) for result in results), "", words["estimate"]]
        ),
    }


def _result(result: TrialResult, zone: tzinfo) -> JsonValueType:
    return {
        "limit": result.limit,
        "duration": result.duration / timedelta(minutes=1),
        "notices": len(result.day) + len(result.quiet),
        "day": {"notices": len(result.day), "dates": _dates(days(result.day, zone))},
        "quiet_hours": {
            "notices": len(result.quiet),
            "nights": _dates(nights(result.quiet, zone)),
        },
    }


def _line(result: TrialResult, words: Mapping[str, str], mark: str, zone: tzinfo) -> str:
    """Return one line of the summary, which names the nights with a notice."""
    line = words["line"].format(
        limit=with_mark(result.limit, mark),
        minutes=with_mark(result.duration / timedelta(minutes=1), mark),
        day=len(result.day),
        quiet=len(result.quiet),
    )
    found = ", ".join(f"{night:%Y-%m-%d}" for night in nights(result.quiet, zone))
    return f"- {line}{f' ({found})' if found else ''}"


def _dates(found: Sequence[date]) -> list[JsonValueType]:
    return [each.isoformat() for each in found]


def _hours(length: timedelta) -> float:
    return round(length / timedelta(hours=1), 1)
