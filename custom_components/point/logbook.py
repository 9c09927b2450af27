"""Describes Minut's events in the logbook, in one sentence."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ICON,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN, EVENT_RECEIVED
from .minut.parsing import mapping, text
from .texts import texts

ICON: Final = "mdi:bell-ring-outline"
PRODUCT: Final = "Minut"


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], dict[str, Any]]], None],
) -> None:
    """Register the description of the events that Minut delivers."""

    @callback
    def describe(event: Event) -> dict[str, Any]:
        """Return the name of the Point or home, and what it reported."""
        point, home = _name(hass, event.data, "device"), _name(hass, event.data, "home")
        kind = text(mapping(event.data.get("event")).get("type")) or "?"
        values = {"event": texts(hass, "event_type").get(kind, kind), "home": home}
        sentence = texts(hass, "logbook")["point" if point and home else "place"]
        return {
            LOGBOOK_ENTRY_NAME: point or home or PRODUCT,
            LOGBOOK_ENTRY_MESSAGE: sentence.format_map(values),
            LOGBOOK_ENTRY_ICON: ICON,
        }

    async_describe_event(DOMAIN, EVENT_RECEIVED, describe)


def _name(hass: HomeAssistant, data: Mapping[str, Any], key: str) -> str | None:
    """Return the name of the device that the event names."""
    device_id = data.get(key)
    device = dr.async_get(hass).async_get(device_id) if isinstance(device_id, str) else None
    return (device.name_by_user or device.name) if device else None
