"""Whether a home is occupied or vacant. Conditions and tools ask here."""

from datetime import datetime

from .data import PointData
from .state.presence import ABSENT, PRESENT


def is_occupied(account: PointData, home_id: str, now: datetime) -> bool | None:
    """Return whether a guest is in a home, None if unknown.

    A home with settings is judged by bookings and motion, another one by its stays alone.
    """
    if account.presence.tracks(home_id):
        status = account.presence.verdict(home_id).status
        return None if status is None else status in PRESENT
    stays = account.stays.of(home_id)
    return stays.current(now) is not None if stays.is_known else None


def is_vacant(account: PointData, home_id: str, now: datetime) -> bool | None:
    """Return whether nobody is in a home, None if unknown. Neither is it while it is cleaned."""
    if account.presence.tracks(home_id):
        status = account.presence.verdict(home_id).status
        return None if status is None else status in ABSENT
    occupied = is_occupied(account, home_id, now)
    return None if occupied is None else not occupied
