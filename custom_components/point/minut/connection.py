"""Authenticated, rate-limited HTTP requests to Minut's API, with typed errors."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from ipaddress import ip_address
import json
import time
from typing import Final

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from .clock import ClockOffset
from .contract import Contract
from .exceptions import (
    MinutError,
    MinutForbiddenError,
    MinutMovedError,
    MinutRateLimitedError,
    MinutRejectedError,
    MinutUnauthorizedError,
    MinutUnexpectedAnswerError,
    MinutUnreachableError,
)
from .parsing import Json, JsonObject, mapping
from .rate_limit import Priority, RequestBudget

TIMEOUT_SECONDS: Final = 20
TIMEOUT: Final = ClientTimeout(total=TIMEOUT_SECONDS)
MAX_BYTES: Final = 8 * 2**20
"""Maximum size of an answer."""
DEFAULT_PAUSE: Final = 60.0
"""Seconds without requests after a 429 without `Retry-After` (API notes 1: 120 per minute)."""
MAX_PAUSE: Final = 3600.0
"""Maximum number of seconds for which `Retry-After` is honored."""

type AccessToken = Callable[[], Awaitable[str]]
"""Return a valid access token. May raise MinutError."""
type Renew = Callable[[str], Awaitable[str]]
"""Return a new access token in place of the given, rejected one. May raise MinutError."""


class Connection:
    """Connection of one account. Without `renew`, a rejected access token is an error at once."""

    def __init__(
        self,
        session: ClientSession,
        access_token: AccessToken,
        *,
        root: str,
        renew: Renew | None,
        budget: RequestBudget,
    ) -> None:
        self._session = session
        self._access_token = access_token
        self._renew = renew
        self._root = URL(root)
        self._budget = budget
        self.clock = ClockOffset()
        self.contract = Contract()
        self._confirmed: str | None = None
        """A renewed access token with which Minut refused the same request again."""

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        priority: Priority = Priority.STATE,
    ) -> Json:
        """Send a request; return the JSON of the answer, None if it has no body. Raises MinutError.

        An access token may be revoked before it expires. After a 401, it is renewed and the request
        is sent again. The same happens after a 400 or 403, which may be about the token or the
        request, unless renewing the token did not help the last time.
        """
        send = partial(self._send, method, path, query=query, body=body)
        await self._budget.acquire(priority)
        token = await self._token_from(self._access_token())
        try:
            return await send(token=token)
        except MinutError as error:
            if self._renew is None or not self._may_be_about_token(error, token):
                raise
        token = await self._token_from(self._renew(token))
        await self._budget.acquire(priority)
        try:
            return await send(token=token)
        except MinutError as error:
            if _is_ambiguous(error):
                self._confirmed = token
            raise

    def _may_be_about_token(self, error: MinutError, token: str) -> bool:
        return isinstance(error, MinutUnauthorizedError) or (
            _is_ambiguous(error) and token != self._confirmed
        )

    async def _token_from(self, request: Awaitable[str]) -> str:
        """Return the requested token. A 429 of the token endpoint pauses all requests."""
        try:
            return await request
        except MinutRateLimitedError as error:
            self._budget.pause(error.retry_after or DEFAULT_PAUSE)
            raise

    async def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None,
        body: JsonObject | None,
        token: str,
    ) -> Json:
        sent_at = datetime.fromtimestamp(time.time(), UTC)
        try:
            async with self._session.request(
                method,
                self._root / path,
                params=query,
                json=body,
                headers={"Authorization": f"Bearer {token}"},
                timeout=TIMEOUT,
                allow_redirects=False,
            ) as response:
                content = await read_body(response)
                answer, is_json = _parsed(content)
                self.contract.answered(method, path, response.status, answer, is_json=is_json)
                self._raise_for_status(response)
                if date := _date(response.headers.get("Date", "")):
                    self.clock.note(date, sent_at)
        except TimeoutError as error:
            raise MinutUnreachableError(
                f"no answer within {TIMEOUT_SECONDS} seconds",
                reason="no_answer",
                detail=TIMEOUT_SECONDS,
            ) from error
        except ClientError as error:
            name = type(error).__name__
            raise MinutUnreachableError(
                f"no connection ({name})", reason="no_connection", detail=name
            ) from error
        if not is_json and method != "DELETE":  # its body is undefined (API notes 12.9)
            raise MinutUnexpectedAnswerError("the answer is not JSON")
        if _is_error(answer, is_read=method == "GET"):
            raise MinutRejectedError(
                "an error in the answer", status=response.status, reason="error_in_answer"
            )
        return answer

    def _raise_for_status(self, response: ClientResponse) -> None:
        status = response.status
        match status:
            case _ if 200 <= status < 300:
                return
            case 401:
                raise MinutUnauthorizedError("HTTP status 401")
            case 403:
                raise MinutForbiddenError("HTTP status 403", reason="status", detail=403)
            case 301 | 308:
                raise MinutMovedError(f"HTTP status {status}", reason="status", detail=status)
            case 429:
                pause = retry_after(response.headers) or DEFAULT_PAUSE
                self._budget.pause(pause)
                raise MinutRateLimitedError("too many requests", retry_after=pause)
            case 501:  # unlike other 5xx, it will not work later
                raise MinutRejectedError("HTTP status 501", status=status)
            case _ if 400 <= status < 500:
                raise MinutRejectedError(f"HTTP status {status}", status=status)
            case _ if status >= 500:
                raise MinutUnreachableError(
                    f"HTTP status {status}",
                    retry_after=retry_after(response.headers),
                    reason="status",
                    detail=status,
                )
            case _:
                raise MinutUnexpectedAnswerError(
                    f"HTTP status {status}", reason="status", detail=status
                )


def is_loopback(url: URL) -> bool:
    """Return whether a URL points to this machine."""
    if url.host == "localhost":
        return True
    try:
        return ip_address(url.host or "").is_loopback
    except ValueError:
        return False


def _is_error(answer: Json, *, is_read: bool) -> bool:
    """Return whether a 2xx has an `error`, as a client has seen (API notes 1).

    What is read may have a member of this name, too, but an error has no ids, lists and objects.
    """
    body = mapping(answer)
    has_content = any(
        isinstance(value, dict | list) or name == "id" or name.endswith("_id")
        for name, value in body.items()
        if name != "error"
    )
    return bool(body.get("error")) and not (is_read and has_content)


def _parsed(content: bytes) -> tuple[Json, bool]:
    """Return the JSON of a body, None if it is empty; and whether it could be parsed."""
    if not content:
        return None, True
    try:
        return json.loads(content), True
    except ValueError, RecursionError:
        return None, False


def _is_ambiguous(error: MinutError) -> bool:
    """Return whether Minut may have refused the access token or the request itself."""
    return isinstance(error, MinutForbiddenError) or (
        isinstance(error, MinutRejectedError) and error.status == 400
    )


async def read_body(response: ClientResponse) -> bytes:
    """Return the body of an answer.

    Raises MinutUnexpectedAnswerError if it is larger than `MAX_BYTES`.
    """
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > MAX_BYTES:
            raise MinutUnexpectedAnswerError("the answer is too large")
    return bytes(content)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait from `Retry-After` (RFC 9110), at most `MAX_PAUSE`; else None.

    If the header is a date, it is compared with the `Date` header, as our clock may be wrong.
    """
    header = headers.get("Retry-After", "").strip()
    if header.isdecimal():
        return min(float(header), MAX_PAUSE)
    if (until := _date(header)) is None:
        return None
    now = _date(headers.get("Date", "")) or datetime.now(UTC)
    return min(max(0.0, (until - now).total_seconds()), MAX_PAUSE)


def _date(header: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
