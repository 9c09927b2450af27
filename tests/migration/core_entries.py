"""Entries that Home Assistant's own `point` has left, read from the files that it wrote."""

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import __version__
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from custom_components.point.const import DOMAIN

from ..helpers.house import House

FIXTURES = Path(__file__).parents[1] / "fixtures" / "core_entries"
RUNNING = __version__.rpartition(".")[0]
MODERN = [version for version in ("2026.10", "2026.11") if version <= RUNNING]
OLD = "2024.9"
BUTTON = "binary_sensor.doorbell"


def files(version: str) -> dict[str, Any]:
    """Return what core had stored, by the names of the files."""
    folders = [FIXTURES / "2026.10", FIXTURES / OLD] if version == OLD else [FIXTURES / version]
    found = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for folder in folders
        for path in folder.glob("*.json")
    }
    if version == OLD:
        del found["application_credentials"]
    return found


def entry_of(stored: dict[str, Any]) -> dict[str, Any]:
    [entry] = stored["core.config_entries"]["data"]["entries"]
    assert isinstance(entry, dict)
    return entry


async def start(moved: House) -> ConfigEntry:
    """Start the integration, and with it the entry."""
    section = {DOMAIN: {"api_url": moved.simulator.root}}
    assert await async_setup_component(moved.hass, DOMAIN, section)
    await moved.settle()
    [entry] = moved.hass.config_entries.async_entries(DOMAIN, include_disabled=False)
    return entry


def issue_of(house: House, entry: ConfigEntry) -> ir.IssueEntry | None:
    registry = ir.async_get(house.hass)
    return registry.async_get_issue(DOMAIN, f"differs_from_core_{entry.entry_id}")


async def async_reload(hass: HomeAssistant, automations: list[dict[str, Any]]) -> None:
    """Let other automations be there."""
    with patch(
        "homeassistant.config.async_hass_config_yaml", return_value={"automation": automations}
    ):
        await hass.services.async_call("automation", "reload", blocking=True)
