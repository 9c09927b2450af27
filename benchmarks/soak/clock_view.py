"""A view that sets the speed of Home Assistant's fast clock."""

from typing import Any

from aiohttp.web import Request, Response
from homeassistant import bootstrap
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import HomeAssistantView

from benchmarks.soak.clock import FastClock

PATH = "/api/benchmark"


class ClockView(HomeAssistantView):
    """Sets the speed of the clock."""

    url = PATH
    name = "api:benchmark"

    def __init__(self, hass: HomeAssistant, clock: FastClock) -> None:
        self.hass = hass
        self._clock = clock

    async def post(self, request: Request) -> Response:
        """Set the `speed` of the clock from a real monotonic time (`since`) on."""
        body = await request.json()
        self._clock.set_speed(body["speed"], since=body["since"])
        return self.json({})


def install(clock: FastClock, view: type[ClockView] = ClockView) -> None:
    """Register the view in the next Home Assistant that this process sets up."""
    original = bootstrap.async_setup_hass

    async def set_up(*args: Any, **kwargs: Any) -> HomeAssistant | None:
        hass = await original(*args, **kwargs)
        if hass:
            hass.http.register_view(view(hass, clock))
        return hass

    bootstrap.async_setup_hass = set_up
