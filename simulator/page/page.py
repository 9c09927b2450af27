"""The page for people, and the little API behind it (`/state`, `/act`); no part of Minut's."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from aiohttp import web

from simulator.backend.faults import Fault
from simulator.backend.hooks import Delivery
from simulator.behaviour.household import Household
from simulator.page.acts import ACTS
from simulator.page.panel import switch_rows
from simulator.wire import JsonObject, iso
from simulator.world.device import Device
from simulator.world.weather import Quantity
from simulator.world.world import Home

STATIC = Path(__file__).parent / "static"
SHOWN = 60
"""Requests and deliveries on the page."""


class Noted(Protocol):
    """What the page shows of a request."""

    @property
    def time(self) -> datetime:
        """When it was answered."""

    @property
    def method(self) -> str:
        """Its method."""

    @property
    def path(self) -> str:
        """Its path below the API root."""

    @property
    def status(self) -> int | None:
        """Its answer."""


type Requests = Callable[[], Sequence[Noted]]

_UNITS = {
    Quantity.TEMPERATURE: ("°C", 1.0),
    Quantity.HUMIDITY: ("%", 1.0),
    Quantity.SOUND: ("dBA", 1.0),
    Quantity.PRESSURE: ("hPa", 0.01),
}


def add_page(app: web.Application, cloud: Household, requests: Requests) -> None:
    """Serve the page at `/`."""

    async def index(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    async def state(_request: web.Request) -> web.StreamResponse:
        cloud.catch_up()
        return web.json_response(describe(cloud, requests()))

    async def act(request: web.Request) -> web.StreamResponse:
        order = await request.json()
        try:
            deed = ACTS[order["act"]]
            await deed(cloud, order.get("id", ""), order.get("value"))
        except (KeyError, ValueError, TypeError) as error:
            raise web.HTTPBadRequest(text=f"cannot be done: {error!r}") from error
        return await state(request)

    app.router.add_get("/", index)
    app.router.add_get("/state", state)
    app.router.add_post("/act", act)
    app.router.add_static("/static", STATIC)


def describe(cloud: Household, requests: Sequence[Noted]) -> JsonObject:
    """Give all that the page shows."""
    return {
        "time": iso(cloud.time()),
        "client_id": cloud.client_id,
        "client_secret": cloud.client_secret,
        "account": f"{cloud.account.fullname} · {cloud.account.email}",
        "homes": [_home(cloud, home) for home in cloud.homes.values()],
        "requests": [
            {
                "time": iso(noted.time),
                "what": f"{noted.method} {noted.path}",
                "status": noted.status,
            }
            for noted in reversed(requests[-SHOWN:])
        ],
        "deliveries": [
            {
                "time": iso(delivery.time),
                "what": delivery.event.type,
                "status": delivery.status or _fate(cloud, delivery),
                "attempts": delivery.attempts,
            }
            for delivery in reversed(cloud.webhooks.deliveries[-SHOWN:])
        ],
        "hooks": [
            {"id": hook.hook_id, "url": hook.url, "events": ", ".join(hook.events)}
            for hook in cloud.webhooks.all.values()
        ],
        "faults": [_fault(fault) for fault in cloud.faults.active],
        "switches": switch_rows(cloud.switches),
        "limits": {
            "total": cloud.limits.total,
            "peak_per_second": cloud.limits.peak_per_second,
            "peak_per_minute": cloud.limits.peak_per_minute,
        },
    }


def _home(cloud: Household, home: Home) -> JsonObject:
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


def _device(cloud: Household, device: Device) -> JsonObject:
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


def _fate(cloud: Household, delivery: Delivery) -> str | None:
    """Say what became of a delivery without an answer; None: it is on its way."""
    if delivery.lost:
        return "lost"
    if delivery.attempts >= cloud.switches.delivery_attempts:
        return "failed"
    return None


def _fault(fault: Fault) -> str:
    spoils = {
        "hang": fault.hang,
        "swallow": fault.swallow,
        "disconnect": fault.disconnect,
        "truncate": fault.truncate,
    }
    what = ", ".join(name for name, does in spoils.items() if does) or str(fault.status)
    times = "always" if fault.times is None else f"{fault.times} more"
    return f"{fault.method} {fault.path} → {what}, {times}".replace("* *", "any request")
