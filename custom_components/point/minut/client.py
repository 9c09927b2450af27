"""Minut's API, one coroutine per endpoint (API notes; base address: 1)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
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
from .json_values import Json, JsonObject, mapping, number
from .models import Device, Event, Home, Hook, User, each
from .stays import LISTS, Guest

_LOGGER = logging.getLogger(__name__)

API_ROOT: Final = "https://api.minut.com/v8"
ALL_EVENTS: Final = "*"

TIMEOUT = ClientTimeout(total=20)
MAX_BYTES = 8 * 2**20
PAGE_SIZE = 100
MAX_PAGES = 100
EVENTS_PAGE = 50
MAX_EVENTS = 500
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
            for device in await self._all_pages("devices", ["devices"], Device.from_json)
            if device.active
        )

    async def device(self, device_id: str, *, priority: Priority = Priority.STATE) -> Device:
        """Return one device (3.2)."""
        return _one(await self._get(f"devices/{device_id}", priority=priority), Device.from_json)

    async def update_device(self, device_id: str, body: JsonObject) -> None:
        """Change what the body holds of a device; what became of it is for `device` to tell (5)."""
        await self._request("PUT", f"devices/{device_id}", body=body, priority=Priority.COMMAND)

    async def homes(self) -> tuple[Home, ...]:
        """Return the account's homes (4.1)."""
        return await self._all_pages("homes", ["homes"], Home.from_json)

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
        await self._first_known(ways, {"alarm_status": "on" if armed else "off"})

    async def set_noise_monitoring(self, home_id: str, *, active: bool) -> None:
        """Switch noise monitoring of a home; its new state is for `home` to tell (4.1, 4.3)."""
        ways = (("PUT", f"homes/{home_id}"), ("PATCH", f"homes/{home_id}"))
        await self._first_known(ways, {"disturbance_monitoring_active": active})

    async def events(self, *, start_at: datetime, offset: int = 0) -> tuple[Event, ...]:
        """Return one page of the account's events since then, oldest first (7.2)."""
        query = {"order": "asc", "limit": str(EVENTS_PAGE), "offset": str(offset)}
        query["start_at"] = _utc(start_at)
        return each(_member(await self._get("events", query=query), "events"), Event.from_json)

    async def home_events(
        self,
        home_id: str,
        *,
        start_at: datetime,
        end_at: datetime | None = None,
        event_types: Iterable[str] = (),
        guest_ids: Iterable[str] = (),
        priority: Priority = Priority.STATE,
    ) -> tuple[Event, ...]:
        """Return the events of a home, in the home's vocabulary and any order (7.1).

        At most `MAX_EVENTS`; those that are missing then may be any.
        """
        found: dict[Event, None] = {}
        wanted = {
            "start_at": _utc(start_at),
            "end_at": _utc(end_at) if end_at else "",
            "event_type": ",".join(event_types),
            "guest_ids": ",".join(guest_ids),
        }
        for offset in range(0, MAX_EVENTS, EVENTS_PAGE):
            query = {"limit": str(EVENTS_PAGE), "offset": str(offset)}
            query |= {name: value for name, value in wanted.items() if value}
            path = f"homes/{home_id}/events"
            answer = await self._get(path, query=query, priority=priority)
            events = each(_member(answer, "home_events"), Event.from_json)
            found |= dict.fromkeys(events)
            if len(events) < EVENTS_PAGE:
                break
        return tuple(found)

    async def guests(
        self, home_id: str, *, priority: Priority = Priority.BACKGROUND
    ) -> tuple[Guest, ...]:
        """Return the guests of a home, of which `stays.read_stays` makes stays (9)."""
        path = f"homes/{home_id}/guests"
        return await self._all_pages(path, LISTS, Guest.from_json, priority=priority)

    async def create_guest(self, home_id: str, body: JsonObject) -> Guest:
        """Create a guest; Minut may write to them. What it answers is not known (9)."""
        path = f"homes/{home_id}/guests"
        answer = await self._request("POST", path, body=body, priority=Priority.COMMAND)
        return Guest.from_json(mapping(answer))

    async def update_guest(self, home_id: str, guest: Guest, changes: JsonObject) -> None:
        """Change some members of a guest; where only a whole one is taken, the others stay (9)."""
        path = f"homes/{home_id}/guests/{guest.id}"
        try:
            await self._request("PATCH", path, body=changes, priority=Priority.COMMAND)
        except MinutRefusedError as error:
            if error.status not in {404, 405}:
                raise
            whole = {**guest.data, **changes}
            await self._request("PUT", path, body=whole, priority=Priority.COMMAND)

    async def delete_guest(self, home_id: str, guest_id: str) -> None:
        """Delete a guest; one that is gone already is fine (9)."""
        await self._delete(f"homes/{home_id}/guests/{guest_id}", priority=Priority.COMMAND)

    async def hooks(self) -> tuple[Hook, ...]:
        """Return the webhooks registered for the account, without their secrets (6.2)."""
        return each(_member(await self._get("webhooks"), "hooks"), Hook.from_json)

    async def create_hook(self, url: str, *, token: str) -> Hook:
        """Register a webhook for all events; `token` comes back with each delivery (6.1)."""
        body: dict[str, Json] = {"url": url, "events": [ALL_EVENTS], "token": token}
        return _one(await self._request("POST", "webhooks", body=body), Hook.from_json)

    async def delete_hook(self, hook_id: str) -> None:
        """Delete a webhook; one that is gone already is fine (6.2)."""
        await self._delete(f"webhooks/{hook_id}")

    async def _delete(self, path: str, *, priority: Priority = Priority.STATE) -> None:
        try:
            await self._request("DELETE", path, priority=priority)
        except MinutRefusedError as error:
            if error.status != 404:
                raise

    async def _first_known(self, ways: Iterable[tuple[str, str]], body: JsonObject) -> Json:
        """Send a command in the first of these ways that Minut knows; return the answer."""
        refusal: MinutRefusedError | None = None
        for method, path in ways:
            try:
                return await self._request(method, path, body=body, priority=Priority.COMMAND)
            except MinutRefusedError as error:
                if error.status not in {404, 405}:
                    raise
                refusal = refusal or error
        raise refusal or ValueError("no way to send it")

    async def _all_pages[T: _Identified](
        self,
        path: str,
        members: Iterable[str],
        read: Callable[[JsonObject], T],
        *,
        priority: Priority = Priority.STATE,
    ) -> tuple[T, ...]:
        """Follow limit and offset to the end; a service without paging is asked once (1)."""
        found: dict[str, T] = {}
        offset = 0
        for _ in range(MAX_PAGES):
            query = {"limit": str(PAGE_SIZE), "offset": str(offset)} if offset else {}
            answer = await self._get(path, query=query, priority=priority)
            values = _member(answer, *members)
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


def _member(answer: Json, *names: str) -> list[Json]:
    """Return the list that an answer wraps under the first of these names; else it is not ours."""
    if isinstance(answer, dict):
        lists = (values for name in names if isinstance(values := answer.get(name), list))
        if (found := next(lists, None)) is not None:
            return found
    raise MinutUnexpectedAnswerError(f"Minut's answer holds no list of {names[0]}")


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
