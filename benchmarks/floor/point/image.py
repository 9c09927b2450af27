"""Images that never change."""

from functools import partial
from typing import Any

from homeassistant.components.image import ImageEntity
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import FloorConfigEntry, FloorEntity, setup_of


class Image(FloorEntity, ImageEntity):
    """An image."""

    def __init__(self, hass: HomeAssistant, known: dict[str, Any]) -> None:
        FloorEntity.__init__(self, known)
        ImageEntity.__init__(self, hass)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: FloorConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the images: unlike other entities, they need `hass` from the beginning."""
    await setup_of(Platform.IMAGE, partial(Image, hass))(hass, entry, async_add_entities)
