"""Records answers, deliveries, and the events that Home Assistant fires for them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
import json
from typing import Any

from aiohttp import web
from homeassistant.components.event import EventEntity
from homeassistant.components.webhook import DOMAIN as WEBHOOK
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.util import dt as dt_util
import pytest

from simulator import Simulator
from tests.helpers.deliveries import WEBHOOK_ID

type Wait = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Heard:
    """An answer to a request (`words` None: it failed), with Home Assistant's time."""

    method: str
    path: str
    words: Any
    asked_at: datetime
    status: int | None = 200


@dataclass(frozen=True)
class Delivered:
    """A delivery that reached the integration."""

    words: Any
    at: datetime


class Watch:
    """Everything recorded since the last look."""

    def __init__(self, hass: HomeAssistant, simulator: Simulator, wait: Wait) -> None:
        self._hass = hass
        self._simulator = simulator
        self._wait = wait
        self._requests = 0
        self._passed: list[Heard | Delivered] = []
        self.fired: list[str] = []
        """Ids of the events on Home Assistant's bus."""
        self.triggered: list[tuple[str, str]] = []
        """Unique id of an event entity and event type, for each time it was triggered."""

    def listen(self, patch: pytest.MonkeyPatch) -> None:
        """Record until the patches are undone."""
        server, hooks = self._simulator._server, self._simulator.webhooks
        answer, send, trigger = server._answer, hooks.send, EventEntity._trigger_event

        async def note_answer(request: web.Request, handler: Any) -> web.StreamResponse:
            asked_at = dt_util.utcnow()
            response = await answer(request, handler)
            if isinstance(response, web.Response) and response.status < 300:
                path = request.path.removeprefix("/v8")
                body = response.body if isinstance(response.body, bytes) else b"null"
                words = json.loads(body or b"null")
                self._passed.append(Heard(request.method, path, words, asked_at))
                await self._wait(path)
            return response

        async def note_delivery(url: str, body: bytes, headers: dict[str, str]) -> int:
            is_listening = WEBHOOK_ID in self._hass.data.get(WEBHOOK, {})
            status = await send(url, body, headers)
            if status == 200 and is_listening:
                self._passed.append(Delivered(json.loads(body)["event"], dt_util.utcnow()))
            return status

        def note_trigger(
            entity: EventEntity, kind: str, attributes: dict[str, Any] | None = None
        ) -> None:
            self.triggered.append((str(entity.unique_id), str((attributes or {}).get("type"))))
            trigger(entity, kind, attributes)

        @callback
        def note_fired(event: Event) -> None:
            self.fired.append(event.data["event"]["id"])

        patch.setattr(server, "_answer", note_answer)
        patch.setattr(hooks, "send", note_delivery)
        patch.setattr(EventEntity, "_trigger_event", note_trigger)
        self.stop = self._hass.bus.async_listen("point_webhook_received", note_fired)

    def passed(self) -> list[Heard | Delivered]:
        """Return what was recorded since the last look: failures first, then the rest in order."""
        requests = self._simulator.requests[self._requests :]
        self._requests += len(requests)
        failed = [
            Heard(request.method, request.path, None, dt_util.utcnow(), request.status)
            for request in requests
            if request.status is None or request.status >= 400
        ]
        passed, self._passed = self._passed, []
        return [*failed, *passed]

    def forget_deliveries(self) -> None:
        """Drop the deliveries since the last look."""
        self._passed = [it for it in self._passed if not isinstance(it, Delivered)]
