"""What happened while Home Assistant was away: missed events set states and start nothing."""

from datetime import timedelta
import logging

from homeassistant.util import dt as dt_util

from .coordinator import PointCoordinator
from .minut.errors import MinutError

_LOGGER = logging.getLogger(__name__)

LONGEST_ABSENCE = timedelta(hours=24)
MAX_PAGES = 20


async def async_catch_up(coordinator: PointCoordinator) -> None:
    """Fetch the events since the last known one and let them set states.

    Where that fails, disturbances stay unknown until an event or a check tells of them.
    """
    try:
        is_complete = await _fetch(coordinator)
    except MinutError as error:
        _LOGGER.debug("Missed events could not be fetched: %s", error)
        is_complete = False
    if is_complete:
        coordinator.async_confirm_noise()
    else:
        coordinator.async_expect_noise_checks()


async def _fetch(coordinator: PointCoordinator) -> bool:
    """Apply page by page; return whether the end was reached."""
    earliest = dt_util.utcnow() - LONGEST_ABSENCE
    since = max(coordinator.data.last_event_at or earliest, earliest)
    offset = 0
    for _ in range(MAX_PAGES):
        events = await coordinator.client.events(start_at=since, offset=offset)
        news = [event for event in events if not coordinator.data.is_known(event)]
        for event in news:
            coordinator.async_apply_missed(event)
        if not news:
            return True
        offset += len(events)
    return False
