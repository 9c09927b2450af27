"""One request after the other: within the budget, signed in, and with its errors told apart."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
import json
from typing import Final

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from .exceptions import (
    MinutForbiddenError,
    MinutRateLimitedError,
    MinutRejectedError,
    MinutUnauthorizedError,
    MinutUnexpectedAnswerError,
    MinutUnreachableError,
)
from .parsing import Json, JsonObject
from .rate_limit import Priority, RequestBudget

TIMEOUT: Final = ClientTimeout(total=20)
MAX_BYTES: Final = 8 * 2**20
DEFAULT_PAUSE: Final = 60.0
"""Seconds to stay silent after a 429 that names no time (API notes 1: the window is a minute)."""
LONGEST_PAUSE: Final = 3600.0

type AccessToken = Callable[[], Awaitable[str]]
"""Yields an access token. May raise a MinutError."""
type Renew = Callable[[str], Awaitable[str]]
"""Takes an access token that was refused and yields another. May raise a MinutError."""


class Connection:
    """Sends the requests of one account. Without `renew`, a refused access token is final."""

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

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        priority: Priority = Priority.STATE,
    ) -> Json:
        """Return the JSON of the answer, None where it has none. Raises MinutError.

        An access token may end before its time: it is renewed, and the request sent once more.
        """
        send = partial(self._send, method, path, query=query, body=body)
        await self._budget.acquire(priority)
        token = await self._granted(self._access_token())
        try:
            return await send(token=token)
        except MinutUnauthorizedError:
            if self._renew is None:
                raise
        token = await self._granted(self._renew(token))
        await self._budget.acquire(priority)
        return await send(token=token)

    async def _granted(self, token: Awaitable[str]) -> str:
        """Return the token; where Minut wants silence instead, keep it for all requests."""
        try:
            return await token
        except MinutRateLimitedError as error:
            self._budget.close(error.retry_after or DEFAULT_PAUSE)
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
                self._raise_for_status(response)
        except TimeoutError as error:
            raise MinutUnreachableError("Minut did not answer in time") from error
        except ClientError as error:
            raise MinutUnreachableError(
                f"no connection to Minut ({type(error).__name__})"
            ) from error
        if method == "DELETE" or not content:  # a body is not always promised (12.9)
            return None
        try:
            answer: Json = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise MinutUnexpectedAnswerError("Minut's answer is not JSON") from error
        return answer

    def _raise_for_status(self, response: ClientResponse) -> None:
        status = response.status
        match status:
            case _ if 200 <= status < 300:
                return
            case 401:
                raise MinutUnauthorizedError("Minut does not accept the access token")
            case 403:
                raise MinutForbiddenError("Minut does not allow this account to do that")
            case 429:
                pause = retry_after(response.headers) or DEFAULT_PAUSE
                self._budget.close(pause)
                raise MinutRateLimitedError("Minut asks for fewer requests", retry_after=pause)
            case _ if 400 <= status < 500:
                raise MinutRejectedError(f"Minut refused the request ({status})", status=status)
            case _ if status >= 500:
                raise MinutUnreachableError(
                    f"Minut has a problem ({status})", retry_after=retry_after(response.headers)
                )
            case _:
                raise MinutUnexpectedAnswerError(f"Minut answered with status {status}")


async def read_body(response: ClientResponse) -> bytes:
    """Read an answer to its end. Raises MinutUnexpectedAnswerError where that is too far away."""
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > MAX_BYTES:
            raise MinutUnexpectedAnswerError("Minut's answer is too large")
    return bytes(content)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait, given as such or as a date (RFC 9110); at most an hour.

    A date is by the clock of the cloud, which its answers tell: ours may be wrong.
    """
    header = headers.get("Retry-After", "").strip()
    if header.isdecimal():
        return min(float(header), LONGEST_PAUSE)
    if (until := _date(header)) is None:
        return None
    now = _date(headers.get("Date", "")) or datetime.now(UTC)
    return min(max(0.0, (until - now).total_seconds()), LONGEST_PAUSE)


def _date(header: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
