"""What can go wrong with a request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from fnmatch import fnmatchcase
import socket
from typing import Any
from unittest.mock import Mock, patch

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientResponse,
    ClientSession,
)
from yarl import URL

from simulator import Simulator
from simulator.formats import Json

EMPTY_LISTS: Json = {"homes": [], "devices": [], "events": [], "home_events": [], "hooks": []}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One way to fail: by an answer of the cloud, or by an error on the way to it (`raises`).

    `times`: number of requests in a row that fail, where a single failure would go unnoticed.
    """

    answer: dict[str, Any] = field(default_factory=dict)
    raises: Callable[[], Exception] | None = None
    times: int = 1
    page_size: int | None = None


def _refused() -> Exception:
    return ClientConnectorError(Mock(), ConnectionRefusedError(111, "Connect call failed"))


def _unresolved() -> Exception:
    return ClientConnectorDNSError(Mock(), socket.gaierror(-2, "Name or service not known"))


FAULTS = {
    **{f"{status}": Fault(answer={"status": status}) for status in (400, 401, 403, 404, 500)},
    "429": Fault(answer={"status": 429}),
    "429 with seconds": Fault(answer={"status": 429, "headers": {"Retry-After": "90"}}),
    "429 with a date": Fault(answer={"status": 429, "headers": {"Retry-After": "date"}}),
    "502": Fault(answer={"status": 502, "body": "<html><h1>Bad Gateway</h1></html>"}),
    "hanging": Fault(answer={"hang": True}),
    "refused": Fault(raises=_refused),
    "no such host": Fault(raises=_unresolved),
    "disconnected": Fault(answer={"disconnect": True}, times=2),
    "truncated": Fault(answer={"truncate": True}),
    "another content type": Fault(answer={"content_type": "text/html"}),
    "empty object": Fault(answer={"status": 200, "body": {}}),
    "empty lists": Fault(answer={"status": 200, "body": EMPTY_LISTS}),
    "null": Fault(answer={"status": 200, "body": None}),
    "a list": Fault(answer={"status": 200, "body": []}),
    "shifting pages": Fault(answer={"rotate": True}, times=4, page_size=1),
}
assert len(FAULTS) == 20


class Mishap:
    """A fault that affects one kind of request."""

    def __init__(self, simulator: Simulator, fault: Fault, method: str, path: str) -> None:
        self._fault = fault
        self._method = method
        self._path = path
        self._on_the_way = 0
        self._answered = None
        if fault.answer:
            answer = dict(fault.answer)
            if answer.get("headers", {}).get("Retry-After") == "date":
                date = simulator.time() + timedelta(seconds=90)
                answer["headers"] = {"Retry-After": format_datetime(date, usegmt=True)}
            self._answered = simulator.faults.add(
                method=method, path=path, times=fault.times, **answer
            )

    @property
    def hits(self) -> int:
        """Number of requests affected."""
        return self._on_the_way + (self._answered.hits if self._answered else 0)

    @property
    def hangs(self) -> bool:
        """Whether a request waits for an answer now."""
        return bool(self._fault.answer.get("hang") and self.hits)

    @contextmanager
    def on_the_way(self) -> Iterator[None]:
        """Raise the error for requests that do not reach the cloud."""
        send = ClientSession._request

        async def fail(
            session: ClientSession, method: str, url: str | URL, **options: Any
        ) -> ClientResponse:
            path = URL(url).path.removeprefix("/v8")
            is_meant = fnmatchcase(method, self._method) and fnmatchcase(path, self._path)
            if self._fault.raises and is_meant and self._on_the_way < self._fault.times:
                self._on_the_way += 1
                raise self._fault.raises()
            return await send(session, method, url, **options)

        with patch.object(ClientSession, "_request", fail):
            yield
