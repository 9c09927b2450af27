"""Minut's API, one coroutine per endpoint (API notes; base address: 1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from aiohttp import ClientSession

from .budget import Priority, RequestBudget
from .connection import AccessToken, Connection, Renew
from .errors import MinutRefusedError, MinutUnexpectedAnswerError
from .json_values import Json, JsonObject, number
from .models import Device, Event, Home, Hook, User, each

API_ROOT: Final = "https://api.minut.com/v8"
ALL_EVENTS: Final = "*"

PAGE_SIZE = 100
MAX_PAGES = 100
EVENTS_PAGE = 50
MAX_EVENTS = 500


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Listing[T]:
    """A list of the account's. `is_complete`: it holds all that the cloud says there is.

    Where it does not, what is missing may exist all the same.
    """

    items: tuple[T, ...]
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events, and the offset of those that follow; None at the end."""

    items: tuple[Event, ...]
    next_offset: int | None


class MinutClient:
    """One account. Every method raises a `MinutError`."""

    def __init__(
        self,
        session: ClientSession,
        access_token: AccessToken,
        *,
        root: str = API_ROOT,
        renew: Renew | None = None,
        budget: RequestBudget | None = None,
    ) -> None:
        self._request = Connection(
            session, access_token, root=root, renew=renew, budget=budget or RequestBudget()
        ).send
        self._short_lists: set[str] = set()

    async def me(self) -> User:
        """Return the account that the token belongs to (3.1)."""
        return _one(await self._get("users/me"), User.from_json)

    async def devices(self) -> Listing[Device]:
        """Return the devices that are registered to the account (3.2)."""
        listed = await self._list("devices", Device.from_json)
        active = tuple(device for device in listed.items if device.active)
        return Listing(active, is_complete=listed.is_complete)

    async def device(self, device_id: str) -> Device:
        """Return one device (3.2)."""
        return _one(await self._get(f"devices/{device_id}"), Device.from_json)

    async def homes(self) -> Listing[Home]:
        """Return the account's homes (4.1)."""
        return await self._list("homes", Home.from_json)

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

    async def events(self, *, start_at: datetime, offset: int = 0) -> EventPage:
        """Return one page of the account's events since then, oldest first (7.2)."""
        query = {"order": "asc", "start_at": _utc(start_at)}
        return await self._event_page("events", "events", query, offset)

    async def home_events(self, home_id: str, *, start_at: datetime) -> Listing[Event]:
        """Return the events of a home since then, in the home's vocabulary and any order (7.1).

        At most `MAX_EVENTS`: those that are missing then may be any.
        """
        path, query = f"homes/{home_id}/events", {"start_at": _utc(start_at)}
        found: dict[Event, None] = {}
        offset: int | None = 0
        while offset is not None and offset < MAX_EVENTS:
            page = await self._event_page(path, "home_events", query, offset)
            is_news = not found.keys() >= set(page.items)
            found |= dict.fromkeys(page.items)
            offset = page.next_offset if is_news else None
        return Listing(tuple(found), is_complete=offset is None)

    async def _event_page(
        self, path: str, member: str, query: dict[str, str], offset: int
    ) -> EventPage:
        answer = await self._get(
            path, query={**query, "limit": str(EVENTS_PAGE), "offset": str(offset)}
        )
        values = _member(answer, member)
        total, reached = _total(answer), offset + len(values)
        is_last = not values or (total is not None and reached >= total)
        return EventPage(each(values, Event.from_json), None if is_last else reached)

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

    async def ping_hook(self, hook_id: str) -> None:
        """Have a sample event delivered to a webhook; not every API version knows this (6.2)."""
        await self._request("POST", f"webhooks/{hook_id}/ping", priority=Priority.COMMAND)

    async def _list[T: _Identified](self, path: str, read: Callable[[JsonObject], T]) -> Listing[T]:
        """Return a list that its own path names; ask twice where it lacks something.

        One that lacks something all the time is asked for once: the cloud counts otherwise.
        """
        listed = await self._all_pages(path, read)
        if not listed.is_complete and path not in self._short_lists:
            listed = await self._all_pages(path, read)
        if listed.is_complete:
            self._short_lists.discard(path)
        else:
            self._short_lists.add(path)
        return listed

    async def _all_pages[T: _Identified](
        self, path: str, read: Callable[[JsonObject], T]
    ) -> Listing[T]:
        """Follow limit and offset to the end; a service without paging is asked once (1).

        Between two pages the list may change: it then tells another total, or one thing twice
        and another not at all.
        """
        found: dict[str, T] = {}
        totals: set[int] = set()
        offset = unreadable = 0
        for _ in range(MAX_PAGES):
            query = {"limit": str(PAGE_SIZE), "offset": str(offset)} if offset else {}
            answer = await self._get(path, query=query)
            values = _member(answer, path)
            readable = each(values, read)
            known = len(found)
            found.update((item.id, item) for item in readable)
            unreadable += len(values) - len(readable)
            offset += len(values)
            total = _total(answer)
            if total is not None:
                totals.add(total)
            if not values or len(found) == known or total is None or offset >= total:
                break
        has_all = len(found) + unreadable >= max(totals, default=0)
        return Listing(tuple(found.values()), is_complete=has_all and len(totals) < 2)

    async def _get(
        self,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        priority: Priority = Priority.STATE,
    ) -> Json:
        return await self._request("GET", path, query=query, priority=priority)


def _utc(moment: datetime) -> str:
    """Write a time as Minut's documentation does (1)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


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
