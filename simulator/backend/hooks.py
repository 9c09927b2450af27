"""Webhooks: registrations and deliveries (API notes 6)."""

from asyncio import Task, create_task, gather, sleep
from base64 import b64encode
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1, sha256, sha512
import hmac
import json

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, ThreadedResolver
from yarl import URL

from simulator.backend.alternatives import Alternatives
from simulator.backend.switches import Switches
from simulator.formats import JsonObject, bad_request, iso
from simulator.world.events import Event
from simulator.world.world import Ids

TIMEOUT = ClientTimeout(total=10)
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
ALGORITHMS = {"sha256": sha256, "sha1": sha1, "sha512": sha512}
ENCODINGS: dict[str, Callable[[bytes], str]] = {
    "hex": bytes.hex,
    "base64": lambda digest: b64encode(digest).decode(),
}
SECRETS: dict[str, Callable[[str], bytes]] = {"text": str.encode, "decoded": bytes.fromhex}
TOKEN_HEADERS = {
    "plain": ("Authorization", "{token}"),
    "bearer": ("Authorization", "Bearer {token}"),
    "header": ("X-Minut-Token", "{token}"),
    "unknown": ("Authorization", 'Signature keyId="minut"'),
}
"""By `switches.delivery_token`: name and format of the header."""

type Send = Callable[[str, bytes, dict[str, str]], Awaitable[int]]
"""Sends a body with headers to a URL. Returns the status, or raises OSError or ClientError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A registered webhook."""

    hook_id: str
    user_id: str
    url: str
    events: tuple[str, ...]
    token: str | None
    secret: str
    created_at: datetime

    def wants(self, event: Event) -> bool:
        """Return whether an event is delivered to this webhook."""
        return event.user_id == self.user_id and (
            self.events == ("*",) or event.type in self.events
        )

    def as_json(self, *, secret: bool) -> JsonObject:
        """Return the JSON of API notes 6.1. `token` is a boolean: whether a token is set."""
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
    """One delivery of an event to a webhook."""

    hook_id: str
    url: str
    event: Event
    body: bytes
    headers: dict[str, str]
    time: datetime
    status: int | None = None
    """Status of the last answer; None: no answer (yet)."""
    attempts: int = 0
    lost: bool = False

    @property
    def delivered(self) -> bool:
        """Whether the receiver accepted the delivery."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class _Queue:
    """The pending deliveries of one webhook, sent one after the other."""

    waiting: deque[Delivery] = field(default_factory=deque)
    overtaken: Delivery | None = None
    worker: Task[None] | None = None


class Hooks:
    """All registered webhooks and their deliveries."""

    def __init__(
        self,
        switches: Switches,
        alternatives: Alternatives,
        ids: Ids,
        now: Callable[[], datetime],
    ) -> None:
        self._switches = switches
        self._alternatives = alternatives
        self._ids = ids
        self._now = now
        self._queues: dict[str, _Queue] = {}
        self._held: list[Delivery] = []
        self._session: ClientSession | None = None
        self.all: dict[str, Hook] = {}
        self.deliveries: list[Delivery] = []
        self.send: Send = self._post

    def register(
        self, user_id: str, url: str, events: tuple[str, ...], token: str | None = None
    ) -> Hook:
        """Register a webhook. Raise 400 for what Minut rejects."""
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

    async def check_url(self, url: str) -> None:
        """Send a request to a URL before its registration if a switch says so. Raise 400."""
        method = self._switches.hook_url_check
        if method == "none":
            return
        try:
            async with self._client().request(
                method.upper(), url, allow_redirects=False
            ) as response:
                is_accepted = 200 <= response.status < 300
        except OSError, ClientError:
            is_accepted = False
        if not is_accepted:
            raise bad_request("url does not answer")

    def remove(self, hook_id: str) -> None:
        """Remove a webhook; its pending deliveries are dropped."""
        self.all.pop(hook_id, None)

    def announce(self, event: Event) -> None:
        """Start the deliveries of an event without waiting for them."""
        for hook in self.all.values():
            if hook.wants(event):
                self.deliver(hook, event)

    def deliver(self, hook: Hook, event: Event) -> None:
        """Start the delivery of an event to one webhook, as the switches define it."""
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
        """Send the held deliveries."""
        held, self._held = self._held, []
        for delivery in reversed(held) if newest_first else held:
            self._enqueue(delivery)

    async def done(self) -> None:
        """Wait until all deliveries and their retries are done; held ones stay held."""
        for queue in self._queues.values():
            if queue.overtaken:
                queue.waiting.append(queue.overtaken)
                queue.overtaken = None
                self._start(queue)
        while workers := [queue.worker for queue in self._queues.values() if queue.worker]:
            await gather(*workers)

    async def close(self) -> None:
        """Cancel all deliveries."""
        workers = [queue.worker for queue in self._queues.values() if queue.worker]
        for worker in workers:
            worker.cancel()
        await gather(*workers, return_exceptions=True)
        if self._session:
            await self._session.close()
            self._session = None

    def _enqueue(self, delivery: Delivery) -> None:
        queue = self._queues.setdefault(delivery.hook_id, _Queue())
        if self._switches.reorder_deliveries and queue.overtaken is None:
            queue.overtaken = delivery
            return
        queue.waiting.append(delivery)
        if queue.overtaken:
            queue.waiting.append(queue.overtaken)
            queue.overtaken = None
        self._start(queue)

    def _start(self, queue: _Queue) -> None:
        if queue.worker is None:
            queue.worker = create_task(self._drain(queue))

    async def _drain(self, queue: _Queue) -> None:
        try:
            while queue.waiting:
                delivery = queue.waiting.popleft()
                if delivery.hook_id in self.all:
                    await self._attempt(delivery)
        finally:
            queue.worker = None

    async def _attempt(self, delivery: Delivery) -> None:
        """Send a delivery, with retries. Minut's own policy is unknown (API notes 6.3)."""
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

    def _client(self) -> ClientSession:
        if self._session is None:
            # aiohttp's default resolver may start a thread that outlives a test.
            connector = TCPConnector(resolver=ThreadedResolver(), force_close=True)
            self._session = ClientSession(connector=connector, timeout=TIMEOUT)
        return self._session

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        async with self._client().request(
            self._switches.delivery_method, url, data=body, headers=headers, allow_redirects=False
        ) as response:
            await response.read()
            return response.status

    def _prepare(self, hook: Hook, event: Event) -> Delivery:
        payload = self._alternatives.delivery(
            {"hook_id": hook.hook_id, "event": event.as_user_event()}
        )
        if self._switches.delivery_token == "body" and isinstance(payload, dict):
            payload = payload | {"token": hook.token}
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
        """Return the headers with token and signature; neither is certain (API notes 6.3)."""
        headers = {"Content-Type": "application/json", "User-Agent": "Minut"}
        switches = self._switches
        if hook.token is not None and switches.delivery_token in TOKEN_HEADERS:
            name, template = TOKEN_HEADERS[switches.delivery_token]
            headers[name] = template.format(token=hook.token)
        if algorithm := ALGORITHMS.get(switches.signature):
            key = SECRETS[switches.signature_secret](hook.secret)
            digest = hmac.new(key, body, algorithm).digest()
            signature = ENCODINGS[switches.signature_encoding](digest)
            headers[switches.signature_header] = switches.signature_prefix + signature
        return headers
