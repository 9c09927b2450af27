"""Which homes and Points an action is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
from homeassistant.helpers.typing import ConfigType

from ..const import DOMAIN
from ..coordinator import PointCoordinator
from ..data import PointConfigEntry, PointData
from ..errors import invalid
from ..registry.devices import keys_of

EXCLUDE: Final = "exclude"


@dataclass(frozen=True, slots=True)
class Target:
    """A home or a Point: Minut's id of it, and Home Assistant's of its device."""

    data: PointData
    key: str
    device_id: str

    @property
    def coordinator(self) -> PointCoordinator:
        """Return the coordinator of its account."""
        return self.data.coordinator

    @property
    def is_point(self) -> bool:
        """Tell a Point from a home."""
        return self.key in self.coordinator.data.devices


@callback
def async_homes(hass: HomeAssistant, device_ids: Iterable[str]) -> list[Target]:
    """Return the homes that these devices of Home Assistant stand for, each once.

    Raises ServiceValidationError where one does not.
    """
    return [_home(hass, device_id) for device_id in dict.fromkeys(device_ids)]


@callback
def async_points(hass: HomeAssistant, target: ConfigType) -> list[Target]:
    """Return the Points that a target means: by device, area, floor, label or entity.

    What its `exclude` means is taken out (Home Assistant 2026.11 and newer). Raises
    ServiceValidationError where a device is neither a home nor a Point, or nothing is left.
    """
    wanted = TargetSelection({key: ids for key, ids in target.items() if key != EXCLUDE})
    for device_id in sorted(_named(hass, wanted) & wanted.device_ids):
        if _find(hass, device_id) is None:
            raise _unknown(hass, device_id)
    found = _meant(hass, wanted)
    for device_id in _meant(hass, TargetSelection(target.get(EXCLUDE, {}))):
        found.pop(device_id, None)
    if not found:
        raise invalid("no_point_targeted")
    return list(found.values())


def _meant(hass: HomeAssistant, selection: TargetSelection) -> dict[str, Target]:
    """Return the Points by Home Assistant's ids of their devices.

    A home that is named means all its Points, an area just those in it: also where the device of
    a home is in it. What is not Minut's is left out.
    """
    named = _named(hass, selection)
    selected = async_extract_referenced_entity_ids(hass, selection)
    found: dict[str, Target] = {}
    for device_id in sorted(named | selected.referenced_devices):
        meant = _find(hass, device_id)
        if meant and (device_id in named or meant.is_point):
            found |= {point.device_id: point for point in _points_of(meant)}
    return found


def _named(hass: HomeAssistant, selection: TargetSelection) -> set[str]:
    """Return the devices that are meant themselves, or one of their entities, and not a place."""
    devices, entities = dr.async_get(hass), er.async_get(hass)
    device_ids = set(selection.device_ids)
    entries: list[er.RegistryEntry | None] = []
    for label_id in selection.label_ids:
        device_ids |= {device.id for device in dr.async_entries_for_label(devices, label_id)}
        entries += er.async_entries_for_label(entities, label_id)
    by_name = TargetSelection(
        {ATTR_DEVICE_ID: [*device_ids], ATTR_ENTITY_ID: [*selection.entity_ids]}
    )
    selected = async_extract_referenced_entity_ids(hass, by_name)
    entries += [entities.async_get(entity_id) for entity_id in selected.referenced]
    named = selected.referenced_devices | selected.missing_devices
    return named | {entry.device_id for entry in entries if entry and entry.device_id}


def _home(hass: HomeAssistant, device_id: str) -> Target:
    target = _find(hass, device_id)
    if target is None:
        raise _unknown(hass, device_id)
    if target.key not in target.coordinator.data.homes:
        raise invalid("not_a_home", device=_name(hass, device_id))
    return target


def _find(hass: HomeAssistant, device_id: str) -> Target | None:
    """Return the home or Point of a loaded account that a device stands for."""
    device = dr.async_get(hass).async_get(device_id)
    if not isinstance(device, dr.DeviceEntry):
        return None
    entry: PointConfigEntry
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        state = entry.runtime_data.coordinator.data
        if entry.entry_id == device.config_entry_id:
            for key in keys_of(device) & (state.homes.keys() | state.devices.keys()):
                return Target(entry.runtime_data, key, device.id)
    return None


def _points_of(target: Target) -> list[Target]:
    coordinator = target.coordinator
    if target.is_point:
        return [target]
    inside = [
        device.polled.id
        for device in coordinator.data.devices.values()
        if device.polled.home_id == target.key
    ]
    return [
        Target(target.data, key, device_id)
        for key in inside
        if (device_id := coordinator.devices.ha_id(key))
    ]


def _unknown(hass: HomeAssistant, device_id: str) -> ServiceValidationError:
    """Tell what is not Minut's from what is, but of an account that cannot be asked now."""
    device = dr.async_get(hass).async_get(device_id)
    keys = keys_of(device) if isinstance(device, dr.DeviceEntry) else set()
    accounts = {entry.unique_id for entry in hass.config_entries.async_entries(DOMAIN)}
    key = "device_not_loaded" if keys - accounts else "device_not_of_point"
    return invalid(key, device=_name(hass, device_id))


def _name(hass: HomeAssistant, device_id: str) -> str:
    device = dr.async_get(hass).async_get(device_id)
    return (device and (device.name_by_user or device.name)) or device_id
