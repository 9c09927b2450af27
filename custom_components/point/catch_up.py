"""What happened while Home Assistant was away: missed events set states and start nothing."""

from datetime import timedelta
import logging

from homeassistant.util import dt as dt_util

from .account import event_time
from .coordinator import PointCoordinator
from .minut.errors import MinutError
from .minut.models import Event

_LOGGER = logging.getLogger(__name__)

LONGEST_ABSENCE = timedelta(hours=24)
MAX_PAGES = 20


async def async_catch_up(coordinator: PointCoordinator) -> None:
    """Fetch the events since the last known one and let them set states.

    Where that fails, disturbances stay unknown until an event or a check tells of them.
    """
    missed: dict[Event, None] = {}
    try:
        is_complete = await _fetch(coordinator, missed)
    except MinutError as error:
        _LOGGER.debug("Missed events could not be fetched: %s", error)
        is_complete = False
    now = dt_util.utcnow()
    # Newest first: what came and went is never shown, not even for a moment.
    for event in sorted(missed, key=lambda event: event_time(event, now), reverse=True):
        coordinator.async_apply_missed(event)
    if is_complete:
        coordinator.async_confirm_noise()
    else:
        coordinator.async_expect_noise_checks()


async def _fetch(coordinator: PointCoordinator, missed: dict[Event, None]) -> bool:
    """Collect page by page; return whether the end was reached."""
    earliest = dt_util.utcnow() - LONGEST_ABSENCE
    since = max(coordinator.data.last_event_at or earliest, earliest)
    offset = 0
    for _ in range(MAX_PAGES):
        events = await coordinator.client.events(start_at=since, offset=offset)
        news = [e for e in events if e not in missed and not coordinator.data.is_known(e)]
        if not news:
            return True
        missed |= dict.fromkeys(news)
        offset += len(events)
    return False
