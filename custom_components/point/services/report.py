"""Action `report`: figures and a text about a night, a stay or another period of a home."""

from datetime import datetime, timedelta, tzinfo
from typing import Final

from homeassistant.const import ATTR_DEVICE_ID, UnitOfTemperature
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
from homeassistant.util.unit_conversion import TemperatureConverter
import voluptuous as vol

from ..errors import invalid, translated_errors
from ..minut.guests import Stay, StayField, read_stays
from ..report.figures import Range
from ..report.home import HomeReport, PointReport, last_night
from ..report.markdown import Wording, markdown
from ..report.reader import async_report, async_zone
from ..state.span import Span
from ..state.stays import StaySource
from ..texts import decimal_mark, texts
from .targets import (
    ATTR_END,
    ATTR_START,
    DEVICES,
    Target,
    async_check_permission,
    async_one_home,
    async_points_of,
    requested_period,
)

MAX_PERIOD: Final = timedelta(days=32)
"""Maximum period of a report: a month with the hour of a clock change."""

REPORT_SCHEMA: Final = vol.Schema(
    {
        vol.Required(ATTR_DEVICE_ID): DEVICES,
        vol.Optional(ATTR_START): cv.datetime,
        vol.Optional(ATTR_END): cv.datetime,
        vol.Optional(StayField.ID.value): cv.string,
    }
)


async def async_get_report(call: ServiceCall) -> ServiceResponse:
    """Return the report of a home: of a period, of a stay, or else of the last night."""
    hass = call.hass
    home = async_one_home(hass, call.data[ATTR_DEVICE_ID])
    points = async_points_of(home)
    await async_check_permission(call, [home, *points])
    if not points:
        raise invalid("no_point_targeted")
    zone = await async_zone(home.coordinator, home.key)
    span, guest = await _period(call, home, zone)
    if span.end - span.start > MAX_PERIOD:
        raise invalid("report_too_long", days=str(MAX_PERIOD.days - 1))
    entry = home.coordinator.config_entry
    with translated_errors(hass, entry, "history", unexpected="refused"):
        report = await async_report(
            hass,
            home.coordinator,
            home.key,
            [point.key for point in points],
            span,
            guest=guest,
        )
    ids = {point.key: point.device_id for point in points}
    words = _wording(hass)
    text = await hass.async_add_executor_job(markdown, report, words)
    return {**_numbers(report, words, ids), "home": home.device_id, "markdown": text}


async def _period(call: ServiceCall, home: Target, zone: tzinfo) -> tuple[Span, str | None]:
    """Return the period of a report, and the name of the guest if it may be shown."""
    now = dt_util.utcnow()
    has_period = bool({ATTR_START, ATTR_END} & call.data.keys())
    if (stay_id := call.data.get(StayField.ID)) is not None:
        if has_period:
            raise invalid("stay_or_period")
        stay = await _stay(call.hass, home, stay_id, zone)
        end = min(stay.check_out or now, now)
        if stay.check_in >= end:
            raise invalid("nothing_between")
        return Span(stay.check_in, end), stay.name if home.data.stays.shows_names else None
    if not has_period:
        return last_night(now, zone), None
    if ATTR_START not in call.data:
        raise invalid("stay_or_period")
    return Span(*requested_period(call, now)), None


async def _stay(hass: HomeAssistant, home: Target, stay_id: str, zone: tzinfo) -> Stay:
    """Return a stay of a home, read now."""
    if home.data.stays.source(home.key) is not StaySource.MINUT:
        raise invalid("stays_are_off")
    entry = home.coordinator.config_entry
    with translated_errors(hass, entry, "stays", unexpected="not_understood"):
        stays = read_stays(await home.data.commands.stays.async_read(home.key), zone)
    for stay in stays:
        if stay.id == stay_id:
            return stay
    raise invalid("unknown_stay")


def _wording(hass: HomeAssistant) -> Wording:
    """Return the words of the system's language and its unit of temperatures."""
    unit = hass.config.units.temperature_unit
    return Wording(
        texts=texts(hass, "report"),
        events=texts(hass, "event_type"),
        decimal_mark=decimal_mark(hass),
        unit=unit,
        convert=TemperatureConverter.converter_factory(UnitOfTemperature.CELSIUS, unit),
    )


def _numbers(report: HomeReport, words: Wording, ids: dict[str, str]) -> dict[str, JsonValueType]:
    """Return the numbers of a report. `ids`: devices of the Points in Home Assistant."""
    zone = report.zone
    found: dict[str, JsonValueType] = {
        "start": _local(report.span.start, zone),
        "end": _local(report.span.end, zone),
        "temperature_unit": words.unit,
        "points": {ids[point.id]: _point(point, words, zone) for point in report.points},
        "notices": None
        if report.notices is None
        else [
            {
                "time": _local(notice.at, zone),
                "type": notice.type,
                **({"by": notice.name} if notice.name else {}),
            }
            for notice in report.notices
        ],
        "notices_complete": report.notices is not None and report.is_complete,
    }
    return found | ({"guest": report.guest} if report.guest else {})


def _point(point: PointReport, words: Wording, zone: tzinfo) -> JsonValueType:
    """Return the numbers of a Point: minutes, dB(A), the unit of `words`, %."""
    found = point.levels
    sound: dict[str, JsonValueType] = (
        {}
        if found is None
        else {
            "loudest": round(found.loudest, 1),
            "loudest_at": _local(found.loudest_at, zone),
            "l10": round(found.l10, 1),
            "l50": round(found.l50, 1),
            "l90": round(found.l90, 1),
            "leq_calculated": round(found.leq, 1),
        }
    )
    return {
        "name": point.name,
        "resolution_minutes": _minutes(point.resolution),
        "measured_minutes": _minutes(point.measured),
        "over_limit_minutes": None if point.over is None else _minutes(point.over),
        **({"limits_assumed_until": _local(at, zone)} if (at := point.assumed_until) else {}),
        **sound,
        "temperature": _range(point.temperature, words),
        "humidity": _range(point.humidity),
        "gaps": [
            {
                "start": _local(gap.span.start, zone),
                "end": _local(gap.span.end, zone),
                "cause": gap.cause.value,
            }
            for gap in point.gaps
        ],
    }


def _range(found: Range | None, words: Wording | None = None) -> JsonValueType:
    convert = words.convert if words else float
    if found is None:
        return None
    return {"min": round(convert(found.low), 1), "max": round(convert(found.high), 1)}


def _minutes(length: timedelta) -> float:
    return round(length.total_seconds() / 60, 1)


def _local(time: datetime, zone: tzinfo) -> str:
    return time.astimezone(zone).isoformat()
