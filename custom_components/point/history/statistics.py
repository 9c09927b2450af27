"""Long-term statistics of the readings in Home Assistant's recorder."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final

from homeassistant.components.recorder import Recorder, is_entity_recorded
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    STATISTIC_UNIT_TO_UNIT_CONVERTER,
    async_add_external_statistics,
    async_import_statistics,
    get_metadata,
)
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.const import PERCENTAGE, Platform, UnitOfSoundPressure, UnitOfTemperature
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util, slugify

from ..const import DOMAIN
from ..minut.series import HOUR, Hour, SeriesName
from ..registry.unique_ids import unique_id
from ..texts import texts

RECORDER = "recorder"
RECORDER_TIMEOUT: Final = 60.0
"""Seconds without any progress of the recorder after which an import fails."""


class RecorderTimeoutError(Exception):
    """The recorder makes no progress, for example as its database is locked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A reading with an importable history.

    `key`, `platform`: of the entity that shows it. `unit`: of Minut's values.
    `external`: name of an external statistic, a key of the texts `statistics`; None for the
    statistics of the entity.
    """

    series: SeriesName
    key: str
    unit: str
    platform: Platform = Platform.SENSOR
    external: str | None = None

    @property
    def name(self) -> str:
        """Return what identifies the history among those of a Point."""
        return self.external or self.key


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

MOTION = Measured(
    series=SeriesName.MOTION_EVENTS,
    key="motion",
    platform=Platform.BINARY_SENSOR,
    unit="1/h",  # Home Assistant takes values without a unit for ratios
    external="motion",
)
"""Detections per hour. Mean, minimum and maximum of an hour are its count: then hours can be
imported in any order, and the mean of a day is one per hour, too.
"""
LEQ = Measured(
    series=SeriesName.SOUND_LEVEL,
    key="sound_pressure",
    unit=UnitOfSoundPressure.WEIGHTED_DECIBEL_A,
    external="leq",
)
"""Mean sound energy per hour. The entity's own statistics have the mean of the levels."""
EXTERNAL = (MOTION, LEQ)
"""Histories that Home Assistant has no entity for: external statistics."""


class Obstacle(StrEnum):
    """Reason why nothing is imported for an entity. Part of the answer of `import_history`."""

    MISSING = "missing"
    DISABLED = "disabled"
    NOT_RECORDED = "not_recorded"
    OTHER_UNIT = "other_unit"


def finished_until(now: datetime) -> datetime:
    """Return the end of the newest hour that may be imported: the last full hour an hour ago.

    If an hour is imported before the recorder has compiled it, the recorder's compilation of that
    hour fails for all sensors of the system.
    """
    return (now - HOUR).replace(minute=0, second=0, microsecond=0)


@callback
def is_ready(hass: HomeAssistant) -> bool:
    """Return whether statistics can be imported.

    The recorder is ready when its database is migrated, and the hours that it missed while it was
    down are in its queue: an import is queued after them.
    """
    return RECORDER in hass.config.components and get_instance(hass).async_recorder_ready.is_set()


@callback
def statistic_id_of(hass: HomeAssistant, device_id: str, measured: Measured) -> str:
    """Return the id of a reading's statistics.

    That is the entity id, or the unique id if there is no such entity.
    """
    if measured.external:
        return f"{DOMAIN}:{slugify(device_id)}_{measured.external}"
    return _entity_id(hass, device_id, measured) or unique_id(device_id, measured.key)


def _entity_id(hass: HomeAssistant, device_id: str, measured: Measured) -> str | None:
    own = unique_id(device_id, measured.key)
    return er.async_get(hass).async_get_entity_id(measured.platform, DOMAIN, own)


@callback
def importable_id_of(hass: HomeAssistant, device_id: str, measured: Measured) -> str | Obstacle:
    """Return the id of a reading's statistics, or why nothing can be imported into them.

    The state of the entity also decides about an external statistic.
    """
    entry = er.async_get(hass).async_get(_entity_id(hass, device_id, measured) or "")
    if entry is None:
        return Obstacle.MISSING
    if entry.disabled:
        return Obstacle.DISABLED
    if not is_entity_recorded(hass, entry.entity_id):
        return Obstacle.NOT_RECORDED
    return statistic_id_of(hass, device_id, measured)


async def async_write(
    hass: HomeAssistant, device_id: str, measured: Measured, hours: Mapping[datetime, Hour]
) -> int | Obstacle:
    """Import the finished, complete hours. Return their number after they have been stored.

    Existing statistics of these hours are overwritten. Raises RecorderTimeoutError.
    """
    if isinstance(entity_id := importable_id_of(hass, device_id, measured), Obstacle):
        return entity_id
    recorder = get_instance(hass)
    await _async_wait(recorder, _handled(recorder))  # renames, changes of unit
    known = await _async_wait(
        recorder,
        recorder.async_add_executor_job(partial(get_metadata, hass, statistic_ids={entity_id})),
    )
    if importable_id_of(hass, device_id, measured) != entity_id:  # renamed or disabled meanwhile
        return await async_write(hass, device_id, measured, hours)
    metadata = _metadata(entity_id, measured.unit, known[entity_id][1] if known else None)
    if measured.external:
        metadata |= {"source": DOMAIN, "name": _external_name(hass, device_id, measured)}
    convert = unit_converter(measured.unit, metadata["unit_of_measurement"])
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
        add = async_add_external_statistics if measured.external else async_import_statistics
        add(hass, metadata, rows)
        await _async_wait(recorder, _handled(recorder))
    return len(rows)


@callback
def _handled(recorder: Recorder) -> asyncio.Future[None]:
    """Return a future that is done when the recorder has handled all tasks queued so far.

    The recorder's `async_block_till_done` returns while it still handles the last one: its queue is
    empty then.
    """
    future: asyncio.Future[None] = recorder.hass.loop.create_future()
    recorder.queue_task(SynchronizeTask(future))
    return future


async def _async_wait[T](recorder: Recorder, result: Awaitable[T]) -> T:
    """Wait for a result of the recorder, as long as its backlog shrinks now and then.

    Raises RecorderTimeoutError.
    """
    waiting = asyncio.ensure_future(result)
    backlog = recorder.backlog
    try:
        while not (await asyncio.wait({waiting}, timeout=RECORDER_TIMEOUT))[0]:
            if recorder.backlog >= backlog:
                raise RecorderTimeoutError(f"no progress within {RECORDER_TIMEOUT:g} seconds")
            backlog = recorder.backlog
    finally:
        waiting.cancel()
    return waiting.result()


def _external_name(hass: HomeAssistant, device_id: str, measured: Measured) -> str:
    """Return the name of an external statistic in the language of the system."""
    entry = er.async_get(hass).async_get(_entity_id(hass, device_id, measured) or "")
    device = dr.async_get(hass).async_get(entry.device_id) if entry and entry.device_id else None
    point = (device and (device.name_by_user or device.name)) or device_id
    return texts(hass, "statistics")[measured.name].format(point=point)


def _metadata(entity_id: str, unit: str, known: StatisticMetaData | None) -> StatisticMetaData:
    """Return the metadata of an entity's statistics: those that exist, else in Minut's unit."""
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


def unit_converter(unit: str | None, to_unit: str | None) -> Callable[[float], float] | None:
    """Return the conversion of values into another unit, None if there is none."""
    converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(to_unit)
    if converter and unit in converter.VALID_UNITS:
        return converter.converter_factory(unit, to_unit)
    return float if unit == to_unit else None
