"""System health: whether Minut can be reached, and the accounts."""

from typing import Any

from homeassistant.components.system_health import (
    SystemHealthRegistration,
    async_check_can_reach_url,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .auth.yaml import api_root
from .const import DOMAIN
from .data import PointConfigEntry


@callback
def async_register(_hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register the system health information."""
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    entries: list[PointConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    is_loaded = ConfigEntryState.LOADED
    loaded = [entry.runtime_data.coordinator for entry in entries if entry.state is is_loaded]
    return {
        "can_reach_server": async_check_can_reach_url(hass, api_root(hass)),
        "accounts": f"{len(loaded)} / {len(entries)}",
        "homes": sum(len(coordinator.data.homes) for coordinator in loaded),
        "points": sum(len(coordinator.data.devices) for coordinator in loaded),
        "clock_offset": max(
            (round(coordinator.client.clock.value.total_seconds()) for coordinator in loaded),
            key=abs,
            default=0,
        ),
        "push": f"{sum(coordinator.push_works for coordinator in loaded)} / {len(loaded)}",
    }
