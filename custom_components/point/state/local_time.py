"""Local times of a home. Pure."""

from datetime import time


def is_within(local: time, start: time, end: time) -> bool:
    """Return whether a local time lies between two others, of which the end may be tomorrow."""
    if start <= end:
        return start <= local < end
    return local >= start or local < end
