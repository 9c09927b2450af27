"""Whether a home is occupied. Everything that asks for it, asks here."""

from datetime import datetime

from .data import PointData


def is_occupied(account: PointData, home_id: str, now: datetime) -> bool | None:
    """Return whether a home is occupied according to its stays, None if they are unknown."""
    stays = account.stays.of(home_id)
    return stays.current(now) is not None if stays.is_known else None
