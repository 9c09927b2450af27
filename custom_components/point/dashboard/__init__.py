"""The dashboard strategy: JavaScript modules that arrange Home Assistant's own cards."""

from pathlib import Path
from typing import Final

from homeassistant.components.frontend import DOMAIN as FRONTEND, add_extra_js_url
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration
from homeassistant.setup import async_when_setup
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

FOLDER: Final = Path(__file__).parent / "frontend"
ENTRY: Final = "minut.js"
"""The module that the page loads. It imports the others from the same folder."""

_IS_OFFERED: HassKey[bool] = HassKey(f"{DOMAIN}_dashboard")


async def async_setup_dashboard(hass: HomeAssistant) -> None:
    """Offer the dashboard once the frontend is set up, if it ever is."""
    async_when_setup(hass, FRONTEND, _async_offer)


async def _async_offer(hass: HomeAssistant, _component: str) -> None:
    """Serve the modules under a path that changes with the version, so browsers can cache them."""
    if hass.data.setdefault(_IS_OFFERED, False):
        return
    hass.data[_IS_OFFERED] = True
    integration = await async_get_integration(hass, DOMAIN)
    path = f"/api/{DOMAIN}/dashboard/{integration.version}"
    await hass.http.async_register_static_paths(
        [StaticPathConfig(path, str(FOLDER), cache_headers=True)]
    )
    add_extra_js_url(hass, f"{path}/{ENTRY}")
