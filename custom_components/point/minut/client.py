"""Minut's API, one coroutine per endpoint (API notes; base address: 1)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
import json
import logging
from typing import Final, Protocol

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from .budget import Priority, RequestBudget
from .errors import (
    MinutForbiddenError,
    MinutRateLimitedError,
    MinutRefusedError,
    MinutUnauthorizedError,
    MinutUnexpectedAnswerError,
    MinutUnreachableError,
)
from .json_values import Json, JsonObject, number
from .models import Device, Event, Home, Hook, User, each
from .series import Series, SeriesName

_LOGGER = logging.getLogger(__name__)

API_ROOT: Final = "https://api.minut.com/v8"
ALL_EVENTS: Final = "*"

TIMEOUT = ClientTimeout(total=20)
MAX_BYTES = 8 * 2**20
PAGE_SIZE = 100
MAX_PAGES = 100
EVENTS_PAGE = 50
MAX_EVENT_PAGES = 10
DEFAULT_PAUSE = 60.0
"""Seconds to stay silent after a 429 that names no time (API notes 1: the window is a minute)."""
LONGEST_PAUSE = 3600.0


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


class MinutClient:
    """Sends the requests of one account.

    Every method raises a `MinutError`; `access_token` may raise one too.
    """

    def __init__(
        self,
        session: ClientSession,
        access_token: Callable[[], Awaitable[str]],
        *,
        root: str = API_ROOT,
    ) -> None:
        self._session = session
        self._access_token = access_token
        self._root = URL(root)
        self._budget = RequestBudget()

    async def me(self) -> User:
        """Return the account that the token belongs to (3.1)."""
        return _one(await self._get("users/me"), User.from_json)

    async def devices(self) -> tuple[Device, ...]:
        """Return the devices that are registered to the account (3.2)."""
        return tuple(
            device
            for device in await self._all_pages("devices", "devices", Device.from_json)
            if device.active
        )

    async def device(self, device_id: str) -> Device:
        """Return one device (3.2)."""
        return _one(await self._get(f"devices/{device_id}"), Device.from_json)

    async def homes(self) -> tuple[Home, ...]:
        """Return the account's homes (4.1)."""
        return await self._all_pages("homes", "homes", Home.from_json)

    async def home(self, home_id: str, *, priority: Priority = Priority.STATE) -> Home:
        """Return one home (4.1)."""
        return _one(await self._get(f"homes/{home_id}", priority=priority), Home.from_json)

    async def set_alarm(self, home_id: str, *, armed: bool) -> None:
        """Arm or disarm a home; its new state is for `home` to tell (4.2).

        The silent and scheduled settings stay as the user chose them. Where the newest way is
        not known, the older ones are tried (12.4).
        """
        ways = (
            ("PATCH", f"homes/{home_id}/alarm"),
            ("PUT", f"homes/{home_id}"),
            ("PUT", f"homes/{home_id}/alarm"),
        )
        refusal: MinutRefusedError | None = None
        for method, path in ways:
            try:
                await self._request(
                    method,
                    path,
                    body={"alarm_status": "on" if armed else "off"},
                    priority=Priority.COMMAND,
                )
            except MinutRefusedError as error:
                if error.status not in {404, 405}:
                    raise
                refusal = refusal or error
            else:
                return
        if refusal:
            raise refusal

    async def events(self, *, start_at: datetime, offset: int = 0) -> tuple[Event, ...]:
        """Return one page of the account's events since then, oldest first (7.2)."""
        query = {"order": "asc", "limit": str(EVENTS_PAGE), "offset": str(offset)}
        query["start_at"] = _utc(start_at)
        return each(_member(await self._get("events", query=query), "events"), Event.from_json)

    async def home_events(self, home_id: str, *, start_at: datetime) -> tuple[Event, ...]:
        """Return the events of a home since then, in the home's vocabulary and any order (7.1)."""
        found: dict[Event, None] = {}
        for page in range(MAX_EVENT_PAGES):
            query = {"limit": str(EVENTS_PAGE), "offset": str(page * EVENTS_PAGE)}
            query["start_at"] = _utc(start_at)
            answer = await self._get(f"homes/{home_id}/events", query=query)
            events = each(_member(answer, "home_events"), Event.from_json)
            found |= dict.fromkeys(events)
            if len(events) < EVENTS_PAGE:
                break
        return tuple(found)

    async def series(
        self,
        device_id: str,
        name: SeriesName,
        *,
        start_at: datetime,
        end_at: datetime,
        resolution: timedelta,
        priority: Priority = Priority.BACKGROUND,
    ) -> Series:
        """Return a part of one of a device's series, with min and max where they exist (3.4)."""
        query = {
            "start_at": _utc(start_at),
            "end_at": _utc(end_at),
            "time_resolution": str(int(resolution.total_seconds())),
        }
        if name is not SeriesName.MOTION_EVENTS:
            query["include_min_max"] = "true"
        answer = await self._get(f"devices/{device_id}/{name}", query=query, priority=priority)
        return _one(answer, lambda data: Series.from_json(data, asked=resolution))

    async def hooks(self) -> tuple[Hook, ...]:
        """Return the webhooks registered for the account, without their secrets (6.2)."""
        return each(_member(await self._get("webhooks"), "hooks"), Hook.from_json)

    async def create_hook(self, url: str, *, token: str) -> Hook:
        """Register a webhook for all events; `token` comes back with each delivery (6.1)."""
        body: dict[str, Json] = {"url": url, "events": [ALL_EVENTS], "token": token}
        return _one(await self._request("POST", "webhooks", body=body), Hook.from_json)

    async def delete_hook(self, hook_id: str) -> None:
        """Delete a webhook; one that is gone already is fine (6.2)."""
        try:
            await self._request("DELETE", f"webhooks/{hook_id}")
        except MinutRefusedError as error:
            if error.status != 404:
                raise

    async def _all_pages[T: _Identified](
        self, path: str, member: str, read: Callable[[JsonObject], T]
    ) -> tuple[T, ...]:
        """Follow limit and offset to the end; a service without paging is asked once (1)."""
        found: dict[str, T] = {}
        offset = 0
        for _ in range(MAX_PAGES):
            query = {"limit": str(PAGE_SIZE), "offset": str(offset)} if offset else {}
            answer = await self._get(path, query=query)
            values = _member(answer, member)
            known = len(found)
            found.update((item.id, item) for item in each(values, read))
            offset += len(values)
            total = _total(answer)
            if not values or len(found) == known or total is None or offset >= total:
                break
        return tuple(found.values())

    async def _get(
        self,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        priority: Priority = Priority.STATE,
    ) -> Json:
        return await self._request("GET", path, query=query, priority=priority)

    async def _request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        priority: Priority = Priority.STATE,
    ) -> Json:
        """Send one request within the budget and return the JSON of its answer."""
        await self._budget.acquire(priority)
        headers = {"Authorization": f"Bearer {await self._access_token()}"}
        try:
            async with self._session.request(
                method,
                self._root / path,
                params=query,
                json=body,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            ) as response:
                content = await _read(response)
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
                pause = _retry_after(response) or DEFAULT_PAUSE
                self._budget.close(pause)
                raise MinutRateLimitedError("Minut asks for fewer requests", retry_after=pause)
            case _ if 400 <= status < 500:
                raise MinutRefusedError(f"Minut refused the request ({status})", status=status)
            case _ if status >= 500:
                raise MinutUnreachableError(
                    f"Minut has a problem ({status})", retry_after=_retry_after(response)
                )
            case _:
                raise MinutUnexpectedAnswerError(f"Minut answered with status {status}")


def _utc(moment: datetime) -> str:
    """Write a time as Minut's documentation does (1)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


async def _read(response: ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > MAX_BYTES:
            raise MinutUnexpectedAnswerError("Minut's answer is too large")
    return bytes(content)


def _retry_after(response: ClientResponse) -> float | None:
    """Return the seconds to wait, given as such or as a date (RFC 9110); at most an hour."""
    header = response.headers.get("Retry-After", "").strip()
    if header.isdecimal():
        return min(float(header), LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(0.0, (until - datetime.now(UTC)).total_seconds()), LONGEST_PAUSE)


def _member(answer: Json, name: str) -> list[Json]:
    """Return the list that an answer wraps; anything else is no list of ours."""
    match answer:
        case {**members} if isinstance(values := members.get(name), list):
            return values
    raise MinutUnexpectedAnswerError(f"Minut's answer holds no list of {name}")


def _total(answer: Json) -> int | None:
    match answer:
        case {"paging": {"total_count": total}} if (count := number(total)) is not None:
            return int(count)
        case _:
            return None


def _one[T](answer: Json, read: Callable[[JsonObject], T]) -> T:
    if isinstance(answer, dict):
        try:
            return read(answer)
        except ValueError as error:
            raise MinutUnexpectedAnswerError(f"Minut's answer has {error}") from error
    raise MinutUnexpectedAnswerError("Minut's answer is not an object")
