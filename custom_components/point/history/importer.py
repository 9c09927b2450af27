"""Import of Minut's time series: of the past when an account is added, then regularly.

The integration reads about one value per hour. Minut has all values that a Point measured: their
mean, minimum and maximum replace the statistics that the recorder compiles from that one value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..const import CONF_HISTORY, OPTIONS
from ..coordinator import PointCoordinator
from ..minut.client import MinutClient
from ..minut.exceptions import (
    MinutError,
    MinutUnauthorizedError,
    MinutUnexpectedAnswerError,
    MinutUnreachableError,
)
from ..minut.series import HOUR, Hour, completed, count_hours, energy_hours, hours
from ..state.import_progress import CHUNK, FIRST_IMPORT, ImportProgress, Key
from ..state.span import Span
from .statistics import (
    EXTERNAL,
    LEQ,
    MEASURED,
    MOTION,
    RECORDER,
    Measured,
    Obstacle,
    RecorderTimeoutError,
    async_write,
    finished_until,
    importable_id_of,
    is_ready,
)

_LOGGER = logging.getLogger(__name__)

FINE_RESOLUTION = timedelta(minutes=10)
"""Resolution of the series that fills in missing minima and maxima of hours."""
MAX_ENERGY_RESOLUTION = timedelta(minutes=20)
"""Maximum length of the means from which the mean energy of an hour is calculated."""
FINE_CHUNK = timedelta(days=15)
"""Maximum period of one request with `FINE_RESOLUTION`: parsing more blocks the event loop."""
CHECK_INTERVAL = timedelta(minutes=5)
"""Time between two checks whether an import is due."""
RETRY_AFTER_FAILURE = timedelta(minutes=15)
"""Delay after a failed request or write."""
RETRY_AFTER_REJECTION = timedelta(hours=24)
"""Delay before a reading is imported that Minut rejected or that has an obstacle."""
MAX_EXTERNAL = 100
"""Maximum number of Points of an account whose external statistics are imported regularly. They
take two requests of each Point a day, besides the three of the others.
"""
LOG_STEP = 25
"""Percentage of the first import after which the progress is logged."""


@dataclass(frozen=True, slots=True)
class Imported:
    """Result of an import: number of hours, and start of the newest one, None without any."""

    count: int
    newest: datetime | None


async def async_import(
    hass: HomeAssistant, client: MinutClient, device_id: str, measured: Measured, span: Span
) -> Imported | Obstacle:
    """Import the finished hours of a span with one request.

    Return an Obstacle if the entity has no statistics to import into. Raises MinutError,
    RecorderTimeoutError.
    """
    if isinstance(obstacle := importable_id_of(hass, device_id, measured), Obstacle):
        return obstacle
    found = await _read(client, device_id, measured, span)
    count = await async_write(hass, device_id, measured, found)
    if isinstance(count, Obstacle):
        return count
    return Imported(count, max(found, default=None))


async def _read(
    client: MinutClient, device_id: str, measured: Measured, span: Span
) -> dict[datetime, Hour]:
    """Return the hours of a span that Minut has."""
    if measured is LEQ:
        return await _read_energy(client, device_id, span)
    series = await client.series(
        device_id, measured.series, start_at=span.start, end_at=span.end, resolution=HOUR
    )
    if series.resolution > HOUR:
        raise MinutUnexpectedAnswerError(
            "the resolution is coarser than an hour", reason="too_coarse"
        )
    if measured is MOTION:
        return _within(count_hours(series), span)
    return await _with_extremes(client, device_id, measured, _within(hours(series), span))


def _within(found: Mapping[datetime, Hour], span: Span) -> dict[datetime, Hour]:
    return {start: hour for start, hour in found.items() if span.start <= start < span.end}


async def _read_energy(client: MinutClient, device_id: str, span: Span) -> dict[datetime, Hour]:
    """Return the mean sound energy of the hours of a span that Minut has."""
    found: dict[datetime, Hour] = {}
    for part in span.chunks(FINE_CHUNK):
        series = await client.series(
            device_id,
            LEQ.series,
            start_at=part.start,
            end_at=part.end,
            resolution=FINE_RESOLUTION,
        )
        if series.resolution > MAX_ENERGY_RESOLUTION:
            raise MinutUnexpectedAnswerError(
                "the resolution is too coarse for a mean energy", reason="too_coarse"
            )
        found |= _within(energy_hours(series), part)
    return found


async def _with_extremes(
    client: MinutClient, device_id: str, measured: Measured, found: dict[datetime, Hour]
) -> dict[datetime, Hour]:
    """Return the hours, with missing minima and maxima taken from a finer series."""
    if not (incomplete := [start for start, hour in found.items() if not hour.is_complete]):
        return found
    for part in Span(min(incomplete), max(incomplete) + HOUR).chunks(FINE_CHUNK):
        finer = await client.series(
            device_id,
            measured.series,
            start_at=part.start,
            end_at=part.end,
            resolution=FINE_RESOLUTION,
        )
        found = completed(found, finer)
    return found


class HistoryImporter:
    """Background import of an account's history, one request at a time."""

    def __init__(self, coordinator: PointCoordinator) -> None:
        self._hass = coordinator.hass
        self._entry = coordinator.config_entry
        self._coordinator = coordinator
        self.progress = ImportProgress()
        coordinator.store.async_add(self.progress, "history")
        self._measured = {measured.name: measured for measured in (*MEASURED, *EXTERNAL)}
        self._is_running = False
        self._paused_until = dt_util.utcnow()
        self._blocked_until: dict[Key, datetime] = {}
        self._unfinished: set[Key] = set()
        self._logged_step: int | None = None
        self._has_failed = False

    @callback
    def async_start(self) -> None:
        """Start the regular checks, if the history option is on and there is a recorder."""
        if not self._entry.options.get(CONF_HISTORY, OPTIONS[CONF_HISTORY]):
            return
        if RECORDER not in self._hass.config.components:
            _LOGGER.info("Not importing history from Minut: the recorder is not set up")
            return
        cancel: CALLBACK_TYPE = async_track_time_interval(self._hass, self._check, CHECK_INTERVAL)
        self._entry.async_on_unload(cancel)
        self._check(dt_util.utcnow())

    @callback
    def _check(self, now: datetime) -> None:
        """Start an import if one is due."""
        if self._is_running or now < self._paused_until or not is_ready(self._hass):
            return
        if self._due():
            self._is_running = True
            self._entry.async_create_background_task(
                self._hass, self._async_run(), name="Minut history"
            )

    async def _async_run(self) -> None:
        self.progress.remove_devices(self._coordinator.devices.is_gone)
        self._log_progress()
        try:
            while due := self._due():
                for key, span in due:
                    await self._async_attempt(key, span)
            self._has_failed = False
        except (MinutUnreachableError, MinutUnauthorizedError) as error:
            _LOGGER.debug("Pausing the history import: %s", error)
            self._pause()
        except RecorderTimeoutError as error:
            level = logging.DEBUG if self._has_failed else logging.WARNING
            _LOGGER.log(level, "Pausing the history import, the recorder is busy: %s", error)
            self._has_failed = True
            self._pause()
        except Exception as error:  # an error of the recorder must not affect the integration
            level = logging.DEBUG if self._has_failed else logging.ERROR
            _LOGGER.log(level, "Pausing the history import after an error", exc_info=error)
            self._has_failed = True
            self._pause()
        finally:
            self._is_running = False

    def _due(self) -> list[tuple[Key, Span]]:
        """Return the readings and periods to import; those that failed before come last."""
        now = dt_util.utcnow()
        blocked = self._blocked_until
        self._blocked_until = {key: until for key, until in blocked.items() if until > now}
        due = self.progress.due(list(self._importable()), finished_until(now), now)
        return sorted(due, key=lambda work: work[0] in self._unfinished)

    def _importable(self) -> Iterator[Key]:
        devices = self._coordinator.data.devices
        wanted = MEASURED if len(devices) > MAX_EXTERNAL else (*MEASURED, *EXTERNAL)
        for device_id in devices:
            for measured in wanted:
                key = device_id, measured.name
                if key in self._blocked_until:
                    continue
                if not isinstance(importable_id_of(self._hass, device_id, measured), Obstacle):
                    yield key

    async def _async_attempt(self, key: Key, span: Span) -> None:
        """Import one span of a reading. A reading that Minut rejects is blocked for a day."""
        device_id, name = key
        newest = None
        self._unfinished.add(key)
        try:
            for chunk in span.chunks(CHUNK):
                result = await async_import(
                    self._hass, self._coordinator.client, device_id, self._measured[name], chunk
                )
                if isinstance(result, Obstacle):
                    _LOGGER.debug("Skipping the history of a reading: %s", result)
                    self._block(key)
                    return
                newest = newest or result.newest
        except MinutUnreachableError, MinutUnauthorizedError:
            raise
        except MinutError as error:
            _LOGGER.debug("Minut rejected the request for the history of a reading: %s", error)
            self._block(key)
            return
        self._unfinished.discard(key)
        self.progress.mark_done(key, span, newest, dt_util.utcnow())
        self._coordinator.store.save_soon()
        self._log_progress()

    def _block(self, key: Key) -> None:
        self._blocked_until[key] = dt_util.utcnow() + RETRY_AFTER_REJECTION

    def _pause(self) -> None:
        self._paused_until = dt_util.utcnow() + RETRY_AFTER_FAILURE

    def _log_progress(self) -> None:
        """Log the start of the first import, and each quarter; again if Points are added."""
        percent = self.progress.percent
        step, logged = percent // LOG_STEP, self._logged_step
        if logged is None and percent < 100:
            days = FIRST_IMPORT.days
            _LOGGER.info("Importing the history of the last %d days from Minut", days)
        elif logged is not None and step > logged:
            _LOGGER.info("Imported %d %% of the history from Minut", percent)
        self._logged_step = None if percent == 100 else max(step, logged or 0)
