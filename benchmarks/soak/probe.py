"""What a Home Assistant process holds, told to who asks at /api/soak; and its clock's speed."""

import asyncio
from ctypes import CDLL
import gc
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aiohttp.web import Request, Response
from homeassistant import bootstrap
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import DATA_DISPATCHER
from homeassistant.helpers.event import _KeyedEventData
from homeassistant.helpers.http import HomeAssistantView

from benchmarks.soak.clock import Time
from custom_components.point.const import DOMAIN
from custom_components.point.data import PointConfigEntry

PATH = "/api/soak"

type Figures = dict[str, float]


class Probe(HomeAssistantView):
    """Tells the figures, and takes the speed of the clock."""

    url = PATH
    name = "api:soak"

    def __init__(self, hass: HomeAssistant, present: Time) -> None:
        self._hass = hass
        self._present = present

    async def get(self, _request: Request) -> Response:
        """Answer with the figures; 503 while the account is not loaded."""
        of_process = await self._hass.async_add_executor_job(_of_process)
        entries = self._hass.config_entries.async_loaded_entries(DOMAIN)
        if not entries:
            return self.json_message("not loaded", HTTPStatus.SERVICE_UNAVAILABLE)
        return self.json(of_process | _of_loop(self._hass) | _of_account(self._hass, entries[0]))

    async def post(self, request: Request) -> Response:
        """Let the clock go at another `speed` from a real moment (`since`) on."""
        body = await request.json()
        self._present.go(body["speed"], since=body["since"])
        return self.json({})


def install(present: Time) -> None:
    """Have the next Home Assistant of this process answer at /api/soak."""
    original = bootstrap.async_setup_hass

    async def set_up(*args: Any, **kwargs: Any) -> HomeAssistant | None:
        hass = await original(*args, **kwargs)
        if hass:
            hass.http.register_view(Probe(hass, present))
        return hass

    bootstrap.async_setup_hass = set_up


def _of_process() -> Figures:
    """Return what the system knows of this process, after all garbage has gone back to it."""
    gc.collect()
    CDLL(None).malloc_trim(0)
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    resident = next(line for line in lines if line.startswith("Rss:"))
    return {
        "memory": int(resident.split()[1]) / 1024,
        "open files and sockets": len(list(Path("/proc/self/fd").iterdir())),
        "objects": len(gc.get_objects()),
    }


def _of_loop(hass: HomeAssistant) -> Figures:
    timers = [
        handle
        for handle in hass.loop._scheduled  # type: ignore[attr-defined] # the base's own
        if not handle.cancelled()
    ]
    tracked = [each for each in hass.data.values() if isinstance(each, _KeyedEventData)]
    return {
        "tasks": len(asyncio.all_tasks()),
        "timers": len(timers),
        "bus listeners": sum(hass.bus.async_listeners().values()),
        "tracked states and registry entries": sum(
            len(jobs) for each in tracked for jobs in each.callbacks.values()
        ),
        "states": len(hass.states.async_all()),
    }


def _of_account(hass: HomeAssistant, entry: PointConfigEntry) -> Figures:
    coordinator = entry.runtime_data.coordinator
    signals = hass.data[DATA_DISPATCHER]
    listeners = [
        coordinator._listeners,
        coordinator._new_listeners,
        *coordinator._keyed_listeners.values(),
        *(signals[signal] for signal in signals if entry.entry_id in signal),
    ]
    return {
        "listeners of the account": sum(map(len, listeners)),
        "things to undo at unload": len(entry._on_unload or ()),
    }
