"""The dashboard strategy: JavaScript modules that arrange Home Assistant's own cards."""

from pathlib import Path
from typing import Final

from homeassistant.components.frontend import DOMAIN as FRONTEND, add_extra_js_url
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration
from homeassistant.setup import async_when_setup

from ..const import DOMAIN

FOLDER: Final = Path(__file__).parent / "frontend"
ENTRY: Final = "minut.js"
"""The module that pages load. It imports the others from the same folder."""


async def async_setup_dashboard(hass: HomeAssistant) -> None:
    """Offer the dashboard once the frontend is set up, if it ever is."""
    async_when_setup(hass, FRONTEND, _async_offer)


async def _async_offer(hass: HomeAssistant, _component: str) -> None:
    """Serve the modules under a path that changes with the version, so that browsers cache them."""
    integration = await async_get_integration(hass, DOMAIN)
    path = f"/api/{DOMAIN}/dashboard/{integration.version}"
    await hass.http.async_register_static_paths(
        [StaticPathConfig(path, str(FOLDER), cache_headers=True)]
    )
    add_extra_js_url(hass, f"{path}/{ENTRY}")
