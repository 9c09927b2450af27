"""A home whose motion and bookings tests give."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from custom_components.point.minut.guests import Stay
from custom_components.point.state.presence import Presence
from custom_components.point.state.presence_rules import PresenceEvent, Rules, Situation, Status
from custom_components.point.state.stays import HomeStays

ZONE = ZoneInfo("Europe/Stockholm")
RULES = Rules()


def local(text: str) -> datetime:
    """Return a local time of November 2026, given as "20 15:00"."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-11-{day}T{clock}").replace(tzinfo=ZONE).astimezone(UTC)


class Home:
    """A home whose clock only goes forward. Motion may be reported later than it happens."""

    def __init__(self, *bookings: tuple[str, str]) -> None:
        self.stays = HomeStays()
        self.presence = Presence()
        self.book(*bookings)
        self.is_offline = False
        self.sent: list[PresenceEvent] = []
        self.times: dict[PresenceEvent, datetime] = {}

    def book(self, *bookings: tuple[str, str]) -> None:
        stays = tuple(
            Stay(id=start, check_in=local(start), check_out=local(end)) for start, end in bookings
        )
        self.stays.merge(stays)
        self.stays.merge(stays)  # an empty list counts only if it is confirmed

    def situation(self, now: str, *, heard: str | None = None) -> Situation:
        until = None if self.is_offline else local(heard or now)
        return Situation(now=local(now), zone=ZONE, heard_until=until)

    def motion(self, *times: str) -> None:
        for at in times:
            self.presence.record(local(at))

    def status(self, now: str, *, heard: str | None = None, rules: Rules = RULES) -> Status | None:
        at = self.situation(now, heard=heard)
        self.presence.update(self.stays, at.now)
        new = self.presence.new_events(self.stays, rules, at)
        self.sent += [event for event, _ in new]
        self.times |= dict(new)
        return self.presence.conclusion(self.stays, rules, at).status

    def events(self) -> list[PresenceEvent]:
        sent, self.sent = self.sent, []
        return sent


STAY = ("20 15:00", "23 11:00")


def every(start: str, end: str, minutes: int = 20) -> Iterable[str]:
    at, last = local(start), local(end)
    while at <= last:
        yield at.astimezone(ZONE).strftime("%d %H:%M")
        at += timedelta(minutes=minutes)
