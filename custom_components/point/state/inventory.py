"""The homes and Points of an account, as they are polled. Pure."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from ..minut.models import Device, Home
from ..minut.parsing import Json
from . import onsets
from .device import DeviceState
from .expiries import Expiries
from .home import HomeState
from .logs import PointLogs

LONGEST_ANSWER = timedelta(minutes=5)
"""Maximum duration of a request. If it seems longer, the clock was set back meanwhile."""


class Inventory:
    """Homes and Points by id, without those that the user excludes."""

    def __init__(self, *, excluded_homes: Iterable[str] = ()) -> None:
        self.homes: dict[str, HomeState] = {}
        self.devices: dict[str, DeviceState] = {}
        self._chosen = tuple(excluded_homes)
        self.excluded_homes: dict[str, Home | None] = dict.fromkeys(self._chosen)
        """As last polled, with those left to other accounts. Their Points: `excluded_devices`."""
        self.excluded_devices: set[str] = set()
        self._devices_in: dict[str, list[DeviceState]] = {}
        self._expiries = Expiries()
        self.has_all_homes = self.has_all_devices = True
        """Whether the newest list was complete."""
        self.onsets: set[onsets.Onset] = set()
        """What began by the polls since `AccountState.pop_unannounced` was called last."""
        self._remembered: dict[str, dict[str, Json]] = {}
        self.logs = PointLogs()
        """What was polled before: limits and climate."""

    def devices_in(self, home_id: str) -> Sequence[DeviceState]:
        """Return the Points of a home."""
        return self._devices_in.get(home_id, ())

    # Polls. Each returns the keys that changed.

    def merge_homes(
        self,
        homes: Iterable[Home],
        asked_at: datetime,
        *,
        is_complete: bool = True,
        left: Iterable[str] = (),
        unchanged: Collection[str] = (),
    ) -> set[str]:
        """Update from the list of homes. What is missing in a complete list is removed.

        `left`: homes that another linked account shows. `unchanged`: homes of which only the id is
        known to be listed: they stay as they are.
        """
        self.has_all_homes = is_complete
        found = {home.id: home for home in homes}
        excluded_homes = (*self._chosen, *left)
        self.excluded_homes = {key: self.excluded_homes.get(key) for key in excluded_homes}
        for excluded in self.excluded_homes.keys() & found.keys():
            self.excluded_homes[excluded] = found.pop(excluded)
        new = found.keys() - self.homes.keys()
        changed: set[str] = set()
        for gone in self.homes.keys() - found.keys() if is_complete else ():
            self._remembered[gone] = self.homes[gone].dump()
            changed |= self._with_devices(self.homes.pop(gone))
        for home in found.values():
            if home.id in new or home.id not in unchanged:
                changed |= self.merge_home(home, asked_at)
        self._link()
        return changed.union(*(self._with_devices(self.homes[home_id]) for home_id in new))

    def merge_home(self, home: Home, asked_at: datetime) -> set[str]:
        """Update from a single read of a home."""
        if (known := self.homes.get(home.id)) is None:
            self.homes[home.id] = HomeState(home, asked_at)
            self.homes[home.id].load(self._remembered.pop(home.id, {}))
            return {home.id}
        if _is_outdated(asked_at, known.asked_at):
            return set()
        self.onsets.update(onsets.of_home(home, known.polled, known.asked_at))
        return {home.id} if known.merge(home, asked_at) else set()

    def unlisted_homes(self, devices: Iterable[Device]) -> set[str]:
        """Return the ids of homes that devices name and no list contained."""
        named = {device.home_id for device in devices if device.home_id}
        return named - self.homes.keys() - self.excluded_homes.keys()

    def merge_devices(
        self,
        devices: Iterable[Device],
        asked_at: datetime,
        *,
        is_complete: bool = True,
        unchanged: Collection[str] = (),
    ) -> set[str]:
        """Update from the list of devices. What is missing in a complete list is removed.

        `unchanged`: Points of which only the id is known to be listed: they stay as they are.
        """
        self.has_all_devices = is_complete
        found = {device.id: device for device in devices if device.id not in self.homes}
        excluded = {key for key, device in found.items() if device.home_id in self.excluded_homes}
        self.excluded_devices = excluded if is_complete else excluded | self.excluded_devices
        for device_id in excluded:
            del found[device_id]
        self.excluded_devices -= found.keys()
        absent = self.devices.keys() - found.keys()
        changed: set[str] = set()
        for device_id in absent:
            if is_complete or device_id in excluded:
                self._remembered[device_id] = self.devices.pop(device_id).dump()
                changed.add(device_id)
            else:
                self.devices[device_id].missed += 1  # polls do not wait for its heartbeat
        for device in found.values():
            if device.id not in self.devices or device.id not in unchanged:
                changed |= self._merge_device(device, asked_at, DeviceState.poll)
        self._link()
        return changed

    def merge_device(self, device: Device, asked_at: datetime) -> set[str]:
        """Update from a single read of a device."""
        changed = self._merge_device(device, asked_at, DeviceState.merge)
        self._link()
        return changed

    def _merge_device(
        self,
        device: Device,
        asked_at: datetime,
        merge: Callable[[DeviceState, Device, datetime], bool],
    ) -> set[str]:
        known = self.devices.get(device.id)
        if known and _is_outdated(asked_at, known.asked_at):
            return set()
        self.logs.note(device, known.polled if known else None, asked_at)
        if known:
            return self._merge_known(known, device, asked_at, merge)
        self.devices[device.id] = DeviceState(device, asked_at)
        self.devices[device.id].load(self._remembered.pop(device.id, {}))
        self._expect_expiry(device.id)
        return {device.id}

    def _merge_known(
        self,
        known: DeviceState,
        device: Device,
        asked_at: datetime,
        merge: Callable[[DeviceState, Device, datetime], bool],
    ) -> set[str]:
        self.onsets.update(onsets.of_device(device, known.polled, known.asked_at))
        thresholds = known.polled.thresholds
        if not merge(known, device, asked_at):
            return set()
        # The home shows whether its Points have the limits of a preset.
        is_of_home = device.home_id in self.homes and device.thresholds != thresholds
        return {device.id, device.home_id} if is_of_home and device.home_id else {device.id}

    def forget(self, is_gone: Callable[[str], bool]) -> bool:
        """Drop what is stored of removed homes and Points; return whether there was any.

        `is_gone`: whether Home Assistant has no device of this id any more.
        """
        self.logs.forget(is_gone)
        gone = [key for key in self._remembered if is_gone(key)]
        for key in gone:
            del self._remembered[key]
        return bool(gone)

    # Helpers

    def _with_devices(self, home: HomeState) -> set[str]:
        inside = self.devices_in(home.polled.id)
        return {home.polled.id, *(device.polled.id for device in inside)}

    def _expect_expiry(self, device_id: str) -> None:
        device = self.devices.get(device_id)
        if device and (expiry := device.next_expiry):
            self._expiries.add(expiry, device_id)

    def _link(self) -> None:
        """Link devices and homes with each other."""
        self._devices_in.clear()
        for device in self.devices.values():
            device.home = self.homes.get(device.polled.home_id or "")
            if device.home:
                self._devices_in.setdefault(device.home.polled.id, []).append(device)


def _is_outdated(asked_at: datetime, known_at: datetime) -> bool:
    """Return whether an answer is older than what is known."""
    return timedelta(0) < known_at - asked_at <= LONGEST_ANSWER
