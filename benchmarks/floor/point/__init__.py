"""A minimal integration: the cost of its entities and deliveries is Home Assistant's own.

It adds the entities listed in a file. At each delivery it writes the states of a Point that are
named there, or of the temperature if all of them are disabled.
"""

from collections.abc import Callable
import json
from pathlib import Path
from typing import Any

from aiohttp.web import Request
from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

DOMAIN = "point"
FILE = "floor.json"
PLATFORMS = (
    Platform.ALARM_CONTROL_PANEL,
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TIME,
    Platform.TODO,
)


class Floor:
    """One account: the descriptions of its entities, and the entities created from them."""

    def __init__(self, known: list[dict[str, Any]], written: list[str]) -> None:
        self.known = known
        self._written = written
        self.entities: dict[str, FloorEntity] = {}

    def update(self, point: str) -> None:
        """Write the states of a Point."""
        named = (self.entities[f"{DOMAIN}.{point}-{key}"] for key in self._written)
        enabled = [entity for entity in named if entity.entity_registry_enabled_default]
        for entity in enabled or [self.entities[f"{DOMAIN}.{point}-temperature"]]:
            entity.update_from_event()


type FloorConfigEntry = ConfigEntry[Floor]


class FloorEntity(Entity):
    """An entity whose state never changes."""

    _attr_should_poll = False
    _attr_has_entity_name = True

    def __init__(self, known: dict[str, Any]) -> None:
        self._attr_unique_id = known["unique_id"]
        self._attr_name = known["unique_id"].partition("-")[2] or None
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, known["device"])}, name=known["device"]
        )
        self._attr_entity_registry_enabled_default = known["enabled"]

    def update_from_event(self) -> None:
        """Handle an event; by default, nothing changes."""


def setup_of(
    platform: Platform, kind: Callable[[dict[str, Any]], FloorEntity]
) -> Callable[[HomeAssistant, FloorConfigEntry, AddConfigEntryEntitiesCallback], Any]:
    """Return the `async_setup_entry` of a platform."""

    async def async_setup_entry(
        _hass: HomeAssistant,
        entry: FloorConfigEntry,
        async_add_entities: AddConfigEntryEntitiesCallback,
    ) -> None:
        floor = entry.runtime_data
        entities = {
            known["unique_id"]: kind(known)
            for known in floor.known
            if known["platform"] == platform
        }
        floor.entities |= entities
        async_add_entities(entities.values())

    return async_setup_entry


async def async_setup_entry(hass: HomeAssistant, entry: FloorConfigEntry) -> bool:
    """Add the entities of the file, and register the webhook."""
    file = Path(hass.config.path(FILE))
    content = json.loads(await hass.async_add_executor_job(file.read_text))
    entry.runtime_data = Floor(content["entities"], content["written"])
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)

    async def handle(hass: HomeAssistant, _webhook_id: str, request: Request) -> None:
        data = await request.json()
        entry.runtime_data.update(data["event"]["device_id"])
        hass.bus.async_fire("point_webhook_received", data)

    webhook_id = entry.data[CONF_WEBHOOK_ID]
    webhook.async_register(hass, DOMAIN, "Floor", webhook_id, handle)
    entry.async_on_unload(lambda: webhook.async_unregister(hass, webhook_id))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: FloorConfigEntry) -> bool:
    """Remove the entities. The webhook is unregistered afterwards."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
