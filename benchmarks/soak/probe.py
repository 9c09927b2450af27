"""A view that reports the resources of Home Assistant and sets its clock's speed."""

import asyncio
from ctypes import CDLL
import gc
from http import HTTPStatus
from pathlib import Path

from aiohttp.web import Request, Response
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import DATA_DISPATCHER
from homeassistant.helpers.event import _KeyedEventData

from benchmarks.soak.clock_view import ClockView
from custom_components.point.const import DOMAIN
from custom_components.point.data import PointConfigEntry

COUNTDOWN = "_grace_period_ends"

type Figures = dict[str, float]


class Probe(ClockView):
    """Reports the figures, and sets the speed of the clock."""

    async def get(self, _request: Request) -> Response:
        """Return the figures, or 503 while the account is not loaded."""
        process = await self.hass.async_add_executor_job(_process_figures)
        entries = self.hass.config_entries.async_loaded_entries(DOMAIN)
        if not entries:
            return self.json_message("not loaded", HTTPStatus.SERVICE_UNAVAILABLE)
        return self.json(
            process | _loop_figures(self.hass) | _account_figures(self.hass, entries[0])
        )


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
