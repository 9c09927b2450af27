"""Webhooks: who wants to hear of which events, and the deliveries (API notes 6)."""

from asyncio import Task, create_task, gather, sleep
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1, sha256
import hmac
import json

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, ThreadedResolver
from yarl import URL

from simulator.backend.switches import Switches
from simulator.wire import JsonObject, bad_request, iso
from simulator.world.events import Event
from simulator.world.world import Ids

TIMEOUT = ClientTimeout(total=10)
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
ALGORITHMS = {"sha256": sha256, "sha1": sha1}

type Send = Callable[[str, bytes, dict[str, str]], Awaitable[int]]
"""Sends a body with headers to an address; gives the status or raises OSError/ClientError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A registration."""

    hook_id: str
    user_id: str
    url: str
    events: tuple[str, ...]
    token: str | None
    secret: str
    created_at: datetime

    def wants(self, event: Event) -> bool:
        """Say whether an event is to be delivered here."""
        return event.user_id == self.user_id and (
            self.events == ("*",) or event.type in self.events
        )

    def as_json(self, *, secret: bool) -> JsonObject:
        """Give the shape of API notes 6.1; the token is only said to be there."""
        body: JsonObject = {
            "hook_id": self.hook_id,
            "created_at": iso(self.created_at),
            "url": self.url,
            "events": list(self.events),
            "token": self.token is not None,
        }
        return body | {"hook_secret": self.secret} if secret else body


@dataclass(slots=True, kw_only=True, eq=False)
class Delivery:
    """An event on its way to a hook."""

    hook_id: str
    url: str
    event: Event
    body: bytes
    headers: dict[str, str]
    time: datetime
    status: int | None = None
    """The last answer; None: no answer (yet)."""
    attempts: int = 0
    lost: bool = False

    @property
    def delivered(self) -> bool:
        """Whether the receiver accepted it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class _Line:
    """The deliveries that wait for one hook; they go one after the other."""

    waiting: deque[Delivery] = field(default_factory=deque)
    overtaken: Delivery | None = None
    worker: Task[None] | None = None


class Hooks:
    """All registrations, and what was delivered to them."""

    def __init__(self, switches: Switches, ids: Ids, now: Callable[[], datetime]) -> None:
        self._switches = switches
        self._ids = ids
        self._now = now
        self._lines: dict[str, _Line] = {}
        self._held: list[Delivery] = []
        self._session: ClientSession | None = None
        self.all: dict[str, Hook] = {}
        self.deliveries: list[Delivery] = []
        self.send: Send = self._post

    def register(
        self, user_id: str, url: str, events: tuple[str, ...], token: str | None = None
    ) -> Hook:
        """Register an address; refuse what Minut refuses."""
        address = URL(url)
        if address.scheme != "https" and not (
            address.scheme == "http" and address.host in LOOPBACK
        ):
            raise bad_request("url must be a public HTTPS address")
        if not events:
            raise bad_request("events must name at least one event")
        if "*" in events and len(events) > 1:
            raise bad_request("wildcard events can only be used with a single event")
        hook = Hook(
            hook_id=self._ids.digits("hook"),
            user_id=user_id,
            url=url,
            events=events,
            token=token,
            secret=self._ids.digits("secret", 40),
            created_at=self._now(),
        )
        self.all[hook.hook_id] = hook
        return hook

    def remove(self, hook_id: str) -> None:
        """Forget a registration; what waits for it is not delivered."""
        self.all.pop(hook_id, None)

    def announce(self, event: Event) -> None:
        """Start the deliveries of an event; does not wait for them."""
        for hook in self.all.values():
            if hook.wants(event):
                self.deliver(hook, event)

    def deliver(self, hook: Hook, event: Event) -> None:
        """Start the delivery of an event to one hook, as the switches will have it."""
        copies = 2 if self._switches.duplicate_deliveries else 1
        for _ in range(copies):
            delivery = self._prepare(hook, event)
            self.deliveries.append(delivery)
            if self._switches.lose_deliveries:
                delivery.lost = True
            elif self._switches.hold_deliveries:
                self._held.append(delivery)
            else:
                self._enqueue(delivery)

    def release(self, *, newest_first: bool = False) -> None:
        """Send what was held."""
        held, self._held = self._held, []
        for delivery in reversed(held) if newest_first else held:
            self._enqueue(delivery)

    async def done(self) -> None:
        """Wait until nothing is on its way any more, retries included; held ones stay."""
        for line in self._lines.values():
            if line.overtaken:
                line.waiting.append(line.overtaken)
                line.overtaken = None
                self._work(line)
        while workers := [line.worker for line in self._lines.values() if line.worker]:
            await gather(*workers)

    async def close(self) -> None:
        """End all deliveries."""
        workers = [line.worker for line in self._lines.values() if line.worker]
        for worker in workers:
            worker.cancel()
        await gather(*workers, return_exceptions=True)
        if self._session:
            await self._session.close()
            self._session = None

    def _enqueue(self, delivery: Delivery) -> None:
        line = self._lines.setdefault(delivery.hook_id, _Line())
        if self._switches.reorder_deliveries and line.overtaken is None:
            line.overtaken = delivery
            return
        line.waiting.append(delivery)
        if line.overtaken:
            line.waiting.append(line.overtaken)
            line.overtaken = None
        self._work(line)

    def _work(self, line: _Line) -> None:
        if line.worker is None:
            line.worker = create_task(self._drain(line))

    async def _drain(self, line: _Line) -> None:
        try:
            while line.waiting:
                delivery = line.waiting.popleft()
                if delivery.hook_id in self.all:
                    await self._attempt(delivery)
        finally:
            line.worker = None

    async def _attempt(self, delivery: Delivery) -> None:
        """Send, and again on failure; API notes 6.3 know nothing of Minut's own retries."""
        for attempt in range(self._switches.delivery_attempts):
            if attempt and self._switches.real_delays:
                await sleep(2**attempt - 1)
            delivery.attempts += 1
            try:
                delivery.status = await self.send(delivery.url, delivery.body, delivery.headers)
            except OSError, ClientError:
                delivery.status = None
            if delivery.delivered:
                return

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        if self._session is None:
            # No resolver thread of its own to outlive a test.
            connector = TCPConnector(resolver=ThreadedResolver(), force_close=True)
            self._session = ClientSession(connector=connector, timeout=TIMEOUT)
        async with self._session.post(
            url, data=body, headers=headers, allow_redirects=False
        ) as response:
            await response.read()
            return response.status

    def _prepare(self, hook: Hook, event: Event) -> Delivery:
        payload: JsonObject = {"hook_id": hook.hook_id, "event": event.as_user_event()}
        body = json.dumps(payload).encode()
        return Delivery(
            hook_id=hook.hook_id,
            url=hook.url,
            event=event,
            body=body,
            headers=self._headers(hook, body),
            time=self._now(),
        )

    def _headers(self, hook: Hook, body: bytes) -> dict[str, str]:
        """Prove the sender by token and signature; neither is certain (API notes 6.3)."""
        headers = {"Content-Type": "application/json", "User-Agent": "Minut"}
        switches = self._switches
        if hook.token is not None and switches.delivery_token != "none":
            bearer = "Bearer " if switches.delivery_token == "bearer" else ""
            headers["Authorization"] = bearer + hook.token
        if algorithm := ALGORITHMS.get(switches.signature):
            digest = hmac.new(hook.secret.encode(), body, algorithm).hexdigest()
            headers[switches.signature_header] = switches.signature_prefix + digest
        return headers
