"""Which homes and Points an action is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
from homeassistant.helpers.typing import ConfigType

from .commands import invalid
from .const import DOMAIN
from .coordinator import PointConfigEntry, PointCoordinator
from .devices import keys_of

EXCLUDE: Final = "exclude"


@dataclass(frozen=True, slots=True)
class Target:
    """A home or a Point: Minut's id of it, and Home Assistant's of its device."""

    coordinator: PointCoordinator
    key: str
    device_id: str


@callback
def async_homes(hass: HomeAssistant, device_ids: Iterable[str]) -> list[Target]:
    """Return the homes that these devices of Home Assistant stand for, each once.

    Raises ServiceValidationError where one does not.
    """
    return [_home(hass, device_id) for device_id in dict.fromkeys(device_ids)]


@callback
def async_points(hass: HomeAssistant, target: ConfigType) -> list[Target]:
    """Return the Points that a target means: by device, area, floor, label or entity.

    A home means all its Points, but those that are excluded (Home Assistant 2026.11 and newer).
    What else is in an area is left out. Raises ServiceValidationError where a device is neither a
    home nor a Point, or nothing is left.
    """
    selection = TargetSelection(target)
    selected = async_extract_referenced_entity_ids(hass, selection)
    entities = er.async_get(hass)
    entries = [entities.async_get(entity_id) for entity_id in selected.referenced]
    device_ids = selected.referenced_devices | selected.missing_devices
    device_ids |= {entry.device_id for entry in entries if entry and entry.device_id}
    found: dict[str, Target] = {}
    for device_id in sorted(device_ids):
        meant = _find(hass, device_id)
        if meant is None and device_id in selection.device_ids:
            raise _unknown(hass, device_id)
        found |= {point.device_id: point for point in _points_of(meant)} if meant else {}
    excluded = TargetSelection(target.get(EXCLUDE, {}))
    for device_id in async_extract_referenced_entity_ids(hass, excluded).referenced_devices:
        found.pop(device_id, None)
    if not found:
        raise invalid("no_point_targeted")
    return list(found.values())


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
        state = entry.runtime_data.data
        if entry.entry_id == device.config_entry_id:
            for key in keys_of(device) & (state.homes.keys() | state.devices.keys()):
                return Target(entry.runtime_data, key, device.id)
    return None


def _points_of(target: Target) -> list[Target]:
    coordinator = target.coordinator
    if target.key in coordinator.data.devices:
        return [target]
    inside = [
        device.device.id
        for device in coordinator.data.devices.values()
        if device.device.home_id == target.key
    ]
    return [
        Target(coordinator, key, device_id)
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
