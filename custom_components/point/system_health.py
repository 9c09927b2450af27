"""System health: whether Minut can be reached, and the accounts."""

from typing import Any

from homeassistant.components.system_health import (
    SystemHealthRegistration,
    async_check_can_reach_url,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .auth.yaml import api_root
from .check import async_check, check_texts
from .const import DOMAIN
from .data import PointConfigEntry, PointData
from .minut.findings import lines, worst


@callback
def async_register(_hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register the system health information."""
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    entries: list[PointConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    accounts = [entry.runtime_data for entry in entries if entry.state is ConfigEntryState.LOADED]
    loaded = [account.coordinator for account in accounts]
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
        "push": f"{sum(coordinator.push.works for coordinator in loaded)} / {len(loaded)}",
        **({"check": _checked(hass, accounts)} if accounts else {}),
    }


async def _checked(hass: HomeAssistant, accounts: list[PointData]) -> str:
    """Return the result of the check without a sample, of several accounts the worst ones."""
    texts = check_texts(hass)
    found = [await async_check(data, with_sample=False) for data in accounts]
    merged = {check: worst(findings[check] for findings in found) for check in found[0]}
    return " · ".join(lines(merged, texts))
