"""Pictures of homes: the noise of last night."""

import asyncio
from collections.abc import Mapping, Sequence
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
from .minut.series import Series, SeriesName
from .report.figures import within
from .report.home import last_night
from .report.picture import MAX_ROWS, Row, draw
from .report.reader import async_series, async_zone
from .state.device import DeviceState
from .state.home import HomeState
from .state.limit_log import limit_function
from .state.span import Span

_LOGGER = logging.getLogger(__name__)

PARALLEL_UPDATES = 0

MAX_POINTS = 10
"""Maximum number of Points of an account for which the pictures are enabled at first."""
REPORT_DELAY = timedelta(hours=1)
"""Time after a night until its picture is shown: Points report about once an hour."""
MAX_AGE = timedelta(hours=1)
"""Maximum age of a picture that is shown again without reading the night again."""
MIN_AGE = timedelta(minutes=1)
"""Minimum time between two failed reads."""
MAX_WAIT = 8
"""Maximum seconds of a read: Home Assistant waits for ten. Commands may come first."""
RESOLUTION = timedelta(minutes=5)
"""Resolution of a night that cannot be read."""


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
        # Subscribe before the `await`: the entity may be removed meanwhile.
        self.async_on_remove(
            async_track_time_change(self.hass, self._handle_quarter, minute="/15", second=30)
        )
        self._zone = await async_zone(self.coordinator, self._key)

    @callback
    def _handle_quarter(self, _now: datetime) -> None:
        """Write the state if there is a new night. Time zones differ by quarters of an hour."""
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
        """Return the picture of the last night. Without values it is hatched as a gap."""
        async with self._lock:
            now, night = dt_util.utcnow(), self._night
            if self._drawn_night != night:
                self._drawn_night, self._drawn, self._keep_until = night, None, now
            if now >= self._keep_until:
                keep_for = MAX_AGE
                try:
                    async with asyncio.timeout(MAX_WAIT):
                        series = await self._async_read(night)
                except (MinutError, TimeoutError) as error:
                    _LOGGER.debug("Cannot read the noise of last night: %r", error)
                    series, keep_for = {}, MIN_AGE
                if series or self._drawn is None:
                    self._drawn = await self._async_draw(night, series)
                self._keep_until = now + keep_for  # last: the request may be cancelled before
            return self._drawn

    @property
    def _points(self) -> Sequence[DeviceState]:
        return self.coordinator.data.devices_in(self._key)[:MAX_ROWS]

    async def _async_read(self, night: Span) -> dict[str, Series]:
        """Return the sound levels of the Points, by id. Raises MinutError."""
        client, name = self.coordinator.client, SeriesName.SOUND_LEVEL
        ids = [device.polled.id for device in self._points]
        return {key: await async_series(client, key, name, night) for key in ids}

    async def _async_draw(self, night: Span, series: Mapping[str, Series]) -> bytes:
        """Draw the sound levels of the home in a worker thread."""
        limits = self.coordinator.data.logs.limits
        rows = [
            Row(
                name=self.coordinator.devices.name(point.id) or point.id,
                buckets=within(found, night) if (found := series.get(point.id)) else (),
                resolution=found.resolution if found else RESOLUTION,
                limit_at=limit_function(limits.of(point.id), self._zone),
            )
            for point in (device.polled for device in self._points)
        ]
        return await self.hass.async_add_executor_job(draw, rows, night, self._zone)
