"""Actions `import_history` and `get_readings`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, NamedTuple

from homeassistant.const import ATTR_DEVICE_ID, ATTR_UNIT_OF_MEASUREMENT, UnitOfPressure
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from ..const import DOMAIN
from ..errors import invalid, translated_errors
from ..history.importer import async_import
from ..history.statistics import (
    EXTERNAL,
    MEASURED,
    RECORDER_TIMEOUT,
    Measured,
    Obstacle,
    RecorderTimeoutError,
    finished_until,
    is_ready,
    statistic_id_of,
    unit_converter,
)
from ..minut.exceptions import (
    MinutError,
    MinutRejectedError,
    MinutUnauthorizedError,
    MinutUnreachableError,
)
from ..minut.rate_limit import Priority
from ..minut.series import HOUR, Bucket, SeriesName
from ..state.span import Span
from ..texts import decimal
from .running_import import RunningImport, running_import
from .targets import (
    ATTR_END,
    ATTR_START,
    DEVICES,
    Target,
    async_check_permission,
    async_points,
    requested_period,
)

ATTR_KIND: Final = "kind"
ATTR_RESOLUTION: Final = "resolution"

MAX_IMPORT = timedelta(days=5 * 366)
"""Maximum period of one import."""
IMPORT_CHUNK = timedelta(days=60)
"""Maximum period of one request. Minut does not document a limit (API notes 3.4)."""
REFUSED: Final = "refused"
"""Obstacle of a reading that Minut rejected."""

MIN_RESOLUTION = timedelta(minutes=1)
MAX_RESOLUTION = timedelta(days=1)
MAX_VALUES = 10_000
"""Maximum number of values in a response."""
MAX_VALUES_PER_REQUEST = 1_000
"""Maximum number of values of one request to Minut."""

PRESSURE = Measured(series=SeriesName.PRESSURE, key="pressure", unit=UnitOfPressure.PA)
SHOWN = {measured.series: measured for measured in (*MEASURED, PRESSURE)}
"""The series that a sensor shows. The others are in V (battery) or counts (motion)."""
DECIMALS: Final = 4
"""Maximum decimals of a converted value, more than Minut measures."""

_DEVICES: VolDictType = {vol.Required(ATTR_DEVICE_ID): DEVICES}
CANCEL_SCHEMA = vol.Schema(_DEVICES)
_RANGE = {
    **_DEVICES,
    vol.Required(ATTR_START): cv.datetime,
    vol.Optional(ATTR_END): cv.datetime,
}
IMPORT_SCHEMA = vol.Schema(_RANGE)
READINGS_SCHEMA = vol.Schema(
    {
        **_RANGE,
        vol.Required(ATTR_KIND): vol.All(
            vol.In([kind.value for kind in SeriesName]), vol.Coerce(SeriesName)
        ),
        vol.Optional(ATTR_RESOLUTION, default=HOUR): cv.positive_time_period,
    }
)


async def async_import_history(call: ServiceCall) -> ServiceResponse:
    """Import the history of Points. Return the hours by entity, and the entities left out."""
    hass, now = call.hass, dt_util.utcnow()
    start, end = requested_period(call, now)
    if end - start > MAX_IMPORT:
        raise invalid("import_too_long", years=str(MAX_IMPORT.days // 365))
    points = async_points(hass, dict(call.data))
    await async_check_permission(call, points)
    if not is_ready(hass):
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="recorder_not_ready")
    hours = Span(start, end).aligned(HOUR)
    span = Span(hours.start, min(hours.end, finished_until(now)))
    work = [
        Work(point, measured, chunk)
        for chunk in span.chunks(IMPORT_CHUNK)
        for point in points
        for measured in (*MEASURED, *EXTERNAL)
    ]
    with running_import(hass, points, span, total=len(work)) as running:
        counts, skipped = await _import(hass, work, running)
        total = sum(counts.values())
        running.async_show("stopped" if running.is_cancelled else "done", hours=total)
    answer: dict[str, JsonValueType] = {"hours": dict(counts), "skipped": dict(skipped)}
    return answer | ({"cancelled": True} if running.is_cancelled else {})


class Work(NamedTuple):
    """One step of an import."""

    point: Target
    measured: Measured
    span: Span


async def _import(
    hass: HomeAssistant, work: list[Work], running: RunningImport
) -> tuple[dict[str, int], dict[str, str]]:
    """Import readings until cancelled. Return the hours, and the obstacles, by statistic.

    If Minut rejects one reading, the others are still imported. Raises HomeAssistantError.
    """
    counts: dict[str, int] = {}
    skipped: dict[str, str] = {}
    rejection: MinutError | None = None
    for point, measured, chunk in work:
        if running.is_cancelled:
            break
        name = statistic_id_of(hass, point.key, measured)
        if name in skipped:
            running.async_advance()
            continue
        with translated_errors(hass, point.coordinator.config_entry, "import"):
            try:
                result = await _import_step(hass, point, measured, chunk)
            except MinutUnreachableError, MinutUnauthorizedError:
                raise
            except MinutError as error:
                result, rejection = REFUSED, error
        running.async_advance()
        if isinstance(result, str):
            skipped[name] = result
        else:
            counts[name] = counts.get(name, 0) + result
    if rejection and not counts:
        with translated_errors(hass, work[0].point.coordinator.config_entry, "import"):
            raise rejection
    return counts, skipped


async def _import_step(
    hass: HomeAssistant, point: Target, measured: Measured, span: Span
) -> int | str:
    """Import one step. Return the number of hours or the obstacle."""
    try:
        result = await async_import(hass, point.data.client, point.key, measured, span)
    except RecorderTimeoutError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="recorder_busy",
            translation_placeholders={"seconds": decimal(hass, RECORDER_TIMEOUT)},
        ) from error
    return result.value if isinstance(result, Obstacle) else result.count


def _clock(duration: timedelta) -> str:
    """Return a duration as it is entered: "24:00:00"."""
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


async def async_get_readings(call: ServiceCall) -> ServiceResponse:
    """Return a series of each Point, by device id, in the unit that its sensor shows.

    Not every Point measures everything: a Point for which Minut refuses the request has no values,
    unless it refuses it for all of them.
    """
    start, end = requested_period(call, dt_util.utcnow())
    kind, step = call.data[ATTR_KIND], call.data[ATTR_RESOLUTION]
    if not MIN_RESOLUTION <= step <= MAX_RESOLUTION:
        raise invalid(
            "out_of_range",
            value=_clock(step),
            least=_clock(MIN_RESOLUTION),
            most=_clock(MAX_RESOLUTION),
        )
    points = async_points(call.hass, dict(call.data))
    await async_check_permission(call, points)
    if len(points) * ((end - start) / step) > MAX_VALUES:
        raise invalid("too_many_values", most=str(MAX_VALUES))
    span = Span(Span(start, end).aligned(step).start, end)
    answer: dict[str, JsonValueType] = {}
    refused = 0
    for point in points:
        entry = point.coordinator.config_entry
        with translated_errors(call.hass, entry, "history", unexpected="refused"):
            try:
                buckets = await _readings(point, kind, span, step)
            except MinutRejectedError:
                refused += 1
                if refused == len(points):
                    raise
                buckets = []
        unit, convert = _unit(call.hass, point, kind)
        answer[point.device_id] = {
            "unit": unit,
            "values": [_value(each, convert) for each in buckets],
        }
    return {"readings": answer}


def _unit(
    hass: HomeAssistant, point: Target, kind: SeriesName
) -> tuple[str | None, Callable[[float], float]]:
    """Return the unit of the Point's sensor, and the conversion of Minut's values into it."""
    if (measured := SHOWN.get(kind)) is None:
        return "V" if kind is SeriesName.BATTERY else None, float
    state = hass.states.get(statistic_id_of(hass, point.key, measured))
    unit = state and state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    if unit and (convert := unit_converter(measured.unit, unit)):
        return unit, lambda value: round(convert(value), DECIMALS)
    return measured.unit, float


async def _readings(point: Target, kind: SeriesName, span: Span, step: timedelta) -> list[Bucket]:
    found: list[Bucket] = []
    for part in span.chunks(step * MAX_VALUES_PER_REQUEST):
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


def _value(bucket: Bucket, convert: Callable[[float], float]) -> JsonValueType:
    values = {"value": bucket.value, "min": bucket.low, "max": bucket.high}
    return {
        "start": bucket.start.isoformat(),
        **{name: convert(value) for name, value in values.items() if value is not None},
    }
