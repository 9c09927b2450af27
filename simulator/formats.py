"""JSON types, time formats and error answers of the API.

API notes 1: times are UTC in ISO-8601; some of Minut's carry milliseconds and some do not.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

type Json = bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None
type JsonObject = dict[str, Json]


class ApiError(Exception):
    """A request is answered with an error status.

    `error` is the short code and `message` the sentence in the body. Minut documents no error
    bodies: these shapes are proposals (API notes 1).
    """

    def __init__(self, status: int, error: str, message: str = "", *, oauth: bool = False) -> None:
        super().__init__(message or error)
        self.status = status
        self.body: JsonObject = {
            "error": error,
            "error_description" if oauth else "message": message or error,
        }


def bad_request(message: str) -> ApiError:
    """Return the error for a request that makes no sense (400)."""
    return ApiError(400, "bad_request", message)


def not_found(what: str) -> ApiError:
    """Return the error for something that does not exist, or not for this account (404)."""
    return ApiError(404, "not_found", f"{what} not found")


def iso(moment: datetime, *, milliseconds: bool = True) -> str:
    """Format a time as Minut does: `2026-11-20T09:41:07.000Z`, or without the `.000`."""
    precision = "milliseconds" if milliseconds else "seconds"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def parse_moment(text: str, name: str) -> datetime:
    """Parse an ISO-8601 time of a query or body. Raise 400 that names the parameter `name`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_request(f"{name} is not an ISO-8601 time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def to_moment(seconds: float) -> datetime:
    """Convert Unix seconds to an aware UTC time."""
    return datetime.fromtimestamp(seconds, UTC)
