"""Errors of requests to Minut's API.

Messages are short reasons without a subject ("HTTP status 502"), for logs. Texts for users have
them in the language of the system. They never contain a token, an id or the body of an answer.
"""

from collections.abc import Mapping


class MinutError(Exception):
    """Base class of all errors of this package.

    `reason`: key of the message in the translations. `detail`: what the message names.
    """

    reason = ""

    def __init__(self, message: str, *, reason: str | None = None, detail: object = None) -> None:
        super().__init__(message)
        if reason is not None:
            self.reason = reason
        self.detail = detail

    def text(self, texts: Mapping[str, str]) -> str:
        """Return the message from the texts of a language by reason, else in English."""
        text = texts.get(self.reason)
        return str(self) if text is None else text.format(detail=self.detail)


class MinutUnreachableError(MinutError):
    """No usable answer: no connection, a timeout, or a 5xx.

    `retry_after`: seconds to wait before the next request, if Minut sent `Retry-After`.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        reason: str | None = None,
        detail: object = None,
    ) -> None:
        super().__init__(message, reason=reason, detail=detail)
        self.retry_after = retry_after


class MinutRateLimitedError(MinutUnreachableError):
    """429: too many requests."""

    reason = "too_many_requests"


class MinutUnauthorizedError(MinutError):
    """401: the access token is missing, expired or revoked, or it could not be renewed."""

    reason = "unauthorized"


class MinutForbiddenError(MinutError):
    """403: the account is not allowed to do this. If all requests get it: no API access."""


class MinutRejectedError(MinutError):
    """Any other 4xx, or a 2xx with an `error`: Minut rejected the request.

    `status`: the HTTP status.
    """

    reason = "status"

    def __init__(self, message: str, *, status: int, reason: str | None = None) -> None:
        super().__init__(message, reason=reason, detail=status)
        self.status = status


class MinutUnexpectedAnswerError(MinutError):
    """An answer with an unexpected body or status: HTML, invalid JSON, another shape."""

    reason = "not_understood"


class MinutNotConfirmedError(MinutError):
    """Minut accepted a command and does not show its effect."""


class MinutMovedError(MinutUnexpectedAnswerError):
    """301 or 308: the API has permanently moved. Redirects are not followed."""


def is_retired(error: MinutError) -> bool:
    """Return whether the answer to a list shows that Minut has retired this version of its API."""
    is_gone_for_good = isinstance(error, MinutRejectedError) and error.status == 410
    return is_gone_for_good or isinstance(error, MinutMovedError)


def is_gone(error: MinutError) -> bool:
    """Return whether an error proves that there is nothing (for this account): 403, 404 or 410."""
    return is_missing(error) or isinstance(error, MinutForbiddenError)


def is_missing(error: MinutError) -> bool:
    """Return whether the answer says that something does not exist: 404 or 410."""
    return isinstance(error, MinutRejectedError) and error.status in {404, 410}


def is_not_offered(error: MinutError) -> bool:
    """Return whether the answer says that Minut does not offer such a request: 404 or 405."""
    return isinstance(error, MinutRejectedError) and error.status in {404, 405}
