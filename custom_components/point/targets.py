"""Which homes and Points the devices stand for that an action names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN
from .coordinator import PointConfigEntry, PointCoordinator
from .devices import keys_of


@dataclass(frozen=True, slots=True)
class Target:
    """A home or a Point, by its id, in the account that has it."""

    coordinator: PointCoordinator
    key: str

    @property
    def ha_id(self) -> str:
        """Return the id of its device in Home Assistant."""
        return self.coordinator.devices.ha_id(self.key) or self.key


@callback
def async_targets(hass: HomeAssistant, device_ids: Iterable[str]) -> list[Target]:
    """Return the homes and Points that devices stand for.

    Raises ServiceValidationError for a device that is none, or whose account is not loaded.
    """
    return [_target(hass, device_id) for device_id in dict.fromkeys(device_ids)]


@callback
def async_points(hass: HomeAssistant, device_ids: Iterable[str]) -> list[Target]:
    """Return the Points among the devices, and those in the homes among them; each once."""
    points = (point for target in async_targets(hass, device_ids) for point in _points(target))
    return list(dict.fromkeys(points))


def _target(hass: HomeAssistant, device_id: str) -> Target:
    device = dr.async_get(hass).async_get(device_id)
    keys = keys_of(device) if isinstance(device, dr.DeviceEntry) else set()
    entries: list[PointConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    for key in keys:
        for coordinator in (entry.runtime_data for entry in entries):
            is_present = key in coordinator.data.devices or key in coordinator.data.homes
            if is_present and coordinator.devices.ha_id(key) == device_id:
                return Target(coordinator, key)
    name = (device.name_by_user or device.name) if device else None
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="device_not_loaded" if keys else "device_not_of_point",
        translation_placeholders={"device": name or device_id},
    )


def _points(target: Target) -> Iterator[Target]:
    state = target.coordinator.data
    if target.key in state.devices:
        yield target
    for device in state.devices.values():
        if device.device.home_id == target.key:
            yield Target(target.coordinator, device.device.id)
