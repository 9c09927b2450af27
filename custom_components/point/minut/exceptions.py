"""What can go wrong when talking to Minut.

No message ever holds a token, an id or the body of an answer.
"""


class MinutError(Exception):
    """Base of everything that this package raises."""


class MinutUnreachableError(MinutError):
    """No usable answer: no connection, a time-out, or a 5xx from a gateway.

    `retry_after` is the number of seconds that the cloud asked to wait, if it did.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class MinutRateLimitedError(MinutUnreachableError):
    """429: too many requests."""


class MinutUnauthorizedError(MinutError):
    """401: the access token is missing, expired or revoked; or it cannot be renewed."""


class MinutForbiddenError(MinutError):
    """403: the account may not do this; for everything at once: it has no API access."""


class MinutRejectedError(MinutError):
    """Any other 4xx: the request was understood and turned down."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class MinutUnexpectedAnswerError(MinutError):
    """A 2xx whose body is not what the API promises: HTML, broken JSON, another shape."""
