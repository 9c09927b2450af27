"""The state of an account. Pure: it never waits or reads a clock."""

from collections.abc import Iterable
from datetime import datetime

from ..minut.event_types import EVENT_TYPES, EventType, Lasting, Momentary
from ..minut.models import Event
from ..minut.parsing import Json, is_plain, mapping
from .change import NOTHING, Change
from .device import DeviceState
from .events import EventLog, event_time
from .home import AlarmStatus, HomeState
from .inventory import Inventory
from .onsets import Onset


class AccountState(Inventory):
    """The state of one account: its homes and Points, and what events reported of them."""

    def __init__(self, *, excluded_homes: Iterable[str] = ()) -> None:
        super().__init__(excluded_homes=excluded_homes)
        self.events = EventLog()
        self._is_caught_up = False
        self._unknown_homes: frozenset[str] = frozenset()
        """Homes whose missed events could not be fetched."""

    # Events

    def has_unknown_id(self, event: Event) -> bool:
        """Return whether an event names a home or Point that no list contained."""
        known = (self.homes, self.devices, self.excluded_homes, self.excluded_devices)
        return any(
            key and not any(key in listed for listed in known)
            for key in (event.home_id, event.device_id)
        )

    def interrupt(self, event: Event, now: datetime) -> frozenset[str]:
        """Turn a state off before the event turns it on again, so that automations see off → on.

        Return the keys that changed.
        """
        kind = EVENT_TYPES.get(event.type, NOTHING)
        device = self.devices.get(event.device_id or "")
        at = event_time(event, now)
        if (
            device
            and self.events.is_news(event, now)
            and device.momentary.restart(kind.starts, at=at)
        ):
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
        reveals = bool(
            kind and device and kind.starts and device.momentary.last(kind.starts) is None
        )
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

    def pop_unannounced(self) -> bool:
        """Return whether something has begun by the polls that no event has announced."""
        began, self.onsets = self.onsets, set()
        return any(not self._is_announced(onset) for onset in began)

    def _is_announced(self, onset: Onset) -> bool:
        kind = EVENT_TYPES[onset.event_type]
        if home := self.homes.get(onset.key):
            inside = self.devices_in(onset.key)
            is_of_home = kind.alarm is not None and home.is_pushed(onset.since)
            return is_of_home or any(each.is_announced(kind, onset.since) for each in inside)
        device = self.devices.get(onset.key)
        return device is None or device.is_announced(kind, onset.since)

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
            keys |= {device.polled.id for device in inside if device.momentary.stop(kind.stops, at)}
        return keys

    def _changed_noise(self, homes: Iterable[HomeState]) -> set[str]:
        return {key for home in homes for key in self._with_devices(home)}

    def _home_of(self, event: Event, device: DeviceState | None) -> HomeState | None:
        if event.home_id is not None:
            return self.homes.get(event.home_id)
        return device.home if device else None


def _may_start_countdown(kind: EventType, home: HomeState | None) -> bool:
    """Return whether the entry delay may have started, for which Minut has no event."""
    is_motion = kind.starts is Momentary.MOTION
    return is_motion and home is not None and home.alarm_status == AlarmStatus.ON
