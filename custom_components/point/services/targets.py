"""Homes, Points and period of an action."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from homeassistant.auth.permissions.const import CAT_ENTITIES, POLICY_CONTROL
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, CONF_EXCLUDE
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import PointCoordinator
from ..data import PointConfigEntry, PointData
from ..errors import invalid
from ..registry.devices import HOME, keys_of

ATTR_START: Final = "start"
ATTR_END: Final = "end"

DEVICES: Final = vol.All(cv.ensure_list, [cv.string])
"""Schema of `device_id`. Whether the number fits is checked with the devices, for a clear error."""


def filled_rows(value: object) -> list[object]:
    """Return a list without the rows that a user has left empty in the form."""
    return [row for row in cv.ensure_list(value) if row not in (None, "")]


@dataclass(frozen=True, slots=True)
class Target:
    """A home or a Point. `key`: its id at Minut. `device_id`: its device in Home Assistant."""

    data: PointData
    key: str
    device_id: str

    @property
    def coordinator(self) -> PointCoordinator:
        """Return the coordinator of its account."""
        return self.data.coordinator

    @property
    def is_point(self) -> bool:
        """Return whether the target is a Point."""
        return self.key in self.coordinator.data.devices


@callback
def async_homes(hass: HomeAssistant, device_ids: Iterable[str]) -> list[Target]:
    """Return the homes of these devices, each once.

    Raises ServiceValidationError if a device is not a home, or without any.
    """
    homes = [_home(hass, device_id) for device_id in dict.fromkeys(device_ids)]
    if not homes:
        raise invalid("no_home_targeted")
    return homes


@callback
def async_one_home(hass: HomeAssistant, device_ids: Iterable[str]) -> Target:
    """Return the home of the only device. Raises ServiceValidationError if it is not one home."""
    homes = async_homes(hass, device_ids)
    if len(homes) != 1:
        raise invalid("one_home")
    return homes[0]


@callback
def async_points(hass: HomeAssistant, target: ConfigType) -> list[Target]:
    """Return the Points of a target: by device, area, floor, label or entity.

    Those of its `exclude` are removed (Home Assistant 2026.11 and newer). Raises
    ServiceValidationError if a device is neither a home nor a Point, or if nothing is left.
    """
    included = TargetSelection({key: ids for key, ids in target.items() if key != CONF_EXCLUDE})
    for device_id in sorted(_named(hass, included) & included.device_ids):
        if _find(hass, device_id) is None:
            raise _unknown(hass, device_id)
    found = _selected(hass, included)
    for device_id in _selected(hass, TargetSelection(target.get(CONF_EXCLUDE, {}))):
        found.pop(device_id, None)
    if not found:
        raise invalid("no_point_targeted")
    return list(found.values())


def _selected(hass: HomeAssistant, selection: TargetSelection) -> dict[str, Target]:
    """Return the Points of a selection, by device id. Devices of other integrations are skipped.

    A home that is selected itself selects all its Points. An area selects only the Points in it,
    even if it contains the device of a home.
    """
    named = _named(hass, selection)
    selected = async_extract_referenced_entity_ids(hass, selection)
    found: dict[str, Target] = {}
    for device_id in sorted(named | selected.referenced_devices):
        target = _find(hass, device_id)
        if target and (device_id in named or target.is_point):
            found |= {point.device_id: point for point in async_points_of(target)}
    return found


def _named(hass: HomeAssistant, selection: TargetSelection) -> set[str]:
    """Return the devices selected by device, entity or label, and not by an area or floor."""
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
        raise invalid("not_a_home", device=name_of_device(hass, device_id))
    return target


def _find(hass: HomeAssistant, device_id: str) -> Target | None:
    """Return the home or Point of a device, None if no loaded account has it."""
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


@callback
def async_points_of(target: Target) -> list[Target]:
    """Return the Points of a home; a Point itself."""
    coordinator = target.coordinator
    if target.is_point:
        return [target]
    return [
        Target(target.data, device.polled.id, device_id)
        for device in coordinator.data.devices_in(target.key)
        if (device_id := coordinator.devices.ha_id(device.polled.id))
    ]


def _unknown(hass: HomeAssistant, device_id: str) -> ServiceValidationError:
    """Return the error for a device without a target: of another integration, or not loaded."""
    device = dr.async_get(hass).async_get(device_id)
    keys = keys_of(device) if isinstance(device, dr.DeviceEntry) else set()
    accounts = {entry.unique_id for entry in hass.config_entries.async_entries(DOMAIN)}
    key = "device_not_loaded" if keys - accounts else "device_not_of_point"
    return invalid(key, device=name_of_device(hass, device_id))


def name_of_device(hass: HomeAssistant, device_id: str) -> str:
    """Return the name of a device after that of its home. Return its id if it has no name."""
    registry = dr.async_get(hass)
    device = registry.async_get(device_id)
    via = device.via_device_id if isinstance(device, dr.DeviceEntry) else None
    home = registry.async_get(via) if via else None
    if not isinstance(home, dr.DeviceEntry) or home.model != HOME:
        home = None
    names = [found.name_by_user or found.name for found in (home, device) if found]
    return " ".join(filter(None, names)) or device_id


async def async_check_permission(call: ServiceCall, targets: Iterable[Target]) -> None:
    """Check that the user of a call may control all enabled entities of homes and Points.

    Home Assistant's own actions check the entities of a device in the same way. Raises
    UnknownUser, Unauthorized.
    """
    context = call.context
    if context.user_id is None:  # an automation
        return
    if (user := await call.hass.auth.async_get_user(context.user_id)) is None:
        raise UnknownUser(context=context, permission=POLICY_CONTROL, user_id=context.user_id)
    if user.is_admin:
        return
    registry = er.async_get(call.hass)
    for target in targets:
        entities = er.async_entries_for_device(registry, target.device_id)
        controllable = [
            user.permissions.check_entity(entity.entity_id, POLICY_CONTROL)
            for entity in entities
            if entity.platform == DOMAIN
        ]
        if not controllable or not all(controllable):
            raise Unauthorized(
                context=context,
                permission=POLICY_CONTROL,
                user_id=user.id,
                perm_category=CAT_ENTITIES,
            )


def requested_period(
    call: ServiceCall, now: datetime, *, default: timedelta = timedelta(0)
) -> tuple[datetime, datetime]:
    """Return start and end of a call in UTC. Times without a zone are in Home Assistant's.

    The end is at most `now`, which is also its default. `default`: length of the period if the
    call has no start. Raises ServiceValidationError if the period is empty.
    """
    try:
        end = min(dt_util.as_utc(call.data.get(ATTR_END, now)), now)
        start = dt_util.as_utc(call.data.get(ATTR_START, end - default))
    except OverflowError as error:  # at the edges of the calendar
        raise invalid("nothing_between") from error
    if start >= end:
        raise invalid("nothing_between")
    return start, end
