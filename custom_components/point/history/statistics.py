"""The long-term statistics of the readings, as Home Assistant's recorder keeps them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from homeassistant.components.recorder import is_entity_recorded
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    STATISTIC_UNIT_TO_UNIT_CONVERTER,
    async_import_statistics,
    get_metadata,
)
from homeassistant.const import PERCENTAGE, Platform, UnitOfSoundPressure, UnitOfTemperature
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..minut.series import HOUR, Hour, SeriesName

RECORDER = "recorder"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A reading whose history is imported. `key`: of its sensor; `unit`: of Minut's values."""

    series: SeriesName
    key: str
    unit: str


MEASURED = (
    Measured(
        series=SeriesName.TEMPERATURE,
        key="temperature",
        unit=UnitOfTemperature.CELSIUS,
    ),
    Measured(
        series=SeriesName.HUMIDITY,
        key="humidity",
        unit=PERCENTAGE,
    ),
    Measured(
        series=SeriesName.SOUND_LEVEL,
        key="sound_pressure",
        unit=UnitOfSoundPressure.WEIGHTED_DECIBEL_A,
    ),
)


class Obstacle(StrEnum):
    """Why an entity gets no statistics; the words are those that the actions answer with."""

    MISSING = "missing"
    DISABLED = "disabled"
    NOT_RECORDED = "not_recorded"
    OTHER_UNIT = "other_unit"


def finished_until(now: datetime) -> datetime:
    """Return the end of the newest hour that may be imported: it ended at least an hour ago.

    An hour that is there before the recorder has summed it up makes the recorder's run for that
    hour fail, for every sensor of the system.
    """
    return (now - HOUR).replace(minute=0, second=0, microsecond=0)


@callback
def is_ready(hass: HomeAssistant) -> bool:
    """Tell whether statistics can be imported.

    The recorder is ready when its database is migrated and the hours that it missed while it was
    down stand in its queue: what is imported from then on comes after them.
    """
    return RECORDER in hass.config.components and get_instance(hass).async_recorder_ready.is_set()


@callback
def name_of(hass: HomeAssistant, device_id: str, measured: Measured) -> str:
    """Return the id of a reading's entity; its unique id where there is no such entity."""
    unique_id = f"{DOMAIN}.{device_id}-{measured.key}"
    registry = er.async_get(hass)
    return registry.async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id) or unique_id


@callback
def entity_of(hass: HomeAssistant, device_id: str, measured: Measured) -> str | Obstacle:
    """Return the entity whose statistics a reading's history belongs to, or why there is none."""
    entry = er.async_get(hass).async_get(name_of(hass, device_id, measured))
    if entry is None:
        return Obstacle.MISSING
    if entry.disabled:
        return Obstacle.DISABLED
    return entry.entity_id if is_entity_recorded(hass, entry.entity_id) else Obstacle.NOT_RECORDED


async def async_write(
    hass: HomeAssistant, device_id: str, measured: Measured, hours: Mapping[datetime, Hour]
) -> int | Obstacle:
    """Write finished, complete hours over what there is; return how many once they are stored."""
    if isinstance(entity_id := entity_of(hass, device_id, measured), Obstacle):
        return entity_id
    recorder = get_instance(hass)
    await recorder.async_block_till_done()  # a renaming or a change of unit may be on its way
    known = await recorder.async_add_executor_job(
        partial(get_metadata, hass, statistic_ids={entity_id})
    )
    if entity_of(hass, device_id, measured) != entity_id:  # renamed or disabled meanwhile
        return await async_write(hass, device_id, measured, hours)
    metadata = _metadata(entity_id, measured.unit, known[entity_id][1] if known else None)
    convert = _converter(measured.unit, metadata["unit_of_measurement"])
    if convert is None:
        return Obstacle.OTHER_UNIT
    until = finished_until(dt_util.utcnow())
    rows = [
        StatisticData(
            start=start, mean=convert(hour.mean), min=convert(hour.low), max=convert(hour.high)
        )
        for start, hour in hours.items()
        if start + HOUR <= until and hour.low is not None and hour.high is not None
    ]
    if rows:
        async_import_statistics(hass, metadata, rows)
        await recorder.async_block_till_done()
    return len(rows)


def _metadata(entity_id: str, unit: str, known: StatisticMetaData | None) -> StatisticMetaData:
    """Describe an entity's statistics as the recorder itself would: in the unit they are in."""
    converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(unit)
    unit_class = converter.UNIT_CLASS if converter else None
    return StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=None,
        source=RECORDER,
        statistic_id=entity_id,
        unit_class=known["unit_class"] if known else unit_class,
        unit_of_measurement=known["unit_of_measurement"] if known else unit,
    )


def _converter(unit: str, stored: str | None) -> Callable[[float], float] | None:
    """Return how values get into the unit of the statistics; None where that cannot be."""
    converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(stored)
    if converter and unit in converter.VALID_UNITS:
        return converter.converter_factory(unit, stored)
    return float if unit == stored else None
