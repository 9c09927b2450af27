"""Bookings in the events of a calendar. Pure."""

from datetime import UTC, date, datetime, time, tzinfo

from ..minut.guests import Stay
from ..minut.parsing import Json, JsonObject, items, mapping, text
from .settings import HomeSettings

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""Limits of the times of a booking: near those of `datetime`, no local time can be calculated."""


def read_bookings(events: Json, settings: HomeSettings, zone: tzinfo) -> tuple[Stay, ...]:
    """Return the bookings among the events of the action `calendar.get_events`, in order.

    An event of whole days begins at the check-in time of its first day and ends at the check-out
    time of the day after its last night, as booking sites write them.
    """
    stays = [_stay(event, settings, zone) for event in map(mapping, items(events))]
    return tuple(sorted(filter(None, stays), key=lambda stay: (stay.check_in, stay.id)))


def _stay(event: JsonObject, settings: HomeSettings, zone: tzinfo) -> Stay | None:
    title = (text(event.get("summary")) or "").casefold()
    if any(part in title for part in settings.ignored):
        return None
    start = _time(event.get("start"), settings.check_in, zone)
    end = _time(event.get("end"), settings.check_out, zone)
    if start is None or end is None or end <= start:
        return None
    return Stay(id=f"{start.isoformat()}/{end.isoformat()}", check_in=start, check_out=end)


def _time(value: Json, local: time, zone: tzinfo) -> datetime | None:
    """Return the time of an event in UTC. `local`: the time of a date without a time."""
    try:
        match text(value):
            case str(day) if len(day) == len("2026-11-28"):
                found = datetime.combine(date.fromisoformat(day), local)
            case str(moment):
                found = datetime.fromisoformat(moment)
            case _:
                return None
        at = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except ValueError, OverflowError:
        return None
    return min(max(at, EARLIEST), LATEST)
