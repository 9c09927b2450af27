"""The state of Minut's cloud, without its network."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from simulator.backend.alternatives import Alternatives
from simulator.backend.faults import Faults
from simulator.backend.hooks import Hooks
from simulator.backend.limits import Limits
from simulator.backend.switches import Switches
from simulator.backend.tokens import Tokens
from simulator.formats import Json
from simulator.world.device import Device
from simulator.world.events import Event, EventLog
from simulator.world.schedule import Schedule
from simulator.world.world import Account, Home, World

CLIENT_ID = "0123456789abcdef"
CLIENT_SECRET = "00112233445566778899aabbccddeeff"


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


class Cloud:
    """The state of the service, its clock and its events."""

    def __init__(self, *, seed: int, heartbeat: timedelta, now: Callable[[], datetime]) -> None:
        self._now = now
        self._moment: datetime | None = None
        self.switches = Switches()
        self.schedule = Schedule()
        self.world = World(seed, now(), heartbeat)
        self.log = EventLog()
        self.tokens = Tokens(self.switches, self.world.ids)
        self.alternatives = Alternatives(self.switches)
        self.webhooks = Hooks(self.switches, self.alternatives, self.world.ids, self.time)
        self.faults = Faults()
        self.limits = Limits()
        self.client_id = CLIENT_ID
        self.client_secret = CLIENT_SECRET
        self.redirect_uris: set[str] | None = None
        """The redirect URIs registered for the client; None: any."""

    @property
    def account(self) -> Account:
        """The default account, to which the OAuth client belongs."""
        return self.world.default

    def time(self) -> datetime:
        """Return the current time; while an overdue action runs, the time it was due."""
        return self._moment or self._now()

    def catch_up(self) -> None:
        """Run all actions that are due by now, in order, each at the time it was due."""
        now = self._now()
        while due := self.schedule.due(now):
            self._moment, action = due
            try:
                action()
            finally:
                self._moment = None

    def create_event(
        self,
        type: str,  # noqa: A002 - the name of the field
        *,
        device: Device | None = None,
        home: Home | None = None,
        account: Account | None = None,
        created_at: datetime | None = None,
        fields: dict[str, Json] | None = None,
    ) -> Event:
        """Create, store and deliver an event for each member of its home.

        Without a home or Point the event belongs to the account only. Return the owner's event.
        """
        if home is None and device is not None:
            home = self.world.homes[device.home_id]
        members = home.members if home else [(account or self.account).user_id]
        events = [
            Event(
                id=self.world.ids.digits("event"),
                type=type,
                created_at=created_at or self.time(),
                user_id=user_id,
                home_id=home.home_id if home else None,
                device_id=device.device_id if device else None,
                fields=fields or {},
            )
            for user_id in members
        ]
        for event in events:
            self.log.add(event, owner=event is events[0])
            self.webhooks.announce(event)
        return events[0]
