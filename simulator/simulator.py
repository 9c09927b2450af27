"""A Minut cloud on loopback."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from simulator.backend.hooks import Delivery, Hook
from simulator.backend.tokens import Grant
from simulator.behaviour.household import Household
from simulator.cloud import utc_now
from simulator.server import ROOT, Request, Server
from simulator.wire import JsonObject
from simulator.world.world import Account


class Simulator(Household):
    """The cloud with its people, served over HTTP.

    `now` gives aware UTC times. Nothing happens by itself: what has become due happens before
    each request is answered, before each act, and at `run_due()`.
    """

    def __init__(
        self,
        *,
        homes: int = 2,
        devices: int = 2,
        seed: int = 1,
        heartbeat: timedelta = timedelta(hours=1),
        now: Callable[[], datetime] = utc_now,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        super().__init__(homes=homes, devices=devices, seed=seed, heartbeat=heartbeat, now=now)
        self._server = Server(self, host, port)

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

    async def start(self) -> None:
        """Listen for requests."""
        await self._server.start()

    async def stop(self) -> None:
        """End deliveries and stop listening; the data stay, so it can be started again."""
        await self.webhooks.close()
        await self._server.stop()

    @property
    def page(self) -> str:
        """The address of the page for people."""
        return self._server.address

    @property
    def root(self) -> str:
        """The API root, without a slash at its end."""
        return self._server.address.rstrip("/") + ROOT

    @property
    def requests(self) -> list[Request]:
        """All answered requests, oldest first."""
        return self._server.requests

    @property
    def hooks(self) -> dict[str, Hook]:
        """All registered hooks by id."""
        return self.webhooks.all

    @property
    def deliveries(self) -> list[Delivery]:
        """All deliveries, oldest first."""
        return self.webhooks.deliveries

    async def deliveries_done(self) -> None:
        """Wait until no delivery is on its way any more; held ones stay held."""
        await self.webhooks.done()

    async def release_deliveries(self, *, newest_first: bool = False) -> None:
        """Send the deliveries that `switches.hold_deliveries` kept back."""
        self.webhooks.release(newest_first=newest_first)

    def issue_token(self, account: Account | None = None) -> JsonObject:
        """Give the token response that `authorization_code` would have."""
        grant = Grant((account or self.account).user_id, self.client_id)
        return self.tokens.response(grant, self.time())

    def expire_tokens(self, account: Account | None = None) -> None:
        """End access tokens early; refreshing goes on working."""
        self.tokens.expire(account)

    def revoke_tokens(self, account: Account | None = None) -> None:
        """End access and refresh tokens, as when the user withdraws the permission."""
        self.tokens.revoke_all(account)
