"""Entity ids that contain the name of an area only once and that Home Assistant can recreate."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import EntityPlatform
from homeassistant.util import slugify

from ..const import DOMAIN
from .devices import Devices


class EntityIds:
    """Suggests entity ids where those that Home Assistant would generate do not fit.

    Home Assistant generates an id from the names of the area, the device and the entity. Without a
    suggestion, the id of a home in an area of the same name would contain that name twice.
    """

    def __init__[T](self, hass: HomeAssistant, entry: ConfigEntry[T], devices: Devices) -> None:
        self._entry_id = entry.entry_id
        self._registry = er.async_get(hass)
        self._devices = devices
        self._checked: set[str] = set()
        self._new: set[str | None] = set()
        """Unique ids of entities that are being added for the first time."""

    @callback
    def suggest(
        self, platform: EntityPlatform, key: str, entity: Entity, known: er.RegistryEntry | None
    ) -> str | None:
        """Return the entity id to suggest for an entity of the home or Point with this key."""
        if known:
            object_id = known.suggested_object_id
        else:
            self._new.add(entity.unique_id)
            device_name = self._devices.name_with_area(key)
            name = _object_id_name(platform, entity) if device_name else None
            object_id = slugify(f"{device_name} {name}") if name else None
        return f"{platform.domain}.{object_id}" if object_id else None

    @callback
    def async_keep(self) -> None:
        """Store the present id as suggestion wherever Home Assistant would generate another one.

        Otherwise "Recreate entity IDs" would change the ids of entities whose device or area has
        been renamed since. Ids from names that the user gave to an entity are not affected.
        """
        for entity in er.async_entries_for_config_entry(self._registry, self._entry_id):
            if entity.id in self._checked:
                continue
            self._checked.add(entity.id)
            if entity.unique_id in self._new:  # its id has just been generated or suggested
                continue
            if self._registry.async_regenerate_entity_id(entity) != entity.entity_id:
                self._registry.async_get_or_create(
                    entity.domain,
                    DOMAIN,
                    entity.unique_id,
                    suggested_object_id=entity.entity_id.partition(".")[2],
                )
        self._new.clear()


def _object_id_name(platform: EntityPlatform, entity: Entity) -> str | None:
    """Return the entity's name in the language that Home Assistant uses for entity ids."""
    data = platform.platform_data
    own = f"component.{DOMAIN}.entity.{platform.domain}.{entity.translation_key}.name"
    of_class = f"component.{platform.domain}.entity_component.{entity.device_class}.name"
    return data.object_id_platform_translations.get(
        own, data.object_id_component_translations.get(of_class)
    )
