"""Minut's series become the long-term statistics of the entities: at first, then again and again.

What the integration reads every hour is one value of that hour. Minut has what the Point measured
all the time: its mean, minimum and maximum replace what the recorder made of the one value.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging

from homeassistant.config_entries import ConfigEntry
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
from ..minut.series import HOUR, Hour, completed, hours
from ..state.import_progress import FIRST_IMPORT, ImportProgress, Key, Span
from .statistics import (
    MEASURED,
    RECORDER,
    Measured,
    Obstacle,
    async_write,
    entity_of,
    finished_until,
    is_ready,
)

_LOGGER = logging.getLogger(__name__)

FINER = timedelta(minutes=10)
"""The resolution that is asked for where the hours lack their extremes."""
FINER_CHUNK = timedelta(days=15)
"""So much of it is asked for at once: reading more would keep the event loop too long."""
LOOK_EVERY = timedelta(minutes=5)
AFTER_FAILURE = timedelta(minutes=15)
AFTER_REFUSAL = timedelta(hours=24)
LOGGED_STEP = 25
"""Percent of the first import after which it is told in the log how far it is."""


@dataclass(frozen=True, slots=True)
class Imported:
    """So many hours were imported; `newest` is the start of the last one, if there was any."""

    count: int
    newest: datetime | None


async def async_import(
    hass: HomeAssistant, client: MinutClient, device_id: str, measured: Measured, span: Span
) -> Imported | Obstacle:
    """Import the finished hours of a span that fits into one request. Raises MinutError."""
    if isinstance(obstacle := entity_of(hass, device_id, measured), Obstacle):
        return obstacle
    found = await _read(client, device_id, measured, span)
    count = await async_write(hass, device_id, measured, found)
    if isinstance(count, Obstacle):
        return count
    return Imported(count, max(found, default=None))


async def _read(
    client: MinutClient, device_id: str, measured: Measured, span: Span
) -> dict[datetime, Hour]:
    """Return the hours of a span that Minut has; where it lacks extremes, from finer values."""
    series = await client.series(
        device_id, measured.series, start_at=span.start, end_at=span.end, resolution=HOUR
    )
    if series.resolution > HOUR:
        raise MinutUnexpectedAnswerError("Minut's values are of more than an hour")
    found = {start: hour for start, hour in hours(series).items() if span.start <= start < span.end}
    if not (lacking := [start for start, hour in found.items() if not hour.is_complete]):
        return found
    for part in Span(min(lacking), max(lacking) + HOUR).chunks(FINER_CHUNK):
        finer = await client.series(
            device_id, measured.series, start_at=part.start, end_at=part.end, resolution=FINER
        )
        found = completed(found, finer)
    return found


class HistoryImporter:
    """Imports an account's history in the background, one request at a time."""

    def __init__[T](
        self, hass: HomeAssistant, entry: ConfigEntry[T], coordinator: PointCoordinator
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._coordinator = coordinator
        self.progress = ImportProgress()
        coordinator.store.async_add(self.progress, "history")
        self._measured = {measured.key: measured for measured in MEASURED}
        self._is_running = False
        self._rests_until = dt_util.utcnow()
        self._refused: dict[Key, datetime] = {}
        self._unfinished: set[Key] = set()
        self._logged: int | None = None
        self._has_failed = False

    @callback
    def async_start(self) -> None:
        """Look every few minutes for what is due, where that is wanted and can be."""
        if not self._entry.options.get(CONF_HISTORY, OPTIONS[CONF_HISTORY]):
            return
        if RECORDER not in self._hass.config.components:
            _LOGGER.info("Home Assistant records nothing, so no history is imported from Minut")
            return
        cancel: CALLBACK_TYPE = async_track_time_interval(self._hass, self._look, LOOK_EVERY)
        self._entry.async_on_unload(cancel)
        self._look(dt_util.utcnow())

    @callback
    def _look(self, now: datetime) -> None:
        if self._is_running or now < self._rests_until or not is_ready(self._hass):
            return
        if self._due():
            self._is_running = True
            self._entry.async_create_background_task(
                self._hass, self._async_run(), name="Minut history"
            )

    async def _async_run(self) -> None:
        self.progress.forget(lambda device_id: self._coordinator.devices.ha_id(device_id) is None)
        self._log_progress()
        try:
            while due := self._due():
                for key, span in due:
                    await self._async_attempt(key, span)
            self._has_failed = False
        except (MinutUnreachableError, MinutUnauthorizedError) as error:
            _LOGGER.debug("The import of history pauses: %s", error)
            self._rest()
        except Exception as error:  # the recorder's trouble: the rest works without history
            level = logging.DEBUG if self._has_failed else logging.ERROR
            _LOGGER.log(level, "The import of history pauses", exc_info=error)
            self._has_failed = True
            self._rest()
        finally:
            self._is_running = False

    def _due(self) -> list[tuple[Key, Span]]:
        now = dt_util.utcnow()
        self._refused = {key: until for key, until in self._refused.items() if until > now}
        due = self.progress.due(list(self._wanted()), finished_until(now), now)
        return sorted(due, key=lambda work: work[0] in self._unfinished)  # trouble waits its turn

    def _wanted(self) -> Iterator[Key]:
        for device_id in self._coordinator.data.devices:
            for measured in MEASURED:
                key = device_id, measured.key
                if key in self._refused:
                    continue
                if not isinstance(entity_of(self._hass, device_id, measured), Obstacle):
                    yield key

    async def _async_attempt(self, key: Key, span: Span) -> None:
        """Import one span; what Minut refuses is left alone for a day and harms nothing else."""
        device_id, name = key
        newest = None
        self._unfinished.add(key)
        try:
            for chunk in span.chunks():
                result = await async_import(
                    self._hass, self._coordinator.client, device_id, self._measured[name], chunk
                )
                if isinstance(result, Obstacle):
                    _LOGGER.debug("A history is not imported: %s", result)
                    self._refuse(key)
                    return
                newest = newest or result.newest
        except MinutUnreachableError, MinutUnauthorizedError:
            raise
        except MinutError as error:
            _LOGGER.debug("Minut does not give a history: %s", error)
            self._refuse(key)
            return
        self._unfinished.discard(key)
        self.progress.done(key, span, newest, dt_util.utcnow())
        self._coordinator.store.save_soon()
        self._log_progress()

    def _refuse(self, key: Key) -> None:
        self._refused[key] = dt_util.utcnow() + AFTER_REFUSAL

    def _rest(self) -> None:
        self._rests_until = dt_util.utcnow() + AFTER_FAILURE

    def _log_progress(self) -> None:
        """Tell once that it begins or goes on, and then of each quarter; anew for new Points."""
        percent = self.progress.percent
        step = percent // LOGGED_STEP
        if self._logged is None and percent < 100:
            days = FIRST_IMPORT.days
            _LOGGER.info("Importing the history of the last %d days from Minut", days)
        elif self._logged is not None and step > self._logged:
            _LOGGER.info("%d %% of the history is imported from Minut", percent)
        self._logged = None if percent == 100 else max(step, self._logged or 0)
