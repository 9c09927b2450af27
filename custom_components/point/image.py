"""Pictures of homes: the noise of last night."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
import logging
from typing import override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_track_time_change
from homeassistant.util import dt as dt_util

from .coordinator import PointCoordinator
from .data import PointConfigEntry
from .entity import PointEntityDescription, PointHomeEntity, add_for_each
from .minut.exceptions import MinutError
from .minut.series import SeriesName
from .report.figures import within
from .report.home import last_night
from .report.picture import MAX_ROWS, Row, draw
from .report.reader import async_series, async_zone
from .state.home import HomeState
from .state.import_progress import Span
from .state.limit_log import limit_function

_LOGGER = logging.getLogger(__name__)

PARALLEL_UPDATES = 0

MAX_POINTS = 10
"""Maximum number of Points of an account for which the pictures are enabled at first."""
REPORT_DELAY = timedelta(hours=1)
"""Time after a night until its picture is shown: Points report about once an hour."""
MAX_AGE = timedelta(hours=1)
"""Maximum age of a picture that is shown again without reading the night anew."""
MIN_AGE = timedelta(minutes=1)
"""Minimum time between two failed reads."""


@dataclass(frozen=True, kw_only=True)
class PictureDescription(PointEntityDescription[HomeState], ImageEntityDescription):
    """A picture of a home."""


PICTURES = (PictureDescription(key="noise_of_last_night"),)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the picture of each home."""
    add_for_each(entry.runtime_data.coordinator, async_add_entities, NoisePicture, PICTURES)


class NoisePicture(PointHomeEntity, ImageEntity):
    """The sound level in a home during the last night; drawn when somebody looks at it."""

    _attr_content_type = "image/png"

    def __init__(
        self,
        coordinator: PointCoordinator,
        key: str,
        description: PointEntityDescription[HomeState],
    ) -> None:
        PointHomeEntity.__init__(self, coordinator, key, description)
        ImageEntity.__init__(self, coordinator.hass)
        self._zone: tzinfo = dt_util.get_default_time_zone()
        self._lock = asyncio.Lock()
        self._drawn_night: Span | None = None
        self._drawn: bytes | None = None
        self._keep_until = dt_util.utcnow()

    @classmethod
    @override
    def is_known(
        cls,
        coordinator: PointCoordinator,
        key: str,
        description: PointEntityDescription[HomeState],
    ) -> bool:
        is_small = len(coordinator.data.devices) <= MAX_POINTS
        return is_small and super().is_known(coordinator, key, description)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        # Before the wait, in which the entity may be removed.
        self.async_on_remove(
            async_track_time_change(self.hass, self._handle_hour, minute=0, second=30)
        )
        self._zone = await async_zone(self.coordinator, self._key)

    @callback
    def _handle_hour(self, _now: datetime) -> None:
        """Write the state if there is a new night."""
        self._handle_coordinator_update()

    @property
    def _night(self) -> Span:
        return last_night(dt_util.utcnow() - REPORT_DELAY, self._zone)

    @property
    @override
    def image_last_updated(self) -> datetime:
        """Return when the picture of the last night became available."""
        return self._night.end + REPORT_DELAY

    @override
    async def async_image(self) -> bytes | None:
        """Return the picture of the last night, None if it cannot be read now."""
        async with self._lock:
            now, night = dt_util.utcnow(), self._night
            if self._drawn_night != night:
                self._drawn_night, self._drawn, self._keep_until = night, None, now
            if now >= self._keep_until:
                try:
                    self._drawn = await self._async_draw(night)
                    self._keep_until = now + MAX_AGE
                except MinutError as error:
                    _LOGGER.debug("Cannot read the noise of last night: %s", error)
                    self._keep_until = now + MIN_AGE
            return self._drawn

    async def _async_draw(self, night: Span) -> bytes:
        """Read the sound levels of the home and draw them in a worker thread."""
        rows = []
        for device in self.coordinator.data.devices_in(self._key)[:MAX_ROWS]:
            point = device.polled
            series = await async_series(
                self.coordinator.client, point.id, SeriesName.SOUND_LEVEL, night
            )
            rows.append(
                Row(
                    name=point.name or point.id,
                    buckets=within(series, night),
                    resolution=series.resolution,
                    limit_at=limit_function(
                        self.coordinator.data.logs.limits.of(point.id), self._zone
                    ),
                )
            )
        return await self.hass.async_add_executor_job(draw, rows, night, self._zone)
