"""Homes and Points as Home Assistant devices: created, renamed, moved, and removed when gone."""

from collections.abc import Collection
from datetime import datetime, timedelta
import re

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.typing import UNDEFINED

from ..const import DOMAIN
from ..minut.models import Device, Home
from ..state.account import AccountState
from ..state.device import DeviceState

MANUFACTURER = "Minut"
WEB_APP = "https://web.minut.com"
SERVICE = dr.DeviceEntryType.SERVICE
REMOVED_AFTER = timedelta(hours=24)
LONGEST_LOOK = timedelta(hours=1)
"""No more is known of the time before a poll: the cloud may have been down, or the clock set."""
MAC = re.compile(r"(?!0{12}|[Ff]{12})[0-9A-Fa-f]{12}")


class Devices:
    """The device registry's share of one config entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str, *, account_id: str) -> None:
        self._registry = dr.async_get(hass)
        self._entry_id = entry_id
        self._account_id = account_id
        self._areas = ar.async_get(hass)
        self._absent_for: dict[str, timedelta] = {}
        self._updated_at: datetime | None = None
        self._unplaced: dict[str, str] = {}
        self._kept: dict[str, str | None] = {}

    @callback
    def ha_id(self, key: str | None) -> str | None:
        """Return Home Assistant's id of the device that stands for a home or a Point."""
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
    def name_with_area(self, key: str) -> str | None:
        """Return the name of a device that begins with the name of the area it is in."""
        device = self._find(key)
        area = self._areas.async_get_area(device.area_id) if device and device.area_id else None
        if not device or not area:
            return None
        name = device.name_by_user or device.name or ""
        return name if name.startswith(area.name) else None

    @callback
    def update(self, state: AccountState, now: datetime) -> None:
        """Bring the registry in line with a poll that succeeded."""
        self._keep(self._account_id, unnamed="account", model="Account", entry_type=SERVICE)
        for home in state.homes.values():
            self._update_home(home.polled, is_one_of_many=len(state.homes) > 1)
        for device in state.devices.values():
            self._update_point(device, is_one_of_many=len(state.homes) > 1)
        self._remove_excluded(state)
        self._remove_absent(state, now)

    @callback
    def place(self) -> None:
        """Put new homes and their Points into an area of the home's name.

        To be called when their entities are there: an entity's id begins with area and device,
        and both would name the home.
        """
        for device_id, area_name in self._unplaced.items():
            device = self._registry.async_get(device_id)
            if device and device.area_id is None:
                area = self._areas.async_get_or_create(area_name)
                self._registry.async_update_device(device_id, area_id=area.id)
        self._unplaced.clear()

    def _keep(
        self,
        key: str,
        *,
        model: str,
        name: str | None = None,
        unnamed: str | None = None,
        connections: Collection[tuple[str, str]] = (),
        entry_type: dr.DeviceEntryType | None = None,
        hw_version: str | None = None,
        sw_version: str | None = None,
        via_device_id: str | None = None,
    ) -> dr.DeviceEntry:
        """Register what is told of a home, a Point or the account.

        What has no name gets the one that the translations have for `unnamed`.

        Where the registry knows all that already, nothing is done, but once in each run: Home
        Assistant notes then that the device is in use.
        """
        known = self._find(key)
        if (
            known
            and self._kept.get(key, UNDEFINED) == name
            and known.connections.issuperset(connections)
            and (known.model, known.via_device_id) == (model, via_device_id)
            and name in {None, known.name}
            and hw_version in {None, known.hw_version}
            and sw_version in {None, known.sw_version}
        ):
            return known
        self._kept[key] = name
        return self._registry.async_get_or_create(
            config_entry_id=self._entry_id,
            configuration_url=WEB_APP,
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

    def _update_home(self, home: Home, *, is_one_of_many: bool) -> None:
        is_new = self.ha_id(home.id) is None
        name = home.name or None
        registered = self._keep(
            home.id, name=name, unnamed="home", model="Home", entry_type=SERVICE
        )
        if is_new and name and is_one_of_many:
            self._unplaced[registered.id] = name

    def _update_point(self, state: DeviceState, *, is_one_of_many: bool) -> None:
        device, home = state.polled, state.home
        is_new = self.ha_id(device.id) is None
        name = device.name or "Point"
        home_name = home.polled.name if home and is_one_of_many else None
        registered = self._keep(
            device.id,
            connections=self._connections(device),
            name=f"{home_name} {name}" if home_name else name,
            model="Point",
            hw_version=device.hardware_version,
            sw_version=device.firmware,
            via_device_id=self.ha_id(home.polled.id) if home else None,
        )
        if is_new and home_name:
            self._unplaced[registered.id] = home_name

    def _connections(self, device: Device) -> set[tuple[str, str]]:
        """Return the Point's MAC, unless another has it already.

        That may be its own former registration: devices that share a MAC become one, and what
        ends the one would end the other.
        """
        if not MAC.fullmatch(device.mac or ""):
            return set()
        connection = (dr.CONNECTION_NETWORK_MAC, dr.format_mac(device.mac or ""))
        owner = self._registry.async_get_device_by_connection(connection, self._entry_id)
        return {connection} if owner is None or device.id in keys_of(owner) else set()

    def _remove_excluded(self, state: AccountState) -> None:
        """Remove what the user excludes. Home Assistant keeps its ids and settings for a return."""
        for key in (*state.excluded_homes, *state.excluded_devices):
            device = self._find(key)
            if device and not keys_of(device) & (state.homes.keys() | state.devices.keys()):
                self._registry.async_remove_device(device.id)

    def _remove_absent(self, state: AccountState, now: datetime) -> None:
        """Remove what has been absent from every answer for a day, and each was complete.

        An empty list never removes: it is more likely the cloud's mistake than an empty account.
        """
        since_last = now - (self._updated_at or now)
        passed = max(timedelta(0), min(since_last, LONGEST_LOOK))
        self._updated_at = now
        kinds_answered = {
            "Home": bool(state.homes) and state.has_all_homes,
            "Point": bool(state.devices) and state.has_all_devices,
        }
        are_all_answered = all(kinds_answered.values())  # core's devices do not tell their kind
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


def keys_of(device: dr.DeviceEntry) -> set[str]:
    """Return the id of the home or Point that a device stands for; core may have merged some."""
    return {key for domain, key in device.identifiers if domain == DOMAIN}
