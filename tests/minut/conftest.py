"""A cloud that gives the answers it is told to, and a client that asks it."""

from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
import json
import re
from typing import Any
from unittest.mock import Mock

from aiohttp import ClientResponse, ClientSession
from aioresponses import CallbackResult, aioresponses
import pytest
from yarl import URL

from custom_components.point.minut.client import API_ROOT, MinutClient

TOKEN = "a-token-to-recognize"


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Load no integration: nothing here needs a Home Assistant."""


class Response(ClientResponse):
    """An answer with what aiohttp 3.14 asks for and aioresponses 0.7 does not give."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("stream_writer", Mock(output_size=0))
        super().__init__(*args, **options)


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request as the cloud saw it."""

    method: str
    path: str
    query: dict[str, str]
    body: object
    headers: dict[str, str]


class Cloud:
    """Gives its answers in turn and remembers what it was asked."""

    def __init__(self, mocked: aioresponses) -> None:
        self.calls: list[Call] = []
        self._answers: deque[CallbackResult | Exception] = deque()
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            answer = partial(self._answer, method)
            mocked.add(re.compile(".*"), method=method, callback=answer, repeat=True)

    def says(self, *answers: object) -> None:
        """Answer with JSON."""
        for answer in answers:
            self.answers(200, json.dumps(answer))

    def answers(
        self,
        status: int,
        body: str | bytes = b"",
        *,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
    ) -> None:
        """Answer with a status and a body."""
        self._answers.append(
            CallbackResult(
                status=status,
                body=body,
                headers=headers,
                content_type=content_type,
                response_class=Response,
            )
        )

    def fails(self, error: Exception) -> None:
        """Fail the request as a lost connection does."""
        self._answers.append(error)

    @property
    def asked(self) -> list[str]:
        """Return the requests without their details."""
        return [f"{call.method} {call.path}" for call in self.calls]

    def _answer(self, method: str, url: URL, **options: Any) -> CallbackResult:
        assert str(url).startswith(API_ROOT)
        assert options["timeout"].total
        self.calls.append(
            Call(
                method=method,
                path=url.path.removeprefix(URL(API_ROOT).path),
                query=dict(options["params"] or {}),
                body=options["json"],
                headers=options["headers"],
            )
        )
        assert self._answers, f"nobody expected {self.asked[-1]}"
        answer = self._answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """Return a cloud that has to be told what to answer."""
    with aioresponses() as mocked:
        yield Cloud(mocked)


@pytest.fixture
async def client(cloud: Cloud) -> AsyncIterator[MinutClient]:
    """Return a client of that cloud."""

    async def access_token() -> str:
        return TOKEN

    async with ClientSession() as session:
        yield MinutClient(session, access_token)
