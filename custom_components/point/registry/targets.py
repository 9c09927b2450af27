"""Homes and Points of a target: by device, area, floor, label or entity."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import CONF_EXCLUDE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.helpers.target import TargetSelection
import voluptuous as vol

from ..state.account import AccountState
from .devices import Devices


def has_selection(target: dict[str, Any]) -> dict[str, Any]:
    """Return the target. Raise `vol.Invalid` if nothing is selected: it would never match."""
    if not TargetSelection(target).has_any_target:
        raise vol.Invalid("select at least one device, entity, area, floor or label")
    return target


class TargetFilter:
    """Returns whether a home or a Point belongs to a target.

    The registries are read each time, so changes count at once, and disabled entities count too.
    """

    def __init__(self, hass: HomeAssistant, target: Mapping[str, Any]) -> None:
        self._hass = hass
        included = {key: ids for key, ids in target.items() if key != CONF_EXCLUDE}
        self._included = TargetSelection(included)
        self._excluded = TargetSelection(target.get(CONF_EXCLUDE, {}))

    def has_home(self, devices: Devices, state: AccountState, home_id: str) -> bool:
        """Return whether a home belongs to the target: itself, or any of its Points."""
        device_id = devices.ha_id(home_id)
        is_included = self._selects(self._included, device_id)
        if is_included and not self._selects(self._excluded, device_id):
            return True
        points = (device.polled.id for device in state.devices_in(home_id))
        return any(self.has_point(devices, state, point) for point in points)

    def has_point(self, devices: Devices, state: AccountState, key: str) -> bool:
        """Return whether a Point belongs to the target: itself, or because its home is named.

        An area selects only the Points in it, even if it contains the device of their home.
        """
        device_id, home_device_id = devices.ha_id(key), devices.ha_id(_home_of(state, key))
        return self._has(self._included, device_id, home_device_id) and not self._has(
            self._excluded, device_id, home_device_id
        )

    def _has(
        self, selection: TargetSelection, device_id: str | None, home_device_id: str | None
    ) -> bool:
        return self._selects(selection, device_id) or self._names(selection, home_device_id)

    def _selects(self, selection: TargetSelection, device_id: str | None) -> bool:
        return self._names(selection, device_id) or self._locates(selection, device_id)

    def _names(self, selection: TargetSelection, device_id: str | None) -> bool:
        """Return whether a device is selected by id or label, or by one of its entities."""
        device = self._device(device_id)
        if device is None:
            return False
        if device.id in selection.device_ids or device.labels & selection.label_ids:
            return True
        if not (selection.entity_ids or selection.label_ids):
            return False
        entities = er.async_entries_for_device(
            er.async_get(self._hass), device.id, include_disabled_entities=True
        )
        return any(
            entity.entity_id in selection.entity_ids or entity.labels & selection.label_ids
            for entity in entities
        )

    def _locates(self, selection: TargetSelection, device_id: str | None) -> bool:
        """Return whether a device is selected by its area, or by floor or label of the area."""
        device = self._device(device_id)
        area_id = device.area_id if device else None
        area = ar.async_get(self._hass).async_get_area(area_id) if area_id else None
        return area is not None and bool(
            area.id in selection.area_ids
            or area.floor_id in selection.floor_ids
            or area.labels & selection.label_ids
        )

    def _device(self, device_id: str | None) -> dr.DeviceEntry | None:
        device = dr.async_get(self._hass).async_get(device_id) if device_id else None
        return device if isinstance(device, dr.DeviceEntry) else None


def _home_of(state: AccountState, key: str) -> str | None:
    device = state.devices.get(key)
    return device.polled.home_id if device else None
