"""The time that an action is about."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import ServiceCall
from homeassistant.util import dt as dt_util

from ..errors import invalid

ATTR_START: Final = "start"
ATTR_END: Final = "end"


def asked_span(
    call: ServiceCall, now: datetime, *, otherwise: timedelta = timedelta(0)
) -> tuple[datetime, datetime]:
    """Return start and end in UTC; times without a zone are Home Assistant's.

    Without an end it is now, and what is still to come is left out; without a start it is so long
    before the end. Raises ServiceValidationError where nothing lies between.
    """
    try:
        end = min(dt_util.as_utc(call.data.get(ATTR_END, now)), now)
        start = dt_util.as_utc(call.data.get(ATTR_START, end - otherwise))
    except OverflowError as error:  # at the edges of the calendar
        raise invalid("nothing_between") from error
    if start >= end:
        raise invalid("nothing_between")
    return start, end
