"""The state of an account: pure, without I/O and without a clock of its own."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from ..minut.event_types import EVENT_TYPES, EventType, Lasting, Momentary
from ..minut.models import Device, Event, Home
from ..minut.parsing import Json, is_plain, mapping
from .change import NOTHING, Change
from .device import DeviceState
from .events import EventLog, event_time
from .expiries import Expiries
from .home import AlarmStatus, HomeState
from .logs import PointLogs

LONGEST_ANSWER = timedelta(minutes=5)
"""Maximum duration of a request. If it seems longer, the clock was set back meanwhile."""


class AccountState:
    """The homes and Points of one account by id, without those that the user excludes."""

    def __init__(self, *, excluded_homes: Iterable[str] = ()) -> None:
        self.homes: dict[str, HomeState] = {}
        self.devices: dict[str, DeviceState] = {}
        self._chosen = tuple(excluded_homes)
        self.excluded_homes: dict[str, Home | None] = dict.fromkeys(self._chosen)
        """As last polled, with those left to other accounts. Their Points: `excluded_devices`."""
        self.excluded_devices: set[str] = set()
        self._devices_in: dict[str, list[DeviceState]] = {}
        self._expiries = Expiries()
        self.events = EventLog()
        self._is_caught_up = False
        self._unknown_homes: frozenset[str] = frozenset()
        """Homes whose missed events could not be fetched."""
        self.has_all_homes = self.has_all_devices = True
        """Whether the newest list was complete."""
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
        thresholds = known.polled.thresholds
        if not merge(known, device, asked_at):
            return set()
        # The home shows whether its Points have the limits of a preset.
        is_of_home = device.home_id in self.homes and device.thresholds != thresholds
        return {device.id, device.home_id} if is_of_home and device.home_id else {device.id}

    # Events

    def has_unknown_id(self, event: Event) -> bool:
        """Return whether an event names a home or Point that no list contained."""
        ids = {key for key in (event.home_id, event.device_id) if key}
        ids -= self.excluded_homes.keys() | self.excluded_devices
        return not ids <= self.homes.keys() | self.devices.keys()

    def interrupt(self, event: Event, now: datetime) -> frozenset[str]:
        """Turn a state off before the event turns it on again, so that automations see off → on.

        Return the keys that changed.
        """
        kind = EVENT_TYPES.get(event.type, NOTHING)
        device = self.devices.get(event.device_id or "")
        at = event_time(event, now)
        if device and self.events.is_news(event, now) and device.restart_momentary(kind, at=at):
            return frozenset({device.polled.id})
        return frozenset()

    def apply(self, event: Event, received_at: datetime, *, is_delivered: bool = True) -> Change:
        """Apply an event. Newer information stays.

        An event that was fetched instead of delivered, or is not current, changes only lasting
        states. A delivered event that names an unknown home or Point may be fetched later, when
        they are known.
        """
        is_listed = not self.has_unknown_id(event)
        self.events.note(event, received_at, is_delivered=is_delivered, is_listed=is_listed)
        at = event_time(event, received_at)
        is_news = self.events.is_news(event, received_at)
        started_at = received_at if is_delivered and is_news else None
        kind = EVENT_TYPES.get(event.type)
        device = self.devices.get(event.device_id or "")
        home = self._home_of(event, device)
        keys: set[str] = set()
        reveals = bool(kind and device and kind.starts and device.last(kind.starts) is None)
        aspects: frozenset[str] | None = frozenset()
        if kind and device:
            aspects = device.apply(event, kind, at=at, started_at=started_at)
            if aspects:
                keys.add(device.polled.id)
                self._expect_expiry(device.polled.id)
        if home:
            of_home = self._apply_to_home(home, event, kind, at=at, received_at=received_at)
            if not of_home <= {home.polled.id}:
                aspects = None
            keys |= of_home
        if aspects and Lasting.OFFLINE in aspects:  # nearly everything becomes available or not
            aspects = None
        # A fetched event requires no read of what has been read since.
        home_is_old = is_delivered or (home is not None and at > home.asked_at)
        device_is_old = is_delivered or (device is not None and at > device.asked_at)
        concerns_home = kind is None or kind.alarm is not None or _may_start_countdown(kind, home)
        lacks_value = kind is not None and kind.reading is not None and event.value is None
        return Change(
            keys=frozenset(keys),
            aspects=aspects,
            event=event,
            at=at,
            is_current=is_news,
            reveals=reveals,
            person=home.person(event, kind) if home else None,
            device_id=device.polled.id if device else None,
            home_id=home.polled.id if home else None,
            home_to_read=home.polled.id if home and concerns_home and home_is_old else None,
            device_to_read=device.polled.id if device and lacks_value and device_is_old else None,
        )

    def apply_missed(self, events: Iterable[Event], received_at: datetime) -> list[Change]:
        """Apply events that were fetched, in order. Return the effects of those that are new.

        Events without a time are ignored: their order is unknown.
        """
        new = [
            (event_time(event, received_at), event)
            for event in events
            if event.created_at and not self.events.is_applied(event)
        ]
        return [
            self.apply(event, received_at, is_delivered=False)
            for _, event in sorted(new, key=lambda pair: pair[0])
        ]

    @property
    def is_caught_up(self) -> bool:
        """Return whether all missed events have been applied."""
        return self._is_caught_up

    def confirm(self, now: datetime, *, without: frozenset[str] | None = None) -> set[str]:
        """Mark the event history as complete. Return the keys that changed.

        `without`: homes about which nothing is known; by default those of the last time.
        """
        self._is_caught_up = True
        if without is not None:
            self._unknown_homes = without
        return self._changed_noise(
            home
            for key, home in self.homes.items()
            if key not in self._unknown_homes and home.disturbance.restore(now)
        )

    def settle_noise(self, home_id: str, events: Iterable[Event] | None, now: datetime) -> set[str]:
        """Check a disturbance against recent events of its home. Return the keys that changed.

        `events`: None if they could not be read, which proves nothing.
        """
        if (home := self.homes.get(home_id)) is None:
            return set()
        if events is None:
            return self._changed_noise([home] if home.disturbance.postpone_check(now) else [])
        news = [
            (event_time(event, now), kind)
            for event in events
            if (kind := EVENT_TYPES.get(event.type)) and event.home_id in {None, home_id}
        ]
        return self._changed_noise([home] if home.disturbance.reconcile(news, now) else [])

    def concerned(self, change: Change) -> set[str]:
        """Return the keys of the Point and the home of an event, and of all Points in the home."""
        home = self.homes.get(change.home_id or "")
        keys = self._with_devices(home) if home else set()
        return keys | {change.device_id} if change.device_id else keys

    # Time

    @property
    def next_expiry(self) -> datetime | None:
        """Return when the next momentary state ends."""
        return self._expiries.next

    def end_expired(self, now: datetime) -> set[str]:
        """End what has expired. Return the keys that changed."""
        due = self._expiries.pop_due(now)
        ended = {key for key in due & self.devices.keys() if self.devices[key].end_expired(now)}
        for key in due:
            self._expect_expiry(key)
        return ended

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return what events reported, as JSON."""
        return {
            **self.events.dump(),
            "states": {
                **self._remembered,
                **{key: home.dump() for key, home in self.homes.items()},
                **{key: device.dump() for key, device in self.devices.items()},
            },
        }

    def load(self, stored: Json) -> None:
        """Restore what an earlier run stored. A home or Point gets its part when it is polled."""
        saved = mapping(stored)
        self.events.load(saved)
        self._remembered = {
            key: dict(mapping(value))
            for key, value in mapping(saved.get("states")).items()
            if is_plain(value)
        }

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

    def _apply_to_home(
        self,
        home: HomeState,
        event: Event,
        kind: EventType | None,
        *,
        at: datetime,
        received_at: datetime,
    ) -> set[str]:
        noise = home.disturbance.noise
        keys = {home.polled.id} if home.apply(event, kind, at=at) else set()
        if kind and (kind.disturbance is not None or kind.noise is not None):
            home.disturbance.drop_stale_notice(received_at)
        if noise is not home.disturbance.noise:
            keys |= self._with_devices(home)
        if kind and kind.alarm is not None and kind.stops is not None:
            inside = self.devices_in(home.polled.id)
            keys |= {device.polled.id for device in inside if device.stop(kind.stops, at)}
        return keys

    def _changed_noise(self, homes: Iterable[HomeState]) -> set[str]:
        return {key for home in homes for key in self._with_devices(home)}

    def _home_of(self, event: Event, device: DeviceState | None) -> HomeState | None:
        if event.home_id is not None:
            return self.homes.get(event.home_id)
        return device.home if device else None

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


def _may_start_countdown(kind: EventType, home: HomeState | None) -> bool:
    """Return whether the entry delay may have started, for which Minut has no event."""
    is_motion = kind.starts is Momentary.MOTION
    return is_motion and home is not None and home.alarm_status == AlarmStatus.ON
