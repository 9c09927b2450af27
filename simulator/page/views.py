"""The web page and the API behind it (`/state`, `/action`), which is not part of Minut's."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from aiohttp import web

from simulator.backend.faults import Fault
from simulator.backend.hooks import Delivery
from simulator.behaviour.actions import InteractiveCloud
from simulator.formats import JsonObject, iso
from simulator.page.actions import ACTIONS
from simulator.page.switches import alternative_groups, switch_rows
from simulator.world.device import Device
from simulator.world.weather import Quantity
from simulator.world.world import Home

STATIC = Path(__file__).parent / "static"
MAX_LOG_LINES = 60
"""Maximum number of requests and of deliveries on the page."""


class RecordedRequest(Protocol):
    """A request as the page shows it."""

    @property
    def time(self) -> datetime:
        """Time of the answer."""

    @property
    def method(self) -> str:
        """HTTP method."""

    @property
    def path(self) -> str:
        """Path relative to the API root."""

    @property
    def status(self) -> int | None:
        """Status of the answer; None: no answer was sent."""


type Requests = Callable[[], Sequence[RecordedRequest]]

_UNITS = {
    Quantity.TEMPERATURE: ("°C", 1.0),
    Quantity.HUMIDITY: ("%", 1.0),
    Quantity.SOUND: ("dBA", 1.0),
    Quantity.PRESSURE: ("hPa", 0.01),
}


def add_page(
    app: web.Application, cloud: InteractiveCloud, requests: Requests, home_assistant: str | None
) -> None:
    """Serve the page at `/`. `home_assistant`: URL to which it links."""

    async def index(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    async def state(_request: web.Request) -> web.StreamResponse:
        cloud.catch_up()
        return web.json_response(describe(cloud, requests()) | {"home_assistant": home_assistant})

    async def perform(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        try:
            action = ACTIONS[body["action"]]
            await action(cloud, body.get("id", ""), body.get("value"))
        except (KeyError, ValueError, TypeError) as error:
            raise web.HTTPBadRequest(text=f"Action failed: {error!r}") from error
        return await state(request)

    app.router.add_get("/", index)
    app.router.add_get("/state", state)
    app.router.add_post("/action", perform)
    app.router.add_static("/static", STATIC)


def describe(cloud: InteractiveCloud, requests: Sequence[RecordedRequest]) -> JsonObject:
    """Return everything that the page shows."""
    return {
        "time": iso(cloud.time()),
        "client_id": cloud.client_id,
        "client_secret": cloud.client_secret,
        "account": f"{cloud.account.fullname} · {cloud.account.email}",
        "homes": [_home(cloud, home) for home in cloud.homes.values()],
        "requests": [
            {
                "time": iso(request.time),
                "what": f"{request.method} {request.path}",
                "status": request.status,
            }
            for request in reversed(requests[-MAX_LOG_LINES:])
        ],
        "deliveries": [
            {
                "time": iso(delivery.time),
                "what": delivery.event.type,
                "status": delivery.status or _outcome(cloud, delivery),
                "attempts": delivery.attempts,
            }
            for delivery in reversed(cloud.webhooks.deliveries[-MAX_LOG_LINES:])
        ],
        "hooks": [
            {"id": hook.hook_id, "url": hook.url, "events": ", ".join(hook.events)}
            for hook in cloud.webhooks.all.values()
        ],
        "faults": [_fault(fault) for fault in cloud.faults.active],
        "switches": switch_rows(cloud.switches),
        "alternatives": alternative_groups(cloud.switches),
        "limits": {
            "total": cloud.limits.total,
            "peak_per_second": cloud.limits.peak_per_second,
            "peak_per_minute": cloud.limits.peak_per_minute,
        },
    }


def _home(cloud: InteractiveCloud, home: Home) -> JsonObject:
    left = None
    if home.grace_period_expires_at:
        left = round((home.grace_period_expires_at - cloud.time()).total_seconds())
    return {
        "id": home.home_id,
        "name": home.name,
        "alarm": home.alarm_status,
        "alarm_seconds_left": left,
        "noise": home.disturbance,
        "noise_monitoring": home.disturbance_monitoring,
        "stays": len(home.guests),
        "devices": [_device(cloud, device) for device in cloud.world.devices_of(home.home_id)],
    }


def _device(cloud: InteractiveCloud, device: Device) -> JsonObject:
    now = cloud.time().timestamp()
    return {
        "id": device.device_id,
        "name": device.description,
        "online": device.reachable,
        "mounted": device.mounted,
        "ongoing": list(device.ongoing),
        "heard": iso(device.last_heard_from_at),
        "next": iso(device.next_heartbeat_at),
        "battery": device.battery_percent,
        "readings": [
            {
                "name": quantity.value,
                "unit": unit,
                "actual": round(device.value(quantity, now) * scale, 1),
                "reported": round(device.latest[quantity][1] * scale, 1),
            }
            for quantity, (unit, scale) in _UNITS.items()
            if quantity in device.latest
        ],
    }


def _outcome(cloud: InteractiveCloud, delivery: Delivery) -> str | None:
    """Return the outcome of a delivery without an answer; None: it is pending."""
    if delivery.lost:
        return "lost"
    if delivery.attempts >= cloud.switches.delivery_attempts:
        return "failed"
    return None


def _fault(fault: Fault) -> str:
    effects = {
        "hang": fault.hang,
        "swallow": fault.swallow,
        "disconnect": fault.disconnect,
        "truncate": fault.truncate,
        "rotate": fault.rotate,
    }
    effect = ", ".join(name for name, applies in effects.items() if applies) or str(fault.status)
    times = "always" if fault.times is None else f"{fault.times} more"
    return f"{fault.method} {fault.path} → {effect}, {times}".replace("* *", "any request")
