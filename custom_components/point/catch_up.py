"""What happened while Home Assistant was away: missed events set states and start nothing."""

from datetime import datetime, timedelta
import logging

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .coordinator import PointConfigEntry
from .minut.errors import MinutError
from .minut.models import Event

_LOGGER = logging.getLogger(__name__)

LONGEST_ABSENCE = timedelta(hours=24)
OVERLAP = timedelta(minutes=10)
"""So much earlier than the last known event it begins: deliveries do not come in order."""
MAX_PAGES = 40
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))


class CatchUp:
    """Fetches what an account missed, until that succeeds."""

    def __init__(self, hass: HomeAssistant, entry: PointConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._coordinator = entry.runtime_data
        self._attempts = 0
        self._cancel: CALLBACK_TYPE | None = None
        entry.async_on_unload(self._close)

    @callback
    def async_start(self, _now: datetime | None = None) -> None:
        """Fetch in the background; where it fails, disturbances stay unknown meanwhile."""
        self._cancel = None
        self._entry.async_create_background_task(
            self._hass, self._async_run(), name="Minut catch-up"
        )

    async def _async_run(self) -> None:
        found: dict[Event, None] = {}
        try:
            is_complete = await self._fetch(found)
        except MinutError as error:
            _LOGGER.debug("Missed events could not be fetched: %s", error)
            is_complete = False
        is_known = self._coordinator.data.is_known
        self._coordinator.async_apply_missed([event for event in found if not is_known(event)])
        if is_complete:
            self._coordinator.async_confirm()
        elif self._attempts < len(RETRIES):
            self._cancel = async_call_later(self._hass, RETRIES[self._attempts], self.async_start)
            self._attempts += 1

    async def _fetch(self, found: dict[Event, None]) -> bool:
        """Collect page by page; return whether the end was reached."""
        earliest = dt_util.utcnow() - LONGEST_ABSENCE
        since = max((self._coordinator.data.last_event_at or earliest) - OVERLAP, earliest)
        offset = 0
        for _ in range(MAX_PAGES):
            page = await self._coordinator.client.events(start_at=since, offset=offset)
            if found.keys() >= set(page):
                return True
            found |= dict.fromkeys(page)
            offset += len(page)
        return False

    @callback
    def _close(self) -> None:
        if self._cancel:
            self._cancel()
