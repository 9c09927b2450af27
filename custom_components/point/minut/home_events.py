"""Read events of a home by their types, in the vocabulary that Minut accepts (API notes 7.1)."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from .client import MinutClient
from .event_types import EVENT_TYPES, home_event_names
from .exceptions import MinutRejectedError
from .models import Event
from .paging import Listing
from .rate_limit import Priority


async def read_home_events(
    client: MinutClient,
    home_id: str,
    *,
    start_at: datetime,
    end_at: datetime,
    types: Collection[str] = (),
    stay_ids: Iterable[str] = (),
) -> Listing[Event]:
    """Return the events of a home for a user who waits. Raises MinutError.

    Minut may reject names that it only uses in deliveries: then all events are read and filtered.
    """
    names = home_event_names(types)
    read = partial(
        client.home_events,
        home_id,
        start_at=start_at,
        end_at=end_at,
        guest_ids=stay_ids,
        priority=Priority.COMMAND,
    )
    try:
        return await read(event_types=names)
    except MinutRejectedError:
        if not types or not EVENT_TYPES.keys() >= set(types):
            raise
    listed = await read()
    return replace(listed, items=tuple(event for event in listed.items if event.type in names))
