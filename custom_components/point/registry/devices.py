"""Homes and Points in Home Assistant's device registry: created, renamed, moved and removed."""

from collections.abc import Collection
from datetime import datetime, timedelta
import re

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.typing import UNDEFINED

from ..const import DOMAIN
from ..minut.models import Device, Home
from ..state.account import AccountState
from ..state.device import DeviceState
from .unique_ids import unique_id

MANUFACTURER = "Minut"
HOME, POINT = "Home", "Point"
"""Models of devices. Core writes others."""
WEB_APP = "https://web.minut.com"
"""Minut's web app. The addresses of a home or a Point in it are not known."""
SERVICE = dr.DeviceEntryType.SERVICE
AREA_ICON = "mdi:home"
REMOVED_AFTER = timedelta(hours=24)
"""Time of absence after which a device is removed."""
MAX_STEP = timedelta(hours=1)
"""Maximum absence that one poll can prove: the cloud may have been down, or the clock set."""
MAC = re.compile(r"(?!0{12}|[Ff]{12})[0-9A-Fa-f]{12}")
"""A MAC that is not all zeros or all ones."""


class Devices:
    """The devices of one config entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str, *, account_id: str) -> None:
        self._hass = hass
        self._registry = dr.async_get(hass)
        self._areas = ar.async_get(hass)
        self._entry_id = entry_id
        self._account_id = account_id
        self._absent_for: dict[str, timedelta] = {}
        self._updated_at: datetime | None = None
        self._unplaced: dict[str, str] = {}
        """Name of the area that a new home will be moved to, by device id."""
        self._made_areas: set[str] = set()
        """Areas made here that have no temperature or humidity sensor yet."""
        self._registered_names: dict[str, str | None] = {}
        """By home, Point or account, the name with which it was registered in this run."""

    @callback
    def ha_id(self, key: str | None) -> str | None:
        """Return Home Assistant's device id of a home or a Point."""
        if key is None:
            return None
        device = self._find(key)
        return device.id if device else None

    def is_gone(self, key: str) -> bool:
        """Return whether a home or a Point has no device, so that nothing is stored of it."""
        return self._find(key) is None

    def _find(self, key: str) -> dr.DeviceEntry | None:
        return self._registry.async_get_device_by_identifier((DOMAIN, key), self._entry_id)

    @callback
    def name(self, key: str | None) -> str | None:
        """Return the name of the device of a home or Point, as the user knows it."""
        device = self._find(key) if key else None
        return (device.name_by_user or device.name) if device else None

    @callback
    def name_with_area(self, key: str) -> str | None:
        """Return the name of a device that begins with the name of its present or next area."""
        device = self._find(key)
        if device and device.id in self._unplaced:
            return device.name_by_user or device.name
        area = self._areas.async_get_area(device.area_id) if device and device.area_id else None
        if not device or not area:
            return None
        name = device.name_by_user or device.name or ""
        return name if name.startswith(area.name) else None

    @callback
    def update(self, state: AccountState) -> None:
        """Register the account, its homes and its Points, and remove excluded homes."""
        self._register(
            self._account_id,
            unnamed="account",
            model="Account",
            entry_type=SERVICE,
            configuration_url=WEB_APP,
        )
        has_many_homes = len(state.homes) > 1
        for home in state.homes.values():
            self._update_home(home.polled, has_area=has_many_homes)
        for device in state.devices.values():
            self._update_point(device, has_area=has_many_homes)
        self._remove_excluded(state)

    @callback
    def place(self) -> None:
        """Move new homes into the area of their name, and complete the areas made for them.

        Call this after entities have been added. Home Assistant forms an entity id from the names
        of the area and the device, and both are the name of the home.
        """
        for device_id, name in self._unplaced.items():
            device = self._registry.async_get(device_id)
            if device and device.area_id is None:
                self._registry.async_update_device(device_id, area_id=self._area(name))
        self._unplaced.clear()
        for area in filter(None, map(self._areas.async_get_area, tuple(self._made_areas))):
            temperature = area.temperature_entity_id or self._sensor(area.id, "temperature")
            humidity = area.humidity_entity_id or self._sensor(area.id, "humidity")
            self._areas.async_update(
                area.id, temperature_entity_id=temperature, humidity_entity_id=humidity
            )
            if temperature and humidity:
                self._made_areas.discard(area.id)

    def _area(self, name: str) -> str:
        """Return the id of the area with this name; make it if there is none."""
        if area := self._areas.async_get_area_by_name(name):
            return area.id
        area = self._areas.async_create(name, icon=AREA_ICON)
        self._made_areas.add(area.id)
        return area.id

    def _sensor(self, area_id: str, key: str) -> str | None:
        """Return the entity id of a reading of the first Point in an area that has a state."""
        registry = er.async_get(self._hass)
        devices = dr.async_entries_for_config_entry(self._registry, self._entry_id)
        for device in devices:
            for point in keys_of(device) if device.area_id == area_id else ():
                entity_id = registry.async_get_entity_id(
                    Platform.SENSOR, DOMAIN, unique_id(point, key)
                )
                if entity_id and self._hass.states.get(entity_id):
                    return entity_id
        return None

    def _register(
        self,
        key: str,
        *,
        model: str,
        name: str | None = None,
        unnamed: str | None = None,
        connections: Collection[tuple[str, str]] = (),
        entry_type: dr.DeviceEntryType | None = None,
        configuration_url: str | None = None,
        hw_version: str | None = None,
        sw_version: str | None = None,
        via_device_id: str | None = None,
    ) -> dr.DeviceEntry:
        """Register a home, a Point or the account, or update its registration.

        A device without a name gets the translated name `unnamed`. Nothing is done if the registry
        is up to date, except once in each run, so that Home Assistant knows the device is in use.
        """
        known = self._find(key)
        if (
            known
            and self._registered_names.get(key, UNDEFINED) == name
            and known.connections.issuperset(connections)
            and (known.model, known.via_device_id) == (model, via_device_id)
            and known.configuration_url == configuration_url
            and name in {None, known.name}
            and hw_version in {None, known.hw_version}
            and sw_version in {None, known.sw_version}
        ):
            return known
        self._registered_names[key] = name
        return self._registry.async_get_or_create(
            config_entry_id=self._entry_id,
            configuration_url=configuration_url,
            connections=set(connections) or UNDEFINED,
            entry_type=entry_type,
            hw_version=hw_version or UNDEFINED,
            identifiers={(DOMAIN, key)},
            manufacturer=MANUFACTURER,
            model=model,
            name=UNDEFINED if name is None else name,
            sw_version=sw_version or UNDEFINED,
            translation_key=unnamed if name is None else None,
            via_device_id=via_device_id,
        )

    def _update_home(self, home: Home, *, has_area: bool) -> None:
        is_new = not self._is_ours(self._find(home.id), HOME)
        name = home.name or None
        registered = self._register(
            home.id,
            name=name,
            unnamed="home",
            model=HOME,
            entry_type=SERVICE,
            via_device_id=self.ha_id(self._account_id),
        )
        if is_new and name and has_area:
            self._unplaced[registered.id] = name

    def _update_point(self, state: DeviceState, *, has_area: bool) -> None:
        """Update a Point. A new one, and one that moves, goes to the area of its home."""
        device = state.polled
        home = state.home.polled if state.home else None
        home_device = self._find(home.id) if home else None
        before = self._find(device.id)
        name = device.name or POINT
        registered = self._register(
            device.id,
            connections=self._connections(device),
            name=name,
            model=POINT,
            hw_version=device.hardware_version,
            sw_version=device.firmware,
            via_device_id=home_device.id if home_device else None,
        )
        if not (has_area and home and home.name and home_device):
            return
        was_named_by_home = before is not None and before.name == f"{home.name} {name}"
        if registered.area_id is not None:
            is_moved = self._is_in_area_of_former_home(before, home_device)
        elif was_named_by_home:  # by an earlier version, which left devices of core where they were
            is_moved = True
            if home_device.area_id is None:
                self._unplaced[home_device.id] = home.name
        else:
            is_moved = not self._is_ours(before, POINT)
        if is_moved:
            is_placed = home_device.area_id is None and home_device.id not in self._unplaced
            area_id = home_device.area_id or (None if is_placed else self._area(home.name))
            self._registry.async_update_device(registered.id, area_id=area_id)

    @staticmethod
    def _is_ours(device: dr.DeviceEntry | None, model: str) -> bool:
        """Return whether this integration has registered a device before, and not only core."""
        return device is not None and device.model == model

    def _is_in_area_of_former_home(
        self, point: dr.DeviceEntry | None, home: dr.DeviceEntry
    ) -> bool:
        """Return whether a Point has moved to another home but is in the area of the former."""
        if point is None or point.via_device_id in {None, home.id}:
            return False
        former = self._registry.async_get(point.via_device_id or "")
        return former is not None and former.area_id == point.area_id

    def _connections(self, device: Device) -> set[tuple[str, str]]:
        """Return the Point's MAC, unless another device has it already.

        That may be the Point's former registration. Devices that share a MAC become one device, so
        that removing one would remove the other.
        """
        if not MAC.fullmatch(device.mac or ""):
            return set()
        connection = (dr.CONNECTION_NETWORK_MAC, dr.format_mac(device.mac or ""))
        owner = self._registry.async_get_device_by_connection(connection, self._entry_id)
        return {connection} if owner is None or device.id in keys_of(owner) else set()

    def _remove_excluded(self, state: AccountState) -> None:
        """Remove excluded devices. Home Assistant keeps their ids and settings for a return."""
        for key in (*state.excluded_homes, *state.excluded_devices):
            device = self._find(key)
            if device and not keys_of(device) & (state.homes.keys() | state.devices.keys()):
                self._registry.async_remove_device(device.id)

    @callback
    def remove_absent(self, state: AccountState, now: datetime) -> None:
        """Remove devices that were missing from every complete answer for a day.

        Call this after a successful poll only: without an answer, nothing is missing. An empty list
        removes nothing: it is more likely a fault of the cloud than an empty account.
        """
        since_last = now - (self._updated_at or now)
        passed = max(timedelta(0), min(since_last, MAX_STEP))
        self._updated_at = now
        kinds_answered = {
            HOME: bool(state.homes) and state.has_all_homes,
            POINT: bool(state.devices) and state.has_all_devices,
        }
        are_all_answered = all(kinds_answered.values())  # devices of core have other models
        present = {self._account_id, *state.homes, *state.devices}
        for device in dr.async_entries_for_config_entry(self._registry, self._entry_id):
            keys = keys_of(device)
            is_absent = bool(keys) and keys.isdisjoint(present)
            known_for = self._absent_for.pop(device.id, None)
            if not is_absent or not kinds_answered.get(device.model or "", are_all_answered):
                continue
            absent_for = timedelta(0) if known_for is None else known_for + passed
            if absent_for >= REMOVED_AFTER:
                self._registry.async_remove_device(device.id)
            else:
                self._absent_for[device.id] = absent_for


def keys_of(device: dr.AnyDeviceEntry) -> set[str]:
    """Return the ids of the home or Point of a device. Core may have merged several."""
    return {key for domain, key in device.identifiers if domain == DOMAIN}
