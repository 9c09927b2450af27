"""AccountState: all that is known of an account. Pure: nothing here waits or looks at a clock."""

from collections.abc import Callable, Iterable, Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
import heapq

from ..minut.event_types import EVENT_TYPES, EventType, Momentary
from ..minut.models import Device, Event, Home
from ..minut.parsing import Json, is_plain, mapping
from .device import DeviceState
from .events import EventLog, event_time
from .home import AlarmStatus, HomeState

NOTHING = EventType()
LONGEST_ANSWER = timedelta(minutes=5)
"""No answer takes longer; one that seems to was asked for after the clock had been put back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What an event did: the keys (device and home ids) whose entities changed.

    `is_current`: it has just happened. `reveals`: the Point has shown that it can notice this.
    `person`: the name of who did it. `home_to_read`, `device_to_read`: what should be asked of the
    cloud because of it.
    """

    event: Event
    at: datetime
    is_current: bool
    keys: frozenset[str] = frozenset()
    reveals: bool = False
    person: str | None = None
    device_id: str | None = None
    home_id: str | None = None
    home_to_read: str | None = None
    device_to_read: str | None = None


class AccountState:
    """The homes and Points of one account, by id, but those that the user excludes."""

    def __init__(self, *, excluded_homes: Iterable[str] = ()) -> None:
        self.homes: dict[str, HomeState] = {}
        self.devices: dict[str, DeviceState] = {}
        self._chosen = tuple(excluded_homes)
        self.excluded_homes: dict[str, Home | None] = dict.fromkeys(self._chosen)
        """As they were told last, and those left to others; their Points: `excluded_devices`."""
        self.excluded_devices: set[str] = set()
        self._devices_in: dict[str, list[DeviceState]] = {}
        self._expiries: list[tuple[datetime, str]] = []
        self.events = EventLog()
        self._is_caught_up = False
        self.has_all_homes = self.has_all_devices = True
        """Whether the newest list held all that the cloud says there is."""
        self._remembered: dict[str, dict[str, Json]] = {}

    # Polls. Each returns the keys that changed.

    def merge_homes(
        self,
        homes: Iterable[Home],
        asked_at: datetime,
        *,
        is_complete: bool = True,
        left: Iterable[str] = (),
    ) -> set[str]:
        """Take the account's list of homes; what is not in it is gone if it is complete.

        `left`: those that another account shows, and this one therefore not.
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
            changed |= self.merge_home(home, asked_at)
        self._link()
        changed |= self._apply_waiting(new)
        return changed.union(*(self._with_devices(self.homes[home_id]) for home_id in new))

    def merge_home(self, home: Home, asked_at: datetime) -> set[str]:
        """Take one home as it was read."""
        if (known := self.homes.get(home.id)) is None:
            self.homes[home.id] = HomeState(home, asked_at)
            self.homes[home.id].load(self._remembered.pop(home.id, {}))
            return {home.id}
        if _is_outdated(asked_at, known.asked_at):
            return set()
        return {home.id} if known.merge(home, asked_at) else set()

    def unlisted_homes(self, devices: Iterable[Device]) -> set[str]:
        """Return the ids of homes that devices are in, and that no list held."""
        named = {device.home_id for device in devices if device.home_id}
        return named - self.homes.keys() - self.excluded_homes.keys()

    def merge_devices(
        self, devices: Iterable[Device], asked_at: datetime, *, is_complete: bool = True
    ) -> set[str]:
        """Take the account's list of devices; what is not in it is gone if it is complete."""
        self.has_all_devices = is_complete
        found = {device.id: device for device in devices if device.id not in self.homes}
        excluded = {key for key, told in found.items() if told.home_id in self.excluded_homes}
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
                self.devices[device_id].missed += 1  # its heartbeat is not waited for in vain
        new = found.keys() - self.devices.keys()
        for device in found.values():
            changed |= self._merge_device(device, asked_at, DeviceState.poll)
        self._link()
        return changed | self._apply_waiting(new)

    def merge_device(self, device: Device, asked_at: datetime) -> set[str]:
        """Take one device as it was read."""
        changed = self._merge_device(device, asked_at, DeviceState.merge)
        self._link()
        return changed

    def _merge_device(
        self,
        device: Device,
        asked_at: datetime,
        take: Callable[[DeviceState, Device, datetime], bool],
    ) -> set[str]:
        if (known := self.devices.get(device.id)) is None:
            self.devices[device.id] = DeviceState(device, asked_at)
            self.devices[device.id].load(self._remembered.pop(device.id, {}))
            self._expect_expiry(device.id)
            return {device.id}
        if _is_outdated(asked_at, known.asked_at):
            return set()
        return {device.id} if take(known, device, asked_at) else set()

    # Events

    def unknown_ids(self, event: Event) -> set[str]:
        """Return the ids of an event's home and Point that no list held, if there are any."""
        ids = {key for key in (event.home_id, event.device_id) if key}
        ids -= self.excluded_homes.keys() | self.excluded_devices
        return ids - self.homes.keys() - self.devices.keys()

    def interrupt(self, event: Event, now: datetime) -> frozenset[str]:
        """Let go off what the event is about to switch on anew, so that it is seen to restart."""
        kind = EVENT_TYPES.get(event.type, NOTHING)
        device = self.devices.get(event.device_id or "")
        at = event_time(event, now)
        if device and self.events.is_news(event, now) and device.restart_momentary(kind, at=at):
            return frozenset({device.polled.id})
        return frozenset()

    def apply(self, event: Event, received_at: datetime, *, is_delivered: bool = True) -> Change:
        """Take an event; whatever is newer than it stays.

        One that was not delivered but fetched later sets lasting states only, and so does one that
        is not of now.
        """
        self.events.note(event, is_delivered=is_delivered)
        if is_delivered and self.unknown_ids(event):
            self.events.keep_waiting(event, received_at)
        return self._take(event, received_at, is_delivered=is_delivered)

    def _take(self, event: Event, received_at: datetime, *, is_delivered: bool) -> Change:
        at = event_time(event, received_at)
        is_news = self.events.is_news(event, received_at)
        started_at = received_at if is_delivered and is_news else None
        kind = EVENT_TYPES.get(event.type)
        device = self.devices.get(event.device_id or "")
        home = self._home_of(event, device)
        keys: set[str] = set()
        reveals = bool(kind and device and kind.starts and device.last(kind.starts) is None)
        if kind and device and device.apply(event, kind, at=at, started_at=started_at):
            keys.add(device.polled.id)
            self._expect_expiry(device.polled.id)
        if home:
            keys |= self._apply_to_home(home, event, kind, at=at, received_at=received_at)
        # What was fetched tells nothing new of what has been read since.
        home_is_old = is_delivered or (home is not None and at > home.asked_at)
        device_is_old = is_delivered or (device is not None and at > device.asked_at)
        concerns_home = kind is None or kind.alarm is not None or _may_start_countdown(kind, home)
        lacks_value = kind is not None and kind.reading is not None and event.value is None
        return Change(
            keys=frozenset(keys),
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

    @property
    def is_caught_up(self) -> bool:
        """Tell whether all events that were missed have been applied."""
        return self._is_caught_up

    def confirm(self, now: datetime) -> set[str]:
        """Trust what is known: no event is missing."""
        self._is_caught_up = True
        return self._changed_noise(
            home for home in self.homes.values() if home.disturbance.restore(now)
        )

    def settle_noise(self, home_id: str, events: Iterable[Event] | None, now: datetime) -> set[str]:
        """Check a disturbance against the home's events of the last hours; None: not answered."""
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

    # Time

    @property
    def next_expiry(self) -> datetime | None:
        """Return when the next momentary state ends."""
        return self._expiries[0][0] if self._expiries else None

    def end_expired(self, now: datetime) -> set[str]:
        """End what is over; return the keys that changed."""
        due: set[str] = set()
        while self._expiries and self._expiries[0][0] <= now:
            due.add(heapq.heappop(self._expiries)[1])
        ended = {key for key in due & self.devices.keys() if self.devices[key].end_expired(now)}
        for key in due:
            self._expect_expiry(key)
        return ended

    # What survives a restart

    def dump(self) -> dict[str, Json]:
        """Return what events have said, as JSON."""
        return {
            **self.events.dump(),
            "states": {
                **self._remembered,
                **{key: home.dump() for key, home in self.homes.items()},
                **{key: device.dump() for key, device in self.devices.items()},
            },
        }

    def load(self, stored: Json) -> None:
        """Take what an earlier run knew; each home and Point gets its own when it is polled."""
        saved = mapping(stored)
        self.events.load(saved)
        self._remembered = {
            key: dict(mapping(value))
            for key, value in mapping(saved.get("states")).items()
            if is_plain(value)
        }

    # Within

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
            inside = self._devices_in.get(home.polled.id, [])
            keys |= {device.polled.id for device in inside if device.stop(kind.stops, at)}
        return keys

    def _apply_waiting(self, new: AbstractSet[str]) -> set[str]:
        """Let homes and Points that are new know what was told of them before."""
        keys: set[str] = set()
        for event, received_at in self.events.take_waiting(new):
            keys |= self._take(event, received_at, is_delivered=True).keys
            if self.unknown_ids(event):
                self.events.keep_waiting(event, received_at)
        return keys

    def _changed_noise(self, homes: Iterable[HomeState]) -> set[str]:
        return {key for home in homes for key in self._with_devices(home)}

    def _home_of(self, event: Event, device: DeviceState | None) -> HomeState | None:
        if event.home_id is not None:
            return self.homes.get(event.home_id)
        return device.home if device else None

    def _with_devices(self, home: HomeState) -> set[str]:
        inside = self._devices_in.get(home.polled.id, [])
        return {home.polled.id, *(device.polled.id for device in inside)}

    def _expect_expiry(self, device_id: str) -> None:
        device = self.devices.get(device_id)
        if device and (expiry := device.next_expiry):
            heapq.heappush(self._expiries, (expiry, device_id))

    def _link(self) -> None:
        """Tell each device its home, and each home its devices."""
        self._devices_in.clear()
        for device in self.devices.values():
            device.home = self.homes.get(device.polled.home_id or "")
            if device.home:
                self._devices_in.setdefault(device.home.polled.id, []).append(device)


def _is_outdated(asked_at: datetime, known_at: datetime) -> bool:
    """Tell whether an answer is older than what is known."""
    return timedelta(0) < known_at - asked_at <= LONGEST_ANSWER


def _may_start_countdown(kind: EventType, home: HomeState | None) -> bool:
    """Tell whether the entry delay may have begun: Minut sends no event of its own for that."""
    is_motion = kind.starts is Momentary.MOTION
    return is_motion and home is not None and home.alarm_status == AlarmStatus.ON
