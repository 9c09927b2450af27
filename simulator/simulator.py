"""A Minut cloud on loopback."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from simulator.backend.hooks import Delivery, Hook
from simulator.backend.tokens import Grant
from simulator.behaviour.actions import InteractiveCloud
from simulator.cloud import utc_now
from simulator.formats import JsonObject
from simulator.server import ROOT, Request, Server
from simulator.world.world import Account


class Simulator(InteractiveCloud):
    """The simulated cloud, served over HTTP.

    `now` returns aware UTC times. Nothing runs in the background: due actions run before each
    request is answered, before each simulated action, and in `run_due()`. `alternatives` names
    other ways in which Minut may behave (see `simulator.backend.alternatives.table`).
    `home_assistant` is the URL to which the page links.
    """

    def __init__(
        self,
        *,
        homes: int = 2,
        devices: int = 2,
        seed: int = 1,
        heartbeat: timedelta = timedelta(hours=1),
        now: Callable[[], datetime] = utc_now,
        alternatives: Iterable[str] = (),
        home_assistant: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        super().__init__(homes=homes, devices=devices, seed=seed, heartbeat=heartbeat, now=now)
        self._server = Server(self, host, port, home_assistant)
        self.use(*alternatives)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def use(self, *names: str) -> None:
        """Switch alternatives on. Raise KeyError for an unknown name."""
        self.alternatives.use(*names)

    async def start(self) -> None:
        """Start to serve requests."""
        await self._server.start()

    async def stop(self) -> None:
        """Cancel deliveries and stop serving. The data stay, so it can be started again."""
        await self.webhooks.close()
        await self._server.stop()

    @property
    def page(self) -> str:
        """URL of the web page."""
        return self._server.address

    @property
    def root(self) -> str:
        """URL of the API root, without a trailing slash."""
        return self._server.address.rstrip("/") + ROOT

    @property
    def requests(self) -> list[Request]:
        """All answered requests, oldest first."""
        return self._server.requests

    @property
    def hooks(self) -> dict[str, Hook]:
        """All registered webhooks by id."""
        return self.webhooks.all

    @property
    def deliveries(self) -> list[Delivery]:
        """All deliveries, oldest first."""
        return self.webhooks.deliveries

    async def deliveries_done(self) -> None:
        """Wait until all deliveries are done; held ones stay held."""
        await self.webhooks.done()

    async def release_deliveries(self, *, newest_first: bool = False) -> None:
        """Send the deliveries that `switches.hold_deliveries` held back."""
        self.webhooks.release(newest_first=newest_first)

    def issue_token(self, account: Account | None = None) -> JsonObject:
        """Return the token response of an `authorization_code` grant."""
        grant = Grant((account or self.account).user_id, self.client_id)
        return self.tokens.response(grant, self.time())

    def expire_tokens(self, account: Account | None = None) -> None:
        """Invalidate access tokens; refresh tokens still work."""
        self.tokens.expire(account)

    def revoke_tokens(self, account: Account | None = None) -> None:
        """Invalidate access and refresh tokens, as when the user revokes the permission."""
        self.tokens.revoke_all(account)
