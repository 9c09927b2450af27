"""A simulated cloud with its own clock, an API client and a receiver of deliveries."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import json
from typing import Any

from aiohttp import ClientSession, web
import pytest

from simulator import Simulator

START = datetime(2026, 11, 20, 9, 41, 7, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that only tests advance."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Answer:
    """An answer of the API."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Api:
    """A client with a new token of the default account, unless `token` is set."""

    def __init__(self, sim: Simulator, session: ClientSession) -> None:
        self.sim = sim
        self.session = session
        self.token: str | None = None

    async def ask(self, method: str, path: str, **options: Any) -> Answer:
        headers = dict(options.pop("headers", {}))
        token = self.token or self.sim.issue_token()["access_token"]
        headers.setdefault("Authorization", f"Bearer {token}")
        async with self.session.request(
            method, self.sim.root + path, headers=headers, allow_redirects=False, **options
        ) as response:
            return Answer(response.status, await response.text(), dict(response.headers))

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.ask("GET", path, params={k: str(v) for k, v in query.items()})
        assert answer.status == 200, answer.text
        return answer.json

    async def post(self, path: str, body: Any = None) -> Answer:
        return await self.ask("POST", path, json=body)

    async def put(self, path: str, body: Any) -> Answer:
        return await self.ask("PUT", path, json=body)

    async def patch(self, path: str, body: Any) -> Answer:
        return await self.ask("PATCH", path, json=body)

    async def grant(self, **fields: str) -> Answer:
        """Ask for a token with the client in the body."""
        client = {"client_id": self.sim.client_id, "client_secret": self.sim.client_secret}
        return await self.ask("POST", "/oauth/token", data=client | fields, headers=NOBODY)


NOBODY = {"Authorization": ""}


@dataclass
class Receiver:
    """Receives deliveries. Answers with the statuses of `script`, then with 200."""

    url: str = ""
    script: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.methods.append(request.method)
        self.got.append((dict(request.headers), await request.read()))
        return web.Response(status=self.script.pop(0) if self.script else 200)

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["event"]["type"] for _, body in self.got]


@pytest.fixture(autouse=True)
def _custom_integrations(socket_enabled: None) -> None:
    """Allow sockets, and do not start Home Assistant (overrides the fixture of all other tests)."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sim(clock: Clock) -> AsyncIterator[Simulator]:
    async with Simulator(now=clock) as simulator:
        yield simulator


@pytest.fixture
async def api(sim: Simulator) -> AsyncIterator[Api]:
    async with ClientSession() as session:
        yield Api(sim, session)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    taker = Receiver()
    app = web.Application()
    app.router.add_route("*", "/hook", taker.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    taker.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield taker
    await runner.cleanup()


@pytest.fixture
def home(sim: Simulator) -> str:
    """Return the id of the first home."""
    return next(iter(sim.homes))


@pytest.fixture
def point(sim: Simulator) -> str:
    """Return the id of the first Point, which is in the first home."""
    return next(iter(sim.devices))
