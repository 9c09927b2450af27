"""The actions that ask Minut for the past: import it as statistics, or answer with it."""

from datetime import UTC, datetime, timedelta
import logging
from typing import Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
import probatio

from ..const import DOMAIN
from ..errors import invalid, translated_errors
from ..history.importer import async_import
from ..history.statistics import MEASURED, Measured, Obstacle, finished_until, is_ready, name_of
from ..minut.exceptions import MinutError, MinutUnauthorizedError, MinutUnreachableError
from ..minut.rate_limit import Priority
from ..minut.series import HOUR, Bucket, SeriesName
from ..state.import_progress import Span
from .action_span import ATTR_END, ATTR_START, asked_span
from .targets import Target, async_points

_LOGGER = logging.getLogger(__name__)

ATTR_KIND: Final = "kind"
ATTR_RESOLUTION: Final = "resolution"

LONGEST_IMPORT = timedelta(days=5 * 366)
IMPORTED_AT_ONCE = timedelta(days=60)
"""So much is asked of Minut in one request; Minut names no limit (API notes 3.4)."""
LOGGED_EVERY = 10
"""Requests of a long import after which it is told in the log how far it is."""

FINEST = timedelta(minutes=1)
COARSEST = timedelta(days=1)
EPOCH = datetime.fromtimestamp(0, UTC)
MAX_VALUES = 10_000
"""So many values are answered with at most."""
VALUES_AT_ONCE = 1_000
"""So many values are asked of Minut in one request."""

UNITS = {
    SeriesName.TEMPERATURE: "°C",
    SeriesName.HUMIDITY: "%",
    SeriesName.SOUND_LEVEL: "dBA",
    SeriesName.MOTION_EVENTS: None,
    SeriesName.BATTERY: "V",
    SeriesName.PRESSURE: "Pa",
}

_RANGE = {
    probatio.Required(ATTR_DEVICE_ID): probatio.All(
        cv.ensure_list, [cv.string], probatio.Length(min=1)
    ),
    probatio.Required(ATTR_START): cv.datetime,
    probatio.Optional(ATTR_END): cv.datetime,
}
IMPORT_SCHEMA = probatio.Schema(_RANGE)
READINGS_SCHEMA = probatio.Schema(
    {
        **_RANGE,
        probatio.Required(ATTR_KIND): probatio.Coerce(SeriesName),
        probatio.Optional(ATTR_RESOLUTION, default=HOUR): probatio.All(
            cv.positive_time_period, probatio.Range(min=FINEST, max=COARSEST)
        ),
    }
)


async def async_import_history(call: ServiceCall) -> ServiceResponse:
    """Import the past of Points; answer with the hours per entity, and with what was left out."""
    hass, now = call.hass, dt_util.utcnow()
    start, end = asked_span(call, now)
    if end - start > LONGEST_IMPORT:
        raise invalid("import_too_long", years=str(LONGEST_IMPORT.days // 365))
    readings = [
        (point, measured) for point in async_points(hass, dict(call.data)) for measured in MEASURED
    ]
    if not is_ready(hass):
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="recorder_not_ready")
    span = Span(_floor(start, HOUR), min(_ceil(end, HOUR), finished_until(now)))
    counts, skipped = await _import(hass, readings, span)
    return {"hours": counts, "skipped": skipped}


async def _import(
    hass: HomeAssistant, readings: list[tuple[Target, Measured]], span: Span
) -> tuple[dict[str, JsonValueType], dict[str, JsonValueType]]:
    """Import the newest hours of all readings first; return counts and obstacles by entity.

    What one reading is refused for does not keep the others from theirs.
    """
    counts: dict[str, int] = {}
    skipped: dict[str, JsonValueType] = {}
    refusal: MinutError | None = None
    work = [(*reading, chunk) for chunk in span.chunks(IMPORTED_AT_ONCE) for reading in readings]
    for number, (point, measured, chunk) in enumerate(work, start=1):
        name = name_of(hass, point.key, measured)
        if name in skipped:
            continue
        client = point.data.client
        with translated_errors(hass, point.coordinator.config_entry, "import"):
            try:
                result = await async_import(hass, client, point.key, measured, chunk)
            except MinutUnreachableError, MinutUnauthorizedError:
                raise
            except MinutError as error:
                skipped[name], refusal = "refused", error
                continue
        if isinstance(result, Obstacle):
            skipped[name] = result.value
            continue
        counts[name] = counts.get(name, 0) + result.count
        if number % LOGGED_EVERY == 0:
            _LOGGER.info("Importing history from Minut: %d of %d requests", number, len(work))
    if refusal and not counts:
        with translated_errors(hass, readings[0][0].coordinator.config_entry, "import"):
            raise refusal
    return dict(counts), skipped


async def async_get_readings(call: ServiceCall) -> ServiceResponse:
    """Answer with a series of each Point, by its device."""
    start, end = asked_span(call, dt_util.utcnow())
    kind, step = call.data[ATTR_KIND], call.data[ATTR_RESOLUTION]
    points = async_points(call.hass, dict(call.data))
    span = Span(_floor(start, step), end)
    if len(points) * ((span.end - span.start) / step) > MAX_VALUES:
        raise invalid("too_many_values", most=str(MAX_VALUES))
    answer: dict[str, JsonValueType] = {}
    for point in points:
        with translated_errors(call.hass, point.coordinator.config_entry, "history"):
            buckets = await _readings(point, kind, span, step)
        answer[point.device_id] = {
            "unit": UNITS[kind],
            "values": [_value(each) for each in buckets],
        }
    return {"readings": answer}


async def _readings(point: Target, kind: SeriesName, span: Span, step: timedelta) -> list[Bucket]:
    found: list[Bucket] = []
    for part in span.chunks(step * VALUES_AT_ONCE):
        series = await point.data.client.series(
            point.key,
            kind,
            start_at=part.start,
            end_at=part.end,
            resolution=step,
            priority=Priority.COMMAND,
        )
        found[:0] = [each for each in series.buckets if part.start <= each.start < part.end]
    return found


def _value(bucket: Bucket) -> JsonValueType:
    value: dict[str, JsonValueType] = {"start": bucket.start.isoformat(), "value": bucket.value}
    extremes = {"min": bucket.low, "max": bucket.high}
    return value | {name: told for name, told in extremes.items() if told is not None}


def _floor(time: datetime, step: timedelta) -> datetime:
    return time - (time - EPOCH) % step


def _ceil(time: datetime, step: timedelta) -> datetime:
    return time + (EPOCH - time) % step
