"""A view at /api/soak that reports the resources of Home Assistant and sets its clock's speed."""

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

from benchmarks.soak.clock import FastClock
from custom_components.point.const import DOMAIN
from custom_components.point.data import PointConfigEntry

PATH = "/api/soak"
COUNTDOWN = "_grace_period_ends"

type Figures = dict[str, float]


class Probe(HomeAssistantView):
    """Reports the figures, and sets the speed of the clock."""

    url = PATH
    name = "api:soak"

    def __init__(self, hass: HomeAssistant, clock: FastClock) -> None:
        self._hass = hass
        self._clock = clock

    async def get(self, _request: Request) -> Response:
        """Return the figures, or 503 while the account is not loaded."""
        process = await self._hass.async_add_executor_job(_process_figures)
        entries = self._hass.config_entries.async_loaded_entries(DOMAIN)
        if not entries:
            return self.json_message("not loaded", HTTPStatus.SERVICE_UNAVAILABLE)
        return self.json(
            process | _loop_figures(self._hass) | _account_figures(self._hass, entries[0])
        )

    async def post(self, request: Request) -> Response:
        """Set the `speed` of the clock from a real monotonic time (`since`) on."""
        body = await request.json()
        self._clock.set_speed(body["speed"], since=body["since"])
        return self.json({})


def install(clock: FastClock) -> None:
    """Register the view in the next Home Assistant that this process sets up."""
    original = bootstrap.async_setup_hass

    async def set_up(*args: Any, **kwargs: Any) -> HomeAssistant | None:
        hass = await original(*args, **kwargs)
        if hass:
            hass.http.register_view(Probe(hass, clock))
        return hass

    bootstrap.async_setup_hass = set_up


def _process_figures() -> Figures:
    """Return the figures of the process, after freeing all garbage."""
    gc.collect()
    CDLL(None).malloc_trim(0)
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    resident = next(line for line in lines if line.startswith("Rss:"))
    return {
        "memory": int(resident.split()[1]) / 1024,
        "open files and sockets": len(list(Path("/proc/self/fd").iterdir())),
        "objects": len(gc.get_objects()),
    }


def _loop_figures(hass: HomeAssistant) -> Figures:
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
        # A countdown has a state only while it runs.
        "states": sum(
            not entity_id.endswith(COUNTDOWN) for entity_id in hass.states.async_entity_ids()
        ),
    }


def _account_figures(hass: HomeAssistant, entry: PointConfigEntry) -> Figures:
    coordinator = entry.runtime_data.coordinator
    signals = hass.data[DATA_DISPATCHER]
    listeners = [
        coordinator._listeners,
        coordinator._new_listeners,
        coordinator.keyed_listeners,
        *(signals[signal] for signal in signals if entry.entry_id in signal),
    ]
    return {
        "listeners of the account": sum(map(len, listeners)),
        "unload callbacks": len(entry._on_unload or ()),
    }
