"""Client of Minut's API with one coroutine per endpoint.

The numbers in brackets are sections of the API notes (`docs/minut-api.md`).
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
import logging
from typing import Final

from aiohttp import ClientSession

from .alarm import CommandWay
from .connection import AccessToken, Connection, Renew
from .contract import endpoint_of
from .event_pages import EventPages
from .exceptions import (
    MinutRejectedError,
    is_missing,
    is_not_offered,
)
from .guests import LIST_KEYS, Guest, count_unreadable
from .models import Device, Event, Home, Hook, User
from .organizations import AccountLists
from .paging import Identified, Listing, ListReader, ListRequest, Page, page_of
from .parsing import Json, JsonObject, mapping, parse_one, utc_text
from .rate_limit import Priority, RequestBudget
from .series import Series, SeriesName
from .webhook import hook_in

_LOGGER = logging.getLogger(__name__)

API_ROOT: Final = "https://api.minut.com/v8"
"""Base URL of the API (1)."""
ALL_EVENTS: Final = "*"
"""Subscribes a webhook to all event types; must be the only entry of its list (6.1)."""

EVENTS_PAGE = 50
"""Events requested per page."""
MAX_EVENTS = 500
"""Maximum number of events of a home that one call returns."""


class MinutClient:
    """Client of one account. Every method may raise MinutError."""

    def __init__(
        self,
        session: ClientSession,
        access_token: AccessToken,
        *,
        root: str = API_ROOT,
        renew: Renew | None = None,
        budget: RequestBudget | None = None,
    ) -> None:
        connection = Connection(
            session, access_token, root=root, renew=renew, budget=budget or RequestBudget()
        )
        self._request = connection.send
        self.contract = connection.contract
        """What the answers look like, for diagnostics."""
        self.clock = connection.clock
        """Converts the times of homes, devices and events to our clock."""
        self.lists = ListReader(self._get)
        self._account = AccountLists(self.lists)
        self.unreadable: Counter[str] = Counter()
        """Parts of answers that were skipped as they could not be parsed, by endpoint."""

    async def me(self) -> User:
        """Return the account of the access token (3.1)."""
        return parse_one(await self._get("users/me"), User.from_json)

    @property
    def is_in_organization(self) -> bool:
        """Return whether own lists of the account were empty and it belongs to an organization."""
        return bool(self._account.organizations)

    @property
    def incomplete(self) -> list[str]:
        """Return the endpoints of the lists of which not all pages could be read."""
        return sorted(set(map(endpoint_of, self.lists.incomplete)))

    async def devices(self) -> Listing[Device]:
        """Return the account's active devices (3.2)."""
        wanted = ListRequest(
            path="devices", names=("devices",), read=Device.from_json, smallest_page=1
        )
        listed = await self._list(wanted, of_account=True)
        self._count_unreadable("devices", sum(device.unreadable for device in listed.items))
        active = tuple(self.clock.device(device) for device in listed.items if device.active)
        return replace(listed, items=active)

    async def device(self, device_id: str, *, priority: Priority = Priority.STATE) -> Device:
        """Return one device (3.2)."""
        path = f"devices/{device_id}"
        device = parse_one(await self._get(path, priority=priority), Device.from_json)
        self._count_unreadable(path, device.unreadable)
        return self.clock.device(device)

    async def update_device(self, device_id: str, body: JsonObject) -> None:
        """Update a device (3.3, 5). The answer is ignored: read the device back with `device`."""
        await self._request("PUT", f"devices/{device_id}", body=body, priority=Priority.COMMAND)

    async def homes(self, *, priority: Priority = Priority.STATE) -> Listing[Home]:
        """Return the account's homes (4.1)."""
        wanted = ListRequest(
            path="homes",
            names=("homes",),
            read=Home.from_json,
            smallest_page=1,
            priority=priority,
        )
        listed = await self._list(wanted, of_account=True)
        return replace(listed, items=tuple(map(self.clock.home, listed.items)))

    async def home(self, home_id: str, *, priority: Priority = Priority.STATE) -> Home:
        """Return one home (4.1)."""
        answer = await self._get(f"homes/{home_id}", priority=priority)
        return self.clock.home(parse_one(answer, Home.from_json))

    async def command_home(self, home_id: str, way: CommandWay, body: JsonObject) -> None:
        """Change a setting of a home (4.2, 4.3). The answer is ignored: read the home back."""
        path = f"homes/{home_id}{way.path}"
        await self._request(way.method, path, body=body, priority=Priority.COMMAND)

    async def events(
        self, *, start_at: datetime, offset: int = 0, newest_first: bool = False
    ) -> Page[Event]:
        """Return one page of the account's events since `start_at` (7.2)."""
        query = {
            "order": "desc" if newest_first else "asc",
            "start_at": utc_text(self.clock.to_minut(start_at)),
        }
        return await self._event_page("events", "events", query, offset, Priority.STATE)

    async def home_events(
        self,
        home_id: str,
        *,
        start_at: datetime,
        end_at: datetime | None = None,
        event_types: Iterable[str] = (),
        guest_ids: Iterable[str] = (),
        priority: Priority = Priority.STATE,
    ) -> Listing[Event]:
        """Return the events of a home, unsorted, with Minut's names of home events (7.1).

        Returns at most `MAX_EVENTS` of them. Which ones are missing beyond that is not known.
        """
        parameters = {
            "start_at": utc_text(self.clock.to_minut(start_at)),
            "end_at": utc_text(self.clock.to_minut(end_at)) if end_at else "",
            "event_type": ",".join(event_types),
            "guest_ids": ",".join(guest_ids),
        }
        query = {name: value for name, value in parameters.items() if value}
        path = f"homes/{home_id}/events"

        async def ask(offset: int) -> Page[Event]:
            return await self._event_page(path, "home_events", query, offset, priority)

        pages = EventPages(ask, since=start_at, max_pages=MAX_EVENTS // EVENTS_PAGE)
        is_complete = await pages.async_read()
        return Listing(tuple(pages.found), is_complete=is_complete)

    async def _event_page(
        self, path: str, member: str, query: Mapping[str, str], offset: int, priority: Priority
    ) -> Page[Event]:
        answer = await self.lists.page(
            path, query, offset=offset, size=EVENTS_PAGE, priority=priority
        )
        page = page_of(answer, member, Event.from_json, offset=offset)
        self._count_unreadable(path, page.unreadable)
        return replace(page, items=tuple(map(self.clock.event, page.items)))

    async def series(
        self,
        device_id: str,
        name: SeriesName,
        *,
        start_at: datetime,
        end_at: datetime,
        resolution: timedelta,
        priority: Priority = Priority.HISTORY,
    ) -> Series:
        """Return a device's series between two times, with min and max if available (3.4).

        Decoding, parsing and what the caller calculates are separate steps of the event loop: in
        one step, they would block it for too long.
        """
        query = {
            "start_at": utc_text(start_at),
            "end_at": utc_text(end_at),
            "time_resolution": str(int(resolution.total_seconds())),
        }
        if name is not SeriesName.MOTION_EVENTS:
            query["include_min_max"] = "true"
        path = f"devices/{device_id}/{name}"
        answer = await self._get(path, query=query, priority=priority)
        await asyncio.sleep(0)
        series = parse_one(answer, lambda data: Series.from_json(data, requested=resolution))
        self._count_unreadable(path, series.unreadable)
        await asyncio.sleep(0)
        return series

    async def guests(
        self, home_id: str, *, priority: Priority = Priority.HISTORY
    ) -> tuple[Guest, ...]:
        """Return the guests of a home (9). `guests.read_stays` turns them into stays."""
        path = f"homes/{home_id}/guests"
        wanted = ListRequest(path=path, names=LIST_KEYS, read=Guest.from_json, priority=priority)
        guests = (await self._list(wanted)).items
        self._count_unreadable(path, count_unreadable(guests))
        return guests

    async def create_guest(self, home_id: str, body: JsonObject) -> Guest:
        """Create a guest (9). Minut may message the guest; the shape of the answer is not known."""
        path = f"homes/{home_id}/guests"
        answer = await self._request("POST", path, body=body, priority=Priority.COMMAND)
        return Guest.from_json(mapping(answer))

    async def update_guest(self, home_id: str, guest: Guest, changes: JsonObject) -> None:
        """Update some fields of a guest (9): with PATCH, else with PUT of the whole guest."""
        path = f"homes/{home_id}/guests/{guest.id}"
        try:
            await self._request("PATCH", path, body=changes, priority=Priority.COMMAND)
        except MinutRejectedError as error:
            if not is_not_offered(error):
                raise
            whole = {**guest.data, **changes}
            await self._request("PUT", path, body=whole, priority=Priority.COMMAND)

    async def delete_guest(self, home_id: str, guest_id: str) -> None:
        """Delete a guest (9). Succeeds if it does not exist."""
        await self._delete(f"homes/{home_id}/guests/{guest_id}", priority=Priority.COMMAND)

    async def hooks(self) -> Listing[Hook]:
        """Return the account's webhooks, without their secrets (6.2)."""
        return await self._list(ListRequest(path="webhooks", names=("hooks",), read=Hook.from_json))

    async def create_hook(
        self, url: str, *, token: str | None, events: Iterable[str] = (ALL_EVENTS,)
    ) -> Hook | None:
        """Register a webhook (6.1). Minut sends `token` with each delivery.

        Returns None if Minut has created it, but its answer does not say which one it is.
        """
        body: dict[str, Json] = {"url": url, "events": list(events)}
        if token is not None:
            body["token"] = token
        return hook_in(await self._request("POST", "webhooks", body=body))

    async def delete_hook(self, hook_id: str) -> None:
        """Delete a webhook (6.2). Succeeds if it does not exist."""
        await self._delete(f"webhooks/{hook_id}")

    async def ping_hook(self, hook_id: str) -> None:
        """Request a sample event for a webhook (6.2). Not every API version offers this."""
        await self._request("POST", f"webhooks/{hook_id}/ping", priority=Priority.COMMAND)

    async def _list[T: Identified](
        self, wanted: ListRequest[T], *, of_account: bool = False
    ) -> Listing[T]:
        listed = await (self._account if of_account else self.lists).read_all(wanted)
        self._count_unreadable(wanted.path, listed.unreadable)
        return listed

    def _count_unreadable(self, path: str, count: int) -> None:
        """Count skipped parts of an answer; log once for each endpoint."""
        if not count:
            return
        endpoint = endpoint_of(path)
        if endpoint not in self.unreadable:
            _LOGGER.warning("Skipping parts of Minut's answer to %s that cannot be read", endpoint)
        self.unreadable[endpoint] += count

    async def _delete(self, path: str, *, priority: Priority = Priority.STATE) -> None:
        try:
            await self._request("DELETE", path, priority=priority)
        except MinutRejectedError as error:
            if not is_missing(error):
                raise

    async def _get(
        self,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        priority: Priority = Priority.STATE,
    ) -> Json:
        return await self._request("GET", path, query=query, priority=priority)
